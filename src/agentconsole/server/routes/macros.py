"""Macros: prepared changes, and what applying one would do. Applying never changes anything by itself."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from fastapi import APIRouter, Response
from sqlalchemy import Connection, Row, select

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.paging import Paging, PagingQuery, paged
from agentconsole.server.params import Id, IdList, id_list
from agentconsole.server.schema import groups, macros, organizations, tickets, users
from agentconsole.server.tags import clean_tags

router = APIRouter(tags=["macros"])

_SORTS = {
    "position": macros.c.position,
    "id": macros.c.id,
    "alphabetical": macros.c.title,
    "created_at": macros.c.created_at,
    "updated_at": macros.c.updated_at,
}


def _shape(row: Row[Any], api: str) -> wire.Shape:
    return {
        "id": row.id,
        "url": f"{api}/macros/{row.id}.json",
        "title": row.title,
        "raw_title": row.title,
        "description": row.description,
        "active": row.active,
        "default": False,
        "position": row.position,
        "actions": msgspec.Raw(row.actions),
        "restriction": msgspec.Raw(row.restriction),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _list(call: Call, paging: Paging, active: bool | None) -> Response:
    statement = select(macros) if active is None else select(macros).where(macros.c.active.is_(active))
    with call.read() as db:
        page = paged(call, db, statement, paging, id_column=macros.c.id, sorts=_SORTS, default="position")
        return call.json({"macros": [_shape(row, call.api) for row in page.rows], **page.links})


@router.get("/api/v2/macros")
def list_macros(call: ReadCall, paging: PagingQuery, active: bool | None = None) -> Response:
    """All macros, in their order."""
    return _list(call, paging, active)


@router.get("/api/v2/macros/active")
def list_active_macros(call: ReadCall, paging: PagingQuery) -> Response:
    """The macros in use."""
    return _list(call, paging, True)


@router.get("/api/v2/macros/show_many")
def show_many_macros(call: ReadCall, ids: IdList) -> Response:
    """Up to 100 macros by id."""
    with call.read() as db:
        shapes = [_shape(row, call.api) for row in sideloads.fetch(db, macros, id_list(ids))]
        return call.json({"macros": shapes, "count": len(shapes), "next_page": None, "previous_page": None})


@router.get("/api/v2/macros/{macro_id:int}")
def show_macro(call: ReadCall, macro_id: Id) -> Response:
    """One macro."""
    with call.read() as db:
        return call.json({"macro": _shape(_find(db, macro_id), call.api)})


@router.get("/api/v2/macros/{macro_id:int}/apply")
def apply_macro(call: ReadCall, macro_id: Id) -> Response:
    """What the macro would change on any ticket; placeholders stay as they are written."""
    with call.read() as db:
        actions = msgspec.json.decode(_find(db, macro_id).actions)
        return call.json({"result": {"ticket": _changes(actions, call.user_id, [], None)}})


@router.get("/api/v2/tickets/{ticket_id:int}/macros/{macro_id:int}/apply")
def apply_macro_to_ticket(call: ReadCall, ticket_id: Id, macro_id: Id) -> Response:
    """The whole ticket as it would be with the macro applied, its placeholders filled in."""
    with call.read() as db:
        row = db.execute(select(tickets).where(tickets.c.id == ticket_id, tickets.c.deleted_at.is_(None))).one_or_none()
        if row is None:
            raise errors.not_found()
        actions = msgspec.json.decode(_find(db, macro_id).actions)
        values = _placeholders(call, db, row)
        changes = _changes(actions, call.user_id, msgspec.json.decode(row.tags), values)
        if "custom_fields" in changes:
            changed = {each["id"]: each for each in changes["custom_fields"]}
            kept = [each for each in msgspec.json.decode(row.custom_fields) if each["id"] not in changed]
            changes["custom_fields"] = changes["fields"] = [*kept, *changed.values()]
        return call.json({"result": {"ticket": {**wire.ticket(row, call.api), **changes}}})


def _find(db: Connection, macro_id: int) -> Row[Any]:
    row = db.execute(select(macros).where(macros.c.id == macro_id)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


_NUMBERS = frozenset({"assignee_id", "group_id", "requester_id", "organization_id", "brand_id", "ticket_form_id"})
_PLAIN = frozenset({"status", "priority", "type", "subject", "due_at"})


def _changes(
    actions: Iterable[Mapping[str, Any]], user_id: int, tags: list[str], values: Mapping[str, str] | None
) -> dict[str, Any]:
    """The ticket's keys that the actions set. *tags* are those it has; *values* fill placeholders unless None."""
    changed: dict[str, Any] = {}
    comment: dict[str, Any] = {}
    for action in actions:
        field, value = str(action.get("field")), action.get("value")
        if field in _PLAIN:
            changed[field] = _filled(str(value), values) if field == "subject" else value or None
        elif field in _NUMBERS:
            changed[field] = _number(value, user_id)
        elif field in {"set_tags", "current_tags", "remove_tags"}:
            words = set(clean_tags(value if isinstance(value, list) else [str(value or "")]))
            present = set(changed.get("tags", tags))
            result = words if field == "set_tags" else present | words if field == "current_tags" else present - words
            changed["tags"] = sorted(result)
        elif field.startswith("custom_fields_") and field[14:].isdigit():
            changed.setdefault("custom_fields", []).append({"id": int(field[14:]), "value": value})
        elif field in {"comment_value", "comment_value_html"}:
            text = value[-1] if isinstance(value, list) and value else value
            filled = _filled(str(text or ""), values)
            comment["html_body" if field.endswith("html") else "body"] = filled
            comment["scoped_body"] = [["channel:all", filled]]
        elif field == "comment_mode_is_public":
            comment["public"] = str(value).lower() == "true"
    if comment:
        comment.setdefault("public", True)
        changed["comment"] = comment
    if "custom_fields" in changed:
        changed["fields"] = changed["custom_fields"]
    return changed


