"""The help desk's time."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import SyncStatus


class DeskClock:
    """This machine's clock, which may be an hour off, plus how far the help desk's is ahead of it.

    What an agent does is dated by it, because it is compared with what the help desk dates. ``offset`` is in
    microseconds: what the last exchange remembered, then what the running one measures. For any thread.
    """

    def __init__(self, wall: Callable[[], Instant]) -> None:
        self._wall = wall
        self.offset = 0

    def __call__(self) -> Instant:
        return self._wall() + self.offset

    def hear(self, status: SyncStatus) -> None:
        """Take the offset that the exchange has measured."""
        self.offset = status.clock_offset
