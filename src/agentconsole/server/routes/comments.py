"""A ticket's conversation, its history and its tags."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from msgspec import Raw
from sqlalchemy import select, update

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.audit_trail import Trail
from agentconsole.server.bodies import Body, Instant, TagValues
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.commenting import audits_shaped, shaped
from agentconsole.server.database import WriteTransaction
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import Id
from agentconsole.server.schema import audits, comments, tickets, users
from agentconsole.server.sideloads import Include
from agentconsole.server.tags import clean_tags
from agentconsole.server.ticket_input import TicketInput
from agentconsole.server.ticket_writing import TicketWriter, ticket_row

router = APIRouter(tags=["conversation"])

COMMENT_SORTS = {"created_at": comments.c.created_at}
AUDIT_SORTS = {"created_at": audits.c.created_at, "id": audits.c.id}


class TagsBody(Body):
    """Tags to set, add or remove; with ``safe_update``, only if the ticket is as old as ``updated_stamp``."""

    tags: TagValues
    safe_update: bool | None = None
    updated_stamp: Instant | None = None


@router.get("/api/v2/tickets/{ticket_id:int}/comments")
def list_comments(call: ReadCall, ticket_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The conversation, oldest first unless ``sort`` says otherwise."""
    with call.read() as db:
        ticket_row(db, ticket_id)
        statement = select(comments).where(comments.c.ticket_id == ticket_id)
        default = "-created_at" if paging.sort_order.lower() == "desc" and not paging.is_cursor else "created_at"
        page = paged(call, db, statement, paging, id_column=comments.c.id, sorts=COMMENT_SORTS, default=default)
        body: dict[str, Any] = {"comments": shaped(db, page.rows, call), **page.links}
        if "users" in sideloads.names(include):
            authors = sideloads.fetch(db, users, [row.author_id for row in page.rows])
            body["users"] = [wire.user(row, call.api) for row in authors]
        return call.json(body)


@router.put("/api/v2/tickets/{ticket_id:int}/comments/{comment_id:int}/make_private")
def make_comment_private(call: WriteCall, ticket_id: Id, comment_id: Id) -> Response:
    """Turn a public reply into an internal note."""

    def change(tx: WriteTransaction) -> Reply:
        ticket_row(tx.db, ticket_id)
        row = tx.db.execute(
            select(comments).where(comments.c.id == comment_id, comments.c.ticket_id == ticket_id)
        ).one_or_none()
        if row is None:
            raise errors.not_found()
        if row.public:
            tx.db.execute(
                update(comments)
                .where(comments.c.id == comment_id)
                .values(public=False, seq=tx.next_seq(), version=comments.c.version + 1)
            )
            trail = Trail(tx, ticket_id, call.user_id, "api")
            trail.noted("CommentPrivacyChange", comment_id=comment_id, public=False)
            trail.store()
            tx.change(tickets, ticket_id, generated_at=tx.epoch)
            TicketWriter(tx, call.user_id).settle(ticket_id)
        return Reply(200, {})

    return call.write(change)


@router.get("/api/v2/tickets/{ticket_id:int}/audits")
def list_audits(call: ReadCall, ticket_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """Everything that happened to the ticket, oldest first."""
    with call.read() as db:
        ticket_row(db, ticket_id)
        statement = select(audits).where(audits.c.ticket_id == ticket_id)
        page = paged(call, db, statement, paging, id_column=audits.c.id, sorts=AUDIT_SORTS, default="created_at")
        body: dict[str, Any] = {"audits": audits_shaped(db, page.rows, call), **page.links}
        if "users" in sideloads.names(include):
            authors = sideloads.fetch(db, users, [row.author_id for row in page.rows])
            body["users"] = [wire.user(row, call.api) for row in authors]
        return call.json(body)


@router.get("/api/v2/tickets/{ticket_id:int}/audits/{audit_id:int}")
def show_audit(call: ReadCall, ticket_id: Id, audit_id: Id) -> Response:
    """One audit."""
    with call.read() as db:
        ticket_row(db, ticket_id)
        rows = db.execute(select(audits).where(audits.c.id == audit_id, audits.c.ticket_id == ticket_id)).all()
        if not rows:
            raise errors.not_found()
        return call.json({"audit": audits_shaped(db, rows, call)[0]})


@router.get("/api/v2/tickets/{ticket_id:int}/tags")
def list_ticket_tags(call: ReadCall, ticket_id: Id) -> Response:
    """The ticket's tags."""
    with call.read() as db:
        return call.json({"tags": Raw(ticket_row(db, ticket_id).tags)})


@router.post("/api/v2/tickets/{ticket_id:int}/tags", status_code=201)
def set_tags(call: WriteCall, ticket_id: Id, body: TagsBody) -> Response:
    """Replace the tags."""
    return _retag(call, ticket_id, body, 201, lambda tags: TicketInput(tags=tags))


@router.put("/api/v2/tickets/{ticket_id:int}/tags")
def add_tags(call: WriteCall, ticket_id: Id, body: TagsBody) -> Response:
    """Add tags; those that are there stay."""
    return _retag(call, ticket_id, body, 200, lambda tags: TicketInput(additional_tags=tags))


@router.delete("/api/v2/tickets/{ticket_id:int}/tags")
def remove_tags(call: WriteCall, ticket_id: Id, body: TagsBody) -> Response:
    """Take tags off."""
    return _retag(call, ticket_id, body, 200, lambda tags: TicketInput(remove_tags=tags))


def _retag(
    call: Call, ticket_id: int, body: TagsBody, status: int, change: Callable[[list[str]], TicketInput]
) -> Response:
    def run(tx: WriteTransaction) -> Reply:
        body.warn(call)
        given = change(clean_tags(body.tags))
        if "safe_update" in body.model_fields_set:
            given = given.model_copy(update=body.given("safe_update", "updated_stamp"))
        TicketWriter(tx, call.user_id).update(ticket_id, given)
        return Reply(status, {"tags": Raw(ticket_row(tx.db, ticket_id).tags)})

    return call.write(run)
