"""Views: saved questions about tickets, with their counts."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, func, select

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.paging import MAX_DEPTH, MAX_PAGE, Paging, PagingQuery, address, offset_links, paged
from agentconsole.server.params import Id, IdList, id_list
from agentconsole.server.schema import tickets, views
from agentconsole.server.search_sql import Asker
from agentconsole.server.sideloads import Include
from agentconsole.server.view_conditions import SORTS, view_order, view_where

router = APIRouter(tags=["views"])

MAX_COUNTED = 20
_LIST_SORTS = {
    "id": views.c.id,
    "position": views.c.position,
    "title": views.c.title,
    "created_at": views.c.created_at,
    "updated_at": views.c.updated_at,
}


def _asker(call: Call) -> Asker:
    return Asker(call.user_id, call.desk.database.now())


def _shape(row: Row[Any], api: str) -> wire.Shape:
    return {
        "id": row.id,
        "url": f"{api}/views/{row.id}.json",
        "title": row.title,
        "raw_title": row.title,
        "description": row.description,
        "active": row.active,
        "default": False,
        "position": row.position,
        "execution": _execution(msgspec.json.decode(row.execution)),
        "conditions": msgspec.Raw(row.conditions),
        "restriction": msgspec.Raw(row.restriction),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _execution(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What the view shows and how it sorts, in both spellings that clients read."""
    columns = list(stored.get("columns") or ())
    shown: dict[str, Any] = {"columns": columns, "fields": columns, "custom_fields": []}
    for what, fallback in (("group", None), ("sort", "id")):
        nested = stored.get(what) or {}
        key = nested.get("id") or stored.get(f"{what}_by") or fallback
        way = nested.get("order") or stored.get(f"{what}_order") or "asc"
        shown[f"{what}_by"], shown[f"{what}_order"] = key, way
        shown[what] = {"id": key, "title": str(key).replace("_", " ").capitalize(), "order": way} if key else None
    return shown


