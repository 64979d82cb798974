"""What a help desk said, in our words: the values that a connector yields and the store confirms.

All are immutable; every id is a :data:`~agentconsole.domain.values.Ref`, every time an
:data:`~agentconsole.domain.instant.Instant`. Optional means that the help desk may not say.
"""

from __future__ import annotations

from typing import Any

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Metric, PersonRole, Priority, Ref, Stage, Status


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all records."""


class SlaTarget(Record, frozen=True, kw_only=True):
    """One target of the help desk's own SLA policy. ``breach_at`` is None while it is paused or unknown."""

    metric: Metric
    stage: Stage
    breach_at: Instant | None = None


class TicketRecord(Record, frozen=True, kw_only=True):
    """A ticket as the help desk last described it.

    ``status`` is the closed set; ``native_status`` keeps the vendor's own word when it differs. ``stamp`` is what a
    safe update must present (Zendesk: ``updated_at`` to the letter). ``fields`` holds custom fields by their ref.
    ``merged_into`` names the ticket that this one was merged into.
    """

    ref: Ref
    subject: str
    status: Status
    created_at: Instant
    updated_at: Instant
    stamp: str = ""
    native_status: str = ""
    priority: Priority | None = None
    type: str | None = None
    channel: str = ""
    requester: Ref | None = None
    assignee: Ref | None = None
    group: Ref | None = None
    organization: Ref | None = None
    tags: tuple[str, ...] = ()
    fields: dict[Ref, Any] = {}
    due_at: Instant | None = None
    satisfaction: str | None = None
    problem: Ref | None = None
    merged_into: Ref | None = None
    comment_count: int | None = None
    targets: tuple[SlaTarget, ...] | None = None


class StatusHistory(Record, frozen=True, kw_only=True):
    """All statuses that a ticket has had, as (since, status), the one at creation first."""

    ticket: Ref
    changes: tuple[tuple[Instant, Status], ...]


class AttachmentRecord(Record, frozen=True, kw_only=True):
    """A file of a comment; its bytes are fetched on demand from ``url``."""

    ref: Ref
    file_name: str
    content_type: str
    size: int
    url: str
    inline: bool = False


class CommentRecord(Record, frozen=True, kw_only=True):
    """A public reply or an internal note. ``html`` is hostile until sanitised.

    ``key`` is our outbox key if we wrote it.
    """

    ref: Ref
    ticket: Ref
    author: Ref | None
    created_at: Instant
    public: bool
    body: str
    html: str | None = None
    channel: str = ""
    attachments: tuple[AttachmentRecord, ...] = ()
    key: str | None = None


class PersonRecord(Record, frozen=True, kw_only=True):
    """A requester, an agent or a supervisor."""

    ref: Ref
    name: str
    email: str | None = None
    phone: str | None = None
    role: PersonRole = PersonRole.END_USER
    organization: Ref | None = None
    time_zone: str | None = None
    locale: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()
    suspended: bool = False
    active: bool = True


class OrganizationRecord(Record, frozen=True, kw_only=True):
    """A customer or partner company. Tier, plan and region live in ``fields`` under the desk's own keys."""

    ref: Ref
    name: str
    domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    notes: str | None = None


class GroupRecord(Record, frozen=True, kw_only=True):
    """A team of agents; ``members`` are refs of people, None when the help desk did not say."""

    ref: Ref
    name: str
    members: tuple[Ref, ...] | None = None
    active: bool = True


class FieldOption(Record, frozen=True, kw_only=True):
    """One choice of a custom field."""

    name: str
    value: str


class FieldRecord(Record, frozen=True, kw_only=True):
    """The definition of a custom ticket field."""

    ref: Ref
    title: str
    type: str
    options: tuple[FieldOption, ...] = ()
    required: bool = False
    active: bool = True
    position: int = 0


class MacroRecord(Record, frozen=True, kw_only=True):
    """A named set of changes. ``actions`` are (field, value) in the dialect of Zendesk's macros."""

    ref: Ref
    title: str
    description: str = ""
    actions: tuple[tuple[str, Any], ...] = ()
    active: bool = True
    position: int = 0


class ViewRecord(Record, frozen=True, kw_only=True):
    """A view of the help desk's own. ``query`` is our query language, None when its conditions can't be said in it."""

    ref: Ref
    title: str
    query: str | None = None
    active: bool = True
    position: int = 0


class ContactRecord(Record, frozen=True, kw_only=True):
    """A support contact. ``details`` is printed as it stands; ``address`` is what is dialled, mailed or opened.

    ``hours`` are weekly intervals of ``time_zone`` as in ``agentconsole.sla.Schedule``; None means at any time.
    """

    ref: Ref
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


class AnnouncementRecord(Record, frozen=True, kw_only=True):
    """News for agents: an announcement, a maintenance window or a release."""

    ref: Ref
    title: str
    body: str = ""
    kind: str = "announcement"
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    url: str = ""


class ArticleRecord(Record, frozen=True, kw_only=True):
    """A help-centre article found for a ticket."""

    ref: Ref
    title: str
    url: str = ""
    snippet: str = ""


class Presence(Record, frozen=True, kw_only=True):
    """A colleague who has a ticket open, or had it lately. ``mode`` is viewing or replying.

    ``seen_at`` is None while they have it open. Otherwise it is when that was last known: they left then, or nobody
    has told us since.
    """

    ticket: Ref
    person: Ref
    name: str
    mode: str
    since: Instant
    seen_at: Instant | None = None


class Page(Record, frozen=True, kw_only=True):
    """One answer of a help desk: confirmed rows, and where to go on.

    ``deleted`` are refs of tickets that are gone. ``whole_comments_of`` names tickets of which *all* comments are in
    this page, so that redacted ones can be told. ``cursor`` is saved in the same transaction as the rows; ``more`` says
    that another page waits now; ``remaining`` estimates the rows still ahead. ``histories`` are of tickets in this
    page. Collections that are None were not part of the answer; an empty tuple means the help desk has none.
    """

    people: tuple[PersonRecord, ...] = ()
    organizations: tuple[OrganizationRecord, ...] = ()
    tickets: tuple[TicketRecord, ...] = ()
    comments: tuple[CommentRecord, ...] = ()
    deleted: tuple[Ref, ...] = ()
    histories: tuple[StatusHistory, ...] = ()
    whole_comments_of: tuple[Ref, ...] = ()
    groups: tuple[GroupRecord, ...] | None = None
    ticket_fields: tuple[FieldRecord, ...] | None = None
    macros: tuple[MacroRecord, ...] | None = None
    views: tuple[ViewRecord, ...] | None = None
    contacts: tuple[ContactRecord, ...] | None = None
    announcements: tuple[AnnouncementRecord, ...] | None = None
    status_summary: dict[str, Any] | None = None
    cursor: str | None = None
    more: bool = False
    remaining: int | None = None
