"""Commands as the bodies of requests."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from agentconsole.connectors.api import Refused, Send
from agentconsole.connectors.plain_rest.carried import Carried
from agentconsole.connectors.zammad import wire
from agentconsole.connectors.zammad.records import MARKER, NUMBER, SENDERS
from agentconsole.connectors.zammad.words import Words
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket
from agentconsole.domain.instant import DAY, Instant, to_iso
from agentconsole.domain.projection import with_tags
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import Ref, Status

REMINDED_AFTER = DAY
"""When a ticket that is set to pending comes back, where nobody said: Zammad wants a time."""

_REFERENCES = {
    "requester": "customer_id",
    "assignee": "owner_id",
    "group": "group_id",
    "organization": "organization_id",
}
_REPLYING = {"sms", "telegram personal-message", "whatsapp message", "twitter status", "twitter direct-message"}
"""Kinds of articles that are answered in kind, to whoever wrote them."""


def number(ref: Ref) -> int | str:
    """A ref as the desk writes ids."""
    return int(ref) if ref.isascii() and ref.isdigit() else ref


def field_values(values: Mapping[str, Any], words: Words, current: TicketRecord | None, now: Instant) -> dict[str, Any]:
    """Field values under their names on the wire; Refused for what this desk has no word for."""
    body: dict[str, Any] = {}
    for name, value in values.items():
        if name == f"field:{NUMBER}":
            raise Refused("A ticket's number can't be changed.", {"number": "can't be changed"})
        if name.startswith("field:"):
            body[name.removeprefix("field:")] = value
        elif name == "assignee":
            body["owner_id"] = number(value) if value else 1
        elif name in _REFERENCES:
            body[_REFERENCES[name]] = number(value) if isinstance(value, str) else value
        elif name == "subject":
            body["title"] = value
        elif name == "status":
            body |= _status(Status(value), values.get("due_at"), words, current, now)
        elif name == "priority":
            body["priority_id"] = number(words.priority_for(value))
        elif name == "due_at":
            body["pending_time"] = to_iso(value) if isinstance(value, int) else None
        else:
            body[name] = value
    return body


def _status(status: Status, due_at: Any, words: Words, current: TicketRecord | None, now: Instant) -> dict[str, Any]:
    native = current.native_status if current is not None else ""
    state = words.state_for(status, native, at=current.status if current is not None else None)
    body: dict[str, Any] = {"state_id": number(state)}
    if words.state(state).needs_time and not isinstance(due_at, int):
        known = current.due_at if current is not None else None
        body["pending_time"] = to_iso(known if known is not None and known > now else now + REMINDED_AFTER)
    return body


def tags_left(send: Send) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags to add and to remove; nothing when the ticket is known to have them so."""
    match send.command:
        case ChangeTags(add=added, remove=removed) | AddComment(add_tags=added, remove_tags=removed):
            pass
        case _:
            return (), ()
    if send.current is not None and with_tags(send.current, added, removed) is send.current:
        return (), ()
    return added, removed


def reply_article(
    send: Send, command: AddComment, answered: wire.Article | None, customer_email: str | None, title: str
) -> dict[str, Any]:
    """The article of *command*: a public reply goes the way that the customer's last one, *answered*, came.

    Without a way to the customer it is a note that they can read on the web.
    """
    article: dict[str, Any] = {
        "body": command.body,
        "content_type": "text/plain",
        "internal": not command.public,
        "sender": SENDERS[1],
        "preferences": {MARKER: send.key},
    }
    if not command.public:
        return article | {"type": "note"}
    kind = answered.type if answered is not None else None
    if answered is not None and kind in _REPLYING:
        back = {"to": answered.sender_name, "in_reply_to": answered.message_id}
        return article | {"type": kind} | {name: value for name, value in back.items() if value}
    to = (answered.reply_to or answered.sender_name) if answered is not None and kind == "email" else customer_email
    if not to:
        return article | {"type": "note"}
    article |= {"type": "email", "to": to, "subject": title}
    if answered is not None and answered.message_id:
        article["in_reply_to"] = answered.message_id
    return article


def with_files(article: dict[str, Any], files: Sequence[Carried]) -> dict[str, Any]:
    """*article* with *files* in it."""
    if not files:
        return article
    return article | {
        "attachments": [
            {
                "filename": file.file_name,
                "data": base64.b64encode(file.content).decode(),
                "mime-type": file.content_type,
            }
            for file in files
        ]
    }


def new_ticket(
    send: Send, command: CreateTicket, words: Words, now: Instant, group: Ref | None, email: str | None
) -> dict[str, Any]:
    """The body that opens a ticket. *email* is where its requester is written to, *group* takes it if nobody says."""
    body = field_values(command.values, words, None, now)
    body["title"] = command.subject
    body["preferences"] = {MARKER: send.key}
    if body.get("group_id") is None:
        if group is None:
            raise Refused("A ticket of this help desk belongs to a group: choose one.", {"group": "must be chosen"})
        body["group_id"] = number(group)
    if command.requester is not None:
        body["customer_id"] = number(command.requester)
    elif command.requester_email:
        first, _, last = command.requester_name.partition(" ")
        body["customer"] = {"email": command.requester_email, "firstname": first, "lastname": last}
    if command.tags:
        body["tags"] = ",".join(command.tags)
    article: dict[str, Any] = {
        "subject": command.subject,
        "body": command.body,
        "content_type": "text/plain",
        "internal": not command.public,
        "sender": SENDERS[1],
        "type": "note",
        "preferences": {MARKER: send.key},
    }
    if command.public and email:
        article |= {"type": "email", "to": email}
    body["article"] = article
    return body
