"""The line above the countdown's list: how it is grouped, what it leaves out, what is coming, how old it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from agentconsole.gui.models.target_model import Grouping

GROUPINGS = (
    (Grouping.NONE, "All"),
    (Grouping.TEAM, "Team"),
    (Grouping.AGENT, "Agent"),
    (Grouping.TIER, "Tier"),
    (Grouping.POLICY, "Policy"),
)
_GAP = 12


class SlaBar(QWidget):
    """Chips on the left, words on the right; the words give way where it is narrow.

    Signals:
        grouping_chosen: A :class:`Grouping` (as object).
        mine_chosen: Whether only the agent's own targets are wanted (bool).
        all_asked: Nothing is to be left out any more.
    """

    grouping_chosen = Signal(object)
    mine_chosen = Signal(bool)
    all_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slaBar")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 8, 4)
        self._row.setSpacing(4)
        self._groups = QButtonGroup(self)
        self._groups.setExclusive(True)
        for grouping, title in GROUPINGS:
            chip = self._chip(f"slaGroup_{grouping.value}", title, checkable=True)
            chip.setAccessibleName("Not grouped" if grouping is Grouping.NONE else f"Group by {title.lower()}")
            chip.clicked.connect(lambda _on, grouping=grouping: self.grouping_chosen.emit(grouping))
            self._groups.addButton(chip)
        self._row.addSpacing(_GAP)
        self._mine = self._chip("slaMine", "Mine", checkable=True)
        self._mine.setAccessibleName("Show only targets of my tickets")
        self._mine.setToolTip("Show only targets of tickets that are assigned to me")
        self._mine.clicked.connect(self.mine_chosen)
        self._clear = self._chip("slaShowAll", "Show all")
        self._clear.setToolTip("Leave nothing out any more  (Esc)")
        self._clear.clicked.connect(lambda: self.all_asked.emit())
        self._clear.hide()
        self._row.addStretch(1)
        self._forecast = self._label("slaForecast")
        self._row.addSpacing(_GAP)
        self._age = self._label("slaAge")
        self._age.setProperty("look", "muted")

    def _chip(self, name: str, text: str, *, checkable: bool = False) -> QPushButton:
        chip = QPushButton(text, self)
        chip.setObjectName(name)
        chip.setProperty("look", "chip")
        chip.setCheckable(checkable)
        self._row.addWidget(chip)
        return chip

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._row.addWidget(label)
        return label

    def show_grouping(self, grouping: Grouping) -> None:
        """Press the chip of *grouping*."""
        for button, (each, _title) in zip(self._groups.buttons(), GROUPINGS, strict=True):
            button.setChecked(each is grouping)

    def show_filter(self, *, mine: bool, left_out: bool) -> None:
        """Say whether only the agent's own targets are shown, and whether anything is left out."""
        self._mine.setChecked(mine)
        self._clear.setVisible(left_out)
        self._fit()

    def show_forecast(self, minutes: Sequence[int], counts: Sequence[int]) -> None:
        """Say how many targets breach within each of *minutes*; without *counts* nothing is said."""
        pairs = list(zip(minutes, counts, strict=False))
        words = "Breach in " + " · ".join(f"{length} min {count:,}" for length, count in pairs) if pairs else ""
        if words != self._forecast.text():
            self._forecast.setText(words)
            self._forecast.setToolTip("How many targets breach within that time if nobody answers")
            self._forecast.setAccessibleName(
                ", ".join(f"{count} breach within {length} minutes" for length, count in pairs)
            )
            self._fit()

    def show_age(self, words: str, tip: str = "") -> None:
        """Say how old the data are, or what is not shown."""
        if words != self._age.text():
            self._age.setText(words)
            self._fit()
        self._age.setToolTip(tip)

    def _fit(self) -> None:
        """Leave out what has no room: the forecast first, then groupings from the last one; the data's age stays."""
        gap = self._row.spacing()
        room = self.width() - 2 * _GAP - 16 - self._age.sizeHint().width()
        for chip in (self._mine, *(() if self._clear.isHidden() else (self._clear,)), *self._groups.buttons()):
            room -= chip.sizeHint().width() + gap
            if chip is not self._mine and chip is not self._clear:
                # the palette still offers what has no chip
                chip.setVisible(room >= 0)
        self._forecast.setVisible(bool(self._forecast.text()) and self._forecast.sizeHint().width() + gap <= room)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
