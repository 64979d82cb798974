"""Background jobs, as those who started them see them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import select

from agentconsole.server import errors, job_log
from agentconsole.server.call import ReadCall
from agentconsole.server.params import MAX_MANY
from agentconsole.server.schema import job_statuses

router = APIRouter(tags=["job statuses"])

JobId = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


@router.get("/api/v2/job_statuses")
def list_job_statuses(call: ReadCall) -> Response:
    """The caller's latest jobs, newest first."""
    with call.read() as db:
        rows = db.execute(
            select(job_statuses)
            .where(job_statuses.c.user_id == call.user_id)
            .order_by(job_statuses.c.created_at.desc(), job_statuses.c.id)
            .limit(MAX_MANY)
        ).all()
        shapes = [job_log.shape(row, call.api) for row in rows]
        return call.json({"job_statuses": shapes, "count": len(shapes), "next_page": None, "previous_page": None})


@router.get("/api/v2/job_statuses/show_many")
def show_many_job_statuses(
    call: ReadCall, ids: Annotated[str, Query(min_length=1, max_length=4_200, pattern=r"^[A-Za-z0-9,-]+$")]
) -> Response:
    """Up to 100 of the caller's jobs by id."""
    wanted = [each for each in ids.split(",") if each]
    if len(wanted) > MAX_MANY:
        raise errors.too_many_values(MAX_MANY, "job statuses may be requested")
    with call.read() as db:
        rows = db.execute(
            select(job_statuses).where(job_statuses.c.id.in_(wanted), job_statuses.c.user_id == call.user_id)
        ).all()
        return call.json({"job_statuses": [job_log.shape(row, call.api) for row in rows], "count": len(rows)})


@router.get("/api/v2/job_statuses/{job_id}")
def show_job_status(call: ReadCall, job_id: JobId) -> Response:
    """One of the caller's jobs."""
    with call.read() as db:
        row = db.execute(
            select(job_statuses).where(job_statuses.c.id == job_id, job_statuses.c.user_id == call.user_id)
        ).one_or_none()
        if row is None:
            raise errors.not_found()
        return call.json({"job_status": job_log.shape(row, call.api)})
