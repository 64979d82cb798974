"""Turns the terms of a query into conditions of SQL over ``ticket t``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from agentconsole.domain.instant import Instant, from_datetime, to_datetime
from agentconsole.domain.query import AnyOf, Condition, Number, Span, Term, Value, Word
from agentconsole.domain.values import Priority, Ref, Status
from agentconsole.store import driver
from agentconsole.store.keys import (
    ACHIEVED,
    ACTIVE,
    DONE,
    PAUSED,
    PRIORITY_CODE,
    STATUS_CODE,
    UNSOLVED,
    folded,
)
from agentconsole.store.words import FEW, holds

_NEVER = "0"
_RUNNING = f"t.place = {UNSOLVED} AND t.stage = {ACTIVE}"


class Filter(Struct, frozen=True):
    """A condition with its parameters. ``few``: so few tickets fit that one should begin with them.

    ``walks`` names the index that holds just those.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    few: bool = False
    walks: str | None = None


class Asking(Struct, frozen=True):
    """Who asks, and when: ``me`` is the signed-in person, ``zone`` None the machine's own.

    ``every``: all tickets are wanted, not the first of many.
    """

    me: Ref | None
    now: Instant
    zone: tzinfo | None = None
    every: bool = False


def filters(db: driver.Connection, terms: Iterable[Term], asking: Asking) -> list[Filter]:
    """Return one condition for each of *terms*; all of them must hold."""
    found = []
    for term in terms:
        condition = _filter(db, term, asking)
        if condition is not None:
            found.append(_turned(condition) if term.negated else condition)
    return found


def _turned(condition: Filter) -> Filter:
    # an unknown (a priority that is not set) is not the value that was excluded
    return Filter(f"NOT coalesce(({condition.sql}), 0)", condition.parameters)


def _filter(db: driver.Connection, term: Term, asking: Asking) -> Filter | None:
    match term:
        case Word():
            condition = holds(db, term, every=asking.every)
            if condition is None:
                return None
            sql, parameters, drives = condition
            if term.text.isdecimal() and not term.negated:
                return Filter(f"(t.ref = ? OR {sql})", (term.text, *parameters))
            return Filter(sql, parameters, drives)
        case Number(ref=ref):
            return Filter("t.ref = ?", (ref,), few=True)
        case Condition():
            return _CONDITIONS[term.field](db, term, asking)
        case AnyOf():
            found = filters(db, term.terms, asking)
            return _any(found) if found else None


def _any(conditions: Iterable[Filter]) -> Filter:
    parts = list(conditions)
    if len(parts) == 1:
        return parts[0]
    sql = " OR ".join(part.sql for part in parts)
    values = tuple(value for part in parts for value in part.parameters)
    return Filter(f"({sql})", values, few=all(part.few for part in parts))


def _in(column: str, values: Iterable[Any]) -> Filter:
    listed = tuple(values)
    if not listed:
        return Filter(_NEVER)
    if len(listed) == 1:
        return Filter(f"t.{column} = ?", listed)
    return Filter(f"t.{column} IN ({', '.join('?' * len(listed))})", listed)


