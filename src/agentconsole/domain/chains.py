"""Several unsent changes of one field by the same agent: each was made on top of the one before.

What a change was made against (its ``base``) holds the agent's own earlier changes as if they were done. When one of
those comes to nothing after all, or the help desk words it differently, the next in the chain must stand on what is
there instead, or the agent would be in conflict with themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agentconsole.domain.commands import AddComment, Command, SetFields
from agentconsole.domain.merging import is_set, united_set


def comparable(value: Any) -> Any:
    """Return *value* so that what says the same is the same: lists and tuples, nothing and an empty text."""
    if isinstance(value, tuple):
        return list(value)
    return None if value == "" else value


def settings_of(command: Command) -> Mapping[str, Any]:
    """Return the fields that *command* gives new values of an existing ticket, by name."""
    return command.values if isinstance(command, SetFields | AddComment) else {}


def bases_of(command: Command) -> Mapping[str, Any]:
    """Return what *command* was made against, by name."""
    return command.base if isinstance(command, SetFields | AddComment) else {}


def on_top_of(command: Command, bases: Mapping[str, Any]) -> Command:
    """Return *command* as made against *bases*, where it sets those fields.

    A set keeps what was added to it and taken from it by this change, not what it would hold.
    """
    assert isinstance(command, SetFields | AddComment)
    values, base = dict(command.values), dict(command.base)
    for name, new in bases.items():
        if name not in values:
            continue
        old = base.get(name)
        if is_set(old, values[name], new):
            values[name] = united_set(as_list(old), as_list(values[name]), as_list(new))
        base[name] = new
    return msgspec.structs.replace(command, values=values, base=base)


def without(command: Command, names: set[str]) -> Command:
    """Return *command* without what it says of the fields *names*."""
    if not isinstance(command, SetFields | AddComment) or not names.intersection(command.values):
        return command
    return msgspec.structs.replace(
        command,
        values={name: value for name, value in command.values.items() if name not in names},
        base={name: value for name, value in command.base.items() if name not in names},
    )


def is_empty(command: Command) -> bool:
    """Say whether nothing is left of *command*."""
    return isinstance(command, SetFields) and not command.values


def as_list(value: Any) -> list[Any] | None:
    """Return *value* as what a set holds, None for nothing."""
    return list(value) if isinstance(value, list | tuple) else None
