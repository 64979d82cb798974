"""Commands as the bodies of requests.

Comment and fields of a change are one ``PUT``: they take effect together or not at all. Our key rides in the custom
metadata of the change, where a later look finds it.

Tags go before, by requests of their own that name only what is added and removed. The ``PUT`` of a ticket could only
replace them all, and not even a safe update would protect what a colleague added: its stamp counts whole seconds.
Adding what is there and removing what is not changes nothing, so that these requests may be repeated at will.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agentconsole.connectors.api import Send
from agentconsole.connectors.zendesk_dialect.records import MARKER
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import to_iso
from agentconsole.domain.projection import with_tags
from agentconsole.domain.values import Ref

_REFERENCES = {
    "requester": "requester_id",
    "assignee": "assignee_id",
    "group": "group_id",
    "organization": "organization_id",
}


def number(ref: Ref) -> int | str:
    """A ref as the dialect writes ids."""
    return int(ref) if ref.isascii() and ref.isdigit() else ref


def field_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Field values under their names of the dialect."""
    body: dict[str, Any] = {}
    custom: list[dict[str, Any]] = []
    for name, value in values.items():
        if name.startswith("field:"):
            custom.append({"id": number(name.removeprefix("field:")), "value": value})
        elif name in _REFERENCES:
            body[_REFERENCES[name]] = number(value) if isinstance(value, str) else value
        elif name == "due_at" and isinstance(value, int):
            body[name] = to_iso(value)
        else:
            body[name] = value
    if custom:
        body["custom_fields"] = custom
    return body


class TagChange(NamedTuple):
    """One request for the tags of a ticket. *name* tells it from the other requests of its command."""

    name: str
    method: str
    tags: tuple[str, ...]


def tag_changes(send: Send) -> tuple[TagChange, ...]:
    """What has to be asked so that the ticket has the tags that *send* wants; nothing when it is known to have them."""
    command, current = send.command, send.current
    match command:
        case ChangeTags(add=added, remove=removed) | AddComment(add_tags=added, remove_tags=removed):
            pass
        case _:
            return ()
    if current is not None and with_tags(current, added, removed) is current:
        return ()
    # what is both added and removed ends up removed, as everywhere in the console
    asked = (TagChange("add-tags", "PUT", added), TagChange("remove-tags", "DELETE", removed))
    return tuple(each for each in asked if each.tags)


def ticket_change(send: Send, uploads: Sequence[str] = ()) -> dict[str, Any]:
    """The body of the ``PUT`` that carries out *send* but for its tags; its files were uploaded as *uploads*.

    With a current ticket at hand it is a safe update: the help desk refuses it when the ticket has changed since.
    """
    command, current = send.command, send.current
    ticket: dict[str, Any] = {}
    match command:
        case SetFields(values=values):
            ticket |= field_values(values)
        case AddComment():
            ticket |= field_values(command.values)
            # left out, "public" would follow the ticket's first comment: a note could reach the requester
            ticket["comment"] = {"body": command.body, "public": command.public}
            if uploads:
                ticket["comment"]["uploads"] = list(uploads)
            if command.macro is not None:
                ticket["macro_ids"] = [number(command.macro)]
        case _:
            raise TypeError(f"{type(command).__name__} is not a change of one ticket")
    if current is not None and current.native_status and ticket.get("status") == str(current.status):
        # it stands in a status of the desk's own under this very category, and would lose it for the usual one
        del ticket["status"]
    ticket["metadata"] = {"custom": {MARKER: send.key}}
    if current is not None and current.stamp:
        ticket["safe_update"] = True
        ticket["updated_stamp"] = current.stamp
    return {"ticket": ticket}


def new_ticket(send: Send, command: CreateTicket, uploads: Sequence[str] = ()) -> dict[str, Any]:
    """The body that opens a ticket. Its external id is our key, so that it can be found when the answer is lost."""
    ticket = field_values(command.values)
    ticket["subject"] = command.subject
    ticket["comment"] = {"body": command.body, "public": command.public}
    if uploads:
        ticket["comment"]["uploads"] = list(uploads)
    if command.requester is not None:
        ticket["requester_id"] = number(command.requester)
    elif command.requester_email:
        ticket["requester"] = {
            "name": command.requester_name or command.requester_email,
            "email": command.requester_email,
        }
    if command.tags:
        ticket["tags"] = list(command.tags)
    if command.follows is not None:
        ticket["via_followup_source_id"] = number(command.follows)
    ticket["external_id"] = send.key
    ticket["metadata"] = {"custom": {MARKER: send.key}}
    return {"ticket": ticket}


def merging(source: Ref, command: MergeTickets) -> dict[str, Any]:
    """The body that merges *source* into the ticket it is sent to. Both comments are internal."""
    body: dict[str, Any] = {"ids": [number(source)]}
    if command.target_comment:
        body |= {"target_comment": command.target_comment, "target_comment_is_public": False}
    if command.source_comment:
        body |= {"source_comment": command.source_comment, "source_comment_is_public": False}
    return body
