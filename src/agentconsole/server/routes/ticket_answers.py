"""Answers that several ticket routes give."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, select

from agentconsole.server import sideloads, wire
from agentconsole.server.call import Call
from agentconsole.server.commenting import audits_shaped
from agentconsole.server.paging import Page, Paging, Sorts
from agentconsole.server.paging import paged as _paged
from agentconsole.server.schema import audits, tickets

STATUS_ORDER: ColumnElement[int] = case(
    {"new": 0, "open": 1, "pending": 2, "hold": 3, "solved": 4, "closed": 5}, value=tickets.c.status, else_=6
)

SORTS: Sorts = {"id": tickets.c.id, "updated_at": tickets.c.updated_at, "status": STATUS_ORDER}
"""What ticket lists may be sorted by with a cursor."""

OFFSET_SORTS: Sorts = {**SORTS, "created_at": tickets.c.created_at, "subject": tickets.c.subject}


def paged_tickets(
    call: Call, db: Connection, paging: Paging, include: str | None, *conditions: ColumnElement[bool]
) -> dict[str, Any]:
    """The body of a list of tickets for which *conditions* hold; soft-deleted ones are not among them."""
    statement = select(tickets).where(tickets.c.deleted_at.is_(None), *conditions)
    sorts = SORTS if paging.is_cursor else OFFSET_SORTS
    page = _paged(call, db, statement, paging, id_column=tickets.c.id, sorts=sorts)
    return listed(call, db, page, include)


def listed(call: Call, db: Connection, page: Page, include: str | None) -> dict[str, Any]:
    """The body of a list whose *page* holds rows of tickets."""
    shapes = [wire.ticket(row, call.api) for row in page.rows]
    return {"tickets": shapes, **sideloads.of_tickets(call, db, include, page.rows, shapes), **page.links}


def shown(call: Call, db: Connection, row: Row[Any], include: str | None) -> dict[str, Any]:
    """The body of one ticket."""
    shape = wire.ticket(row, call.api)
    return {"ticket": shape, **sideloads.of_tickets(call, db, include, [row], [shape])}


def written(call: Call, db: Connection, ticket_id: int, audit_id: int) -> dict[str, Any]:
    """The body after a write: the ticket, and the audit of what was done."""
    row = db.execute(select(tickets).where(tickets.c.id == ticket_id)).one()
    shapes: Sequence[wire.Shape] = audits_shaped(
        db, db.execute(select(audits).where(audits.c.id == audit_id)).all(), call
    )
    return {"ticket": wire.ticket(row, call.api), "audit": shapes[0]}