def _find(db: Connection, view_id: int) -> Row[Any]:
    row = db.execute(select(views).where(views.c.id == view_id)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def _list(call: Call, paging: Paging, active: bool | None) -> Response:
    statement = select(views) if active is None else select(views).where(views.c.active.is_(active))
    with call.read() as db:
        page = paged(call, db, statement, paging, id_column=views.c.id, sorts=_LIST_SORTS, default="position")
        return call.json({"views": [_shape(row, call.api) for row in page.rows], **page.links})


@router.get("/api/v2/views")
def list_views(call: ReadCall, paging: PagingQuery, active: bool | None = None) -> Response:
    """All views, in their order."""
    return _list(call, paging, active)


@router.get("/api/v2/views/active")
def list_active_views(call: ReadCall, paging: PagingQuery) -> Response:
    """The views in use."""
    return _list(call, paging, True)


@router.get("/api/v2/views/compact")
def list_compact_views(call: ReadCall, paging: PagingQuery) -> Response:
    """The views in use, as a side bar wants them."""
    return _list(call, paging, True)


@router.get("/api/v2/views/count_many")
def count_many_views(call: ReadCall, ids: IdList) -> Response:
    """Counts of up to 20 views; unknown ids are passed over."""
    wanted = id_list(ids)
    if len(wanted) > MAX_COUNTED:
        raise errors.too_many_values(MAX_COUNTED, "views may be counted")
    call.limit("view-count-many")
    with call.read() as db:
        rows = sideloads.fetch(db, views, wanted)
        return call.json({"view_counts": [_count_shape(call, db, row) for row in rows]})


@router.get("/api/v2/views/show_many")
def show_many_views(call: ReadCall, ids: IdList) -> Response:
    """Up to 100 views by id."""
    with call.read() as db:
        rows = sideloads.fetch(db, views, id_list(ids))
        shapes = [_shape(row, call.api) for row in rows]
        return call.json({"views": shapes, "count": len(shapes), "next_page": None, "previous_page": None})


@router.get("/api/v2/views/{view_id:int}")
def show_view(call: ReadCall, view_id: Id) -> Response:
    """One view."""
    with call.read() as db:
        return call.json({"view": _shape(_find(db, view_id), call.api)})


def _count(call: Call, db: Connection, row: Row[Any]) -> int:
    where = view_where(msgspec.json.decode(row.conditions), _asker(call))
    return db.execute(select(func.count()).select_from(tickets).where(where)).scalar_one()


def _count_shape(call: Call, db: Connection, row: Row[Any]) -> dict[str, Any]:
    value = _count(call, db, row)
    return {
        "view_id": row.id,
        "url": f"{call.api}/views/{row.id}/count.json",
        "value": value,
        "pretty": f"{value:,}",
        "fresh": True,
        "active": row.active,
    }


@router.get("/api/v2/views/{view_id:int}/count")
def count_view(call: ReadCall, view_id: Id) -> Response:
    """How many tickets a view holds now."""
    call.limit("view-count", view_id)
    with call.read() as db:
        return call.json({"view_count": _count_shape(call, db, _find(db, view_id))})


SortBy = Annotated[str | None, Query(max_length=50, description="Outranks the view's own sort")]


def _page(call: Call, db: Connection, view: Row[Any], paging: Paging) -> tuple[Sequence[Row[Any]], dict[str, Any]]:
    """The tickets of one page, in the view's order, and what the answer says about its neighbours.

    Cursors hold a place in the list, as views are sorted by several keys at once: rows that move between two pages
    can show up twice or be passed over, which the next refresh mends.
    """
    asked = paging.sort.removeprefix("-") if paging.is_cursor and paging.sort else paging.sort_by
    if asked is not None and asked not in SORTS:
        raise errors.bad_request("InvalidPaginationParameter", f"sort is not valid; use one of {', '.join(SORTS)}")
    descending = (paging.sort or "").startswith("-") if paging.is_cursor else paging.sort_order.lower() == "desc"
    execution = msgspec.json.decode(view.execution)
    statement = (
        select(tickets)
        .where(view_where(msgspec.json.decode(view.conditions), _asker(call)))
        .order_by(*view_order(execution, asked, descending if asked else None))
    )
    if not paging.is_cursor:
        if paging.page * paging.per_page > MAX_DEPTH:
            raise errors.bad_request("InvalidPaginationDepth", f"Limit of {MAX_DEPTH} records reached.")
        start = (paging.page - 1) * paging.per_page
        rows = db.execute(statement.limit(paging.per_page).offset(start)).all()
        return rows, offset_links(call, paging, _count(call, db, view))
    size = paging.size or MAX_PAGE
    if paging.after is None and paging.before is not None:
        end = _place(paging.before)
        start, size = max(0, end - size), min(end, size)
    else:
        start = _place(paging.after) if paging.after else 0
    found = db.execute(statement.limit(size + 1).offset(start)).all()
    rows = found[:size]
    before, after = _cursor(start), _cursor(start + len(rows))
    return rows, {
        "meta": {
            "has_more": len(found) > size,
            "after_cursor": after if rows else None,
            "before_cursor": before if rows else None,
        },
        "links": {
            "prev": address(call, {"page[before]": before}, ("page[after]",)) if rows and start else None,
            "next": address(call, {"page[after]": after}, ("page[before]",)) if len(found) > size else None,
        },
    }


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(b"view:%d" % place).decode()


def _place(cursor: str) -> int:
    try:
        name, _, place = base64.urlsafe_b64decode(cursor).partition(b":")
        if name == b"view" and place.isdigit() and len(place) < 10:
            return int(place)
    except (binascii.Error, ValueError):
        pass
    raise errors.bad_request("InvalidPaginationParameter", "page[after] or page[before] is not a cursor of this list")


@router.get("/api/v2/views/{view_id:int}/tickets")
def list_view_tickets(call: ReadCall, view_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The tickets of a view, in its order."""
    with call.read() as db:
        rows, links = _page(call, db, _find(db, view_id), paging)
        shapes = [wire.ticket(row, call.api) for row in rows]
        beside = sideloads.of_tickets(call, db, include, rows, shapes)
        return call.json({"tickets": shapes, **beside, **links})


@router.get("/api/v2/views/{view_id:int}/execute")
def execute_view(call: ReadCall, view_id: Id, paging: PagingQuery) -> Response:
    """The tickets of a view as rows of its columns, with the users and groups they mention."""
    call.limit("view-execute", view_id)
    with call.read() as db:
        view = _find(db, view_id)
        rows, links = _page(call, db, view, paging)
        shapes = [wire.ticket(row, call.api) for row in rows]
        beside = sideloads.of_tickets(call, db, "users,groups,organizations", rows, shapes)
        columns = _execution(msgspec.json.decode(view.execution))["columns"]
        return call.json(
            {
                "columns": columns,
                "rows": [_row(row, shape, columns) for row, shape in zip(rows, shapes, strict=True)],
                "view": {"id": view.id, "url": f"{call.api}/views/{view.id}.json"},
                **beside,
                **links,
            }
        )


_ALWAYS = ("assignee_id", "requester_id", "submitter_id", "group_id", "organization_id", "priority", "subject")
_RENAMED = {
    "created": "created_at",
    "updated": "updated_at",
    "assigned": "updated_at",
    "nice_id": "id",
    "assignee": "assignee_id",
    "requester": "requester_id",
    "group": "group_id",
    "organization": "organization_id",
}


def _row(row: Row[Any], shape: wire.Shape, columns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One executed row: a short ticket, ids that are always there, and one value a column."""
    ticket = {name: shape[name] for name in ("id", "url", "subject", "description", "status", "type", "priority")}
    result: dict[str, Any] = {
        "ticket": ticket,
        "custom_fields": shape["custom_fields"],
        "fields": shape["custom_fields"],
    }
    result |= {name: shape[name] for name in _ALWAYS}
    for column in columns:
        key = str(column.get("id"))
        if key == "sla_next_breach_at":
            result[key] = row.sla_next_breach_at
        elif _RENAMED.get(key, key) in shape:
            result[key] = shape[_RENAMED.get(key, key)]
    return result
