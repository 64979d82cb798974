"""Lay the agent's unsent commands over what the help desk last confirmed.

Nothing here reads a clock, a database or a network.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from agentconsole.domain.commands import SETTABLE, AddComment, ChangeTags, Command, CreateTicket, SetFields
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import Priority, Status


def project(base: TicketRecord, pending: Iterable[Command]) -> TicketRecord:
    """Return *base* as it will look once *pending* is accepted.

    A command that no longer fits is skipped, not raised: pushing will report it, and the agent must still be able
    to read.
    """
    ticket = base
    for command in pending:
        match command:
            case SetFields(values=values) | CreateTicket(values=values):
                ticket = with_values(ticket, values)
            case ChangeTags(add=add, remove=remove):
                ticket = with_tags(ticket, add, remove)
            case AddComment(values=values, add_tags=add, remove_tags=remove):
                ticket = with_tags(with_values(ticket, values), add, remove)
            case _:
                pass
    return ticket


def with_values(ticket: TicketRecord, values: dict[str, Any]) -> TicketRecord:
    """Return *ticket* with *values* set by field name; names and values that do not fit are left out."""
    changes: dict[str, Any] = {}
    fields = dict(ticket.fields)
    for name, value in values.items():
        if name.startswith("field:"):
            fields[name.removeprefix("field:")] = value
        elif name in SETTABLE and (read := _readable(name, value)) is not _UNFIT:
            changes[name] = read
    if fields != ticket.fields:
        changes["fields"] = fields
    if "status" in changes:
        # the vendor's own word for the old status would contradict the new one
        changes["native_status"] = ""
    return msgspec.structs.replace(ticket, **changes) if changes else ticket


def with_tags(ticket: TicketRecord, add: Iterable[str], remove: Iterable[str]) -> TicketRecord:
    """Return *ticket* with tags added and removed, in alphabetical order."""
    tags = (set(ticket.tags) | set(add)) - set(remove)
    if tags == set(ticket.tags):
        return ticket
    return msgspec.structs.replace(ticket, tags=tuple(sorted(tags)))


def value_of(ticket: TicketRecord, name: str) -> Any:
    """Return the value of the field *name* (of ``SETTABLE``, or ``field:REF``) as a command would carry it."""
    if name.startswith("field:"):
        return ticket.fields.get(name.removeprefix("field:"))
    value = getattr(ticket, name)
    return str(value) if isinstance(value, Status | Priority) else value


_UNFIT = object()


def _readable(name: str, value: Any) -> Any:
    """Return *value* as the record holds it, or ``_UNFIT``."""
    try:
        if name == "status":
            return Status(value)
        if name == "priority":
            return None if value is None else Priority(value)
    except ValueError:
        return _UNFIT
    if name == "subject":
        return value if isinstance(value, str) else _UNFIT
    return value
