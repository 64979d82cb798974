"""What an agent wants: intents that wait in the outbox until the help desk has them.

Intents, not documents: each says only what the agent changed, with the values it was changed from, so that it can be
merged, undone and explained.
"""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.values import OutboxState, Ref, TicketId

FieldValue: TypeAlias = str | int | float | bool | list[str] | None
"""What a ticket field may hold. Names are those of :data:`SETTABLE`, or ``field:REF`` for a custom field."""

SETTABLE = ("subject", "status", "priority", "type", "requester", "assignee", "group", "organization", "due_at")


class Intent(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """Base of all intents."""


class SetFields(Intent, frozen=True, kw_only=True, tag="set"):
    """Give fields new values. ``base`` holds, for the same names, what the agent saw when they decided."""

    values: dict[str, FieldValue]
    base: dict[str, FieldValue]


class ChangeTags(Intent, frozen=True, kw_only=True, tag="tags"):
    """Add and remove tags; a set, so it never conflicts."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class AddComment(Intent, frozen=True, kw_only=True, tag="comment"):
    """Post a public reply or an internal note, and set fields in the same breath ("send and solve").

    ``last_seen`` is the newest comment the agent had before them: a public reply is held when the conversation has
    moved on since. ``send_anyway`` lifts that guard. ``attachments`` are local file keys of the attachment store.
    A ``record`` is a note that the console composed: taken back, it is nobody's draft.
    """

    body: str
    public: bool
    last_seen: Ref | None = None
    send_anyway: bool = False
    attachments: tuple[str, ...] = ()
    values: dict[str, FieldValue] = {}
    base: dict[str, FieldValue] = {}
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    macro: Ref | None = None
    record: bool = False


class CreateTicket(Intent, frozen=True, kw_only=True, tag="create"):
    """Open a ticket. The local ticket exists from now on; the help desk's number comes with the answer.

    ``follows`` is the closed ticket that it goes on from, where the help desk links the two.
    """

    subject: str
    body: str
    public: bool = True
    requester: Ref | None = None
    requester_name: str = ""
    requester_email: str = ""
    values: dict[str, FieldValue] = {}
    tags: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    follows: Ref | None = None


class MergeTickets(Intent, frozen=True, kw_only=True, tag="merge"):
    """Merge the command's ticket into ``into``; the source is closed by the help desk."""

    into: TicketId
    source_comment: str = ""
    target_comment: str = ""


Command: TypeAlias = SetFields | ChangeTags | AddComment | CreateTicket | MergeTickets


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A command on its way, with what has become of it.

    ``key`` is minted with the command and sent with every attempt: a request that died after the help desk heard it
    must look identical when it is sent again. ``batch`` groups what one action queued (a bulk edit), for undo.
    ``not_before`` is the end of the undo delay, or the time of the next attempt. ``reason`` is for people, ``cause``
    the same in a word for programs. ``conflicts`` are the fields that a person has to decide about.
    """

    key: str
    seq: int
    ticket: TicketId
    command: Command
    state: OutboxState
    queued_at: Instant
    attempts: int = 0
    not_before: Instant = 0
    reason: str = ""
    batch: str = ""
    conflicts: tuple[FieldConflict, ...] = ()
    cause: str = ""


_ENCODER = msgspec.json.Encoder()


@functools.cache
def _decoder() -> msgspec.json.Decoder[Command]:
    """Made when the first command is read: it takes longer than to read the agent's first rows."""
    return msgspec.json.Decoder(Command)


def encode_command(command: Command) -> bytes:
    """Return *command* as JSON, stable across versions of the console."""
    return _ENCODER.encode(command)


def decode_command(data: bytes | str) -> Command:
    """Read what :func:`encode_command` wrote; raises ``msgspec.ValidationError`` for anything else."""
    return _decoder().decode(data)


def changed_values(command: Command) -> dict[str, Any]:
    """Return the fields that *command* sets, by name."""
    if isinstance(command, SetFields | AddComment | CreateTicket):
        return dict(command.values)
    return {}
