"""Tells when the first frame with rows is on the screen. By itself: a measured start imports no more than it."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QTableView

_PAINTED = QEvent.Type(QEvent.registerEventType())


class FirstRows(QObject):
    """Says the time, as a line on standard output, at the end of the first frame in which *queue* shows rows."""

    def __init__(self, queue: QTableView) -> None:
        super().__init__(queue)
        self._queue = queue
        queue.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._queue.model().rowCount() > 0:
            watched.removeEventFilter(self)
            # handled once the whole frame has been painted and brought to the screen, before anything else
            QCoreApplication.postEvent(self, QEvent(_PAINTED), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == _PAINTED:
            print(time.monotonic(), flush=True)
            return True
        return super().event(event)
