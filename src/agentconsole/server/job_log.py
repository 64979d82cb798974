"""Background jobs as the dialect shows them.

Here a job is done by the time its status can be asked for: it runs in the request that started it, in one
transaction, each of its parts in a savepoint, so that one refusal does not undo the others.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Raw
from sqlalchemy import Row, insert, select

from agentconsole.server import errors
from agentconsole.server.audit_trail import json_text
from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import job_statuses

Result = dict[str, Any]


def run_parts(tx: WriteTransaction, parts: Iterable[tuple[Result, Callable[[], Result]]]) -> list[Result]:
    """Run each part in a savepoint. A part is (what names it in a failure, what to do, returning its result)."""
    results: list[Result] = []
    for naming, action in parts:
        try:
            with tx.db.begin_nested():
                results.append(action())
        except errors.Problem as problem:
            details = problem.body.get("details") or problem.body.get("description") or "refused"
            results.append({**naming, "success": False, "error": problem.body["error"], "details": details})
    return results


def record(tx: WriteTransaction, user_id: int, job_type: str, results: list[Result], api: str) -> dict[str, Any]:
    """Store a finished job; returns its shape."""
    job_id = f"V3-{secrets.token_hex(16)}"
    failed = sum("error" in each for each in results)
    done = len(results) - failed
    tx.db.execute(
        insert(job_statuses).values(
            id=job_id,
            user_id=user_id,
            job_type=job_type,
            status="completed",
            total=len(results),
            progress=len(results),
            message=f"Completed {done} of {len(results)}" if failed else "Completed",
            results=json_text(results),
            created_at=tx.at,
        )
    )
    return shape(tx.db.execute(select(job_statuses).where(job_statuses.c.id == job_id)).one(), api)


def shape(row: Row[Any], api: str) -> dict[str, Any]:
    """A job's status as it goes out."""
    return {
        "id": row.id,
        "job_type": row.job_type,
        "url": f"{api}/job_statuses/{row.id}.json",
        "total": row.total,
        "progress": row.progress,
        "status": row.status,
        "message": row.message,
        "results": Raw(row.results),
    }
