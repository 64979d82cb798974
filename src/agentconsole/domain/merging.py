"""Three-way merge of field values: what the agent saw, what they want, what the help desk has now.

A field that holds a list holds a set: both sides' additions and removals count, and it never conflicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agentconsole.domain.instant import Instant


class FieldConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A field that both sides changed, to different values; ``who`` changed it and when, where that is known."""

    name: str
    base: Any
    mine: Any
    theirs: Any
    who: str = ""
    at: Instant | None = None


encode_conflicts = msgspec.json.Encoder().encode
decode_conflicts = msgspec.json.Decoder(tuple[FieldConflict, ...]).decode


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What is left to send, and what a person must decide."""

    values: dict[str, Any]
    conflicts: tuple[FieldConflict, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merge field by field.

    *mine* names the fields that the agent set; *base* and *theirs* hold at least the same names. A field that the
    help desk already has as the agent wants it needs no sending; one that only the agent changed is sent; one that
    both changed differently is a conflict, unless it is a set.
    """
    values: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    for name, wanted in mine.items():
        was, now = base.get(name), theirs.get(name)
        if is_set(was, wanted, now):
            united = united_set(was, wanted, now)
            if set(united) != set(now or ()):
                values[name] = united
        elif now == wanted:
            continue
        elif now == was:
            values[name] = wanted
        else:
            conflicts.append(FieldConflict(name=name, base=was, mine=wanted, theirs=now))
    return Merged(values=values, conflicts=tuple(conflicts))


def is_set(*values: Any) -> bool:
    """Say whether *values*, of one field, are sets: lists, and nothing else but None."""
    return any(isinstance(value, list) for value in values) and all(
        value is None or isinstance(value, list) for value in values
    )


def united_set(base: list[Any] | None, mine: list[Any] | None, theirs: list[Any] | None) -> list[Any]:
    """Return *theirs* with what *mine* has added to *base*, and without what it has taken from it."""
    was, wanted = base or [], mine or []
    removed = [value for value in was if value not in wanted]
    kept = [value for value in theirs or [] if value not in removed]
    return kept + [value for value in wanted if value not in was and value not in kept]
