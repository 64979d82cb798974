"""What is the same in all runs: two agents, tickets by number, a clock for all processes, and the agents' stores."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from agentconsole.domain.instant import SECOND, Instant
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store

KINDS = ("agentconsole", "zendesk")
AGENTS = ("ben", "ada")
"""Ben is an agent, Ada an administrator where that matters: in the plain dialect they read by different routes."""

KEY = bytes(range(32))
TICKETS = 8
TAGS = ("keep1", "keep2", "keep3", "keep4")
"""What every ticket is tagged with; each is taken off by one change at most."""

BEGINNING = int(datetime(2026, 11, 17, 10, 10, tzinfo=UTC).timestamp()) * SECOND


class Time:
    """One clock for all processes that were forked since it was made; it moves only when told to."""

    least_pause = 0.0
    """Seconds that really pass when somebody waits."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)
        self.set(BEGINNING)

    def instant(self) -> Instant:
        return int(struct.unpack("<q", self._shared[:8])[0])

    def set(self, at: Instant) -> None:
        self._shared[:8] = struct.pack("<q", at)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.instant() / SECOND, UTC)

    def seconds(self) -> float:
        return self.instant() / SECOND

    def pass_(self, seconds: float) -> None:
        self.set(self.instant() + int(seconds * SECOND))

    def reach(self, at: Instant) -> None:
        """Several may wait for the same moment at once."""
        self.set(max(self.instant(), at))


class NoTurnNeeded:
    """What a store that nobody else has open needs."""

    def take(self) -> bool:
        return True

    def give_back(self) -> None:
        return


def opened(path: Path, clock: Callable[[], Instant]) -> Store:
    return open_store(path, key=KEY, clock=clock, poll_interval=30.0)
