"""Incremental exports: what changed since a moment, page by page, tombstones included."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response
from msgspec import Raw
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.audit_trail import Event
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.commenting import shaped
from agentconsole.server.instants import epoch, from_epoch
from agentconsole.server.paging import address
from agentconsole.server.schema import audits, comments, organizations, tickets, users
from agentconsole.server.sideloads import Include

router = APIRouter(tags=["incremental exports"])

MAX_PAGE = 1_000
LAST_SECOND = 253_402_300_799

StartTime = Annotated[int | None, Query(ge=0, le=LAST_SECOND, description="Seconds since 1970")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str | None, Query(max_length=64, pattern=r"^[0-9]{1,19}\.[0-9]{1,12}$")]

Answer = Callable[[Connection, Sequence[Row[Any]]], dict[str, Any]]


def _by_cursor(
    call: Call,
    start_time: int | None,
    cursor: str | None,
    per_page: int,
    statement: Select[Any],
    table: Table,
    stamp: ColumnElement[Any],
    answer: Answer,
) -> Response:
    """Rows of *table* with *stamp* since *start_time*, in the order in which their changes were committed.

    A cursor is ``seq.start_time`` and stays good for ever, after the end of the stream too. Going by the number and not
    by the second is what lets the newest changes out at once: two changes in one second cannot hide from each other.
    """
    call.limit("incremental-exports")
    if cursor is None and start_time is None:
        raise errors.bad_request("RequiredParameterMissing", "Give start_time or cursor")
    seq, _, since = (cursor or f"0.{start_time}").partition(".")
    if int(seq) >= 2**63 or int(since) > LAST_SECOND:
        raise errors.invalid_attribute("cursor", "It is not a cursor of this export.")
    with call.read() as db:
        newest, _ = call.desk.database.revisions(db)
        waiting = statement.where(
            table.c.seq > int(seq), table.c.seq <= newest, stamp >= _stamp(stamp, int(since))
        ).order_by(table.c.seq)
        rows = db.execute(waiting.limit(per_page + 1)).all()
        is_last = len(rows) <= per_page
        rows = rows[:per_page]
        after = f"{max(newest, int(seq)) if is_last else rows[-1].seq}.{since}"
        body = answer(db, rows)
    links = {
        "after_url": address(call, {"cursor": after, "per_page": per_page}, ("start_time",)),
        "after_cursor": after,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": is_last,
    }
    return call.json({**body, **links})


def _stamp(column: ColumnElement[Any], seconds: int) -> str | int:
    """Seconds since 1970 as *column* keeps them."""
    return from_epoch(seconds) if column.type.python_type is str else seconds


def _ticket_answer(call: Call, include: str | None) -> Answer:
    def answer(db: Connection, rows: Sequence[Row[Any]]) -> dict[str, Any]:
        shapes = [wire.ticket(row, call.api) for row in rows]
        return {"tickets": shapes, **sideloads.of_tickets(call, db, include, rows, shapes)}

    return answer


@router.get("/api/v2/incremental/tickets/cursor")
def export_tickets(
    call: ReadCall,
    start_time: StartTime = None,
    cursor: Cursor = None,
    per_page: PerPage = MAX_PAGE,
    include: Include = None,
    exclude_deleted: bool = False,
) -> Response:
    """Tickets in order of their last change of any kind; deleted ones come with the status ``deleted``."""
    call.require_admin()
    statement = select(tickets)
    if exclude_deleted:
        statement = statement.where(tickets.c.deleted_at.is_(None))
    answer = _ticket_answer(call, include)
    return _by_cursor(call, start_time, cursor, per_page, statement, tickets, tickets.c.generated_at, answer)


@router.get("/api/v2/incremental/users/cursor")
def export_users(
    call: ReadCall, start_time: StartTime = None, cursor: Cursor = None, per_page: PerPage = MAX_PAGE
) -> Response:
    """Users in order of their last change; deleted ones come with ``active`` false."""
    call.require_admin()
    return _by_cursor(
        call,
        start_time,
        cursor,
        per_page,
        select(users),
        users,
        users.c.updated_at,
        lambda _db, rows: {"users": [wire.user(row, call.api) for row in rows]},
    )


def _by_time(
    call: Call, start_time: int, per_page: int, statement: Any, stamp: ColumnElement[Any], answer: Answer
) -> Response:
    """Everything at or after *start_time*; a page goes on to the end of its last second, so that none is cut in two."""
    call.limit("incremental-exports")
    is_text = stamp.type.python_type is str
    with call.read() as db:
        found = statement.where(stamp >= _stamp(stamp, start_time)).order_by(stamp)
        rows = list(db.execute(found.limit(per_page)))
        if len(rows) == per_page:
            last = rows[-1]._mapping[stamp]
            whole = [row for row in rows if row._mapping[stamp] != last]
            rows = whole + list(db.execute(statement.where(stamp == last).order_by(stamp)))
        end = rows[-1]._mapping[stamp] if rows else None
        end_time = (epoch(end) if is_text else end) if end is not None else None
        is_last = end is None or db.execute(found.where(stamp > end).limit(1)).first() is None
        body = answer(db, rows)
    # The last second may not be over: at the end of the stream it is asked for again, and clients drop what they know.
    next_start = start_time if end_time is None else end_time if is_last else end_time + 1
    links = {
        "count": len(rows),
        "end_time": end_time,
        "next_page": address(call, {"start_time": next_start}),
        "end_of_stream": is_last,
    }
    return call.json({**body, **links})


@router.get("/api/v2/incremental/tickets")
def export_tickets_by_time(
    call: ReadCall,
    start_time: Annotated[int, Query(ge=0, le=LAST_SECOND)],
    per_page: PerPage = MAX_PAGE,
    include: Include = None,
) -> Response:
    """The older form of the ticket export."""
    call.require_admin()
    answer = _ticket_answer(call, include)
    return _by_time(call, start_time, per_page, select(tickets), tickets.c.generated_at, answer)


@router.get("/api/v2/incremental/users")
def export_users_by_time(
    call: ReadCall, start_time: Annotated[int, Query(ge=0, le=LAST_SECOND)], per_page: PerPage = MAX_PAGE
) -> Response:
    """The older form of the user export."""
    call.require_admin()
    return _by_time(
        call,
        start_time,
        per_page,
        select(users),
        users.c.updated_at,
        lambda _db, rows: {"users": [wire.user(row, call.api) for row in rows]},
    )


@router.get("/api/v2/incremental/organizations")
def export_organizations(
    call: ReadCall, start_time: Annotated[int, Query(ge=0, le=LAST_SECOND)], per_page: PerPage = MAX_PAGE
) -> Response:
    """Organizations in order of their last change; deleted ones carry ``deleted_at``."""
    call.require_admin()

    def shape(row: Row[Any]) -> wire.Shape:
        return {**wire.organization(row, call.api), "deleted_at": row.updated_at if row.deleted else None}

    return _by_time(
        call,
        start_time,
        per_page,
        select(organizations),
        organizations.c.updated_at,
        lambda _db, rows: {"organizations": [shape(row) for row in rows]},
    )


@router.get("/api/v2/incremental/ticket_events")
def export_ticket_events(
    call: ReadCall,
    start_time: Annotated[int, Query(ge=0, le=LAST_SECOND)],
    per_page: PerPage = MAX_PAGE,
    include: Include = None,
) -> Response:
    """What happened to tickets, in order of time; with ``include=comment_events`` what was said, too."""
    call.require_admin()
    with_comments = "comment_events" in sideloads.names(include)

    def answer(db: Connection, rows: Sequence[Row[Any]]) -> dict[str, Any]:
        events = {row.id: msgspec.json.decode(row.events) for row in rows}
        said: dict[int, wire.Shape] = {}
        if with_comments:
            ids = [each["id"] for each_list in events.values() for each in each_list if each["type"] == "Comment"]
            said = {shape["id"]: shape for shape in shaped(db, sideloads.fetch(db, comments, ids), call)}
        return {
            "ticket_events": [
                {
                    "id": row.id,
                    "ticket_id": row.ticket_id,
                    "timestamp": epoch(row.created_at),
                    "created_at": row.created_at,
                    "updater_id": row.author_id,
                    "via": msgspec.json.decode(row.via)["channel"],
                    "system": {},
                    "metadata": Raw(row.metadata),
                    "event_type": "Audit",
                    "child_events": _children(row, events[row.id], said),
                }
                for row in rows
            ]
        }

    return _by_time(call, start_time, per_page, select(audits), audits.c.created_at, answer)


def _children(row: Row[Any], events: Sequence[Event], said: dict[int, wire.Shape]) -> list[Event]:
    via = msgspec.json.decode(row.via)
    children: list[Event] = []
    for each in events:
        if each["type"] == "Comment":
            comment = said.get(each["id"], {"id": each["id"], "type": "Comment"})
            children.append({**comment, "comment_present": True, "event_type": "Comment", "via_reference_id": None})
        else:
            child: Event = {"id": each["id"], "via": via["channel"], "via_reference_id": None}
            if "field_name" in each:
                child[each["field_name"]] = each["value"]
            if "previous_value" in each:
                child["previous_value"] = each["previous_value"]
            children.append({**child, "event_type": each["type"]})
    return children
