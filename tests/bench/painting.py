"""When is it on the screen? Waits in a running application until a widget has been painted."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tests.bench.samples import Sample

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
        self._began = self._used = 0.0
        self._took = Sample(0.0, 0.0)
        self._last_at = 0.0
        for widget in widgets:
            widget.installEventFilter(self)

    def time(
        self, act: Callable[[], object], ready: Callable[[], bool] = lambda: True, seconds: float = 10.0
    ) -> Sample:
        """From the start of *act* to the end of the frame that shows it.

        That frame is the first one whose painting begins when *ready* is true. Raises NotPainted after *seconds*.
        """
        self._start(ready)
        act()
        if not self._noted:
            loop = self._loop = QEventLoop()
            QTimer.singleShot(int(seconds * 1000), loop, loop.quit)
            loop.exec()
            self._loop = None
        self._ready = _never
        if not self._noted:
            raise NotPainted(f"nothing was painted within {seconds:g} s")
        return self._took

    def time_to_last(self, act: Callable[[], object], quiet_ms: int = 60) -> tuple[Sample, float]:
        """As :meth:`time`, and milliseconds up to the last frame before nothing was painted for *quiet_ms*."""
        first = self.time(act)
        began = self._began
        self._ready = lambda: True
        while self._last_at + quiet_ms / 1000 > time.perf_counter():
            spin(quiet_ms)
        self._ready = _never
        return first, (self._last_at - began) * 1000

    def time_if(self, act: Callable[[], object]) -> Sample:
        """As :meth:`time`, where there may be nothing to paint: then up to the end of *act*."""
        self._start(lambda: True)
        act()
        without = self._taken()
        QCoreApplication.processEvents()
        self._ready = _never
        return self._took if self._noted else without

    def _start(self, ready: Callable[[], bool]) -> None:
        settle()
        self._start_at_once(ready)

    def _start_at_once(self, ready: Callable[[], bool]) -> None:
        self._noted = False
        self._ready = ready
        self._began, self._used = time.perf_counter(), time.thread_time()

    def _taken(self) -> Sample:
        return Sample((time.perf_counter() - self._began) * 1000, (time.thread_time() - self._used) * 1000)

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
                self._took = self._taken()
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


def _never() -> bool:
    return False
