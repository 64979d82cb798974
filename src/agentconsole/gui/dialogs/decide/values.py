"""What else a field could be set to: the choices it has, or None where it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from agentconsole.domain.values import Priority, Status
from agentconsole.gui.panes.ticket.choice_popup import Option
from agentconsole.gui.panes.ticket.field_words import field_of
from agentconsole.gui.panes.ticket.properties import TYPES
from agentconsole.gui.panes.ticket.wording import PRIORITY_WORDS, STATUS_HINTS, STATUS_WORDS
from agentconsole.services.api import Tickets

_CHOSEN = ("tagger", "dropdown")


def options_of(tickets: Tickets, name: str) -> Sequence[Option] | None:
    """Return what the field *name* may be set to; None: whatever is typed."""
    match name:
        case "status":
            statuses = (each for each in Status if each not in (Status.NEW, Status.CLOSED))
            return [Option(STATUS_WORDS[each], each.value, STATUS_HINTS[each]) for each in statuses]
        case "priority":
            return [Option(PRIORITY_WORDS[each], each.value) for each in Priority]
        case "type":
            return [Option("None", None), *(Option(each.capitalize(), each) for each in TYPES)]
        case "assignee":
            return [Option("Nobody", None), *(Option(each.title, each.ref, each.detail) for each in tickets.agents())]
        case "group":
            return [Option(each.title, each.ref, each.detail) for each in tickets.groups()]
    field = field_of(tickets, name)
    if field is None:
        return None
    if field.type == "checkbox":
        return [Option("Yes", True), Option("No", False)]
    if field.type in _CHOSEN:
        return [Option("None", None), *(Option(each.name, each.value) for each in field.options)]
    return None


def typed_value(name: str, text: str, tickets: Tickets) -> str | int | float | None:
    """Return what *text*, typed for the field *name*, sets it to; ValueError when it is no such value."""
    field = field_of(tickets, name)
    if not text.strip():
        if name == "subject":
            raise ValueError("A ticket needs a subject")
        return None
    if field is not None and field.type == "integer":
        return int(text)
    if field is not None and field.type == "decimal":
        return float(text)
    return text
