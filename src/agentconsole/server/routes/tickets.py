"""Tickets one at a time, and the lists of them."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, func, or_, select

from agentconsole.server import errors, job_log, sideloads, wire
from agentconsole.server.call import ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import to_text
from agentconsole.server.paging import PagingQuery
from agentconsole.server.params import Id, IdList, id_list
from agentconsole.server.routes.ticket_answers import paged_tickets, shown, written
from agentconsole.server.schema import tickets, users
from agentconsole.server.sideloads import Include
from agentconsole.server.ticket_input import TicketBody, TicketInput
from agentconsole.server.ticket_writing import TicketWriter, ticket_row

router = APIRouter(tags=["tickets"])

LAST_SECOND = 253_402_300_799
"""The last second of the year 9999: beyond it there is nothing to compare with."""


@router.get("/api/v2/tickets")
def list_tickets(
    call: ReadCall,
    paging: PagingQuery,
    include: Include = None,
    start_time: Annotated[int | None, Query(ge=0, le=LAST_SECOND)] = None,
    external_id: Annotated[str | None, Query(max_length=255)] = None,
) -> Response:
    """All tickets, those changed since *start_time* (seconds since 1970), or those with an external id."""
    call.limit("tickets-index")
    conditions: list[ColumnElement[bool]] = []
    if start_time is not None:
        conditions.append(tickets.c.updated_at >= to_text(datetime.fromtimestamp(start_time, UTC)))
    if external_id is not None:
        conditions.append(tickets.c.external_id == external_id.replace("\x00", ""))
    with call.read() as db:
        return call.json(paged_tickets(call, db, paging, include, *conditions))


@router.get("/api/v2/tickets/count")
def count_tickets(call: ReadCall) -> Response:
    """How many tickets there are."""
    with call.read() as db:
        count = db.scalar(select(func.count()).select_from(tickets).where(tickets.c.deleted_at.is_(None)))
        at = to_text(call.desk.database.now())
        return call.json({"count": {"value": count, "refreshed_at": at}})


@router.get("/api/v2/tickets/show_many")
def show_many_tickets(call: ReadCall, ids: IdList, include: Include = None) -> Response:
    """Up to 100 tickets by id; unknown and deleted ones are passed over."""
    with call.read() as db:
        rows = [row for row in sideloads.fetch(db, tickets, id_list(ids)) if row.deleted_at is None]
        shapes = [wire.ticket(row, call.api) for row in rows]
        beside = sideloads.of_tickets(call, db, include, rows, shapes)
        paging = {"count": len(shapes), "next_page": None, "previous_page": None}
        return call.json({"tickets": shapes, **beside, **paging})


@router.get("/api/v2/tickets/{ticket_id:int}")
def show_ticket(call: ReadCall, ticket_id: Id, include: Include = None) -> Response:
    """One ticket."""
    with call.read() as db:
        return call.json(shown(call, db, ticket_row(db, ticket_id), include))


@router.get("/api/v2/tickets/{ticket_id:int}/incidents")
def list_incidents(call: ReadCall, ticket_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The incidents of a problem."""
    with call.read() as db:
        ticket_row(db, ticket_id)
        return call.json(paged_tickets(call, db, paging, include, tickets.c.problem_id == ticket_id))


@router.get("/api/v2/users/{user_id:int}/tickets/assigned")
def list_assigned(call: ReadCall, user_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The tickets that a user works on."""
    with call.read() as db:
        return call.json(paged_tickets(call, db, paging, include, tickets.c.assignee_id == user_id))


@router.get("/api/v2/users/{user_id:int}/tickets/requested")
def list_requested(call: ReadCall, user_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The tickets that a user asked for."""
    with call.read() as db:
        return call.json(paged_tickets(call, db, paging, include, tickets.c.requester_id == user_id))


@router.get("/api/v2/users/{user_id:int}/tickets/ccd")
def list_copied(call: ReadCall, user_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The tickets that a user gets copies of."""
    with call.read() as db:
        return call.json(paged_tickets(call, db, paging, include, _is_copied_to(user_id)))


def _is_copied_to(user_id: int) -> ColumnElement[bool]:
    """Whether the compact JSON list of copied users names *user_id*."""
    ids = tickets.c.email_cc_ids
    return or_(
        ids == f"[{user_id}]",
        ids.like(f"[{user_id},%"),
        ids.like(f"%,{user_id},%"),
        ids.like(f"%,{user_id}]"),
    )


@router.get("/api/v2/organizations/{organization_id:int}/tickets")
def list_organization_tickets(
    call: ReadCall, organization_id: Id, paging: PagingQuery, include: Include = None
) -> Response:
    """The tickets of one organization."""
    with call.read() as db:
        return call.json(paged_tickets(call, db, paging, include, tickets.c.organization_id == organization_id))


@router.post("/api/v2/tickets", status_code=201)
def create_ticket(
    call: WriteCall,
    body: TicketBody,
    run_async: Annotated[bool, Query(alias="async", description="Answer 202 with a job")] = False,
) -> Response:
    """Create a ticket with its first comment."""

    def create(tx: WriteTransaction) -> Reply:
        warn(call, body.ticket)
        ticket_id, audit_id = TicketWriter(tx, call.user_id).create(body.ticket)
        if run_async:
            result: dict[str, Any] = {"index": 0, "id": ticket_id, "action": "create", "success": True}
            return Reply(202, {"job_status": job_log.record(tx, call.user_id, "Create Ticket", [result], call.api)})
        answer = written(call, tx.db, ticket_id, audit_id)
        return Reply(201, answer, {"Location": answer["ticket"]["url"]})

    return call.write(create)


@router.put("/api/v2/tickets/{ticket_id:int}")
def update_ticket(call: WriteCall, ticket_id: Id, body: TicketBody) -> Response:
    """Change the fields that the body names and add its comment, all or nothing.

    With ``safe_update`` and ``updated_stamp`` a ticket that changed meanwhile is left alone: 409 ``UpdateConflict``.
    """
    call.limit("tickets-update")
    call.limit("per-ticket-updates", call.user_id, ticket_id)

    def change(tx: WriteTransaction) -> Reply:
        warn(call, body.ticket)
        audit_id = TicketWriter(tx, call.user_id).update(ticket_id, body.ticket)
        return Reply(200, written(call, tx.db, ticket_id, audit_id))

    return call.write(change)


@router.delete("/api/v2/tickets/{ticket_id:int}", status_code=204)
def delete_ticket(call: WriteCall, ticket_id: Id) -> Response:
    """Delete a ticket softly: it can be restored."""

    def delete(tx: WriteTransaction) -> Reply:
        TicketWriter(tx, call.user_id).delete(ticket_id)
        return Reply(204)

    return call.write(delete)


@router.put("/api/v2/tickets/{ticket_id:int}/mark_as_spam")
def mark_as_spam(call: WriteCall, ticket_id: Id) -> Response:
    """Suspend the requester and delete the ticket softly."""

    def mark(tx: WriteTransaction) -> Reply:
        row = ticket_row(tx.db, ticket_id)
        role = tx.db.scalar(select(users.c.role).where(users.c.id == row.requester_id))
        if role != "end-user":
            raise errors.record_invalid({"base": "Agents cannot be suspended for spam."})
        tx.change(users, row.requester_id, suspended=True)
        TicketWriter(tx, call.user_id).delete(ticket_id)
        return Reply(200, {})

    return call.write(mark)


def warn(call: WriteCall, given: TicketInput) -> None:
    """Name the keys that meant nothing, those of the comment included."""
    given.warn(call)
    if given.comment is not None:
        given.comment.warn(call)
