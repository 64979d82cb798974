"""Opens a store: as it is, newly made, or migrated; never one that a newer console wrote.

When the schema is current neither SQLAlchemy nor Alembic is imported, so that the queue can be painted first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from agentconsole.domain.instant import Instant
from agentconsole.store import driver
from agentconsole.store.cipher import Seal, is_plain, look_at, plain_beside
from agentconsole.store.condition import mark_of
from agentconsole.store.errors import CorruptDatabase, NewerSchema, ReadOnlyDisk, StoreError, WrongKey, translate
from agentconsole.store.store import Store

SCHEMA = 4
"""The schema that this console reads and writes, as ``PRAGMA user_version``; each migration adds one."""


def wall_clock() -> Instant:
    """This machine's time."""
    return time.time_ns() // 1000


def open_store(
    path: Path, *, key: bytes | None, clock: Callable[[], Instant] = wall_clock, poll_interval: float = 1.0
) -> Store:
    """Open the database at *path*, creating or migrating it first; a migration leaves a backup beside it.

    *key* are the 32 raw bytes that it is, or will be, encrypted with; None only for tests and measurements.

    *clock* dates what is done here (drafts, queued changes); *poll_interval* is how often, in seconds, to look for
    other processes' commits. Raises NewerSchema, WrongKey, ReadOnlyDisk, DiskFull, CorruptDatabase or DatabaseBusy.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadOnlyDisk(f"{ReadOnlyDisk.title} ({type(error).__name__})") from error
    try:
        if mark_of(path).exists():
            _look_closely(path, key)
        found = _known_schema(path, key) if key is None else _encrypted(path, key)
        if found < SCHEMA:
            _migrate(path, found, key)
        return Store(path, key=key, clock=clock, poll_interval=poll_interval)
    except (driver.Error, OSError, ReadOnlyDisk) as error:
        trouble = _trouble(error, path)
        found_anyway = _for_reading(path, key, clock) if isinstance(trouble, ReadOnlyDisk) else None
        if found_anyway is not None:
            return found_anyway
        if trouble is error:
            raise
        raise trouble from error


def _trouble(error: Exception, path: Path) -> StoreError:
    if isinstance(error, StoreError):
        return error
    if isinstance(error, driver.Error):
        return translate(error, path)
    return ReadOnlyDisk(f"{ReadOnlyDisk.title} ({type(error).__name__})")


def _for_reading(path: Path, key: bytes | None, clock: Callable[[], Instant]) -> Store | None:
    """Open what can't be written for reading, None when even that is not possible."""
    from agentconsole.store.only_reading import reading_of

    try:
        found = reading_of(path, key, SCHEMA)
        return None if found is None else Store(path, key=key, clock=clock, only_read=found)
    except (driver.Error, StoreError, OSError):
        return None


def _look_closely(path: Path, key: bytes | None) -> None:
    """A console met damage here while it ran: raise CorruptDatabase unless all of the file can be read after all."""
    if path.exists():
        with closing(driver.connect(path, key=key)) as db:
            if any(row[0] != "ok" for row in db.execute("PRAGMA quick_check(1)")):
                raise CorruptDatabase
            # what full text and other derived tables hold is not looked at by the check above
            db.execute("SELECT count(*) FROM words_data WHERE length(block) < 0").fetchone()
    mark_of(path).unlink(missing_ok=True)


def _known_schema(path: Path, key: bytes | None) -> int:
    found = schema_of(path, key=key)
    if found > SCHEMA:
        raise NewerSchema(f"{NewerSchema.title} (schema {found}, this console knows {SCHEMA})")
    return found


def _encrypted(path: Path, key: bytes) -> int:
    """Return the schema of the store at *path*; what an earlier console left readable there is encrypted first."""
    try:
        found = _known_schema(path, key)
    except driver.Error:
        if not is_plain(path):
            raise
        from agentconsole.store.encrypting import encrypt_store

        try:
            # one that is not ours, or that we can't read yet, stays as it is
            _known_schema(path, None)
        except (driver.Error, CorruptDatabase):
            if is_plain(path):
                raise
            # another console was faster
        encrypt_store(path, key)
        found = _known_schema(path, key)
    if plain_beside(path, key):
        from agentconsole.store.encrypting import encrypt_beside

        encrypt_beside(path, key)
    return found


def schema_of(path: Path, *, key: bytes | None) -> int:
    """Return the schema number of the database at *path*, 0 when it is empty or absent.

    Raises WrongKey when it is encrypted with another *key*, CorruptDatabase for a file of another program, and the
    driver's ``Error``.
    """
    try:
        with closing(driver.connect(path, key=key)) as db:
            found = driver.pragma_number(db, "user_version")
            ours = driver.pragma_number(db, "application_id") == driver.APPLICATION_ID
            if not ours and db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
                raise CorruptDatabase("The file is a database of another program")
    except driver.Error as error:
        # only then: a second handle to a file that SQLite has open would, when it is closed, give back SQLite's locks
        if path.exists() and look_at(path, key) is Seal.OTHER:
            raise WrongKey from error
        raise
    return found


def _migrate(path: Path, found: int, key: bytes | None) -> None:
    from sqlalchemy.exc import DBAPIError

    from agentconsole.store.migrating import migrate

    try:
        migrate(path, found, SCHEMA, key=key)
    except DBAPIError as error:
        if isinstance(error.orig, driver.Error):
            raise translate(error.orig, path) from error
        raise StoreError from error
