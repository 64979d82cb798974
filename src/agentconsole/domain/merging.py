"""Three-way merge of field values: what the agent saw, what they want, what the help desk has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class FieldConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A field that both sides changed, to different values."""

    name: str
    base: Any
    mine: Any
    theirs: Any


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What is left to send, and what a person must decide."""

    values: dict[str, Any]
    conflicts: tuple[FieldConflict, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merge field by field.

    *mine* names the fields that the agent set; *base* and *theirs* hold at least the same names. A field that the
    help desk already has as the agent wants it needs no sending; one that only the agent changed is sent; one that
    both changed differently is a conflict.
    """
    values: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    for name, wanted in mine.items():
        was, now = base.get(name), theirs.get(name)
        if now == wanted:
            continue
        if now == was:
            values[name] = wanted
        else:
            conflicts.append(FieldConflict(name=name, base=was, mine=wanted, theirs=now))
    return Merged(values=values, conflicts=tuple(conflicts))
