"""Many tickets at once, merging, and what became of the deleted. All of it answers with a job."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy import select

from agentconsole.server import errors, job_log, sideloads, wire
from agentconsole.server.bodies import Body, BodyId, Prose
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import MAX_MANY, Id, IdList, id_list
from agentconsole.server.purging import purge
from agentconsole.server.routes.tickets import warn
from agentconsole.server.schema import tickets, users
from agentconsole.server.ticket_input import BulkBody, CommentInput, TicketInput
from agentconsole.server.ticket_writing import TicketWriter, ticket_row

# Registered ahead of routes.tickets: "update_many" would otherwise be taken for an id.
router = APIRouter(tags=["tickets in bulk"])

Part = tuple[dict[str, Any], Callable[[], dict[str, Any]]]


class MergeBody(Body):
    """Which tickets become part of the one in the path, and what is written where."""

    ids: Annotated[list[BodyId], Field(min_length=1, max_length=MAX_MANY)]
    target_comment: Prose | None = None
    source_comment: Prose | None = None
    target_comment_is_public: bool | None = None
    source_comment_is_public: bool | None = None


@router.put("/api/v2/tickets/update_many")
def update_many_tickets(
    call: WriteCall,
    body: BulkBody,
    ids: Annotated[str | None, Query(max_length=2_500, pattern=r"^[0-9, ]+$")] = None,
) -> Response:
    """Change up to 100 tickets: each by itself (``tickets``) or all alike (``ids`` and ``ticket``)."""
    changes = _bulk_changes(body, ids)

    def run(tx: WriteTransaction) -> Reply:
        writer = TicketWriter(tx, call.user_id)

        def part(ticket_id: int, given: TicketInput) -> Part:
            def update() -> dict[str, Any]:
                warn(call, given)
                writer.update(ticket_id, given)
                return {"id": ticket_id, "action": "update", "status": "Updated", "success": True}

            return {"id": ticket_id, "action": "update", "status": "Failed"}, update

        return _job(call, tx, "Bulk Update Ticket", [part(*change) for change in changes])

    return call.write(run)


def _bulk_changes(body: BulkBody, ids: str | None) -> list[tuple[int, TicketInput]]:
    if ids is not None and body.ticket is not None:
        given = body.ticket
        return [(each, given) for each in id_list(ids)]
    changes = body.tickets or []
    if not changes:
        raise errors.bad_request("RequiredParameterMissing", "Give ids and ticket, or tickets with an id each")
    if len(changes) > MAX_MANY:
        raise errors.too_many_values(MAX_MANY, "tickets may be updated")
    if any(each.id is None for each in changes):
        raise errors.bad_request("RequiredParameterMissing", "Each of the tickets needs its id")
    return [(each.id or 0, each) for each in changes]


@router.post("/api/v2/tickets/create_many")
def create_many_tickets(call: WriteCall, body: BulkBody) -> Response:
    """Create up to 100 tickets."""
    given = body.tickets or []
    if not given:
        raise errors.bad_request("RequiredParameterMissing", "tickets is missing")
    if len(given) > MAX_MANY:
        raise errors.too_many_values(MAX_MANY, "tickets may be created")

    def run(tx: WriteTransaction) -> Reply:
        writer = TicketWriter(tx, call.user_id)

        def part(index: int, each: TicketInput) -> Part:
            def create() -> dict[str, Any]:
                return {"index": index, "id": writer.create(each)[0], "action": "create", "success": True}

            return {"index": index, "action": "create"}, create

        return _job(call, tx, "Bulk Create Ticket", [part(index, each) for index, each in enumerate(given)])

    return call.write(run)


@router.delete("/api/v2/tickets/destroy_many")
def delete_many_tickets(call: WriteCall, ids: IdList) -> Response:
    """Delete up to 100 tickets softly."""
    wanted = id_list(ids)

    def run(tx: WriteTransaction) -> Reply:
        writer = TicketWriter(tx, call.user_id)

        def part(ticket_id: int) -> Part:
            def delete() -> dict[str, Any]:
                writer.delete(ticket_id)
                return {"id": ticket_id, "action": "delete", "status": "Deleted", "success": True}

            return {"id": ticket_id, "action": "delete"}, delete

        return _job(call, tx, "Bulk Delete Ticket", [part(each) for each in wanted])

    return call.write(run)


@router.post("/api/v2/tickets/{ticket_id:int}/merge")
def merge_tickets(call: WriteCall, ticket_id: Id, body: MergeBody) -> Response:
    """Close the tickets *ids* as part of this one; each side gets a comment that says so."""

    def run(tx: WriteTransaction) -> Reply:
        body.warn(call)
        target = ticket_row(tx.db, ticket_id)
        if target.status == "closed":
            raise errors.record_invalid({"status": "Status: closed prevents ticket update"})
        if ticket_id in body.ids:
            raise errors.record_invalid({"ids": "A ticket cannot be merged into itself"})
        writer = TicketWriter(tx, call.user_id)
        sources = list(dict.fromkeys(body.ids))
        for each in sources:
            source = ticket_row(tx.db, each)
            text = body.source_comment or f"This request was closed and merged into request #{ticket_id}."
            comment = CommentInput(body=text, public=bool(body.source_comment_is_public))
            writer.close_as_merged(source.id, ticket_id, comment)
        named = ", ".join(f"#{each}" for each in sources)
        text = body.target_comment or f"Requests {named} were closed and merged into this request."
        comment = CommentInput(body=text, public=bool(body.target_comment_is_public))
        writer.update(ticket_id, TicketInput(comment=comment), channel="web")
        result = {"id": ticket_id, "action": "update", "status": "Updated", "success": True}
        return Reply(200, {"job_status": job_log.record(tx, call.user_id, "Merge Tickets", [result], call.api)})

    return call.write(run)


DELETED_SORTS = {"deleted_at": tickets.c.deleted_at, "id": tickets.c.id, "subject": tickets.c.subject}


@router.get("/api/v2/deleted_tickets")
def list_deleted_tickets(call: ReadCall, paging: PagingQuery) -> Response:
    """The tickets that were deleted softly, the latest first."""
    call.limit("deleted-tickets")
    statement = select(tickets).where(tickets.c.deleted_at.is_not(None))
    with call.read() as db:
        page = paged(call, db, statement, paging, id_column=tickets.c.id, sorts=DELETED_SORTS, default="-deleted_at")
        actors = {row.id: row.name for row in sideloads.fetch(db, users, [row.deleted_by_id for row in page.rows])}
        shapes: list[wire.Shape] = [
            {
                "id": row.id,
                "subject": row.subject,
                "description": row.description,
                "actor": {"id": row.deleted_by_id, "name": actors.get(row.deleted_by_id)},
                "deleted_at": row.deleted_at,
                "previous_state": row.status,
            }
            for row in page.rows
        ]
        return call.json({"deleted_tickets": shapes, **page.links})


@router.put("/api/v2/deleted_tickets/restore_many")
def restore_many_tickets(call: WriteCall, ids: IdList) -> Response:
    """Bring back up to 100 deleted tickets."""
    return _restore(call, id_list(ids))


@router.put("/api/v2/deleted_tickets/{ticket_id:int}/restore")
def restore_ticket(call: WriteCall, ticket_id: Id) -> Response:
    """Bring back one deleted ticket as it was."""
    return _restore(call, [ticket_id])


def _restore(call: Call, ids: Sequence[int]) -> Response:
    def restore(tx: WriteTransaction) -> Reply:
        writer = TicketWriter(tx, call.user_id)
        for each in dict.fromkeys(ids):
            writer.restore(each)
        return Reply(200, {})

    return call.write(restore)


@router.delete("/api/v2/deleted_tickets/destroy_many")
def purge_many_tickets(call: WriteCall, ids: IdList) -> Response:
    """Scrub up to 100 deleted tickets for good. Admins only."""
    return _purge(call, id_list(ids))


@router.delete("/api/v2/deleted_tickets/{ticket_id:int}")
def purge_ticket(call: WriteCall, ticket_id: Id) -> Response:
    """Scrub one deleted ticket for good. Admins only."""
    return _purge(call, [ticket_id])


def _purge(call: Call, ids: Sequence[int]) -> Response:
    call.require_admin()

    def run(tx: WriteTransaction) -> Reply:
        def part(ticket_id: int) -> Part:
            def scrub() -> dict[str, Any]:
                purge(tx, ticket_row(tx.db, ticket_id, deleted=True))
                return {"id": ticket_id, "action": "permanently_delete", "success": True}

            return {"id": ticket_id, "action": "permanently_delete"}, scrub

        return _job(call, tx, "Permanently Delete Tickets", [part(each) for each in dict.fromkeys(ids)])

    return call.write(run)


def _job(call: Call, tx: WriteTransaction, job_type: str, parts: Sequence[Part]) -> Reply:
    results = job_log.run_parts(tx, parts)
    return Reply(200, {"job_status": job_log.record(tx, call.user_id, job_type, results, call.api)})
