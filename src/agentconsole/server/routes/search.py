"""Search over tickets with their comments, users, organizations and groups."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, func, select

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.paging import MAX_PAGE, PagingQuery, offset_links, paged
from agentconsole.server.query import Kind, SearchError, ordered, parse
from agentconsole.server.query import Query as Search
from agentconsole.server.search_sql import TABLES, Asker, kinds, order, where
from agentconsole.server.sideloads import Include

router = APIRouter(tags=["search"])

MAX_RESULTS = 1_000
"""How deep offset pages of a search go; the export goes all the way."""

Text = Annotated[str, Query(alias="query", max_length=2_000, description="See the search language of the dialect")]

_SHAPES: dict[Kind, Callable[[Row[Any], str], wire.Shape]] = {
    "ticket": wire.ticket,
    "user": wire.user,
    "organization": wire.organization,
    "group": wire.group,
}


def _unprocessable(why: str) -> errors.Problem:
    return errors.Problem(422, {"error": "invalid", "description": f"Invalid search: {why}"})


def _asker(call: Call) -> Asker:
    return Asker(call.user_id, call.desk.database.now())


def _count(db: Connection, search: Search, kind: Kind, asker: Asker) -> int:
    return db.execute(select(func.count()).select_from(TABLES[kind]).where(where(search, kind, asker))).scalar_one()


def _results(
    call: Call, db: Connection, kind: Kind, rows: list[Row[Any]], include: str | None
) -> tuple[list[wire.Shape], dict[str, Any]]:
    """The rows as results, and what goes beside them."""
    shapes = [{**_SHAPES[kind](row, call.api), "result_type": kind} for row in rows]
    beside: dict[str, Any] = {}
    if kind == "ticket":
        beside = sideloads.of_tickets(call, db, include, rows, shapes)
    elif kind == "user":
        beside = sideloads.of_users(call, db, include, rows)
    return shapes, beside


@router.get("/api/v2/search")
def search_all(call: ReadCall, paging: PagingQuery, query: Text, include: Include = None) -> Response:
    """One page of what a query finds: tickets first, then users, organizations and groups."""
    if paging.is_cursor:
        raise errors.bad_request("InvalidPaginationParameter", "Search has offset pages only; use search/export.")
    start = (paging.page - 1) * paging.per_page
    if start >= MAX_RESULTS:
        raise _unprocessable(f"it goes back at most {MAX_RESULTS} results")
    asker = _asker(call)
    try:
        search = ordered(parse(query), paging.sort_by, paging.sort_order if paging.sort_by else None)
        with call.read() as db:
            count = 0
            shapes: list[wire.Shape] = []
            beside: dict[str, Any] = {}
            room = min(paging.per_page, MAX_RESULTS - start)
            for kind in kinds(search):
                of_kind = _count(db, search, kind, asker)
                skip = max(0, start - count)
                count += of_kind
                if room > 0 and skip < of_kind:
                    statement = select(TABLES[kind]).where(where(search, kind, asker)).order_by(*order(search, kind))
                    rows = list(db.execute(statement.limit(room).offset(skip)))
                    more, more_beside = _results(call, db, kind, rows, include)
                    shapes += more
                    beside |= more_beside
                    room -= len(rows)
            links = offset_links(call, paging, min(count, MAX_RESULTS))
            return call.json({"results": shapes, "facets": None, **links, "count": count, **beside})
    except SearchError as fault:
        raise _unprocessable(str(fault)) from fault


@router.get("/api/v2/search/count")
def count_results(call: ReadCall, query: Text) -> Response:
    """How many things a query finds."""
    asker = _asker(call)
    try:
        search = parse(query)
        with call.read() as db:
            return call.json({"count": sum(_count(db, search, kind, asker) for kind in kinds(search))})
    except SearchError as fault:
        raise _unprocessable(str(fault)) from fault


@router.get("/api/v2/search/export")
def export_results(
    call: ReadCall,
    paging: PagingQuery,
    query: Text,
    kind: Annotated[Literal["ticket", "user", "organization", "group"], Query(alias="filter[type]")],
    include: Include = None,
) -> Response:
    """Everything of one kind that a query finds, oldest first, in cursor pages without an end."""
    call.limit("search-export")
    asker = _asker(call)
    table = TABLES[kind]
    try:
        search = parse(query)._replace(kind=kind)
        statement = select(table).where(where(search, kind, asker))
    except SearchError as fault:
        raise _unprocessable(str(fault)) from fault
    with call.read() as db:
        page = paged(
            call,
            db,
            statement,
            replace(paging, size=paging.size or MAX_PAGE, sort=None),
            id_column=table.c.id,
            sorts={"created_at": table.c.created_at},
            default="created_at",
        )
        shapes, beside = _results(call, db, kind, list(page.rows), include)
        return call.json({"results": shapes, "facets": None, **page.links, **beside})
