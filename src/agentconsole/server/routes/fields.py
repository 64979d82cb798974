"""Ticket fields: those of the system and the account's own."""

from typing import Any

import msgspec
from fastapi import APIRouter, Response
from sqlalchemy import Row, select

from agentconsole.server import errors, wire
from agentconsole.server.call import ReadCall
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import Id
from agentconsole.server.schema import ticket_fields

router = APIRouter(tags=["ticket fields"])

_SORTS = {"position": ticket_fields.c.position, "id": ticket_fields.c.id}


def _shape(row: Row[Any], api: str) -> wire.Shape:
    shape: wire.Shape = {
        "id": row.id,
        "url": f"{api}/ticket_fields/{row.id}.json",
        "type": row.type,
        "title": row.title,
        "raw_title": row.title,
        "title_in_portal": row.title,
        "raw_title_in_portal": row.title,
        "description": row.description,
        "raw_description": row.description,
        "agent_description": None,
        "tag": row.tag,
        "active": row.active,
        "required": row.required,
        "removable": row.removable,
        "collapsed_for_agents": False,
        "visible_in_portal": row.visible_in_portal,
        "editable_in_portal": row.editable_in_portal,
        "required_in_portal": False,
        "agent_can_edit": True,
        "position": row.position,
        "regexp_for_validation": row.regexp_for_validation,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
    for name in ("custom_field_options", "system_field_options"):
        stored = getattr(row, name)
        if stored != "null":
            shape[name] = msgspec.Raw(stored)
    return shape


@router.get("/api/v2/ticket_fields")
def list_ticket_fields(call: ReadCall, paging: PagingQuery) -> Response:
    """All ticket fields, in their order."""
    with call.read() as db:
        page = paged(
            call,
            db,
            select(ticket_fields),
            paging,
            id_column=ticket_fields.c.id,
            sorts=_SORTS,
            default="position",
        )
        return call.json({"ticket_fields": [_shape(row, call.api) for row in page.rows], **page.links})


@router.get("/api/v2/ticket_fields/{field_id:int}")
def show_ticket_field(call: ReadCall, field_id: Id) -> Response:
    """One ticket field."""
    with call.read() as db:
        row = db.execute(select(ticket_fields).where(ticket_fields.c.id == field_id)).one_or_none()
        if row is None:
            raise errors.not_found()
        return call.json({"ticket_field": _shape(row, call.api)})
