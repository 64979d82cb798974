"""Completes the word that the agent is typing in the search field."""

from __future__ import annotations

from agentconsole.domain.once import late_pattern
from agentconsole.domain.query import (
    DAY_WORDS,
    FIELDS,
    HAS_WORDS,
    IS_WORDS,
    PRIORITY_WORDS,
    SLA_WORDS,
    STATUS_WORDS,
)
from agentconsole.store import driver
from agentconsole.store.keys import folded, storable

_AT_MOST = 20
_place = late_pattern(r'(-?)(?:([A-Za-z]+)(<=|>=|:|=|<|>))?((?:"[^"]*"?|[^\s",]+|,)*)$')
_FIXED: dict[str, tuple[str, ...]] = {
    "status": STATUS_WORDS,
    "priority": PRIORITY_WORDS,
    "sla": SLA_WORDS,
    "has": HAS_WORDS,
    "is": IS_WORDS,
    "created": DAY_WORDS,
    "updated": DAY_WORDS,
    "due": DAY_WORDS,
}
_STORED: dict[str, str] = {
    "group": "SELECT title FROM reference WHERE kind = 'group' ORDER BY title",
    "assignee": "SELECT name FROM person WHERE staff ORDER BY name_key",
    "tier": "SELECT DISTINCT tier FROM organization WHERE tier <> '' ORDER BY tier COLLATE NOCASE",
    "plan": "SELECT DISTINCT plan FROM organization WHERE plan <> '' ORDER BY plan COLLATE NOCASE",
}
_MATCHED: dict[str, str] = {
    "org": "SELECT name FROM organization WHERE instr(search_key, ?) ORDER BY name_key LIMIT 20",
    "requester": (
        "SELECT coalesce(email, name) FROM person INDEXED BY person_search WHERE instr(search_key, ?) LIMIT 20"
    ),
}
_WORDS_FOR = {"assignee": ("me", "none"), "group": ("none",), "org": ("none",)}


def suggestions(db: driver.Connection, text: str, cursor: int) -> tuple[str, ...]:
    """Return at most 20 texts, each of which can replace the word before *cursor*; the likeliest first."""
    place = _place().search(storable(text[:cursor]))
    if place is None:
        return ()
    sign, field, operator, typed = place.groups()
    if field is None:
        if not typed:
            return ()
        return tuple(f"{sign}{name}:" for name in FIELDS if name.startswith(typed.lower()))
    listed, _, last = typed.rpartition(",")
    head = f"{sign}{field}{operator}{listed}{',' if listed else ''}"
    wanted = folded(last.strip('"'))
    return tuple(f"{head}{_quoted(value)}" for value in _values(db, field.lower(), wanted))[:_AT_MOST]


def _values(db: driver.Connection, field: str, wanted: str) -> list[str]:
    if field == "tag":
        rows = db.execute(
            "SELECT DISTINCT tag FROM ticket_tag WHERE tag >= ?1 AND tag < ?1 || char(1114111) LIMIT ?2",
            (wanted, _AT_MOST),
        )
        return [tag for (tag,) in rows]
    values = [*_WORDS_FOR.get(field, ()), *_FIXED.get(field, ())]
    if field in _STORED:
        values += [value for (value,) in db.execute(_STORED[field])]
    found = [value for value in values if folded(value).startswith(wanted)]
    found += [value for value in values if wanted in folded(value) and value not in found]
    if field in _MATCHED and wanted:
        found += [value for (value,) in db.execute(_MATCHED[field], (wanted,))]
    return found


def _quoted(value: str) -> str:
    return f'"{value}"' if any(letter.isspace() or letter == "," for letter in value) else value
