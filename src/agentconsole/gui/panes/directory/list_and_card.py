"""The list and the card: side by side where there is room, else the card below, as high as the list leaves it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QSplitter, QWidget

WIDE = 720
"""From this width (pixels) on the card stands beside the list, below it otherwise."""

SHORTEST = 180
"""Height (pixels) of the list below which the card does not creep up while one types."""

_SEEN = 40
"""Rows that are measured: no window shows more of them above a card."""


class ListAndCard(QSplitter):
    """Shares the room between *listed*, which holds *view*, and *card*; how the agent shares it stays."""

    def __init__(self, listed: QWidget, view: QListView, card: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("directorySplitter")
        self.setChildrenCollapsible(False)
        self._view = view
        self._moved = False
        self.addWidget(listed)
        self.addWidget(card)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)
        self.splitterMoved.connect(self._take_note)

    def share(self) -> None:
        """Give the card the room that a short list leaves, where it stands below."""
        model = self._view.model()
        if self.orientation() == Qt.Orientation.Horizontal or self._moved or model is None:
            return
        room = self.height()
        needed = sum(self._view.sizeHintForRow(row) for row in range(min(model.rowCount(), _SEEN))) + 12
        listed = max(min(needed, room // 2), min(SHORTEST, room // 2))
        self.setSizes([listed, room - listed])

    def _take_note(self, _place: int, _index: int) -> None:
        self._moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= WIDE
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            self._moved = False
            if wide:
                self.setSizes([3000, 2000])
        self.share()
