"""The one place that knows which SQLite is used and how a connection is set up.

A build with encryption swaps the import for ``sqlcipher3.dbapi2`` and passes the raw key in :func:`connect`; nothing
else in the store names the driver.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

Connection = sqlite3.Connection
Cursor = sqlite3.Cursor
Error = sqlite3.Error

APPLICATION_ID = 0x41435354
"""Marks a database file as ours (``PRAGMA application_id``)."""

_READ_CACHE_KIB = 8 * 1024
_WRITE_CACHE_KIB = 32 * 1024
_WAL_LIMIT = 64 * 1024 * 1024
_CHECKPOINT_PAGES = 4000


def connect(path: Path, *, writer: bool = False, key: bytes | None = None, busy_ms: int = 5000) -> Connection:
    """Open *path* in WAL mode with foreign keys on; a reader refuses every write.

    Transactions are explicit (no implicit BEGIN). *key* is the raw key of an encrypted store, for a driver that has
    encryption. A connection may be closed from another thread but is used by one. Raises the driver's ``Error``.
    """
    connection = sqlite3.connect(
        path, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        if writer:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
            # a page that a bulk sync touches again and again is then copied into the database once, not every time
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            connection.execute("PRAGMA foreign_keys = ON")
            # redacted text must not linger in free pages, but the cost of wiping every freed page is too high for bulk
            connection.execute("PRAGMA secure_delete = FAST")
        else:
            connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{_WRITE_CACHE_KIB if writer else _READ_CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def pragma_number(connection: Connection, name: str) -> int:
    """Return the integer that ``PRAGMA name`` answers."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def describe() -> str:
    """Return what this program's SQLite is; raises RuntimeError when it can't search text (FTS5)."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5 (body)")
        except sqlite3.OperationalError as error:
            raise RuntimeError(f"SQLite {sqlite3.sqlite_version} was built without FTS5") from error
    return f"SQLite {sqlite3.sqlite_version} with FTS5"
