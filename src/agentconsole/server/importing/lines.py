"""The lines of an archive as far as this server takes them; unknown keys are passed over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from agentconsole.server.instants import to_text

Status = Literal["new", "open", "pending", "hold", "solved", "closed"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all lines: everything has the id that its help desk gave it."""

    id: str


class OrganizationLine(Line, frozen=True, kw_only=True):
    """A company; tier and plan are among its ``fields``."""

    name: str
    domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    notes: str | None = None


class PersonLine(Line, frozen=True, kw_only=True):
    """A requester or an agent; agents have no way to sign in until they get a token."""

    name: str
    email: str | None = None
    phone: str | None = None
    role: Literal["end-user", "agent", "admin"] = "end-user"
    organization: str | None = None
    time_zone: str | None = None
    locale: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()
    suspended: bool = False
    active: bool = True


class GroupLine(Line, frozen=True, kw_only=True):
    """A team; ``members`` are people."""

    name: str
    members: tuple[str, ...] | None = None
    active: bool = True


class Option(msgspec.Struct, frozen=True):
    """A choice of a field."""

    name: str
    value: str


class FieldLine(Line, frozen=True, kw_only=True):
    """A field of tickets."""

    title: str
    type: str
    options: tuple[Option, ...] = ()
    required: bool = False
    active: bool = True
    position: int = 0


class MacroLine(Line, frozen=True, kw_only=True):
    """A macro; its actions are field and value."""

    title: str
    description: str = ""
    actions: tuple[tuple[str, Any], ...] = ()
    active: bool = True
    position: int = 0


class ContactLine(Line, frozen=True, kw_only=True):
    """A way to reach somebody."""

    section: str
    purpose: str
    department: str = ""
    method: str = ""
    details: str = ""
    address: str = ""
    availability: str = ""
    region: str = ""
    time_zone: str | None = None
    hours: dict[str, list[tuple[str, str]]] | None = None
    tiers: tuple[str, ...] = ()
    emergency: bool = False
    executive: bool = False
    when: str = ""
    notes: str = ""
    position: int = 0


class AnnouncementLine(Line, frozen=True, kw_only=True):
    """News for agents."""

    title: str
    body: str = ""
    kind: str = "announcement"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    url: str = ""


class Change(msgspec.Struct, frozen=True):
    """A status, and since when."""

    at: datetime
    status: Status


class TicketLine(Line, frozen=True, kw_only=True):
    """A ticket; ``history`` are its statuses, the one at creation first."""

    subject: str
    status: Status
    created_at: datetime
    updated_at: datetime
    native_status: str = ""
    priority: Literal["urgent", "high", "normal", "low"] | None = None
    type: str | None = None
    channel: str = ""
    requester: str | None = None
    assignee: str | None = None
    group: str | None = None
    organization: str | None = None
    tags: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    due_at: datetime | None = None
    satisfaction: str | None = None
    problem: str | None = None
    merged_into: str | None = None
    targets: tuple[Any, ...] | None = None
    history: tuple[Change, ...] = ()


class AttachmentLine(Line, frozen=True, kw_only=True):
    """``sha256`` is of a file that was sent here before; empty for one that the archive does not have."""

    file_name: str
    content_type: str = "application/octet-stream"
    inline: bool = False
    sha256: str = ""


class CommentLine(Line, frozen=True, kw_only=True):
    """A reply or a note."""

    ticket: str
    created_at: datetime
    author: str | None = None
    public: bool = True
    body: str = ""
    html: str | None = None
    channel: str = ""
    attachments: tuple[AttachmentLine, ...] = ()


class StoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket and its comments, which come and go together."""

    ticket: TicketLine
    comments: tuple[CommentLine, ...] = ()


class Link(Line, frozen=True, kw_only=True):
    """Other tickets that a ticket names; they may have come after it."""

    problem: str | None = None
    merged_into: str | None = None


def clean(value: Any) -> Any:
    """Return *value* without U+0000 in any of its texts: PostgreSQL can't store it, and nobody can see it."""
    match value:
        case str():
            return value.replace("\x00", "") if "\x00" in value else value
        case dict():
            return {clean(key): clean(each) for key, each in value.items()}
        case list():
            return [clean(each) for each in value]
    return value


def stored(at: datetime) -> str:
    """Return *at* as the tables keep it; a time without a zone is taken as UTC."""
    return to_text(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
