"""The search language: what a person types, as terms.

    type:ticket status<solved assignee:me tags:vip -tags:spam created>2026-01-01 updated>4hours "exact phrase"

Terms are joined by AND, except that the same keyword said twice with ``:`` means either value, as in Zendesk.
A word before a colon that is no keyword is text to look for (``error:timeout``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, cast

from agentconsole.server.instants import to_text

Kind = Literal["ticket", "user", "organization", "group"]
Operator = Literal[":", "<", ">", "<=", ">="]

KINDS: Final[tuple[Kind, ...]] = ("ticket", "user", "organization", "group")
TICKET_TYPES: Final = frozenset({"problem", "incident", "question", "task"})
STATUSES: Final = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES: Final = ("low", "normal", "high", "urgent")

DATES: Final[Mapping[str, str]] = {
    "created": "created_at",
    "created_at": "created_at",
    "updated": "updated_at",
    "updated_at": "updated_at",
    "solved": "solved_at",
    "solved_at": "solved_at",
    "due": "due_at",
    "due_date": "due_at",
}
"""Keywords that take a date, with the column each compares."""

PEOPLE: Final = frozenset({"assignee", "requester", "submitter", "cc", "commenter"})
KEYWORDS: Final = (
    frozenset(DATES)
    | PEOPLE
    | {
        "status",
        "priority",
        "ticket_type",
        "organization",
        "group",
        "tags",
        "subject",
        "description",
        "comment",
        "via",
        "satisfaction",
        "external_id",
        "has_attachment",
        "id",
        "name",
        "email",
        "role",
        "phone",
        "notes",
        "details",
    }
)
ORDERS: Final[Mapping[str, str]] = {
    "relevance": "relevance",
    "created": "created_at",
    "created_at": "created_at",
    "updated": "updated_at",
    "updated_at": "updated_at",
    "priority": "priority",
    "status": "status",
    "ticket_type": "type",
    "type": "type",
    "id": "id",
}


class SearchError(ValueError):
    """The query can't be understood; the message says where."""


class Term(NamedTuple):
    """One condition. ``field`` None: the value is text to find. Dates stay as typed, see `moments`."""

    field: str | None
    operator: Operator
    value: str
    is_negated: bool = False


class Query(NamedTuple):
    """Parsed. ``kind`` None asks for every kind of thing; ``order_by`` is a key of a result or "relevance"."""

    terms: tuple[Term, ...]
    kind: Kind | None = None
    order_by: str = "relevance"
    is_ascending: bool = False


_TOKEN: Final = re.compile(
    r"""(?P<minus>-(?=\S))?
        (?:(?P<field>[A-Za-z_][A-Za-z0-9_.]*)(?P<operator><=|>=|:|<|>))?
        (?:"(?P<quoted>[^"]*)(?P<closed>"|$)|(?P<plain>[^\s"]+))?""",
    re.VERBOSE,
)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            at += 1
            continue
        if match["quoted"] is not None and not match["closed"]:
            raise SearchError("a quotation mark is opened and never closed")
        at = match.end()
        yield match


def parse(text: str) -> Query:
    """Read a query; raises SearchError. Nothing but spaces gives a query without terms, which finds everything."""
    terms: list[Term] = []
    kind: Kind | None = None
    order_by, is_ascending = "relevance", False
    for token in _tokens(text.replace("\0", " ")):
        is_negated = token["minus"] is not None
        field = token["field"].lower() if token["field"] else None
        quoted, plain = token["quoted"], token["plain"]
        value = quoted if quoted is not None else plain or ""
        if field in {"order_by", "sort_by"}:
            order_by = _order(value)
        elif field in {"sort", "sort_order"}:
            is_ascending = _is_ascending(value)
        elif field == "type":
            found = _kind(value)
            if found in KINDS and not is_negated:
                kind = found
            else:
                terms.append(Term("ticket_type", ":", found, is_negated))
        elif field is None or not (field in KEYWORDS or field.startswith("custom_field_") or _is_custom(field, kind)):
            words = f"{token['field']}{token['operator']}{value}" if field else value
            if words.strip():
                terms.append(Term(None, ":", words, is_negated))
        else:
            terms.append(_checked(Term(field, cast(Operator, token["operator"]), value.strip(), is_negated)))
    return Query(tuple(terms), kind, order_by, is_ascending)


def _is_custom(field: str, kind: Kind | None) -> bool:
    """Custom fields of organizations and users are keywords of their own once the kind is said."""
    return kind in {"organization", "user"} and field.isidentifier()


def _kind(value: str) -> str:
    name = value.lower()
    if name not in KINDS and name not in TICKET_TYPES:
        raise SearchError(f"type can't be {value!r}")
    return name


def _order(value: str) -> str:
    try:
        return ORDERS[value.lower()]
    except KeyError:
        raise SearchError(f"results can't be ordered by {value!r}") from None


def _is_ascending(value: str) -> bool:
    if value.lower() not in {"asc", "desc"}:
        raise SearchError(f"sort is asc or desc, not {value!r}")
    return value.lower() == "asc"


def ordered(query: Query, order_by: str | None, direction: str | None) -> Query:
    """The query with the order that parameters beside it ask for, which outrank what it says itself."""
    if order_by:
        query = query._replace(order_by=_order(order_by))
    if direction:
        query = query._replace(is_ascending=_is_ascending(direction))
    return query


def _checked(term: Term) -> Term:
    field, operator, value, _ = term
    if not value:
        raise SearchError(f"{field}{operator} needs a value")
    if field in DATES:
        if value.lower() != "none":
            moments(value, datetime(2026, 1, 1, tzinfo=UTC))
    elif field == "status":
        if value.lower() not in STATUSES:
            raise SearchError(f"status can't be {value!r}")
    elif field == "priority":
        if value.lower() not in {*PRIORITIES, "none"}:
            raise SearchError(f"priority can't be {value!r}")
    elif operator != ":" and field != "id":
        raise SearchError(f"{field} can't be compared with {operator}")
    return term


_RELATIVE: Final = re.compile(r"(\d{1,6})\s*(minute|hour|day|week|month|year)s?", re.IGNORECASE)
_UNIT: Final[Mapping[str, timedelta]] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}


def moments(value: str, now: datetime) -> tuple[str, str]:
    """First and last second that a date means, as stored instants: a day is its 24 hours (UTC), an instant itself.

    ``4hours`` is the instant four hours before *now*. Raises SearchError.
    """
    relative = _RELATIVE.fullmatch(value)
    try:
        if relative:
            then = now - int(relative[1]) * _UNIT[relative[2].lower()]
            return to_text(then), to_text(then)
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
            year, month, day = (int(part) for part in f"{value}-01-01".split("-")[:3])
            first = datetime(year, month, day, tzinfo=UTC)
            if len(value) == 10:
                end = first + timedelta(days=1)
            elif len(value) == 7:
                end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
            else:
                end = datetime(year + 1, 1, 1, tzinfo=UTC)
            return to_text(first), to_text(end - timedelta(seconds=1))
        then = datetime.fromisoformat(value)
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        return to_text(then), to_text(then)
    except (ValueError, OverflowError):
        raise SearchError(f"{value!r} is not a date") from None
