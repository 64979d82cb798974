"""Bring a whole account into an empty database, fast: reference rows, then tickets as they are told, story by story.

Rows of tickets are made in ``story_rows.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import Table, insert, select

from agentconsole.server import schema
from agentconsole.server.database import Database, WriteTransaction
from agentconsole.server.pins import load_pins
from agentconsole.server.sla_rules import load_rules
from agentconsole.server.story_rows import Story, StoryRows, Wire, json_text

OWN_IDS: Final = 900_000_000_000_000
"""Where the ids begin that the loader hands out; what is brought in must stay below."""

_TABLES: Final[Mapping[str, Table]] = {
    name: getattr(schema, name)
    for name in (
        "groups",
        "users",
        "organizations",
        "group_memberships",
        "ticket_fields",
        "macros",
        "views",
        "sla_policies",
        "schedules",
        "holidays",
        "articles",
        "contacts",
        "announcements",
        "status_summary",
    )
}


class NotEmpty(ValueError):
    """The database has tickets already: loading would mix two accounts."""


def is_empty(database: Database) -> bool:
    """Whether there is no ticket yet, so that `load` may be called."""
    with database.read() as db:
        return db.execute(select(schema.tickets.c.id).limit(1)).first() is None


def load(
    database: Database,
    reference: Iterable[tuple[str, list[Wire]]],
    stories: Iterable[Sequence[Story]],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Insert everything; returns the number of tickets, which *progress* is also told after each batch.

    Each batch is committed by itself. Raises NotEmpty, and ValueError for a table that is not known.
    """
    if not is_empty(database):
        raise NotEmpty("The database already has tickets")
    with database.write() as tx:
        highest = 0
        for name, rows in reference:
            if name == "support_pins":
                load_pins(tx, ((row["user_id"], row["pin"]) for row in rows))
                continue
            if name not in _TABLES:
                raise ValueError(f"There is no table for {name!r}")
            _insert_reference(tx, _TABLES[name], rows)
            highest = max([highest, *(int(row.get("id") or 0) for row in rows if name != "status_summary")])
        loader = StoryRows(load_rules(tx.db))
        tx.reserve_above(other_id=max(highest, OWN_IDS))
    loaded = 0
    for batch in stories:
        with database.write() as tx:
            loader.insert(tx, batch)
        loaded += len(batch)
        if progress is not None:
            progress(loaded)
    return loaded


def _insert_reference(tx: WriteTransaction, table: Table, rows: Sequence[Wire]) -> None:
    stored = [_stored(tx, table, row) for row in rows]
    for _, alike in groupby(sorted(stored, key=_columns), key=_columns):
        tx.db.execute(insert(table), list(alike))


def _columns(row: Wire) -> str:
    return ",".join(sorted(row))


def _stored(tx: WriteTransaction, table: Table, wire: Wire) -> Wire:
    """A row in the API's shape as the table keeps it; what the table has no column for is left out."""
    if table is schema.status_summary:
        wire = {"id": 1, "summary": wire.get("summary", wire)}
    row: Wire = {}
    for column in table.columns:
        if column.name not in wire:
            continue
        value = wire[column.name]
        if column.type is schema.JSON_TEXT:
            value = json_text(value)
        elif value is None and not column.nullable:
            continue
        row[column.name] = value
    if table is schema.users and row.get("email"):
        row["email"] = row["email"].lower()
    row.setdefault("created_at", tx.at)
    row.setdefault("updated_at", row["created_at"])
    row["seq"], row["version"] = tx.next_seq(), 1
    row.setdefault("id", tx.new_id())
    return row
