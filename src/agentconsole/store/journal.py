"""The second copy of unsent work: what one bad page of the store may cost is nothing that an agent wrote.

SQLCipher authenticates every page, so that one flipped bit takes four kilobytes with it, in the worst case the schema
and with it every row. And SQLite takes a log that is torn for one that ends there, and opens clean without what was
committed behind the tear. Therefore whatever was committed of the tables below is appended to a small file of its own
before the agent is told that it is kept. Temporary triggers note the rows, whoever writes them.

Each commit that touches them gets a number, counted in the store, in the same transaction. A journal that is behind the
store missed an append and is written anew from the store; a store that is behind its journal lost commits, which are
put back. So a store that was set aside, or that somebody deleted, comes back with all that was not sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentconsole.store import driver
from agentconsole.store.journal_file import Batch, Copy, JournalFile, Reading

if TYPE_CHECKING:
    from agentconsole.store.writer import Transaction

_log = logging.getLogger(__name__)

JOURNALLED: dict[str, tuple[str, ...]] = {
    "outbox": ("key",),
    "draft": ("ticket", "public"),
    "draft_version": ("id",),
    "form_draft": ("name",),
    "kept_file": ("key",),
    "saved_search": ("id",),
    "trip": ("id",),
    "fact": ("name",),
}
"""The tables that hold an agent's work, with their key columns."""

DESK = "desk"
"""The fact that names the help desk of the work: what is for one is never sent to another."""

FACTS = (DESK, "cache_scope", "cache_squeezed", "trip_pace")
"""The facts that are copied: that one, and what the agent chose to keep here."""

_OF_FACTS = ", ".join(f"'{name}'" for name in FACTS)

COUNTER = "journal number"
"""The fact that counts the commits."""

OF_TICKETS = ("outbox", "draft", "draft_version")
"""Those whose rows belong to a ticket."""

_WORDS = ("draft", "draft_version", "form_draft")
_AT_ONCE = 500
_LARGE = 1024 * 1024
_DEAD_WEIGHT = 4


def journal_of(path: Path) -> Path:
    """Return where the journal of the store at *path* is."""
    return path.with_suffix(".unsent")


class Journal:
    """Keeps the journal of one store in step with its writing connection. For the writer's thread."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._file = JournalFile(journal_of(path), key)
        self._is_behind = False
        self._size = 0
        self._smallest = 0
        self._has_failed = False

    def watch(self, db: driver.Connection) -> None:
        """Have the writing connection *db* note the rows that it touches. Raises the driver's ``Error``."""
        db.execute("CREATE TEMP TABLE IF NOT EXISTS touched (kind, a, b, PRIMARY KEY (kind, a, b)) WITHOUT ROWID")
        for table, key in JOURNALLED.items():
            only = f"WHEN {{}}.name IN ({_OF_FACTS})" if table == "fact" else ""
            for verb, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
                named = ", ".join([f"{row}.{column}" for column in key] + [""] * (2 - len(key))).removesuffix(", ")
                named += ", ''" if len(key) == 1 else ""
                db.execute(
                    f"CREATE TEMP TRIGGER IF NOT EXISTS touched_{table}_{verb.lower()} AFTER {verb} ON main.{table} "
                    f"{only.format(row)} BEGIN INSERT OR IGNORE INTO touched VALUES ('{table}', {named}); END"
                )
        # what was copied with a local number only is copied again once the help desk has given one
        db.execute(
            "CREATE TEMP TRIGGER IF NOT EXISTS touched_ticket AFTER UPDATE OF ref ON main.ticket "
            "WHEN new.ref IS NOT old.ref BEGIN "
            "INSERT OR IGNORE INTO touched SELECT 'outbox', key, '' FROM outbox WHERE ticket = new.id; "
            "INSERT OR IGNORE INTO touched SELECT 'draft', ticket, public FROM draft WHERE ticket = new.id; "
            "INSERT OR IGNORE INTO touched SELECT 'draft_version', id, '' FROM draft_version WHERE ticket = new.id; END"
        )

    def read(self) -> Reading | None:
        """Return what the journal holds, before the transaction of :meth:`begin`; None when there is none.

        What another process commits between the two is then not ahead of the store. One that the disk does not give
        back is kept under another name, and written anew.
        """
        try:
            return self._file.read()
        except OSError as error:
            self.fall_behind(error)
            self._file.set_aside()
            return None

    def is_in_step(self, db: driver.Connection, reading: Reading | None) -> bool:
        """Whether nothing has to be done in :meth:`begin`."""
        if reading is None:
            return not self._is_behind and not _number(db) and not _has_work(db)
        self._size = self._smallest = reading.size
        return reading.is_whole and reading.number == _number(db)

    def begin(self, tx: Transaction, reading: Reading | None) -> None:
        """Put back what the store lost, and write the journal anew. Raises the driver's ``Error``.

        Where there is no room for a new journal the old one stays, and the store has all that is in it.
        """
        if reading is not None and reading.number > _number(tx.db):
            from agentconsole.store.restoring import restore

            here = _number(tx.db)
            lost = [batch for batch in reading.batches if batch.number > here]
            late = {(copy.table, tuple(copy.key)) for batch in lost for copy in batch.copies}
            everything = reading.base > here
            restore(
                tx, [copy for key, copy in reading.copies.items() if everything or key in late], everything=everything
            )
            _count_to(tx.db, reading.number)
        try:
            if reading is not None and not reading.is_whole and reading.size:
                self._file.keep_damaged()
            self.rewrite(tx.db)
        except OSError as error:
            self.fall_behind(error)

    def tidy(self, db: driver.Connection) -> None:
        """At the beginning of a transaction: write a journal anew that missed something, or is mostly history."""
        if self._is_behind or self._size > max(_LARGE, _DEAD_WEIGHT * self._smallest):
            try:
                self.rewrite(db)
            except OSError as error:
                self.fall_behind(error)

    def note(self, db: driver.Connection) -> Batch | None:
        """Return what the running transaction did to journalled rows, counted as one more commit; None for nothing."""
        if db.execute("SELECT 1 FROM temp.touched LIMIT 1").fetchone() is None:
            return None
        copies = tuple(copy for table in JOURNALLED for copy in _touched(db, table))
        db.execute("DELETE FROM temp.touched")
        return Batch(number=_count_to(db, None), copies=copies)

    def keep(self, batch: Batch, *, durable: bool) -> None:
        """Append *batch*, which is committed. Where that fails the journal is behind, and written anew later."""
        try:
            self._size = self._file.append(batch, durable=durable)
        except OSError as error:
            self.fall_behind(error)

    def keep_words(self, db: driver.Connection) -> None:
        """Keep what the running transaction, which can't be committed, has saved of drafts; as far as that is possible.

        A damaged page elsewhere in the store must not cost the words that are being typed: they are put back by the
        next start. Changes are not kept so: the agent is told that they failed, and would make them twice.
        """
        try:
            copies = tuple(copy for table in _WORDS for copy in _touched(db, table))
            if copies:
                self.keep(Batch(number=_number(db) + 1, copies=copies), durable=True)
        except driver.Error:
            _log.info("what was being typed could not be kept beside the store")

    def rewrite(self, db: driver.Connection) -> None:
        """Write all of the running transaction's rows anew, and nothing else. Raises OSError.

        Within a transaction that can write, whatever another process has yet to append is among these rows already.
        """
        db.execute("DELETE FROM temp.touched")
        self._size = self._smallest = self._file.replace(_everything(db, _number(db)))
        self._is_behind = self._has_failed = False

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def fall_behind(self, error: OSError) -> None:
        """Note that the journal misses something: the store is the one copy until it is written anew."""
        self._is_behind = True
        if not self._has_failed:
            self._has_failed = True
            _log.info("the second copy of unsent work could not be written: %s", type(error).__name__)


