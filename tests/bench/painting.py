"""When is it on the screen? Waits in a running application until a widget has been painted."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

_PAINTED = QEvent.Type(QEvent.registerEventType())


class NotPainted(RuntimeError):
    """What should have been painted was not, within the time allowed."""


class PaintWatch(QObject):
    """Watches *widgets*; a painting counts when it began after what was awaited had come true."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._ready: Callable[[], bool] = _never
        self._noted = False
        self._loop: QEventLoop | None = None
        self._ended_at = 0.0
        self._last_at = 0.0
        for widget in widgets:
            widget.installEventFilter(self)

    def time(self, act: Callable[[], object], ready: Callable[[], bool] | None = None, seconds: float = 5.0) -> float:
        """Milliseconds from the start of *act* to the end of the frame that shows it.

        That frame is the first one whose painting begins when *ready* is true (at once without one).
        """
        settle()
        self._noted = False
        self._ready = ready or _always
        began = time.perf_counter()
        act()
        self._wait(seconds)
        return (self._ended_at - began) * 1000

    def time_of_last(self, act: Callable[[], object], quiet_ms: int = 60) -> tuple[float, float]:
        """As :meth:`time`, and up to the last frame before nothing was painted for *quiet_ms*."""
        began = time.perf_counter()
        first = self.time(act)
        self._ready = _always
        while self._last_at + quiet_ms / 1000 > time.perf_counter():
            spin(quiet_ms)
        self._ready = _never
        return first, (self._last_at - began) * 1000

    def time_if(self, act: Callable[[], object]) -> float:
        """As :meth:`time`, where there may be nothing to paint: then up to the end of *act*."""
        settle()
        self._noted = False
        self._ready = _always
        began = time.perf_counter()
        act()
        ended = time.perf_counter()
        QCoreApplication.processEvents()
        self._ready = _never
        return ((self._ended_at if self._noted else ended) - began) * 1000

    def _wait(self, seconds: float) -> None:
        self._loop = QEventLoop()
        timer = QTimer(singleShot=True)
        timer.timeout.connect(self._loop.quit)
        timer.start(int(seconds * 1000))
        if not self._noted:
            self._loop.exec()
        self._loop = None
        self._ready = _never
        if not self._noted:
            raise NotPainted(f"nothing was painted within {seconds:g} s")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._ready():
            # handled once the whole frame has been painted and brought to the screen, before anything else
            QCoreApplication.postEvent(self, QEvent(_PAINTED), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == _PAINTED:
            self._last_at = time.perf_counter()
            if not self._noted:
                self._noted = True
                self._ended_at = self._last_at
                if self._loop is not None:
                    self._loop.quit()
            return True
        return super().event(event)


def settle() -> None:
    """Work off what is waiting, so that a sample does not pay for the one before."""
    for _ in range(3):
        QCoreApplication.processEvents()


def spin(milliseconds: int) -> None:
    """Let the application live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _always() -> bool:
    return True


def _never() -> bool:
    return False
