"""Reads what can be read of a store whose file is damaged: from both ends of each table, and row by row in between.

After a page that fails its authentication SQLCipher refuses everything on that connection: each failure costs a new
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from agentconsole.domain.commands import decode_command
from agentconsole.domain.values import OutboxState
from agentconsole.store import driver
from agentconsole.store.driver import Reach
from agentconsole.store.journal import COUNTER, FACTS, JOURNALLED, OF_TICKETS
from agentconsole.store.journal_file import Copy

_PROBES = 5000
"""How many rows are asked for one by one where a table can't be read in its order."""

Key = tuple[str, tuple[str | int, ...]]


class Damaged:
    """The unsent work in the file at *path*, as far as it can be read.

    Attributes:
        copies: the rows, by (table, key); those that are sent have no row.
        number: the number of the last commit, see :mod:`agentconsole.store.journal`; None when it can't be read.
        is_whole: every row of every table could be read.
    """

    def __init__(self, path: Path, key: bytes | None, *, reach: Reach = Reach.READING) -> None:
        self._path = path
        self._key = key
        self._reach = reach
        self._connection: driver.Connection | None = None
        self._refs: dict[int, tuple[str | None, str]] = {}
        self.copies: dict[Key, Copy] = {}
        self.number: int | None = None
        self.is_whole = path.exists()
        if not self.is_whole:
            return
        try:
            self._read()
        finally:
            self._close()

    def _read(self) -> None:
        facts = {name: self._ask("SELECT value FROM fact WHERE name = ?", (name,)) for name in (COUNTER, *FACTS)}
        number = facts[COUNTER]
        self.number = int(number[0]) if number and str(number[0]).isdigit() else None
        for name in FACTS:
            if (fact := facts[name]) and isinstance(fact[0], str):
                self._keep(Copy(table="fact", key=(name,), row={"name": name, "value": fact[0]}))
        self._read_refs()
        for table, key in JOURNALLED.items():
            if table == "fact":
                continue
            for row in self._rows(table):
                copy = self._copy(table, key, row)
                if copy is None:
                    self.is_whole = False
                else:
                    self._keep(copy)

    def _keep(self, copy: Copy) -> None:
        self.copies[copy.table, copy.key] = copy

    def _copy(self, table: str, key: Sequence[str], row: dict[str, Any]) -> Copy | None:
        """Return *row* as a copy; None when it is not what a console writes: damage that nothing else has told of."""
        named = tuple(row.get(column) for column in key)
        if not all(isinstance(value, str | int) for value in named):
            return None
        if table == "outbox":
            try:
                command = decode_command(row["command"])
                state = OutboxState(row["state"])
            except (msgspec.ValidationError, msgspec.DecodeError, ValueError, TypeError, KeyError):
                return None
            into = getattr(command, "into", None)
            goal = self._ref(into)[0] if isinstance(into, int) else None
        else:
            state, goal = None, None
        ref, subject = self._ref(row.get("ticket")) if table in OF_TICKETS else (None, "")
        return Copy(
            table=table,
            key=named,  # type: ignore[arg-type]  # each is looked at above
            row=None if state is OutboxState.SENT else row,
            ref=ref,
            subject=subject,
            into=goal,
        )

    # tickets

    def _read_refs(self) -> None:
        """Read the numbers of tickets from their index, which is on other pages than the tickets."""
        for row in self._scan("SELECT ref, id FROM ticket INDEXED BY sqlite_autoindex_ticket_1 WHERE ref IS NOT NULL"):
            if isinstance(row[0], str) and isinstance(row[1], int):
                self._refs[row[1]] = row[0], ""

    def _ref(self, ticket: object) -> tuple[str | None, str]:
        """Return the number and the subject of *ticket*, as far as they can be read."""
        if not isinstance(ticket, int):
            return None, ""
        row = self._ask("SELECT ref, subject FROM ticket WHERE id = ?", (ticket,))
        if row and isinstance(row[0], str | None) and isinstance(row[1], str):
            return row[0], row[1]
        return self._refs.get(ticket, (None, ""))

    # reading past damage

    def _rows(self, table: str) -> Iterator[dict[str, Any]]:
        columns = self._columns(table)
        if not columns:
            return
        without_rowid = table == "form_draft"
        order = "name" if without_rowid else "rowid"
        select = f"SELECT {order}, * FROM {table} NOT INDEXED"
        seen: dict[Any, tuple[Any, ...]] = {}
        was_whole, self.is_whole = self.is_whole, True
        for row in self._scan(f"{select} ORDER BY {order}"):
            seen[row[0]] = row
        if not self.is_whole:
            first_end = max(seen, default=0) if not without_rowid else None
            for row in self._scan(f"{select} ORDER BY {order} DESC"):
                if row[0] in seen:
                    break
                seen[row[0]] = row
            if first_end is not None:
                later = [number for number in seen if number > first_end]
                end = min(later) if later else self._last(table, first_end)
                for number in range(first_end + 1, min(end, first_end + 1 + _PROBES)):
                    found = self._ask(f"{select} WHERE rowid = ?", (number,))
                    if found:
                        seen[number] = found
        self.is_whole = self.is_whole and was_whole
        for row in seen.values():
            yield dict(zip(columns, row[1:], strict=True))

    def _columns(self, table: str) -> list[str]:
        try:
            return [row[1] for row in self._db().execute(f"PRAGMA table_info({table})").fetchall()]
        except driver.Error:
            self._failed()
            return []

    def _last(self, table: str, at: int) -> int:
        row = self._ask("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(row[0]) + 1 if row and isinstance(row[0], int) else at + 1 + _PROBES

    def _scan(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows up to the first that can't be read."""
        try:
            rows = self._db().execute(sql)
            while (row := rows.fetchone()) is not None:
                yield row
        except driver.Error:
            self._failed()

    def _ask(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        try:
            row: tuple[Any, ...] | None = self._db().execute(sql, values).fetchone()
        except driver.Error:
            self._failed()
            return None
        return row

    def _failed(self) -> None:
        self.is_whole = False
        self._close()

    def _db(self) -> driver.Connection:
        if self._connection is None:
            self._connection = driver.connect(self._path, key=self._key, reach=self._reach)
            # of a text with a damaged letter the rest is still somebody's words
            self._connection.text_factory = _text
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
