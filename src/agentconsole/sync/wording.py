"""Says in a sentence why a change did not go through and a person has to decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentconsole.domain.instant import to_iso
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.records import CommentRecord, PersonRecord
from agentconsole.store.people import People


def decision_asked(conflicts: Sequence[FieldConflict], people: People) -> str:
    """What a person has to decide, in a sentence for each field."""
    return " ".join(
        f"{each.name.removeprefix('field:').replace('_', ' ').capitalize()} is now "
        f"{_said(people, each.name, each.theirs)}; you changed it from {_said(people, each.name, each.base)} "
        f"to {_said(people, each.name, each.mine)}."
        for each in conflicts
    )


def who_wrote(news: Sequence[CommentRecord], people: Sequence[PersonRecord]) -> str:
    """Who has written, in a sentence."""
    names = {person.ref: person.name for person in people}
    writers = list(dict.fromkeys(names.get(comment.author or "", "somebody") for comment in news))
    who = " and ".join(writers) if len(writers) < 3 else f"{writers[0]} and {len(writers) - 1} others"
    return f"{who[0].upper()}{who[1:]} wrote after you had read the conversation."


def _said(people: People, name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return "empty"
    if name in ("assignee", "requester"):
        person = people.person(str(value))
        return person.name if person is not None else f"#{value}"
    if name == "group":
        return next((group.title for group in people.groups() if group.ref == value), f"#{value}")
    if name == "due_at" and isinstance(value, int):
        return to_iso(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
