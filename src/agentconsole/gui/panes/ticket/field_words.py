"""Names and values of ticket fields in words."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.records import FieldRecord
from agentconsole.domain.values import Priority, Status
from agentconsole.gui.panes.ticket.wording import PRIORITY_WORDS, STATUS_WORDS
from agentconsole.services.api import Tickets

TITLES = {
    "subject": "Subject",
    "status": "Status",
    "priority": "Priority",
    "type": "Type",
    "requester": "Requester",
    "assignee": "Assignee",
    "group": "Group",
    "organization": "Organization",
    "due_at": "Due",
}


def field_of(tickets: Tickets, name: str) -> FieldRecord | None:
    """Return the definition of the custom field *name* ("field:REF")."""
    ref = name.removeprefix("field:")
    return next((field for field in tickets.fields() if field.ref == ref), None) if name.startswith("field:") else None


def field_title(tickets: Tickets, name: str) -> str:
    """Return what people call the field *name*."""
    if name in TITLES:
        return TITLES[name]
    field = field_of(tickets, name)
    return field.title if field else name.removeprefix("field:")


def value_words(tickets: Tickets, name: str, value: Any) -> str:
    """Return *value* of the field *name* as people say it; "–" for nothing."""
    if value is None or value in ("", []):
        return "–"
    if name == "status" and value in set(Status):
        return STATUS_WORDS[Status(value)]
    if name == "priority" and value in set(Priority):
        return PRIORITY_WORDS[Priority(value)]
    if name in ("assignee", "group"):
        choices = tickets.agents() if name == "assignee" else tickets.groups()
        return next((choice.title for choice in choices if choice.ref == value), str(value))
    if name == "type":
        return str(value).capitalize()
    field = field_of(tickets, name)
    return custom_words(field, value) if field else str(value)


def custom_words(field: FieldRecord, value: Any) -> str:
    """Return *value* of the custom *field* in words; "–" for nothing."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    names = {option.value: option.name for option in field.options}
    if isinstance(value, list | tuple):
        return ", ".join(names.get(each, str(each)) for each in value)
    return names.get(value, str(value)) if isinstance(value, str) else str(value)
