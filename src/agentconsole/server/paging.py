"""The dialect's two ways to page through a list: by cursor (``page[size]``) and by offset (``page``, ``per_page``)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, select, tuple_

from agentconsole.server import errors
from agentconsole.server.call import Call

MAX_PAGE = 100
MAX_DEPTH = 10_000

Sorts = Mapping[str, ColumnElement[Any]]
"""What a list may be sorted by: name in the request to an expression that is never null."""


@dataclass(frozen=True, slots=True)
class Paging:
    """The paging parameters of one request, checked for form only."""

    size: int | None
    after: str | None
    before: str | None
    page: int
    per_page: int
    sort: str | None
    sort_by: str | None
    sort_order: str

    @property
    def is_cursor(self) -> bool:
        return self.size is not None or self.after is not None or self.before is not None


def _paging(
    size: Annotated[int | None, Query(alias="page[size]", ge=1, le=2**31)] = None,
    after: Annotated[str | None, Query(alias="page[after]", max_length=1_000)] = None,
    before: Annotated[str | None, Query(alias="page[before]", max_length=1_000)] = None,
    page: Annotated[int, Query(ge=1, le=2**31)] = 1,
    per_page: Annotated[int, Query(ge=1, le=2**31)] = MAX_PAGE,
    sort: Annotated[str | None, Query(max_length=50)] = None,
    sort_by: Annotated[str | None, Query(max_length=50)] = None,
    sort_order: Annotated[str, Query(max_length=50)] = "asc",
) -> Paging:
    return Paging(
        min(size, MAX_PAGE) if size is not None else None,
        after or None,
        before or None,
        page,
        min(per_page, MAX_PAGE),
        sort,
        sort_by,
        sort_order,
    )


PagingQuery = Annotated[Paging, Depends(_paging)]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, and what the answer says about its neighbours (spread it into the body)."""

    rows: Sequence[Row[Any]]
    links: Mapping[str, Any]


def paged(
    call: Call,
    db: Connection,
    statement: Select[Any],
    paging: Paging,
    *,
    id_column: ColumnElement[Any],
    sorts: Sorts,
    default: str = "id",
) -> Page:
    """Run *statement* (unordered) for the page that was asked for.

    *default* names the sort used unless the request names one; a leading minus means descending. Cursor pages refuse
    a sort that is not in *sorts* (400 ``InvalidPaginationParameter``); offset pages ignore it,
    as the real service does.
    """
    if paging.is_cursor:
        return _by_cursor(call, db, statement, paging, id_column, sorts, default)
    return _by_offset(call, db, statement, paging, id_column, sorts, default)


def _by_cursor(
    call: Call,
    db: Connection,
    statement: Select[Any],
    paging: Paging,
    id_column: ColumnElement[Any],
    sorts: Sorts,
    default: str,
) -> Page:
    sort = paging.sort or default
    name, is_descending = sort.removeprefix("-"), sort.startswith("-")
    if name not in sorts:
        raise errors.bad_request("InvalidPaginationParameter", f"sort is not valid; use one of {', '.join(sorts)}")
    by = sorts[name]
    size = paging.size or MAX_PAGE
    goes_back = paging.before is not None and paging.after is None
    is_downwards = is_descending != goes_back
    cursor = paging.before if goes_back else paging.after
    if cursor is not None:
        value, row_id = _open_cursor(cursor, sort, by)
        here, there = tuple_(by, id_column), tuple_(literal(value, by.type), literal(row_id, id_column.type))
        statement = statement.where(here < there if is_downwards else here > there)
    order = (by.desc(), id_column.desc()) if is_downwards else (by.asc(), id_column.asc())
    rows = list(
        db.execute(
            statement.add_columns(by.label("paging_sort"), id_column.label("paging_id"))
            .order_by(*order)
            .limit(size + 1)
        )
    )
    has_more = len(rows) > size
    rows = rows[:size]
    if goes_back:
        rows.reverse()
    first = _close_cursor(sort, rows[0].paging_sort, rows[0].paging_id) if rows else None
    last = _close_cursor(sort, rows[-1].paging_sort, rows[-1].paging_id) if rows else None
    return Page(
        rows,
        {
            "meta": {"has_more": has_more, "after_cursor": last, "before_cursor": first},
            "links": {
                "prev": address(call, {"page[before]": first, "page[size]": size}, ("page[after]",)) if first else None,
                "next": address(call, {"page[after]": last, "page[size]": size}, ("page[before]",)) if last else None,
            },
        },
    )


def _by_offset(
    call: Call,
    db: Connection,
    statement: Select[Any],
    paging: Paging,
    id_column: ColumnElement[Any],
    sorts: Sorts,
    default: str,
) -> Page:
    if paging.page * paging.per_page > MAX_DEPTH:
        raise errors.bad_request("InvalidPaginationDepth", f"Limit of {MAX_DEPTH} records reached; use cursor pages.")
    sort = default
    if paging.sort_by in sorts:
        sort = f"-{paging.sort_by}" if paging.sort_order.lower() == "desc" else str(paging.sort_by)
    by, is_descending = sorts[sort.removeprefix("-")], sort.startswith("-")
    order = (by.desc(), id_column.desc()) if is_descending else (by.asc(), id_column.asc())
    count = db.execute(select(func.count()).select_from(statement.order_by(None).subquery())).scalar_one()
    start = (paging.page - 1) * paging.per_page
    rows = list(db.execute(statement.order_by(*order).limit(paging.per_page).offset(start)))
    return Page(rows, offset_links(call, paging, count))


def offset_links(call: Call, paging: Paging, count: int) -> dict[str, Any]:
    """What an offset page says about the whole: its count and its neighbours' addresses."""
    has_next = paging.page * paging.per_page < count
    return {
        "count": count,
        "next_page": address(call, {"page": paging.page + 1, "per_page": paging.per_page}) if has_next else None,
        "previous_page": (
            address(call, {"page": paging.page - 1, "per_page": paging.per_page}) if paging.page > 1 else None
        ),
    }


def address(call: Call, changes: Mapping[str, Any], without: Sequence[str] = ()) -> str:
    """The address of this request with some query parameters changed, in the form with ``.json``."""
    query = {name: value for name, value in call.request.query_params.multi_items() if name not in without}
    query.update({name: str(value) for name, value in changes.items()})
    return f"{call.base}{call.request.url.path}.json?{urlencode(query)}"


def _close_cursor(sort: str, value: Any, row_id: int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([sort, value, row_id])).decode()


def _open_cursor(cursor: str, sort: str, by: ColumnElement[Any]) -> tuple[Any, int]:
    wanted: type[Any] = int if by.type.python_type is int else str
    try:
        stored, value, row_id = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str, Any, int])
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        stored, value, row_id = "", None, 0
    if stored != sort or not isinstance(value, wanted) or abs(row_id) >= 2**63:
        raise errors.bad_request("InvalidPaginationParameter", "page[after] or page[before] is no cursor of this list")
    return value, row_id