def _number(db: driver.Connection) -> int:
    row = db.execute("SELECT value FROM fact WHERE name = ?", (COUNTER,)).fetchone()
    return int(row[0]) if row is not None and str(row[0]).isdigit() else 0


def _count_to(db: driver.Connection, number: int | None) -> int:
    """Make *number*, by default the next one, the number of the running commit; returns it."""
    value = _number(db) + 1 if number is None else number
    db.execute(
        "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (COUNTER, str(value)),
    )
    return value


def _has_work(db: driver.Connection) -> bool:
    return any(
        db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None for table in JOURNALLED if table != "fact"
    )


def _touched(db: driver.Connection, table: str) -> Iterator[Copy]:
    """Yield what has become of the rows of *table* that the transaction touched."""
    key = JOURNALLED[table]
    gone = {row[: len(key)] for row in db.execute("SELECT a, b FROM temp.touched WHERE kind = ?", (table,))}
    on = " AND ".join(f"t.{column} = x.{side}" for column, side in zip(key, "ab", strict=False))
    for copy in _copies(db, table, f"temp.touched x CROSS JOIN {table} t ON {on}", "x.kind = ?", (table,)):
        gone.discard(copy.key)
        yield copy
    yield from (Copy(table=table, key=each, row=None) for each in gone)


def _copies(db: driver.Connection, table: str, source: str, where: str, values: Sequence[Any]) -> Iterator[Copy]:
    key = JOURNALLED[table]
    if table in OF_TICKETS:
        rows = db.execute(
            f"SELECT t.*, k.ref, k.subject FROM {source} LEFT JOIN ticket k ON k.id = t.ticket WHERE {where}", values
        )
    else:
        rows = db.execute(f"SELECT t.*, NULL, '' FROM {source} WHERE {where}", values)
    names = [column[0] for column in rows.description][:-2]
    for *found, ref, subject in rows.fetchall():
        row = dict(zip(names, found, strict=True))
        into = _target_of(db, row["command"]) if row.get("kind") == "merge" else None
        is_done = row.get("state") == "sent"
        yield Copy(
            table=table,
            key=tuple(row[column] for column in key),
            row=None if is_done else row,
            ref=ref,
            subject=subject or "",
            into=into,
        )


def _target_of(db: driver.Connection, command: bytes | str) -> str | None:
    """Return the number of the ticket that a merge goes to."""
    row = db.execute("SELECT ref FROM ticket WHERE id = ?", (json.loads(command).get("into"),)).fetchone()
    return None if row is None else row[0]


def _everything(db: driver.Connection, number: int) -> Iterator[Batch]:
    """Yield every row that counts, in parts that are small enough to be read one by one."""
    copies: list[Copy] = []
    for table in JOURNALLED:
        where = {"outbox": "t.state <> 'sent'", "fact": f"t.name IN ({_OF_FACTS})"}.get(table, "1")
        copies.extend(_copies(db, table, f"{table} t", where, ()))
    pages = [copies[at : at + _AT_ONCE] for at in range(0, len(copies), _AT_ONCE)] or [[]]
    for part, page in enumerate(pages, 1):
        yield Batch(number=number, copies=tuple(page), part=part, parts=len(pages))
