"""``include=``: related records sent along, so that a client need not ask for each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Connection, Row, Table, select

from agentconsole.server import wire
from agentconsole.server.call import Call
from agentconsole.server.schema import groups, organizations, users

Include = Annotated[
    str | None, Query(max_length=500, description="Side loads, comma separated; unknown names are ignored")
]

AT_ONCE = 500
"""Ids in one query: SQLite and PostgreSQL both take them well below their limits."""


def names(include: str | None) -> frozenset[str]:
    """The names in *include*; ``tickets(users,groups)`` counts as its inner names."""
    if not include:
        return frozenset()
    return frozenset(part.strip() for part in include.replace("tickets(", "").replace(")", "").split(",") if part)


def fetch(db: Connection, table: Table, ids: Iterable[int | None]) -> list[Row[Any]]:
    """Return the rows of *table* with *ids*, in order of id; nulls and unknown ids are passed over."""
    wanted = sorted({each for each in ids if each is not None})
    rows: list[Row[Any]] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows.extend(db.execute(select(table).where(table.c.id.in_(part)).order_by(table.c.id)))
    return rows


def of_tickets(
    call: Call, db: Connection, include: str | None, rows: Sequence[Row[Any]], shapes: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Add what belongs inside the tickets (*shapes*, in the order of *rows*); return what belongs beside them."""
    wanted = names(include)
    if "slas" in wanted:
        now = int(call.desk.database.now().timestamp())
        for row, shape in zip(rows, shapes, strict=True):
            shape["slas"] = wire.slas(row, now)
    if "comment_count" in wanted:
        for row, shape in zip(rows, shapes, strict=True):
            shape["comment_count"] = row.comment_count
    beside: dict[str, Any] = {}
    if "users" in wanted:
        ids = [each for row in rows for each in (row.requester_id, row.submitter_id, row.assignee_id)]
        beside["users"] = _shapes(db, users, ids, wire.user, call.api)
    if "groups" in wanted:
        beside["groups"] = _shapes(db, groups, [row.group_id for row in rows], wire.group, call.api)
    if "organizations" in wanted:
        ids = [row.organization_id for row in rows]
        beside["organizations"] = _shapes(db, organizations, ids, wire.organization, call.api)
    return beside


def of_users(call: Call, db: Connection, include: str | None, rows: Sequence[Row[Any]]) -> dict[str, Any]:
    """Return what goes beside a list of users."""
    wanted = names(include)
    beside: dict[str, Any] = {}
    if "organizations" in wanted:
        ids = [row.organization_id for row in rows]
        beside["organizations"] = _shapes(db, organizations, ids, wire.organization, call.api)
    if "groups" in wanted:
        beside["groups"] = _shapes(db, groups, [row.default_group_id for row in rows], wire.group, call.api)
    return beside


def of_memberships(call: Call, db: Connection, include: str | None, rows: Sequence[Row[Any]]) -> dict[str, Any]:
    """Return what goes beside a list of group memberships."""
    wanted = names(include)
    beside: dict[str, Any] = {}
    if "users" in wanted:
        beside["users"] = _shapes(db, users, [row.user_id for row in rows], wire.user, call.api)
    if "groups" in wanted:
        beside["groups"] = _shapes(db, groups, [row.group_id for row in rows], wire.group, call.api)
    return beside


def _shapes(
    db: Connection,
    table: Table,
    ids: Iterable[int | None],
    shape: Callable[[Row[Any], str], dict[str, Any]],
    api: str,
) -> list[dict[str, Any]]:
    return [shape(row, api) for row in fetch(db, table, ids)]
