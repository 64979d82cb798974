"""The floors of reading: the same questions as plain SQL on a connection of its own."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agentconsole.domain.query import QueueQuery, Word, parse
from agentconsole.store import driver
from agentconsole.store.filtering import Asking
from agentconsole.store.keys import DOCUMENT_BITS, LAST_DOCUMENT, UNSOLVED
from agentconsole.store.listing import ids_statement, listing
from agentconsole.store.words import match_of
from tests.bench.measuring import timed
from tests.bench.samples import Sample


class BareSql:
    """Reads the console's database at *path* with nothing between. *me* is the signed-in person's number."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._db = driver.connect(path, key=key)
        row = self._db.execute("SELECT value FROM fact WHERE name = 'identity'").fetchone()
        self._me: str | None = str(json.loads(row[0])["ref"]) if row else None

    def close(self) -> None:
        self._db.close()

    def some_tickets(self, count: int, seed: int) -> list[int]:
        """*count* unsolved tickets by chance, the one with the longest conversation first."""
        longest = self._ints("SELECT id FROM ticket WHERE place = ? ORDER BY comments DESC LIMIT 1", UNSOLVED)
        others = self._ints("SELECT id FROM ticket WHERE place = ? ORDER BY id", UNSOLVED)
        return longest + random.Random(seed).sample(others, min(count - 1, len(others)))

    def ticket(self, number: int) -> Sample:
        """A ticket's row and its comments."""
        start = number << DOCUMENT_BITS
        return timed(
            lambda: (
                self._db.execute("SELECT * FROM ticket WHERE id = ?", (number,)).fetchall(),
                self._db.execute(
                    "SELECT * FROM comment WHERE id BETWEEN ? AND ?", (start + 1, start + LAST_DOCUMENT)
                ).fetchall(),
            )
        )

    def view(self, key: str, limit: int = 200) -> Sample:
        """The first ids of a view: the statement that the store makes, without making it."""
        asking = Asking(self._me, time.time_ns() // 1000)
        sql, parameters = ids_statement(listing(self._db, QueueQuery(view=key), None, asking), limit)
        return timed(lambda: self._db.execute(sql, parameters).fetchall())

    def words(self, text: str, limit: int = 200) -> Sample | None:
        """The newest documents with the words of *text*; None when it holds none that are looked up."""
        matches = [match for term in parse(text).terms if isinstance(term, Word) and (match := match_of(term))]
        if not matches:
            return None
        match = " AND ".join(matches)
        statement = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        return timed(lambda: self._db.execute(statement, (match, limit)).fetchall())

    def count(self) -> Sample:
        """One walk over the unsolved tickets."""
        return timed(lambda: self._db.execute("SELECT count(*) FROM ticket WHERE place = ?", (UNSOLVED,)).fetchone())

    def all_ids(self) -> Sample:
        """Every ticket's id in the order of its number, from an index."""
        statement = "SELECT id FROM ticket WHERE place > 0 ORDER BY place, number"
        return timed(lambda: self._db.execute(statement).fetchall())

    def everything(self) -> Sample:
        """One walk over all tickets, their records and all comments."""
        return timed(
            lambda: (
                self._db.execute("SELECT count(*), max(created_at) FROM ticket NOT INDEXED").fetchone(),
                self._db.execute("SELECT sum(length(record)) FROM ticket_record").fetchone(),
                self._db.execute("SELECT count(*), max(created_at) FROM comment NOT INDEXED").fetchone(),
            )
        )

    def _ints(self, statement: str, *parameters: Any) -> list[int]:
        return [row[0] for row in self._db.execute(statement, parameters)]


def empty_copy(of: Path, at: Path, key: bytes | None) -> driver.Connection:
    """A database at *at* with the tables and indexes of *of* and nothing in them, under the same *key*, for writing."""
    at.unlink(missing_ok=True)
    with closing(driver.connect(of, key=key)) as model:
        statements: Sequence[tuple[str]] = model.execute(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'words_%' "
            "AND name NOT LIKE 'sqlite_%' ORDER BY type <> 'table'"
        ).fetchall()
    db = driver.connect(at, key=key, writer=True)
    db.execute("PRAGMA foreign_keys = OFF")
    for (sql,) in statements:
        db.execute(sql)
    return db
