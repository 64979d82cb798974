"""One tick a minute, for ages and local times."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.gui.clock import Clock


class Minutes(QObject):
    """Tells each new minute of *clock*, as long as somebody looks.

    Signals:
        began: The instant now (``object``, because it does not fit Qt's 32-bit int).
    """

    began = Signal(object)

    def __init__(self, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._minute = 0

    def listen(self, *, wanted: bool) -> None:
        """Tell minutes from now on, or none while they are not *wanted*."""
        if wanted and not self._minute:
            self._minute = self._clock.now() // MINUTE
            self._clock.ticked.connect(self._ticked)
        elif self._minute and not wanted:
            self._minute = 0
            self._clock.ticked.disconnect(self._ticked)

    def _ticked(self, now: Instant) -> None:
        if now // MINUTE != self._minute:
            self._minute = now // MINUTE
            self.began.emit(now)
