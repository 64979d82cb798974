"""Satisfaction ratings: requesters give them, admins read them all."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Row, select

from agentconsole.server import errors, wire
from agentconsole.server.audit_trail import Trail
from agentconsole.server.bodies import Body, Prose
from agentconsole.server.call import ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import from_epoch
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import Id
from agentconsole.server.schema import satisfaction_ratings, tickets

router = APIRouter(tags=["satisfaction ratings"])

_SORTS = {"id": satisfaction_ratings.c.id, "created_at": satisfaction_ratings.c.created_at}
Moment = Annotated[int | None, Query(ge=0, lt=2**33, description="Epoch seconds")]


class RatingInput(Body):
    """What the requester thinks."""

    score: Literal["good", "bad"]
    comment: Prose | None = None


class RatingBody(Body):
    """The envelope."""

    satisfaction_rating: RatingInput


def _shape(row: Row[Any], api: str) -> wire.Shape:
    return {
        "id": row.id,
        "url": f"{api}/satisfaction_ratings/{row.id}.json",
        "ticket_id": row.ticket_id,
        "score": row.score,
        "comment": row.comment,
        "reason": row.reason,
        "requester_id": row.requester_id,
        "assignee_id": row.assignee_id,
        "group_id": row.group_id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


@router.get("/api/v2/satisfaction_ratings")
def list_ratings(
    call: ReadCall,
    paging: PagingQuery,
    score: Annotated[str | None, Query(max_length=32)] = None,
    start_time: Moment = None,
    end_time: Moment = None,
) -> Response:
    """All ratings, perhaps those of one score or time only."""
    call.require_admin()
    statement = select(satisfaction_ratings)
    if score is not None:
        wanted = score.split("_", maxsplit=1)[0]
        scores = ["good", "bad"] if wanted == "received" else [wanted]
        statement = statement.where(satisfaction_ratings.c.score.in_(scores))
        if score.endswith("_with_comment"):
            statement = statement.where(satisfaction_ratings.c.comment.is_not(None))
        elif score.endswith("_without_comment"):
            statement = statement.where(satisfaction_ratings.c.comment.is_(None))
    if start_time is not None:
        statement = statement.where(satisfaction_ratings.c.created_at >= from_epoch(start_time))
    if end_time is not None:
        statement = statement.where(satisfaction_ratings.c.created_at <= from_epoch(end_time))
    with call.read() as db:
        page = paged(call, db, statement, paging, id_column=satisfaction_ratings.c.id, sorts=_SORTS)
        return call.json({"satisfaction_ratings": [_shape(row, call.api) for row in page.rows], **page.links})


@router.get("/api/v2/satisfaction_ratings/{rating_id:int}")
def show_rating(call: ReadCall, rating_id: Id) -> Response:
    """One rating."""
    call.require_admin()
    with call.read() as db:
        row = db.execute(select(satisfaction_ratings).where(satisfaction_ratings.c.id == rating_id)).one_or_none()
        if row is None:
            raise errors.not_found()
        return call.json({"satisfaction_rating": _shape(row, call.api)})


@router.post("/api/v2/tickets/{ticket_id:int}/satisfaction_rating")
def rate_ticket(call: WriteCall, ticket_id: Id, body: RatingBody) -> Response:
    """Rate a solved ticket that the caller requested; a later rating replaces an earlier one."""
    body.satisfaction_rating.warn(call)

    def rate(tx: WriteTransaction) -> Reply:
        ticket = tx.db.execute(
            select(tickets).where(tickets.c.id == ticket_id, tickets.c.deleted_at.is_(None))
        ).one_or_none()
        if ticket is None:
            raise errors.not_found()
        if ticket.requester_id != call.user_id:
            raise errors.forbidden("Only the requester of a ticket can rate it.")
        if ticket.status not in {"solved", "closed"}:
            raise errors.record_invalid({"base": "A ticket can be rated once it is solved."})
        rating_id = _store(tx, ticket, body.satisfaction_rating)
        row = tx.db.execute(select(satisfaction_ratings).where(satisfaction_ratings.c.id == rating_id)).one()
        return Reply(200, {"satisfaction_rating": _shape(row, call.api)})

    return call.write(rate)


def _store(tx: WriteTransaction, ticket: Row[Any], given: RatingInput) -> int:
    """Keep a rating, on its own and on the ticket, and say so in an audit; returns the rating's id."""
    values = {
        "score": given.score,
        "comment": given.comment,
        "assignee_id": ticket.assignee_id,
        "group_id": ticket.group_id,
    }
    rating_id = ticket.satisfaction_id
    if rating_id is None:
        rating_id = tx.add(satisfaction_ratings, ticket_id=ticket.id, requester_id=ticket.requester_id, **values)
    else:
        tx.change(satisfaction_ratings, rating_id, **values)
    tx.change(
        tickets,
        ticket.id,
        satisfaction_score=given.score,
        satisfaction_comment=given.comment,
        satisfaction_id=rating_id,
        generated_at=tx.epoch,
    )
    changed = (
        ("satisfaction_score", given.score, ticket.satisfaction_score or "unoffered"),
        ("satisfaction_comment", given.comment, ticket.satisfaction_comment),
    )
    trail = Trail(tx, ticket.id, ticket.requester_id, "api")
    for name, value, previous in changed:
        if value != previous:
            trail.changed(name, value, previous)
    if trail.events:
        trail.store()
    return int(rating_id)
