"""The views of the outbox as a row of chips, each with how much it lists."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from agentconsole.domain.outbox_views import OutboxView
from agentconsole.gui.models.outbox_words import VIEW_WORDS


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
        for view, chip in self._chips.items():
            count = tally.get(view, 0)
            chip.setText(f"{VIEW_WORDS[view]}  {count:,}" if count else VIEW_WORDS[view])
            chip.setAccessibleName(f"{VIEW_WORDS[view]}, {count:,} change{'' if count == 1 else 's'}")
