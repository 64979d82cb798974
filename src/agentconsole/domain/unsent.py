"""Unsent changes up close: what they disagree about, what was tried, and where their words can go instead.

Values only; :class:`agentconsole.services.api.Outbox` yields and takes them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from agentconsole.domain.commands import FieldValue
from agentconsole.domain.drafts import NOTHING_ALONG, Along
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import AttachmentRecord
from agentconsole.domain.rows import Choice, CommentRow
from agentconsole.domain.values import OutboxState, Ref, TicketId


class Side(StrEnum):
    """Whose value a field in conflict shall have."""

    MINE = "mine"
    THEIRS = "theirs"


class Instead(msgspec.Struct, frozen=True):
    """Neither side's value, but this one."""

    value: FieldValue


Decision: TypeAlias = Side | Instead


class Unsent(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what is told of one unsent change."""


class ConflictField(Unsent, frozen=True, kw_only=True):
    """One field in conflict. ``label`` names it for people, and so do the three texts for its values.

    ``mine`` is what the field would have in the end: later unsent changes of the agent's own count. ``who`` changed it
    meanwhile and ``at`` what time, where the help desk says so (else empty and None).
    """

    name: str
    label: str
    base: FieldValue
    mine: FieldValue
    theirs: FieldValue
    base_text: str
    mine_text: str
    theirs_text: str
    who: str = ""
    at: Instant | None = None


class Conflict(Unsent, frozen=True, kw_only=True):
    """A change in conflict. ``body`` is the comment that goes with the fields, if any: it is sent once all is decided.

    ``agreed`` says in words what else the change does, about which nobody disagrees.
    """

    key: str
    ticket: TicketId
    ref: Ref
    subject: str
    fields: tuple[ConflictField, ...]
    body: str = ""
    public: bool | None = None
    agreed: str = ""


class HeldReply(Unsent, frozen=True, kw_only=True):
    """A reply that was not sent because the conversation has moved on.

    ``seen`` is the newest comment that the agent had before them, None when it is not known any more; ``since`` is what
    others have written after it, oldest first. ``certain`` is False where nobody could say whether it has arrived.
    """

    key: str
    ticket: TicketId
    ref: Ref
    subject: str
    body: str
    public: bool
    queued_at: Instant
    reason: str
    files: tuple[AttachmentRecord, ...] = ()
    seen: CommentRow | None = None
    since: tuple[CommentRow, ...] = ()
    certain: bool = True


class Reopened(Unsent, frozen=True, kw_only=True):
    """A reply or note that was taken back to go on writing: it has joined the draft of *ticket*.

    ``along`` is what was to go with it, for the composer.
    """

    ticket: TicketId
    body: str
    public: bool
    along: Along = NOTHING_ALONG


UNSURE = "unsure"
"""The cause of a change that may have arrived, and of which nobody can find that out."""


class Gone(StrEnum):
    """Why a change can't reach its ticket any more."""

    DELETED = "deleted"
    MERGED = "merged"
    CLOSED = "closed"


class Rescue(Unsent, frozen=True, kw_only=True):
    """A change whose ticket is gone, and the places that its words could go to.

    ``into`` is the ticket that took its ticket over, where that is known. ``can_readdress``: its words (and files) can
    be sent there; ``can_create``: a new ticket for the same requester can carry them. In any case they can become a
    draft (``Outbox.discard``). ``lost`` says in words what of the change has no other place: field values of the old
    ticket. ``certain`` is False where it may have arrived before its ticket was gone.
    """

    key: str
    ticket: TicketId
    ref: Ref
    subject: str
    gone: Gone
    body: str
    public: bool
    along: Along = NOTHING_ALONG
    into: TicketId | None = None
    into_ref: Ref = ""
    into_subject: str = ""
    requester: Choice | None = None
    can_readdress: bool = False
    can_create: bool = False
    lost: str = ""
    certain: bool = True


class OutboxEvent(Unsent, frozen=True, kw_only=True):
    """One thing that happened to a change: ``what`` in words of :data:`EVENTS`, and the reason that was given."""

    at: Instant
    what: str
    reason: str = ""


EVENTS = (
    *OutboxState,
    "delayed",  # an attempt that must wait: slowed down, or the ticket keeps changing
    "retried",
    "edited",
    "decided",
    "put back",
)
"""What may happen to a change: it gets into a state, or the agent does something about it."""


class Standing(Unsent, frozen=True, kw_only=True):
    """What the detail of one change shows beside its row.

    ``next_at`` is when it is tried next by itself: 0 as soon as there is a connection, None not before something else
    happens. Then ``waits_for`` says in words what it waits for, and ``waits_for_key`` names that change, if it is one.
    The flags are what the agent can do about it now.
    """

    key: str
    state: OutboxState
    reason: str
    next_at: Instant | None
    waits_for: str = ""
    waits_for_key: str = ""
    gone: Gone | None = None
    events: tuple[OutboxEvent, ...] = ()
    can_retry: bool = False
    can_edit: bool = False
    can_discard: bool = False
    can_decide: bool = False
    can_rescue: bool = False


def as_decisions(choices: dict[str, Any]) -> dict[str, Decision]:
    """Return *choices* as they come from JSON (``"mine"``, ``"theirs"``, ``{"value": …}``) as decisions; ValueError."""
    decisions: dict[str, Decision] = {}
    for name, choice in choices.items():
        if isinstance(choice, dict) and set(choice) == {"value"}:
            decisions[name] = Instead(choice["value"])
        else:
            decisions[name] = Side(choice)
    return decisions
