"""Whether this server works, for whoever watches over it: no sign-in, and nothing in the answer but that."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from agentconsole.server.call import JSON, desk_of, encode
from agentconsole.server.desk import Desk

router = APIRouter(tags=["health"])

_STATES: dict[int | str, dict[str, Any]] = {503: {"description": "It does not work, or is about to stop"}}


@router.get("/healthz", responses=_STATES)
def health(request: Request) -> Response:
    """Whether the database answers and has the schema of this version."""
    return _answer(desk_of(request), is_ending=False)


@router.get("/readyz", responses=_STATES)
def readiness(request: Request) -> Response:
    """Whether requests should be sent here: it works, and is not about to stop."""
    desk = desk_of(request)
    return _answer(desk, is_ending=desk.feed.is_closed)


def _answer(desk: Desk, *, is_ending: bool) -> Response:
    from agentconsole.server.migrating import current_revision, newest_revision

    database, revision = "ok", None
    try:
        with desk.database.read() as db:
            desk.database.revisions(db)
            revision = current_revision(db)
    except SQLAlchemyError:
        database = "unreachable"
    is_current = revision == newest_revision()
    works = database == "ok" and is_current and not is_ending
    body = {
        "status": "ok" if works else "stopping" if is_ending else "failing",
        "database": database,
        "schema": revision,
        "migrations": "ok" if is_current else "other version",
    }
    return Response(encode(body), 200 if works else 503, {"Cache-Control": "no-store"}, JSON)
