"""A clock that goes, and that can be moved forward: RT's, and that of every console of the campaign."""

from __future__ import annotations

import fcntl
import mmap
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agentconsole.domain.instant import SECOND, Instant
from tests.faults.world import Time

HERE = Path(__file__).parent


class MovableTime(Time):
    """The real time and what *path* says that it is ahead; never goes back, for several processes move it."""

    least_pause = 0.05

    def __init__(self, path: Path) -> None:
        self._path = path
        path.write_bytes(bytes(8))
        self._file = path.open("r+b")
        self._shared = mmap.mmap(self._file.fileno(), 8)
        self._lock = threading.Lock()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a Perl program go by this clock."""
        return {"PERL5OPT": f"-I{HERE} -MMovableClock", "MOVABLE_CLOCK": str(self._path)}

    def instant(self) -> Instant:
        return time.time_ns() // 1_000 + self._ahead()

    def set(self, at: Instant) -> None:
        self.reach(at)

    def pass_(self, seconds: float) -> None:
        with self._alone():
            self._move(int(seconds * SECOND))

    def reach(self, at: Instant) -> None:
        with self._alone():
            self._move(max(0, at - self.instant()))

    def _ahead(self) -> int:
        return int(struct.unpack("<q", self._shared[:8])[0])

    def _move(self, by: int) -> None:
        self._shared[:8] = struct.pack("<q", self._ahead() + by)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A lock of threads, and one of processes: those that were forked share the file's description."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
