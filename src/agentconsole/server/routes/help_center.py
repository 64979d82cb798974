"""The help centre's articles, for looking up and quoting."""

import html
import re
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Row, false, or_, select

from agentconsole.server import errors, wire
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.paging import Paging, PagingQuery, offset_links, paged
from agentconsole.server.params import Id
from agentconsole.server.schema import articles
from agentconsole.server.search_sql import contains

router = APIRouter(tags=["help center"])

PER_PAGE = 25
MAX_RESULTS = 1_000
AROUND = 80
"""Characters of a snippet before and after the first word found."""

Locale = Annotated[str, Path(pattern=r"^[a-z]{2}(-[a-z0-9]{2,4})?$")]
_SORTS = {"position": articles.c.position, "created_at": articles.c.created_at, "updated_at": articles.c.updated_at}
_TAG = re.compile(r"<[^>]*>")


def _shape(row: Row[Any], call: Call) -> wire.Shape:
    return {
        "id": row.id,
        "url": f"{call.api}/help_center/{row.locale}/articles/{row.id}.json",
        "html_url": f"{call.base}/hc/{row.locale}/articles/{row.id}",
        "title": row.title,
        "name": row.title,
        "body": row.body,
        "locale": row.locale,
        "source_locale": row.locale,
        "author_id": row.author_id,
        "section_id": row.section_id,
        "label_names": msgspec.Raw(row.label_names),
        "draft": row.draft,
        "promoted": row.promoted,
        "position": row.position,
        "vote_sum": row.vote_sum,
        "vote_count": row.vote_count,
        "comments_disabled": True,
        "outdated": False,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "edited_at": row.updated_at,
    }


def _list(call: Call, paging: Paging, locale: str | None) -> Response:
    statement = select(articles).where(articles.c.draft.is_(False))
    if locale is not None:
        statement = statement.where(articles.c.locale == locale)
    with call.read() as db:
        page = paged(call, db, statement, paging, id_column=articles.c.id, sorts=_SORTS, default="position")
        return call.json({"articles": [_shape(row, call) for row in page.rows], **page.links})


def _show(call: Call, article_id: int, locale: str | None) -> Response:
    with call.read() as db:
        row = db.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        if row is None or row.draft or locale not in {None, row.locale}:
            raise errors.not_found()
        return call.json({"article": _shape(row, call)})


@router.get("/api/v2/help_center/articles")
def list_articles(call: ReadCall, paging: PagingQuery) -> Response:
    """All published articles."""
    return _list(call, paging, None)


@router.get("/api/v2/help_center/{locale}/articles")
def list_articles_in(call: ReadCall, locale: Locale, paging: PagingQuery) -> Response:
    """All published articles in one language."""
    return _list(call, paging, locale)


@router.get("/api/v2/help_center/articles/search")
def search_articles(
    call: ReadCall,
    query: Annotated[str, Query(min_length=1, max_length=1_000)],
    page: Annotated[int, Query(ge=1, le=2**31)] = 1,
    per_page: Annotated[int, Query(ge=1, le=2**31)] = PER_PAGE,
    locale: Annotated[str | None, Query(max_length=16)] = None,
) -> Response:
    """Published articles with any of the words, those with most of them first, each with a snippet."""
    per_page = min(per_page, PER_PAGE)
    start = (page - 1) * per_page
    if start >= MAX_RESULTS:
        raise errors.bad_request("InvalidPaginationDepth", f"Limit of {MAX_RESULTS} records reached.")
    words = list(dict.fromkeys(re.findall(r"\w+", query.lower())))[:20]
    with call.read() as db:
        statement = select(articles).where(articles.c.draft.is_(False))
        if locale is not None:
            statement = statement.where(articles.c.locale == locale.lower())
        columns = (articles.c.title, articles.c.body)
        found = or_(false(), *(contains(column, word) for word in words for column in columns))
        rows = list(db.execute(statement.where(found).limit(MAX_RESULTS)))
    ranked = sorted(rows, key=lambda row: (-_score(row, words), row.id))
    links = offset_links(call, Paging(None, None, None, page, per_page, None, None, "asc"), len(ranked))
    results = [
        {**_shape(row, call), "result_type": "article", "snippet": snippet(row.body, words)}
        for row in ranked[start : start + per_page]
    ]
    return call.json(
        {
            "results": results,
            **links,
            "page": page,
            "per_page": per_page,
            "page_count": -(-len(ranked) // per_page),
        }
    )


@router.get("/api/v2/help_center/articles/{article_id:int}")
def show_article(call: ReadCall, article_id: Id) -> Response:
    """One article."""
    return _show(call, article_id, None)


@router.get("/api/v2/help_center/{locale}/articles/{article_id:int}")
def show_article_in(call: ReadCall, locale: Locale, article_id: Id) -> Response:
    """One article, if it is in that language."""
    return _show(call, article_id, locale)


def _score(row: Row[Any], words: list[str]) -> int:
    title, body = row.title.lower(), row.body.lower()
    return sum(5 * (word in title) + (word in body) for word in words) + int(row.promoted)


def snippet(body: str, words: list[str]) -> str:
    """Text around the first of *words* found in an HTML *body*, with all of them between ``<em>``; safe HTML."""
    text = " ".join(html.unescape(_TAG.sub(" ", body)).split())
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    match = pattern.search(text)
    at = match.start() if match else 0
    start, end = max(0, at - AROUND), min(len(text), at + 2 * AROUND)
    parts: list[str] = []
    last = start
    for each in pattern.finditer(text, start, end):
        parts += [html.escape(text[last : each.start()]), f"<em>{html.escape(each[0])}</em>"]
        last = each.end()
    parts.append(html.escape(text[last:end]))
    return ("…" if start else "") + "".join(parts) + ("…" if end < len(text) else "")
