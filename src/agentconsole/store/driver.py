"""The one place that knows which SQLite is used and how a connection is set up; nothing else in the store names it.

It is SQLCipher: every page on the disk, of the database, its write-ahead log and its copies, is encrypted with AES-256
and authenticated. What SQLite sorts aside stays in memory.
"""

from __future__ import annotations

from contextlib import closing
from enum import Enum
from pathlib import Path

from sqlcipher3 import dbapi2

from agentconsole.store.cipher import salt_of

Connection = dbapi2.Connection
Cursor = dbapi2.Cursor
Error = dbapi2.Error
MODULE = dbapi2
"""The driver by the DB-API, for who must be told it whole."""

APPLICATION_ID = 0x41435354
"""Marks a database file as ours (``PRAGMA application_id``)."""

_READ_CACHE_KIB = 16 * 1024
"""A page that is not in the cache is authenticated and decrypted again: twice as much as plain SQLite needs keeps full
text as fast as that."""

_WRITE_CACHE_KIB = 32 * 1024
_WAL_LIMIT = 64 * 1024 * 1024
_CHECKPOINT_PAGES = 4000


class Reach(Enum):
    """What a connection asks of the place that the file is in."""

    USUAL = ""
    READING = "mode=ro"
    """Nothing is written, not even when it closes; the index of the write-ahead log may have to be made."""
    FROZEN = "immutable=1"
    """Nothing can change: no locks, and what stands in a write-ahead log is not seen."""


def connect(
    path: Path, *, key: bytes | None, writer: bool = False, reach: Reach = Reach.USUAL, busy_ms: int = 5000
) -> Connection:
    """Open *path* in WAL mode with foreign keys on; a reader refuses every write.

    Transactions are explicit (no implicit BEGIN). *key* are the 32 raw bytes that the file is encrypted with, None for
    plain SQLite. A connection may be closed from another thread but is used by one. Raises the driver's ``Error``: with
    a wrong key as with a damaged file, not before something is read.
    """
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?{reach.value}" if reach.value else path,
        uri=bool(reach.value),
        timeout=busy_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        # cipher_memory_security stays off: it wipes every buffer that is given back, which made opening a ticket and
        # storing a page three times as slow; the key itself is kept out of the swap without it
        # it would write of each unreadable page to the terminal; we say it in our own words
        connection.execute("PRAGMA cipher_log_level = NONE")
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt_of(key).hex()}'\"")
        if writer:
            # counts for a file that is made now; without it what is evicted would leave the file as large as it was
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            # macOS only: there an fsync leaves the data in the drive's cache; see durable.py for what is synced when
            connection.execute("PRAGMA fullfsync = ON")
            connection.execute("PRAGMA checkpoint_fullfsync = ON")
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
    except dbapi2.Error:
        connection.close()
        raise
    return connection


def pragma_number(connection: Connection, name: str) -> int:
    """Return the integer that ``PRAGMA name`` answers."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def describe() -> str:
    """Return what this program's SQLite is; raises RuntimeError when it can't search text (FTS5)."""
    with closing(dbapi2.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5 (body)")
        except dbapi2.OperationalError as error:
            raise RuntimeError(f"SQLite {dbapi2.sqlite_version} was built without FTS5") from error
        cipher = connection.execute("PRAGMA cipher_version").fetchone()
    if cipher is None:
        raise RuntimeError(f"SQLite {dbapi2.sqlite_version} was built without encryption")
    return f"SQLite {dbapi2.sqlite_version} with FTS5, SQLCipher {cipher[0].split()[0]}"
