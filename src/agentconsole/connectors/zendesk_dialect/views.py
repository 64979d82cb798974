"""Say the conditions of a help desk's view in our query language, where it has the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.domain.records import ViewRecord
from agentconsole.domain.values import Priority, Ref, Status

_STATUSES = [str(status) for status in Status]
_PRIORITIES = [str(priority) for priority in reversed(Priority)]
_EMPTY: tuple[Any, ...] = (None, "", [])
_COMPARISONS = {
    "less_than": "<",
    "less_than_equal": "<=",
    "greater_than": ">",
    "greater_than_equal": ">=",
}
_FIELDS = ("status", "priority", "type", "tag", "assignee", "requester", "group", "org")
_PEOPLE = {"assignee_id": "assignee", "requester_id": "requester"}
_NAMED = {"group_id": "group", "organization_id": "org"}
_AGES = {"updated_at": "updated", "created_at": "created", "UPDATED": "updated", "NEW": "created"}


class Unsayable(Exception):
    """Our query language has no words for a condition."""


def view_records(rows: Iterable[wire.View], names: Mapping[Ref, str]) -> tuple[ViewRecord, ...]:
    """The views of the help desk, in its order. *names* are what groups, people and organizations are called."""
    found = (
        ViewRecord(
            ref=str(row.id),
            title=row.title or f"#{row.id}",
            query=query_of(row.conditions, names),
            active=row.active is not False,
            position=row.position or 0,
        )
        for row in rows
        if row.id is not None
    )
    return tuple(sorted(found, key=lambda view: view.position))


def query_of(conditions: wire.Conditions | None, names: Mapping[Ref, str]) -> str | None:
    """Return a query that finds what *conditions* describe; None when that can't be said."""
    if conditions is None:
        return None
    required, optional = list(conditions.all or ()), list(conditions.any or ())
    try:
        words = [_word(each, names) for each in required]
        if len(optional) == 1:
            words.append(_word(optional[0], names))
        elif optional:
            words.append(_one_of(optional, names))
    except Unsayable:
        return None
    return " ".join(filter(None, words)) or None


def _word(condition: wire.Condition, names: Mapping[Ref, str]) -> str:
    field, operator, value = condition.field, condition.operator, condition.value
    if field == "status":
        return _among(_STATUSES, "status", operator, value)
    if field == "priority":
        return _priority(operator, value)
    if field in ("type", "ticket_type_id") and operator in ("is", "is_not") and isinstance(value, str):
        return f"{_sign(operator)}type:{value}"
    if field == "current_tags":
        return _tags(operator, value)
    if field in _PEOPLE:
        return _person(_PEOPLE[field], operator, value, names)
    if field in _NAMED:
        name = names.get(str(value))
        if operator in ("is", "is_not") and name:
            return f"{_sign(operator)}{_NAMED[field]}:{quoted(name)}"
    if field in _AGES and operator in ("less_than", "greater_than") and str(value).isdigit():
        return f"{_AGES[field]}{_COMPARISONS[operator]}{value}h"
    raise Unsayable


def _one_of(conditions: list[wire.Condition], names: Mapping[Ref, str]) -> str:
    """Alternatives can be said as several values of one field, and not otherwise."""
    words = [_word(each, names) for each in conditions]
    fields = {word.partition(":")[0] for word in words}
    if len(fields) != 1 or any(word.startswith("-") or " " in _outside_quotes(word) for word in words):
        raise Unsayable
    (field,) = fields
    if field not in _FIELDS:
        raise Unsayable
    values = (word.partition(":")[2] for word in words)
    return f"{field}:{','.join(dict.fromkeys(values))}"


def _outside_quotes(word: str) -> str:
    return "".join(word.split('"')[::2])


def _among(order: list[str], word: str, operator: str, value: Any) -> str:
    if value not in order:
        raise Unsayable
    place = order.index(value)
    kept = {
        "is": [value],
        "is_not": [each for each in order if each != value],
        "less_than": order[:place],
        "less_than_equal": order[: place + 1],
        "greater_than": order[place + 1 :],
        "greater_than_equal": order[place:],
    }.get(operator)
    if not kept:
        raise Unsayable
    return f"{word}:{','.join(kept)}"


def _priority(operator: str, value: Any) -> str:
    if value not in _PRIORITIES:
        raise Unsayable
    if operator in ("is", "is_not"):
        return f"{_sign(operator)}priority:{value}"
    if operator not in _COMPARISONS:
        raise Unsayable
    return f"priority{_COMPARISONS[operator]}{value}"


def _tags(operator: str, value: Any) -> str:
    tags = value.split() if isinstance(value, str) else [str(each) for each in value or ()]
    if operator not in ("includes", "not_includes") or not tags:
        raise Unsayable
    sign = "-" if operator == "not_includes" else ""
    return f"{sign}tag:{','.join(map(quoted, tags))}"


def _person(word: str, operator: str, value: Any, names: Mapping[Ref, str]) -> str:
    if operator not in ("is", "is_not"):
        raise Unsayable
    if value in _EMPTY and word == "assignee":
        return f"{_sign(operator)}is:unassigned"
    if value in ("current_user", "requester_id"):
        return f"{_sign(operator)}{word}:me"
    name = names.get(str(value))
    if not name:
        raise Unsayable
    return f"{_sign(operator)}{word}:{quoted(name)}"


def _sign(operator: str) -> str:
    return "-" if operator == "is_not" else ""


def quoted(text: str) -> str:
    """*text* as one value of a query."""
    if text and all(char.isalnum() or char in "_-.@" for char in text):
        return text
    return '"' + text.replace('"', "") + '"'
