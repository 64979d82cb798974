"""One tick a second for every countdown on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMetaMethod, QObject, Qt, QTimer, Signal

from agentconsole.domain.instant import SECOND, Instant


class Clock(QObject):
    """Ticks at each full second of the help desk's time, as long as anybody listens.

    Signals:
        ticked: The instant now (``object``, because it does not fit Qt's 32-bit int).
    """

    ticked = Signal(object)

    def __init__(self, now: Callable[[], Instant], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def now(self) -> Instant:
        """Return the help desk's time."""
        return self._now()

    def connectNotify(self, signal: QMetaMethod) -> None:
        """Start with the first listener."""
        if signal.name() == b"ticked" and not self._timer.isActive():
            self._arm()

    def tick(self) -> None:
        """Tick now; tests and a window that comes back from sleep do so."""
        self.ticked.emit(self._now())

    def _arm(self) -> None:
        # aligned to the second's start, so that all figures flip together and never skip one
        self._timer.start(1 + (SECOND - self._now() % SECOND) // 1000)

    def _tick(self) -> None:
        if not self.isSignalConnected(QMetaMethod.fromSignal(self.ticked)):
            return
        self.ticked.emit(self._now())
        self._arm()
