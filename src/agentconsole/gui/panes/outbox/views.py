"""The views of the outbox as a row of chips, each with how much it lists."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from agentconsole.domain.outbox_views import OutboxView
from agentconsole.gui.models.outbox_words import VIEW_WORDS

_DIGITS = "0123456789"


class ViewChips(QWidget):
    """One chip is chosen at a time.

    Signals:
        chosen: Another view (:class:`OutboxView`) is to be listed.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("outboxViews")
        self.view = OutboxView.WAITING
        self._chips: dict[OutboxView, QPushButton] = {}
        self._tally: dict[OutboxView, int] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for number, view in enumerate(OutboxView, 1):
            chip = QPushButton(VIEW_WORDS[view], self)
            chip.setObjectName(f"outboxView_{view.name.lower()}")
            chip.setProperty("look", "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setToolTip(f"{VIEW_WORDS[view]}  ({number})")
            chip.clicked.connect(lambda _checked=False, view=view: self.choose(view))
            group.addButton(chip)
            row.addWidget(chip)
            self._chips[view] = chip
        row.addStretch(1)
        self._chips[self.view].setChecked(True)

    def choose(self, view: OutboxView) -> None:
        """List *view*."""
        self._chips[view].setChecked(True)
        if view is not self.view:
            self.view = view
            self.chosen.emit(view)

    def tell(self, tally: dict[OutboxView, int]) -> None:
        """Show how much each view lists."""
        self._tally = tally
        for view, chip in self._chips.items():
            count = tally.get(view, 0)
            chip.setText(_words(view, count))
            chip.setAccessibleName(f"{VIEW_WORDS[view]}, {count:,} change{'' if count == 1 else 's'}")

    def minimumSizeHint(self) -> QSize:
        """Ask for the room that the counts take once all that waits is sent: nothing moves while that happens."""
        least = super().minimumSizeHint()
        sent = self._tally.get(OutboxView.WAITING, 0) + self._tally.get(OutboxView.SENT, 0)
        to_come = {**self._tally, OutboxView.SENT: sent}
        more = sum(
            _widest(chip.fontMetrics(), _words(view, to_come.get(view, 0)))
            - chip.fontMetrics().horizontalAdvance(chip.text())
            for view, chip in self._chips.items()
        )
        return QSize(least.width() + more, least.height())


def _words(view: OutboxView, count: int) -> str:
    return f"{VIEW_WORDS[view]}  {count:,}" if count else VIEW_WORDS[view]


def _widest(metrics: QFontMetrics, words: str) -> int:
    """Return how wide *words* get with other digits."""
    widest = max(_DIGITS, key=metrics.horizontalAdvance)
    return metrics.horizontalAdvance("".join(widest if letter in _DIGITS else letter for letter in words))
