"""A store on a disk that can't be written: it is opened for reading.

SQLite reads a database with a write-ahead log only where it can make, or finds, the index of that log. Elsewhere a log
that is empty is left out of account, and one with commits in it is copied, with the database, to a place for passing
files: encrypted as they are, and removed when the store is closed.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from agentconsole.store import driver
from agentconsole.store.driver import Reach


class OnlyRead(NamedTuple):
    """Where and how the store is read; ``folder`` is what was made for that, None when nothing was."""

    path: Path
    reach: Reach
    folder: Path | None = None

    def forget(self) -> None:
        """Remove what was made. Idempotent."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def reading_of(path: Path, key: bytes | None, schema: int) -> OnlyRead | None:
    """Return how the store at *path*, of *schema*, can be read without writing; None when it can't be."""
    if not path.exists():
        return None
    usual = OnlyRead(path, Reach.READING)
    if _can_read(usual, key, schema):
        return usual
    log = path.with_name(f"{path.name}-wal")
    with suppress(OSError):
        if not log.exists() or log.stat().st_size == 0:
            frozen = OnlyRead(path, Reach.FROZEN)
            return frozen if _can_read(frozen, key, schema) else None
        copied = _copied(path, log)
        if _can_read(copied, key, schema):
            return copied
        copied.forget()
    return None


def _copied(path: Path, log: Path) -> OnlyRead:
    folder = Path(tempfile.mkdtemp(prefix="agentconsole-"))
    try:
        for file in (path, log):
            shutil.copyfile(file, folder / file.name)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return OnlyRead(folder / path.name, Reach.USUAL, folder)


def _can_read(found: OnlyRead, key: bytes | None, schema: int) -> bool:
    try:
        with closing(driver.connect(found.path, key=key, reach=found.reach)) as db:
            return driver.pragma_number(db, "user_version") == schema
    except driver.Error:
        return False
