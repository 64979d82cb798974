"""The words of the field, as closed sets."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

TicketId: TypeAlias = int
"""The local number of a ticket: it exists before the help desk has given one (a ticket created offline)."""

Ref: TypeAlias = str
"""The help desk's own id of a thing, as text, whatever the vendor uses."""


class Status(StrEnum):
    """Where a ticket stands. Pending waits on the requester, hold on a third party; closed is final."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


UNSOLVED = (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD)


class Priority(StrEnum):
    """How urgent a ticket is; a ticket may also have none."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Role(StrEnum):
    """What the signed-in person may do. A reviewer reads and never writes."""

    ADMIN = "admin"
    AGENT = "agent"
    REVIEWER = "reviewer"


class Metric(StrEnum):
    """What an SLA target measures."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    PERIODIC_UPDATE = "periodic_update"
    PAUSABLE_UPDATE = "pausable_update"


class Stage(StrEnum):
    """What a help desk says of one of its SLA targets. A breached one stays active with its breach in the past."""

    ACTIVE = "active"
    PAUSED = "paused"
    ACHIEVED = "achieved"


class PersonRole(StrEnum):
    """Who a person is to the desk."""

    END_USER = "end-user"
    AGENT = "agent"
    ADMIN = "admin"


class Method(StrEnum):
    """How a contact is reached."""

    EMAIL = "email"
    PHONE = "phone"
    WEB = "web"
    CHAT = "chat"
    ADDRESS = "address"


class OutboxState(StrEnum):
    """What has become of a change, in the words the agent reads."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    HELD = "held"
    CONFLICT = "conflict"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


WAITING = (
    OutboxState.QUEUED,
    OutboxState.SENDING,
    OutboxState.UNKNOWN,
    OutboxState.HELD,
    OutboxState.CONFLICT,
    OutboxState.REFUSED,
)
"""States of a change that is not on the server yet and not given up: it counts as unsent work."""