def _texts(values: Iterable[Value]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _status(_: driver.Connection, term: Condition, __: Asking) -> Filter:
    return _in("status", [STATUS_CODE[Status(text)] for text in _texts(term.values)])


def _priority(_: driver.Connection, term: Condition, __: Asking) -> Filter:
    codes = [PRIORITY_CODE[None if text == "none" else Priority(text)] for text in _texts(term.values)]
    if term.operator == "=":
        return _in("priority", codes)
    return Filter(f"t.priority {term.operator} ?", (codes[0],))


def _sla(_: driver.Connection, term: Condition, asking: Asking) -> Filter:
    if term.operator != "=":
        span = term.values[0]
        assert isinstance(span, Span)
        return Filter(
            f"({_RUNNING} AND t.breach_at {term.operator} ?)",
            (asking.now + span.length,),
        )
    words = {
        "breached": Filter(f"({_RUNNING} AND t.breach_at < ?)", (asking.now,)),
        "running": Filter(f"({_RUNNING})"),
        "paused": Filter(f"(t.place = {UNSOLVED} AND t.stage = {PAUSED})"),
        "met": Filter(f"t.stage = {ACHIEVED}"),
        "none": Filter("t.stage IS NULL"),
    }
    return _any(words[text] for text in _texts(term.values))


def _assignee(db: driver.Connection, term: Condition, asking: Asking) -> Filter:
    return _any(_person(db, "assignee", text, asking) for text in _texts(term.values))


def _requester(db: driver.Connection, term: Condition, asking: Asking) -> Filter:
    return _any(_person(db, "requester", text, asking) for text in _texts(term.values))


def _person(db: driver.Connection, column: str, text: str, asking: Asking) -> Filter:
    if text.lower() == "me":
        return Filter(_NEVER) if asking.me is None else Filter(f"t.{column} = ?", (asking.me,), column == "requester")
    if text.lower() == "none":
        return Filter(f"t.{column} IS NULL")
    refs = [ref for (ref,) in db.execute("SELECT ref FROM person WHERE ref = ?1 OR email = lower(?1)", (text,))]
    if not refs:
        refs = [
            ref
            for (ref,) in db.execute(
                "SELECT ref FROM person INDEXED BY person_search WHERE instr(search_key, ?) LIMIT 500", (folded(text),)
            )
        ]
    return replace(_in(column, refs), few=column == "requester")


def _group(db: driver.Connection, term: Condition, _: Asking) -> Filter:
    titles = {ref: folded(title) for ref, title in db.execute("SELECT ref, title FROM reference WHERE kind = 'group'")}
    found: list[Filter] = []
    for text in _texts(term.values):
        if text.lower() == "none":
            found.append(Filter("t.group_ref IS NULL"))
            continue
        wanted = folded(text)
        refs = [ref for ref, title in titles.items() if title == wanted or ref == text]
        refs = refs or [ref for ref, title in titles.items() if wanted in title]
        found.append(_in("group_ref", refs))
    return _any(found)


def _organization(db: driver.Connection, term: Condition, _: Asking) -> Filter:
    found: list[Filter] = []
    for text in _texts(term.values):
        if text.lower() == "none":
            found.append(Filter("t.organization IS NULL"))
            continue
        refs = db.execute(
            "SELECT ref FROM organization WHERE ref = ?1 OR instr(search_key, ?2) LIMIT 1000", (text, folded(text))
        ).fetchall()
        found.append(replace(_in("organization", [ref for (ref,) in refs]), few=True))
    return _any(found)


def _plain(column: str) -> Callable[[driver.Connection, Condition, Asking], Filter]:
    def condition(_: driver.Connection, term: Condition, __: Asking) -> Filter:
        return _any(
            Filter(f"coalesce(t.{column}, '') = ''")
            if text.lower() == "none"
            else Filter(f"t.{column} = ? COLLATE NOCASE", (text,))
            for text in _texts(term.values)
        )

    return condition


def _tag(db: driver.Connection, term: Condition, _: Asking) -> Filter:
    texts = tuple(text.lower() for text in _texts(term.values))
    tagged = f"FROM ticket_tag WHERE tag IN ({', '.join('?' * len(texts))})"
    known = db.execute(f"SELECT count(*) FROM (SELECT 1 {tagged} LIMIT ?)", (*texts, FEW + 1)).fetchone()[0]
    return Filter(f"t.id IN (SELECT ticket {tagged})", texts, known <= FEW)


def _subject(_: driver.Connection, term: Condition, __: Asking) -> Filter:
    return _any(Filter("instr(lower(t.subject), ?)", (text.lower(),)) for text in _texts(term.values))


def _moment(column: str, *, ahead: bool = False) -> Callable[[driver.Connection, Condition, Asking], Filter]:
    """Compare a time. With a length, ``<`` means nearer to now: less old, or, *ahead*, due sooner."""

    def condition(_: driver.Connection, term: Condition, asking: Asking) -> Filter:
        found = []
        for value in term.values:
            if isinstance(value, Span):
                edge = asking.now + value.length if ahead else asking.now - value.length
                operator = term.operator if ahead else _MIRRORED[term.operator]
                found.append(Filter(f"t.{column} {operator} ?", (edge,)))
            else:
                start, end = _day(value, asking)
                sql = {
                    "=": f"(t.{column} >= ?1 AND t.{column} < ?2)",
                    "<": f"t.{column} < ?1",
                    ">=": f"t.{column} >= ?1",
                    ">": f"t.{column} >= ?2",
                    "<=": f"t.{column} < ?2",
                }[term.operator]
                found.append(_placed(sql, start, end))
        return _any(found)

    return condition


def _placed(sql: str, start: Instant, end: Instant) -> Filter:
    """Replace the numbered marks of *sql* by plain ones with their values in order."""
    values = tuple(start if mark == "1" else end for mark in sql.split("?")[1:] for mark in mark[:1])
    return Filter(sql.replace("?1", "?").replace("?2", "?"), values)


def _day(value: str | date, asking: Asking) -> tuple[Instant, Instant]:
    """Return the beginning and the end of a day as the agent's calendar has it."""
    if isinstance(value, str):
        today = to_datetime(asking.now).astimezone(asking.zone).date()
        value = today - timedelta(days=value == "yesterday")
    start = datetime.combine(value, time.min)
    end = datetime.combine(value + timedelta(days=1), time.min)
    if asking.zone is not None:
        start, end = start.replace(tzinfo=asking.zone), end.replace(tzinfo=asking.zone)
    return from_datetime(start.astimezone()), from_datetime(end.astimezone())


def _has(db: driver.Connection, term: Condition, _: Asking) -> Filter:
    with_files = db.execute("SELECT count(*) FROM (SELECT 1 FROM ticket WHERE files > 0 LIMIT ?)", (FEW + 1,))
    words = {
        "attachment": Filter("t.files > 0", (), with_files.fetchone()[0] <= FEW, "ticket_files"),
        "draft": Filter("t.id IN (SELECT ticket FROM draft)", few=True),
        "target": Filter("t.stage IS NOT NULL"),
    }
    return _any(words[text] for text in _texts(term.values))


def _is(_: driver.Connection, term: Condition, asking: Asking) -> Filter:
    words = {
        # what was there when the console was set up counts as read, so unread tickets are always few
        "unread": Filter("t.updated_at > t.seen_at", (), True, "ticket_unread"),
        "unassigned": Filter("t.assignee IS NULL"),
        "unsent": Filter("t.waiting > 0", (), True, "ticket_waiting"),
        "unsolved": Filter(f"t.place = {UNSOLVED}"),
        "solved": Filter(f"t.place = {DONE}"),
        "mine": Filter(_NEVER) if asking.me is None else Filter("t.assignee = ?", (asking.me,)),
        "breached": Filter(f"({_RUNNING} AND t.breach_at < ?)", (asking.now,)),
    }
    return _any(words[text] for text in _texts(term.values))


def _id(_: driver.Connection, term: Condition, __: Asking) -> Filter:
    return replace(_in("ref", _texts(term.values)), few=True)


_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}

_CONDITIONS: dict[str, Callable[[driver.Connection, Condition, Asking], Filter]] = {
    "status": _status,
    "priority": _priority,
    "sla": _sla,
    "assignee": _assignee,
    "requester": _requester,
    "group": _group,
    "org": _organization,
    "tier": _plain("tier"),
    "plan": _plain("plan"),
    "tag": _tag,
    "type": _plain("type"),
    "channel": _plain("channel"),
    "subject": _subject,
    "created": _moment("created_at"),
    "updated": _moment("updated_at"),
    "due": _moment("due_at", ahead=True),
    "has": _has,
    "is": _is,
    "id": _id,
}
