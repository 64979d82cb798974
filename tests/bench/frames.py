"""Does the main thread breathe? A timer that notes how long it had to wait."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer


class Metronome(QObject):
    """Ticks every *interval_ms* on the main thread; a longer gap is a frame that could not be drawn in time.

    Attributes:
        gaps: milliseconds between two ticks.
        used: milliseconds of the processor that this thread took between them: what a machine without other work
            would have needed, less what our own threads kept from it.
    """

    def __init__(self, interval_ms: int) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.used: list[float] = []
        self._last = self._last_used = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._tick)

    def listen(self, seconds: float, over: Callable[[], bool] = lambda: False) -> list[float]:
        """Milliseconds between the ticks of the next *seconds*, or until *over* says so (asked at every tick)."""
        self.gaps.clear()
        self.used.clear()
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        ended = self._timer.timeout.connect(lambda: loop.quit() if over() else None)
        self._last, self._last_used = time.perf_counter(), time.thread_time()
        self._timer.start()
        loop.exec()
        self._timer.stop()
        self._timer.timeout.disconnect(ended)
        return list(self.gaps)

    def _tick(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self.gaps.append((now - self._last) * 1000)
        self.used.append((used - self._last_used) * 1000)
        self._last, self._last_used = now, used
