"""Commands as the bodies of requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agentconsole.connectors.api import Refused
from agentconsole.connectors.freshdesk.words import OPEN, Words, priority_number
from agentconsole.connectors.plain_rest.plain_text import markup_of
from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import Priority, Ref, Status

PORTAL, PHONE = 2, 3
_REFERENCES = {"requester": "requester_id", "assignee": "responder_id", "group": "group_id"}


def number(ref: Ref | None) -> int | str | None:
    """A ref as the desk writes ids."""
    return int(ref) if ref is not None and ref.isascii() and ref.isdigit() else ref


def field_values(values: Mapping[str, Any], words: Words, current: TicketRecord | None) -> dict[str, Any]:
    """Field values under their names on the wire; Refused for what this desk has no number for."""
    body: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for name, value in values.items():
        if name.startswith("field:"):
            custom[name.removeprefix("field:")] = value
        elif name in _REFERENCES:
            body[_REFERENCES[name]] = number(value) if isinstance(value, str) else value
        elif name == "status":
            native = current.native_status if current is not None else ""
            at = current.status if current is not None else None
            body["status"] = words.status_for(Status(value), native, at=at)
        elif name == "priority":
            body["priority"] = priority_number(value)
        else:
            body[name] = value
    if custom:
        body["custom_fields"] = custom
    return body


def tags_after(has: Iterable[str], added: Iterable[str], removed: Iterable[str]) -> list[str] | None:
    """All tags that a ticket is to have, for it takes them as a whole; None when it has them already."""
    now = list(has)
    gone = set(removed)
    wanted = [tag for tag in dict.fromkeys((*now, *added)) if tag not in gone]
    return None if set(wanted) == set(now) else wanted


def new_ticket(command: CreateTicket, words: Words) -> dict[str, Any]:
    """The body that opens a ticket. Its description is public: words that are not become a note afterwards."""
    body = field_values(command.values, words, None)
    body["subject"] = command.subject
    body["description"] = markup_of(command.body if command.public else command.subject)
    body.setdefault("status", OPEN)
    body.setdefault("priority", priority_number(Priority.LOW))
    body["source"] = PORTAL if command.public else PHONE
    if command.requester is not None:
        body["requester_id"] = number(command.requester)
    elif command.requester_email:
        body["email"] = command.requester_email
        body["name"] = command.requester_name or command.requester_email
    else:
        raise Refused("A ticket needs somebody who asks.", {"requester": "must be chosen"})
    if command.tags:
        body["tags"] = list(command.tags)
    return body
