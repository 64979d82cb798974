"""When did the agent first see their queue?"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QWidget


class FirstPaint(QObject):
    """Watches for the first frame of the queue inside *window*.

    Signals:
        painted: The first frame is on the screen.
    """

    painted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        view = window.findChild(QAbstractItemView, "queueView")
        watched: QWidget = view.viewport() if view is not None else window
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let everything pass; tell of the first painting."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # this runs before the view paints; the timer fires once it has
            QTimer.singleShot(0, self, self.painted.emit)
        return False
