"""Service level policies (admins only, as in the real service), and the schedules that they count by."""

from typing import Any

import msgspec
from fastapi import APIRouter, Response
from sqlalchemy import Connection, Row, Table, select

from agentconsole.server import errors, wire
from agentconsole.server.call import ReadCall
from agentconsole.server.params import Id
from agentconsole.server.schema import holidays, schedules, sla_policies

router = APIRouter(tags=["service levels"])


def _policy(row: Row[Any], api: str) -> wire.Shape:
    return {
        "id": row.id,
        "url": f"{api}/slas/policies/{row.id}.json",
        "title": row.title,
        "description": row.description,
        "position": row.position,
        "filter": msgspec.Raw(row.filter),
        "policy_metrics": msgspec.Raw(row.policy_metrics),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _schedule(row: Row[Any], api: str) -> wire.Shape:
    return {
        "id": row.id,
        "url": f"{api}/business_hours/schedules/{row.id}.json",
        "name": row.name,
        "time_zone": row.time_zone,
        "intervals": msgspec.Raw(row.intervals),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _holiday(row: Row[Any]) -> wire.Shape:
    return {"id": row.id, "name": row.name, "start_date": row.start_date, "end_date": row.end_date}


def _find(db: Connection, table: Table, row_id: int) -> Row[Any]:
    row = db.execute(select(table).where(table.c.id == row_id)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


@router.get("/api/v2/slas/policies")
def list_policies(call: ReadCall) -> Response:
    """All policies; the first that fits a ticket decides."""
    call.require_admin()
    with call.read() as db:
        rows = db.execute(select(sla_policies).order_by(sla_policies.c.position, sla_policies.c.id)).all()
        shapes = [_policy(row, call.api) for row in rows]
        return call.json({"sla_policies": shapes, "count": len(shapes), "next_page": None, "previous_page": None})


@router.get("/api/v2/slas/policies/{policy_id:int}")
def show_policy(call: ReadCall, policy_id: Id) -> Response:
    """One policy."""
    call.require_admin()
    with call.read() as db:
        return call.json({"sla_policy": _policy(_find(db, sla_policies, policy_id), call.api)})


@router.get("/api/v2/business_hours/schedules")
def list_schedules(call: ReadCall) -> Response:
    """All schedules. A ticket uses the one named after its organization's region, else the first."""
    with call.read() as db:
        rows = db.execute(select(schedules).order_by(schedules.c.id)).all()
        return call.json(
            {
                "schedules": [_schedule(row, call.api) for row in rows],
                "url": f"{call.api}/business_hours/schedules.json",
            }
        )


@router.get("/api/v2/business_hours/schedules/{schedule_id:int}")
def show_schedule(call: ReadCall, schedule_id: Id) -> Response:
    """One schedule."""
    with call.read() as db:
        return call.json({"schedule": _schedule(_find(db, schedules, schedule_id), call.api)})


@router.get("/api/v2/business_hours/schedules/{schedule_id:int}/holidays")
def list_holidays(call: ReadCall, schedule_id: Id) -> Response:
    """The days on which a schedule stays closed; both dates belong to a holiday."""
    with call.read() as db:
        _find(db, schedules, schedule_id)
        rows = db.execute(
            select(holidays).where(holidays.c.schedule_id == schedule_id).order_by(holidays.c.start_date, holidays.c.id)
        ).all()
        return call.json(
            {
                "holidays": [_holiday(row) for row in rows],
                "url": f"{call.api}/business_hours/schedules/{schedule_id}/holidays.json",
            }
        )


@router.get("/api/v2/business_hours/schedules/{schedule_id:int}/holidays/{holiday_id:int}")
def show_holiday(call: ReadCall, schedule_id: Id, holiday_id: Id) -> Response:
    """One holiday of a schedule."""
    with call.read() as db:
        row = _find(db, holidays, holiday_id)
        if row.schedule_id != schedule_id:
            raise errors.not_found()
        return call.json({"holiday": _holiday(row)})
