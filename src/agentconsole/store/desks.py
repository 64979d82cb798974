"""Whose tickets a store holds. One store never mixes two help desks, whatever address its profile is given.

A store knows its desk by a fact. When its profile has come to name another one, the store and its files are set aside
under the name of their desk, with all that was not sent, and come back once the profile names that desk again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from agentconsole.domain.instant import Instant
from agentconsole.store import driver
from agentconsole.store.errors import ReadOnlyDisk, translate
from agentconsole.store.files import files_of
from agentconsole.store.journal import DESK, journal_of
from agentconsole.store.notices import LEFT_BEHIND
from agentconsole.store.opening import open_store, wall_clock
from agentconsole.store.store import Store

BUSY_MS = 3000
"""How long another program may keep the store before it is left where it is."""

_WAITING = "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'withdrawn')"
_DRAFTS = "SELECT count(*) FROM draft"


def open_store_of(desk: str, path: Path, *, key: bytes | None, clock: Callable[[], Instant] = wall_clock) -> Store:
    """Open the store at *path* for the help desk *desk*; one of another desk is set aside first.

    Raises what :func:`open_store` raises, DatabaseBusy too when another program uses the store to be set aside.
    """
    if not path.exists():
        _bring_back(path, desk)
    store = open_store(path, key=key, clock=clock)
    known = store.facts.get(DESK)
    if known == desk:
        return store
    if known is None:
        store.facts.put(DESK, desk)
        return store
    store.close()
    waiting, drafts = unsent_in(path, key=key)
    _set_aside(path, known, key)
    _bring_back(path, desk)
    store = open_store(path, key=key, clock=clock)
    left = json.dumps({"desk": known, "changes": waiting, "drafts": drafts}) if waiting or drafts else None
    try:
        store.facts.put(DESK, desk).result()
        store.facts.put(LEFT_BEHIND, left).result()
    except BaseException:
        store.close()
        raise
    return store


def unsent_in(path: Path, *, key: bytes | None) -> tuple[int, int]:
    """Return how many changes of the store at *path* were not sent, and how many drafts it has. Raises StoreError."""
    try:
        with closing(driver.connect(path, key=key)) as db:
            return db.execute(_WAITING).fetchone()[0], db.execute(_DRAFTS).fetchone()[0]
    except driver.Error as error:
        raise translate(error, path) from error


def stores_aside(path: Path) -> tuple[Path, ...]:
    """Return the stores of other desks that were set aside from *path*."""
    return tuple(sorted(path.parent.glob(f"{path.stem}@*{path.suffix}")))


def _aside(path: Path, desk: str) -> Path:
    return path.with_name(f"{path.stem}@{quote(desk, safe='')}{path.suffix}")


def _set_aside(path: Path, desk: str, key: bytes | None) -> None:
    """Give the store and its files the name of *desk*; never over another one."""
    kept, number = desk, 1
    while _aside(path, kept).exists():
        number += 1
        kept = f"{desk} {number}"
    try:
        with closing(driver.connect(path, key=key, writer=True, busy_ms=BUSY_MS)) as db:
            # all into one file; refused while anybody else has it open
            db.execute("PRAGMA journal_mode = DELETE")
    except driver.Error as error:
        raise translate(error, path) from error
    # the store last: whatever ends this in between, it is found to be of another desk once more
    _rename(files_of(path), files_of(_aside(path, kept)))
    _rename(journal_of(path), journal_of(_aside(path, kept)))
    _rename(path, _aside(path, kept))


def _bring_back(path: Path, desk: str) -> None:
    _rename(files_of(_aside(path, desk)), files_of(path))
    _rename(journal_of(_aside(path, desk)), journal_of(path))
    _rename(_aside(path, desk), path)


def _rename(path: Path, to: Path) -> None:
    if not path.exists():
        return
    try:
        path.rename(to)
    except OSError as error:
        raise ReadOnlyDisk(f"{ReadOnlyDisk.title} ({type(error).__name__})") from error
