"""Searches as SQL that means the same on SQLite and PostgreSQL.

Text is found as a part of words, whatever its case. SQLite folds the case of ASCII only, so words with other letters
are looked for in their usual spellings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import eq, ge, gt, le, lt
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Select, String, Table, and_, case, cast, exists, false, func, not_, or_, select

from agentconsole.server.query import (
    DATES,
    PEOPLE,
    PRIORITIES,
    STATUSES,
    Kind,
    Operator,
    Query,
    SearchError,
    Term,
    moments,
)
from agentconsole.server.schema import comments, groups, organizations, tickets, users

Where = ColumnElement[bool]


class Asker(NamedTuple):
    """Who searches, and when: what "me" and "4hours" mean."""

    user_id: int
    now: datetime


TABLES: Final[Mapping[Kind, Table]] = {
    "ticket": tickets,
    "user": users,
    "organization": organizations,
    "group": groups,
}

_TICKET_ONLY: Final = PEOPLE | {
    "status",
    "priority",
    "ticket_type",
    "subject",
    "description",
    "comment",
    "via",
    "satisfaction",
    "has_attachment",
    "solved",
    "solved_at",
    "due",
    "due_date",
}

_COMPARISONS: Final[Mapping[Operator, Callable[[Any, Any], Any]]] = {
    ":": eq,
    "<": lt,
    ">": gt,
    "<=": le,
    ">=": ge,
}


def kinds(query: Query) -> tuple[Kind, ...]:
    """The kinds of thing that can be found: the one asked for, tickets alone when a keyword says so, or all."""
    if query.kind is not None:
        return (query.kind,)
    fields = {term.field for term in query.terms}
    if fields & _TICKET_ONLY or any(field and field.startswith("custom_field_") for field in fields):
        return ("ticket",)
    return tuple(TABLES)


def where(query: Query, kind: Kind, asker: Asker) -> Where:
    """The condition on the kind's table; deleted things are never found. Raises SearchError."""
    compiled: list[Where] = [_alive(kind)]
    alternatives: dict[str, list[Where]] = {}
    for term in query.terms:
        clause = _CLAUSES[kind](term, asker)
        if term.is_negated:
            # Nothing is known to be otherwise about what is missing: -assignee:me finds the unassigned.
            compiled.append(not_(func.coalesce(clause, false())))
        elif term.field is None or term.operator != ":":
            compiled.append(clause)
        else:
            alternatives.setdefault(term.field, []).append(clause)
    return and_(*compiled, *(or_(*clauses) for clauses in alternatives.values()))


def order(query: Query, kind: Kind) -> list[ColumnElement[Any]]:
    """How results of one kind are sorted; always ends with the id, so that pages never overlap."""
    table = TABLES[kind]
    key = query.order_by
    if key == "relevance" or (kind != "ticket" and key in {"priority", "status", "type"}):
        key = "updated_at" if kind == "ticket" else "id"
    column: ColumnElement[Any] = table.c[key]
    if key == "priority":
        column = rank(tickets.c.priority, PRIORITIES)
    elif key == "status":
        column = rank(tickets.c.status, STATUSES)
    keys: list[ColumnElement[Any]] = [column] if key == "id" else [column, table.c.id]
    return [each.asc() if query.is_ascending else each.desc() for each in keys]


