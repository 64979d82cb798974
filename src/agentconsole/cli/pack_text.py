"""A policy pack written out for people: every heading, every rule, nothing that is empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from agentconsole.packs.model import Pack, Words

_HEADINGS = {
    "match": "Whose tickets",
    "priorities": "Priorities",
    "regions": "Regions",
    "schedules": "Schedules",
    "sla": "Service levels",
    "entitlements": "Entitlements",
    "contacts": "Contact directory",
    "escalation": "Escalation",
    "lifecycle": "Lifecycle",
    "intake": "Intake checklist",
    "scope": "Scope",
    "routes": "Routes",
    "conduct": "Conduct",
    "duplicates": "Duplicates",
    "pin": "PIN verification",
    "follow_ups": "Follow-ups",
    "templates": "Templates",
    "links": "Links",
    "reminders": "Reminders",
    "survey": "Survey",
    "privacy": "Privacy",
    "handbook": "Handbook",
    "news": "News",
}
_LEADS = ("title", "text", "purpose", "metric", "id")
"""The keys of which the first that is there begins an entry's line."""


def pack_lines(pack: Pack) -> Iterator[str]:
    """Yield the lines of *pack*."""
    head = pack.pack
    yield f"{head.title} ({head.id}, version {head.version})"
    if head.about:
        yield head.about
    if head.documents:
        yield "From: " + "; ".join(head.documents)
    for name in pack.__struct_fields__:
        value = getattr(pack, name)
        if name in ("pack", "source", "assumed") or not _says_something(value):
            continue
        yield ""
        yield _HEADINGS.get(name) or f"{head.level.capitalize()}s"
        yield from _lines(value, "  ")


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, msgspec.Struct):
        for name in _ordered(value):
            part = getattr(value, name)
            if _says_something(part):
                yield from _named(name, part, indent)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _item(item, indent)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _named(name, part, indent)


def _item(item: Any, indent: str) -> Iterator[str]:
    if not isinstance(item, msgspec.Struct):
        yield f"{indent}- {_plain(item)}"
        return
    lead = next((name for name in _LEADS if getattr(item, name, "")), "id")
    known_as = f" ({item.id})" if lead != "id" and hasattr(item, "id") else ""
    yield f"{indent}- {_plain(getattr(item, lead, ''))}{known_as}"
    for name in _ordered(item):
        part = getattr(item, name)
        if name not in (lead, "id") and _says_something(part):
            yield from _named(name, part, indent + "    ")


def _ordered(part: msgspec.Struct) -> list[str]:
    """The keys of *part*, where it comes from and what was assumed last."""
    return sorted(part.__struct_fields__, key=("assumed", "source").__contains__)


def _named(name: str, part: Any, indent: str) -> Iterator[str]:
    label = name.replace("_", " ")
    if isinstance(part, Words):
        said = [f"{kind}: {', '.join(words)}" for kind in ("any", "all", "none") if (words := getattr(part, kind))]
        yield f"{indent}{label}: {'; '.join(said)}"
    elif isinstance(part, msgspec.Struct | dict) or (
        isinstance(part, tuple | list) and any(isinstance(one, msgspec.Struct) for one in part)
    ):
        yield f"{indent}{label}:"
        yield from _lines(part, indent + "  ")
    elif isinstance(part, str) and "\n" in part.strip():
        yield f"{indent}{label}:"
        yield from (f"{indent}  | {line}" for line in part.strip().splitlines())
    else:
        yield f"{indent}{label}: {_plain(part)}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        # a span of hours is a pair of times
        if len(value) == 2 and all(isinstance(one, str) and one[2:3] == ":" for one in value):
            return "–".join(value)
        return ", ".join(_plain(one) for one in value)
    return " ".join(str(value).split())


def _says_something(value: Any) -> bool:
    if isinstance(value, msgspec.Struct):
        return any(_says_something(getattr(value, name)) for name in value.__struct_fields__)
    return value not in ("", None, False, (), [], {})
