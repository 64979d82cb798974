"""Small remembered facts, and how far each stream of the help desk was read."""

from __future__ import annotations

from concurrent.futures import Future

from agentconsole.store.reading import Readers
from agentconsole.store.writer import Transaction, Urgency, Writer

ARCHIVE = "archive"
"""The fact that a store has which holds an archive: what the archive is of, as JSON."""


class Facts:
    """Named texts: who is signed in, the clock's offset, when the cache last agreed with the help desk."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    def get(self, name: str) -> str | None:
        """Return what was put under *name*."""
        with self._readers.read() as db:
            row = db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, name: str, value: str | None, *, initiator: str = "sync") -> Future[None]:
        """Remember *value* under *name*; None forgets it."""

        def work(tx: Transaction) -> None:
            put_fact(tx, name, value)

        return self._writer.submit(Urgency.SYNC, work, initiator)


class Cursors:
    """Where to go on in each stream. They move with the page they came with, in its transaction."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    def get(self, stream: str) -> str | None:
        """Return the cursor of *stream*, None at its beginning."""
        with self._readers.read() as db:
            row = db.execute("SELECT value FROM stream_cursor WHERE stream = ?", (stream,)).fetchone()
        return None if row is None else str(row[0])

    def clear(self, stream: str | None = None) -> Future[None]:
        """Begin *stream*, or all of them, anew."""

        def work(tx: Transaction) -> None:
            tx.db.execute("DELETE FROM stream_cursor WHERE ?1 IS NULL OR stream = ?1", (stream,))

        return self._writer.submit(Urgency.SYNC, work, "sync")


def put_fact(tx: Transaction, name: str, value: str | None) -> bool:
    """Remember *value* under *name* in the running transaction; returns whether that is new."""
    row = tx.db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    if (row[0] if row else None) == value:
        return False
    if value is None:
        tx.db.execute("DELETE FROM fact WHERE name = ?", (name,))
    else:
        tx.db.execute(
            "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
    return True


def put_cursor(tx: Transaction, stream: str, value: str) -> None:
    """Move the cursor of *stream* in the running transaction."""
    tx.db.execute(
        "INSERT INTO stream_cursor (stream, value) VALUES (?, ?) "
        "ON CONFLICT (stream) DO UPDATE SET value = excluded.value",
        (stream, value),
    )