def rank(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[int]:
    """The place of a column's value in *values*, 0 when it is in none."""
    return case({value: place for place, value in enumerate(values, 1)}, value=column, else_=0)


def selection(query: Query, kind: Kind, asker: Asker) -> Select[Any]:
    """The rows of one kind, sorted."""
    return select(TABLES[kind]).where(where(query, kind, asker)).order_by(*order(query, kind))


def contains(column: ColumnElement[Any], text: str) -> Where:
    """Whether a column has *text* somewhere in it, whatever its case; ``*`` stands for anything."""
    wanted = text.strip("*")
    if not wanted:
        return column.is_not(None)
    spellings = {wanted}
    if not wanted.isascii():
        spellings |= {wanted.lower(), wanted.upper(), wanted.capitalize(), wanted.title()}
    return or_(*(_like(column, spelling) for spelling in sorted(spellings)))


def _like(column: ColumnElement[Any], text: str) -> Where:
    escaped = text.replace("/", "//").replace("%", "/%").replace("_", "/_").replace("*", "%")
    return column.ilike(f"%{escaped}%", escape="/")


def has_tag(column: ColumnElement[Any], tag: str) -> Where:
    """Whether a JSON list of strings holds one; ``vip*`` matches by its beginning."""
    quoted = msgspec.json.encode(tag.lower().rstrip("*")).decode()
    if tag.endswith("*"):
        return column.contains(quoted[:-1], autoescape=True)
    return column.contains(quoted, autoescape=True)


def has_entry(column: ColumnElement[Any], key: str, value: Any) -> Where:
    """Whether a JSON object has a key with a value."""
    entry = msgspec.json.encode({key: value}).decode()[1:-1]
    return or_(column.contains(entry + ",", autoescape=True), column.contains(entry + "}", autoescape=True))


def has_field(column: ColumnElement[Any], field_id: int, value: Any) -> Where:
    """Whether a ticket's ``custom_fields`` give one field a value."""
    return column.contains(msgspec.json.encode({"id": field_id, "value": value}).decode(), autoescape=True)


def _alive(kind: Kind) -> Where:
    if kind == "ticket":
        return tickets.c.deleted_at.is_(None)
    if kind == "user":
        return users.c.active.is_(True)
    return TABLES[kind].c.deleted.is_(False)


def _compare(column: ColumnElement[Any], operator: Operator, value: Any) -> Where:
    compared: Where = _COMPARISONS[operator](column, value)
    return compared


def _date(column: ColumnElement[Any], term: Term, asker: Asker) -> Where:
    if term.value.lower() == "none":
        return column.is_(None)
    first, last = moments(term.value, asker.now)
    if term.operator == ":":
        return column.between(first, last)
    return _compare(column, term.operator, last if term.operator in {">", "<="} else first)


def _ranked(column: ColumnElement[Any], term: Term, values: tuple[str, ...]) -> Where:
    value = term.value.lower()
    if value == "none":
        return column.is_(None)
    place = values.index(value)
    fitting = [name for at, name in enumerate(values) if _COMPARISONS[term.operator](at, place)]
    return column.in_(fitting) if fitting else false()


def _number(text: str) -> int | None:
    """An id, or None: digits that no id can have are no id."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _person(value: str, asker: Asker) -> Select[Any]:
    """The ids of the users whom a value names: me, an id, an address, or a part of a name."""
    chosen = select(users.c.id)
    if value.lower() == "me":
        return chosen.where(users.c.id == asker.user_id)
    number = _number(value)
    if number is not None:
        return chosen.where(users.c.id == number)
    if "@" in value:
        return chosen.where(users.c.email == value.lower())
    return chosen.where(contains(users.c.name, value))


def _id_list(column: ColumnElement[Any], value: str, asker: Asker) -> Where:
    """Whether a JSON list of ids holds the id of somebody named."""
    return exists(
        select(users.c.id).where(
            users.c.id.in_(_person(value, asker)),
            ("," + _inside(column) + ",").contains("," + _as_text(users.c.id) + ","),
        )
    )


def _inside(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.replace(func.replace(column, "[", ""), "]", "")


def _as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(column, String)


def _named(column: ColumnElement[Any], table: Table, value: str) -> Where:
    """A reference to a group or organization by id or name, or its absence."""
    if value.lower() == "none":
        return column.is_(None)
    number = _number(value)
    if number is not None:
        return column == number
    return column.in_(select(table.c.id).where(contains(table.c.name, value)))


def _in_comments(value: str) -> Where:
    return tickets.c.id.in_(select(comments.c.ticket_id).where(contains(comments.c.body, value)))


def _ticket(term: Term, asker: Asker) -> Where:
    field, operator, value, _ = term
    if field is None:
        found = or_(contains(tickets.c.subject, value), _in_comments(value))
        number = _number(value.lstrip("#"))
        return or_(found, tickets.c.id == number) if number is not None else found
    if field in DATES:
        return _date(tickets.c[DATES[field]], term, asker)
    if field in {"assignee", "requester", "submitter"}:
        column = tickets.c[f"{field}_id"]
        return column.is_(None) if value.lower() == "none" else column.in_(_person(value, asker))
    if field.startswith("custom_field_"):
        number = _number(field.removeprefix("custom_field_"))
        if number is None:
            raise SearchError(f"{field} is not a field")
        return has_field(tickets.c.custom_fields, number, value)
    plain: Mapping[str, Callable[[], Where]] = {
        "id": lambda: _compare(tickets.c.id, operator, _id(value)),
        "status": lambda: _ranked(tickets.c.status, term, STATUSES),
        "priority": lambda: _ranked(tickets.c.priority, term, PRIORITIES),
        "ticket_type": lambda: tickets.c.type.is_(None) if value == "none" else tickets.c.type == value.lower(),
        "organization": lambda: _named(tickets.c.organization_id, organizations, value),
        "group": lambda: _named(tickets.c.group_id, groups, value),
        "tags": lambda: _tags(tickets.c.tags, value),
        "subject": lambda: contains(tickets.c.subject, value),
        "description": lambda: contains(tickets.c.description, value),
        "comment": lambda: _in_comments(value),
        "via": lambda: tickets.c.channel == ("email" if value.lower() == "mail" else value.lower()),
        "satisfaction": lambda: _satisfaction(value.lower()),
        "external_id": lambda: tickets.c.external_id == value,
        "cc": lambda: _id_list(tickets.c.email_cc_ids, value, asker),
        "commenter": lambda: tickets.c.id.in_(
            select(comments.c.ticket_id).where(comments.c.author_id.in_(_person(value, asker)))
        ),
        "has_attachment": lambda: _has_attachment(value.lower()),
    }
    return plain[field]() if field in plain else false()


def _id(value: str) -> int:
    number = _number(value)
    if number is None:
        raise SearchError(f"{value!r} is not an id")
    return number


def _tags(column: ColumnElement[Any], value: str) -> Where:
    if value.lower() == "none":
        return column == "[]"
    return or_(false(), *(has_tag(column, tag) for tag in value.replace(",", " ").split()))


def _satisfaction(score: str) -> Where:
    if score in {"good", "bad"}:
        return or_(tickets.c.satisfaction_score == score, tickets.c.satisfaction_score == f"{score}withcomment")
    if score in {"unoffered", "none"}:
        return or_(tickets.c.satisfaction_score.is_(None), tickets.c.satisfaction_score == "unoffered")
    return tickets.c.satisfaction_score == score


def _has_attachment(value: str) -> Where:
    found = tickets.c.id.in_(select(comments.c.ticket_id).where(comments.c.attachment_count > 0))
    return not_(found) if value == "false" else found


def _user(term: Term, asker: Asker) -> Where:
    field, operator, value, _ = term
    if field is None:
        found = or_(contains(users.c.name, value), contains(users.c.email, value), contains(users.c.notes, value))
        number = _number(value)
        return or_(found, users.c.id == number) if number is not None else found
    if field in {"created", "created_at", "updated", "updated_at"}:
        return _date(users.c[DATES[field]], term, asker)
    plain: Mapping[str, Callable[[], Where]] = {
        "id": lambda: _compare(users.c.id, operator, _id(value)),
        "name": lambda: contains(users.c.name, value),
        "email": lambda: contains(users.c.email, value),
        "role": lambda: users.c.role == value.lower(),
        "phone": lambda: contains(users.c.phone, value),
        "notes": lambda: contains(users.c.notes, value),
        "details": lambda: contains(users.c.details, value),
        "external_id": lambda: users.c.external_id == value,
        "organization": lambda: _named(users.c.organization_id, organizations, value),
        "tags": lambda: _tags(users.c.tags, value),
    }
    return plain[field]() if field in plain else has_entry(users.c.user_fields, field, value)


def _organization(term: Term, asker: Asker) -> Where:
    field, operator, value, _ = term
    if field is None:
        found = or_(contains(organizations.c.name, value), contains(organizations.c.domain_names, value))
        number = _number(value)
        return or_(found, organizations.c.id == number) if number is not None else found
    if field in {"created", "created_at", "updated", "updated_at"}:
        return _date(organizations.c[DATES[field]], term, asker)
    plain: Mapping[str, Callable[[], Where]] = {
        "id": lambda: _compare(organizations.c.id, operator, _id(value)),
        "name": lambda: contains(organizations.c.name, value),
        "notes": lambda: contains(organizations.c.notes, value),
        "details": lambda: contains(organizations.c.details, value),
        "external_id": lambda: organizations.c.external_id == value,
        "group": lambda: _named(organizations.c.group_id, groups, value),
        "tags": lambda: _tags(organizations.c.tags, value),
    }
    return plain[field]() if field in plain else has_entry(organizations.c.organization_fields, field, value)


def _group(term: Term, asker: Asker) -> Where:
    field, operator, value, _ = term
    if field in {None, "name"}:
        return contains(groups.c.name, value)
    if field == "id":
        return _compare(groups.c.id, operator, _id(value))
    if field in {"created", "created_at", "updated", "updated_at"}:
        return _date(groups.c[DATES[field]], term, asker)
    return false()


_CLAUSES: Final[Mapping[Kind, Callable[[Term, Asker], Where]]] = {
    "ticket": _ticket,
    "user": _user,
    "organization": _organization,
    "group": _group,
}
