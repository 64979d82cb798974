"""Zammad's macros, text modules and overviews in the words that the console has for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agentconsole.connectors.plain_rest.plain_text import text_of
from agentconsole.connectors.zammad import wire
from agentconsole.connectors.zammad.words import Words
from agentconsole.domain.records import MacroRecord, ViewRecord
from agentconsole.domain.values import Ref

TEXTS_BEHIND = 10_000
"""Text modules come after the macros."""

_PLACEHOLDER = re.compile(r"#\{([^}]+)\}")
_NAMES = {
    "ticket.customer.firstname": "ticket.requester.first_name",
    "ticket.customer.lastname": "ticket.requester.last_name",
    "ticket.customer.fullname": "ticket.requester.name",
    "ticket.customer.email": "ticket.requester.email",
    "ticket.owner.firstname": "ticket.assignee.first_name",
    "ticket.owner.lastname": "ticket.assignee.last_name",
    "ticket.owner.fullname": "ticket.assignee.name",
    "ticket.title": "ticket.title",
    "ticket.number": "ticket.id",
    "ticket.id": "ticket.id",
    "ticket.group.name": "ticket.group.name",
    "user.firstname": "current_user.first_name",
    "user.lastname": "current_user.last_name",
    "user.fullname": "current_user.name",
    "user.email": "current_user.email",
}
"""Placeholders of Zammad by the console's."""


def macro_records(
    macros: Iterable[wire.Macro], texts: Iterable[wire.TextModule], words: Words
) -> tuple[MacroRecord, ...]:
    """Macros as they change a ticket, then text modules, which bring words for a reply only."""
    found = [
        MacroRecord(
            ref=str(row.id),
            title=row.name or f"#{row.id}",
            description=row.note or "",
            actions=tuple(_actions(row.perform or {}, words)),
            active=row.active is not False,
            position=place,
        )
        for place, row in enumerate(macros)
        if row.id is not None
    ]
    found += [
        MacroRecord(
            ref=f"text-{row.id}",
            title=row.name or f"#{row.id}",
            description=row.keywords or "",
            actions=(("comment_value", placeholders(text_of(row.content or ""))),),
            active=row.active is not False,
            position=TEXTS_BEHIND + place,
        )
        for place, row in enumerate(texts)
        if row.id is not None
    ]
    return tuple(found)


def placeholders(text: str) -> str:
    """*text* with the console's placeholders in the place of Zammad's; unknown ones stay for people to see."""
    return _PLACEHOLDER.sub(lambda hit: "{{" + _NAMES[hit[1]] + "}}" if hit[1] in _NAMES else hit[0], text)


def _actions(perform: Mapping[str, Any], words: Words) -> Iterable[tuple[str, Any]]:
    for name, said in perform.items():
        told = said if isinstance(said, dict) else {"value": said}
        value = told.get("value")
        if name == "ticket.state_id":
            yield "status", str(words.state(value).category)
        elif name == "ticket.priority_id":
            priority = words.priority(value)
            if priority is not None:
                yield "priority", str(priority)
        elif name == "ticket.owner_id":
            is_me = str(told.get("pre_condition") or "").startswith("current_user")
            nobody = str(told.get("pre_condition") or "") == "not_set" or str(value) == "1"
            yield "assignee_id", "current_user" if is_me else "" if nobody else str(value)
        elif name == "ticket.group_id":
            yield "group_id", str(value)
        elif name == "ticket.tags":
            tags = " ".join(_tag_names(value))
            yield ("remove_tags" if told.get("operator") == "remove" else "current_tags"), tags
        elif name == "ticket.title":
            yield "subject", value
        elif name in ("article.note", "article.email"):
            yield "comment_value", placeholders(text_of(str(told.get("body") or "")))
            is_internal = name == "article.note" and str(told.get("internal", "true")).lower() != "false"
            yield "comment_mode_is_public", "false" if is_internal else "true"
        elif name.startswith("ticket."):
            yield f"custom_fields_{name.removeprefix('ticket.')}", value


def _tag_names(value: Any) -> list[str]:
    names = value.split(",") if isinstance(value, str) else [str(each) for each in value or ()]
    return [name.strip().replace(" ", "_") for name in names if name.strip()]


def view_records(rows: Iterable[wire.Overview], words: Words, names: Mapping[Ref, str]) -> tuple[ViewRecord, ...]:
    """Overviews. Their conditions are told to administrators only; what our query language can't say has no query."""
    found = [
        ViewRecord(
            ref=str(row.link or row.id),
            title=row.name or f"#{row.id}",
            query=query_of(row.condition, words, names),
            active=row.active is not False,
            position=row.prio or 0,
        )
        for row in rows
        if row.link or row.id is not None
    ]
    return tuple(sorted(found, key=lambda view: view.position))


def query_of(condition: Mapping[str, Any] | None, words: Words, names: Mapping[Ref, str]) -> str | None:
    """A query that finds what *condition* describes; None when that can't be said."""
    if not condition:
        return None
    parts = [_part(name, told, words, names) for name, told in condition.items()]
    return None if any(part is None for part in parts) else " ".join(part for part in parts if part) or None


def _part(name: str, said: Any, words: Words, names: Mapping[Ref, str]) -> str | None:
    told = said if isinstance(said, dict) else {"operator": "is", "value": said}
    operator = told.get("operator")
    if operator not in ("is", "is not"):
        return None
    sign = "-" if operator == "is not" else ""
    value = told.get("value")
    values = [str(each) for each in (value if isinstance(value, list) else [value]) if each not in (None, "")]
    condition = str(told.get("pre_condition") or "")
    if name == "ticket.owner_id":
        if condition.startswith("current_user"):
            return f"{sign}assignee:me"
        return f"{sign}is:unassigned" if condition == "not_set" or values == ["1"] else None
    if name == "ticket.state_id" and values:
        return f"{sign}status:{','.join(dict.fromkeys(str(words.state(each).category) for each in values))}"
    if name == "ticket.priority_id" and values:
        found = [words.priority(each) for each in values]
        return None if None in found else f"{sign}priority:{','.join(str(each) for each in found)}"
    if name == "ticket.group_id" and values and all(each in names for each in values):
        quoted = ['"' + names[each].replace('"', "") + '"' for each in values]
        return f"{sign}group:{','.join(quoted)}"
    return None
