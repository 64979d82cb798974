"""Wrong passphrases are looked at slower and slower.

It is for whoever sits down at an unattended keyboard. Against somebody who has a copy of the files only the cost of one
attempt helps (see ``vault.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from agentconsole.platform.files import write_atomically
from agentconsole.platform.keychain.api import TooSoon

log = logging.getLogger(__name__)

FREE = 3
LONGEST = 60.0


class _Count(msgspec.Struct, frozen=True):
    wrong: int = 0
    last: float = 0.0


class Attempts:
    """Counts what was tried in *path*, for all processes of the home; *clock* returns seconds since 1970."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock

    def wait(self) -> float:
        """Return in how many seconds the next attempt is looked at: after three wrong ones 1 s, then twice as long."""
        count = self._read()
        if count.wrong < FREE:
            return 0.0
        delay: float = min(LONGEST, 2.0 ** (count.wrong - FREE))
        now = self._clock()
        if now < count.last:
            # a clock that was set back must not lock anybody out until it has caught up
            self._write(_Count(count.wrong, now))
            return delay
        return max(0.0, delay - (now - count.last))

    def begin(self) -> None:
        """See whether an attempt may be looked at. Raises TooSoon when not yet.

        It is counted once it was wrong, and not before: several scripts may open the home at the same moment.
        """
        wait = self.wait()
        if wait > 0:
            raise TooSoon(wait)

    def was_wrong(self) -> float:
        """Count one wrong attempt; returns in how many seconds the next is looked at."""
        self._write(_Count(self._read().wrong + 1, self._clock()))
        return self.wait()

    def forget(self) -> None:
        """The right one was given."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.info("the count of attempts stays: %s", error.strerror)

    def _read(self) -> _Count:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Count)
        except (OSError, msgspec.DecodeError):
            return _Count()

    def _write(self, count: _Count) -> None:
        try:
            write_atomically(self._path, msgspec.json.encode(count))
        except OSError as error:
            # on a disk that can only be read, tickets can be read all the same
            log.info("attempts can't be counted: %s", error.strerror)