def _number(value: Any, user_id: int) -> int | None:
    if value == "current_user":
        return user_id
    return int(value) if str(value).isdigit() else None


_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*\}\}")


def _filled(text: str, values: Mapping[str, str] | None) -> str:
    """Placeholders replaced; one that nobody knows becomes nothing, as in the real service."""
    if values is None:
        return text
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text)


def _placeholders(call: Call, db: Connection, row: Row[Any]) -> dict[str, str]:
    people = {each.id: each for each in sideloads.fetch(db, users, [row.requester_id, row.assignee_id, call.user_id])}
    values = {
        "ticket.id": str(row.id),
        "ticket.title": row.subject,
        "ticket.subject": row.subject,
        "ticket.description": row.description,
        "ticket.status": row.status,
        "ticket.priority": row.priority or "",
        "ticket.url": f"{call.api}/tickets/{row.id}",
        "ticket.link": f"{call.base}/agent/tickets/{row.id}",
        "ticket.created_at": row.created_at,
        "ticket.updated_at": row.updated_at,
    }
    for name, person_id in (
        ("ticket.requester", row.requester_id),
        ("ticket.assignee", row.assignee_id),
        ("current_user", call.user_id),
    ):
        person = people.get(person_id)
        if person is not None:
            first, _, last = person.name.partition(" ")
            values |= {
                f"{name}.name": person.name,
                f"{name}.first_name": first,
                f"{name}.last_name": last,
                f"{name}.email": person.email or "",
                f"{name}.signature": person.signature or "",
            }
    for name, table, row_id in (
        ("ticket.organization", organizations, row.organization_id),
        ("ticket.group", groups, row.group_id),
    ):
        found = sideloads.fetch(db, table, [row_id])
        if found:
            values[f"{name}.name"] = found[0].name
    return values
