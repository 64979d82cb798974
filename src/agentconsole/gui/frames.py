"""A frame for each: work that paints much is spread over frames, so that none of them is long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

FRAME_MS = 16
_PAINTED = QEvent.Type(QEvent.registerEventType())
_AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1
"""Qt asks for what is to be painted by events of low priority."""

_SHOWING = frozenset({QEvent.Type.LayoutRequest, QEvent.Type.UpdateRequest})
"""By these Qt brings what has changed to the screen: some milliseconds after it was asked to."""

T = TypeVar("T")


class Frames(QObject):
    """Does one piece of work a frame, in the order in which it was asked for; at once while the last one is over.

    Panes fill and paint themselves in some ten milliseconds each. What others change concerns all of them, and their
    answers come back when they like: two or three in one frame, and the agent's next key waits. Whoever shares the
    interpreter is told when such work or the painting of a watched window *begins*, and when it *ends*.
    """

    def __init__(self, begins: Callable[[], None], ends: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._begins = begins
        self._ends = ends
        self._waiting: deque[tuple[QObject, Callable[[], object]]] = deque()
        self._since = QElapsedTimer()
        self._watched: list[QWidget] = []
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._go_on)

    @property
    def is_busy(self) -> bool:
        """Whether work waits for its frame."""
        return bool(self._waiting)

    def ask(self, owner: QObject, work: Callable[[], object]) -> None:
        """Do *work* in a frame of its own, unless *owner* is gone by then."""
        self._waiting.append((owner, work))
        if len(self._waiting) == 1 and not self._next.isActive():
            passed = self._since.elapsed() if self._since.isValid() else FRAME_MS
            if passed >= FRAME_MS:
                self._go_on()
            else:
                self._next.start(FRAME_MS - passed)

    def spaced(self, owner: QObject, function: Callable[[T], object]) -> Callable[[T], None]:
        """Return *function* of *owner* as one that is carried out in a frame of its own."""
        return lambda value: self.ask(owner, lambda: function(value))

    def watch(self, window: QWidget) -> None:
        """Tell of the painting of *window*, too, and of its own layout: they come milliseconds after what they show."""
        self._watched.append(window)
        window.installEventFilter(self)

    def stop(self) -> None:
        """Forget what waits, and watch nothing any more."""
        for window in self._watched:
            if shiboken6.isValid(window):
                window.removeEventFilter(self)
        self._watched.clear()
        self._waiting.clear()
        self._next.stop()
        self._ends()

    def _go_on(self) -> None:
        if not self._waiting:
            return
        owner, work = self._waiting[0]
        self._begins()
        try:
            if shiboken6.isValid(owner):
                work()
        finally:
            # it counts as waiting while it is done: what it asks for in turn comes after it
            if self._waiting:
                self._waiting.popleft()
            self._since.start()
            if self._waiting:
                self._next.start(FRAME_MS)
            self._end_after_painting()

    def _end_after_painting(self) -> None:
        QCoreApplication.postEvent(self, QEvent(_PAINTED), _AFTER_PAINTING)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SHOWING:
            self._begins()
            self._end_after_painting()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == _PAINTED:
            self._ends()
            return True
        return super().event(event)
