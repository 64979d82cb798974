"""What a screen or a script shows: frozen rows, read in one go and never tied to the database again.

Texts are ready for people; ids stay, so that a row can be acted upon. Times are instants.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from agentconsole.domain.commands import Command
from agentconsole.domain.directory import DirectoryContact, Guide, PlaceOpening
from agentconsole.domain.drafts import NOTHING_ALONG, Along
from agentconsole.domain.instant import Instant
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.records import AttachmentRecord, OrganizationRecord, PersonRecord, SlaTarget
from agentconsole.domain.values import Metric, OutboxState, Priority, Ref, Role, Stage, Status, TicketId


class QueueRow(NamedTuple):
    """One line of the queue. ``ref`` is empty while the ticket waits to be created; ``waiting`` counts unsent changes.

    ``breach_at``, ``stage`` and ``metric`` describe the running target that breaches first (or a paused one).
    ``unread`` is true when the ticket changed after this agent last looked at it.
    """

    id: TicketId
    ref: Ref
    subject: str
    status: Status
    priority: Priority | None
    requester: str
    organization: str
    tier: str
    group: str
    assignee: str
    channel: str
    created_at: Instant
    updated_at: Instant
    stage: Stage | None
    breach_at: Instant | None
    metric: Metric | None
    unread: bool
    waiting: int
    has_draft: bool


class TargetRow(NamedTuple):
    """One line of the countdown pane: an SLA target of an unsolved ticket.

    ``source`` is empty for the help desk's own target, else the id of the policy pack that this console counted it by.
    The rest is known of the latter only: ``goal`` in words ("4 business hours"; "none" is "no explicit target"),
    ``schedule`` and ``zone`` of the opening hours (empty around the clock), ``paused_by`` the status that pauses it.
    It is due at ``due_at`` and late after ``breach_at``: the two differ where due is a closing time.
    """

    ticket: TicketId
    ref: Ref
    subject: str
    metric: Metric
    stage: Stage
    breach_at: Instant | None
    priority: Priority | None
    status: Status
    organization: str
    tier: str
    group: str
    assignee: str
    source: str = ""
    goal: str = ""
    due_at: Instant | None = None
    started_at: Instant | None = None
    cycle: int = 1
    schedule: str = ""
    zone: str = ""
    paused_since: Instant | None = None
    paused_by: Status | None = None
    fulfilled_at: Instant | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the larger rows."""


class ViewItem(Row, frozen=True, kw_only=True):
    """An entry of the queue's side bar. ``key`` is stable; ``section`` is built-in, saved or server."""

    key: str
    title: str
    section: str
    query: str
    icon: str = ""


class TicketTarget(SlaTarget, frozen=True, kw_only=True):
    """An SLA target of one ticket; what the fields mean is said at :class:`TargetRow`."""

    source: str = ""
    goal: str = ""
    due_at: Instant | None = None
    started_at: Instant | None = None
    cycle: int = 1
    schedule: str = ""
    zone: str = ""
    paused_since: Instant | None = None
    paused_by: Status | None = None
    fulfilled_at: Instant | None = None


class Neighbour(Struct, frozen=True):
    """Another ticket of the same requester or organization; ``body`` is the beginning of its first message."""

    ticket: TicketId
    ref: Ref
    subject: str
    body: str
    status: Status
    created_at: Instant
    requester_ref: Ref | None
    requester: str
    organization_ref: Ref | None
    assignee: str


class CommentRow(Row, frozen=True, kw_only=True):
    """One entry of a conversation; while it waits in the outbox, ``key`` and ``state`` are set and ``ref`` is empty."""

    ref: Ref
    author: str
    author_ref: Ref | None
    by_agent: bool
    by_requester: bool
    created_at: Instant
    public: bool
    body: str
    html: str | None
    channel: str
    attachments: tuple[AttachmentRecord, ...] = ()
    key: str | None = None
    state: OutboxState | None = None
    reason: str = ""


class WaitingChange(Row, frozen=True, kw_only=True):
    """An unsent change of a ticket, in words: "status: open → solved"."""

    key: str
    text: str
    state: OutboxState
    reason: str = ""


class TicketDetail(Row, frozen=True, kw_only=True):
    """Everything the ticket pane shows, as of one read. Fields are projected: unsent changes are already in them."""

    id: TicketId
    ref: Ref
    subject: str
    status: Status
    native_status: str
    priority: Priority | None
    type: str | None
    channel: str
    created_at: Instant
    updated_at: Instant
    due_at: Instant | None
    requester: PersonRecord | None
    organization: OrganizationRecord | None
    tier: str
    plan: str
    assignee_ref: Ref | None
    assignee: str
    group_ref: Ref | None
    group: str
    tags: tuple[str, ...]
    fields: dict[Ref, Any]
    targets: tuple[TicketTarget, ...]
    comments: tuple[CommentRow, ...]
    waiting: tuple[WaitingChange, ...]
    satisfaction: str | None = None
    merged_into: Ref | None = None
    comments_complete: bool = True
    deleted: bool = False


class HistoryRow(Row, frozen=True, kw_only=True):
    """One event of a ticket's history, in words. ``status`` is what the ticket has been in since, if that changed.

    ``changed`` names the fields that it changed, together with the rows that follow at the same time.
    """

    at: Instant
    who: str
    text: str
    status: Status | None = None
    changed: tuple[str, ...] = ()


class Draft(Row, frozen=True, kw_only=True):
    """An unfinished reply. ``cursor`` is the caret's offset in ``body``; ``along`` is what goes with it when sent."""

    ticket: TicketId
    body: str
    public: bool
    cursor: int
    saved_at: Instant
    along: Along = NOTHING_ALONG


class OutboxRow(Row, frozen=True, kw_only=True):
    """One change in the outbox, for the outbox window and ``agentconsole outbox list``.

    ``conflicts`` are the fields that somebody has to decide about; ``cause`` is why it was refused, in a word for
    programs: "missing", "closed", "forbidden", "file", "unsure" (it may have arrived), else "". ``seq`` is its place in
    the order in which changes were made; ``ended_at`` is when it was sent or withdrawn.
    """

    key: str
    ticket: TicketId
    ref: Ref
    subject: str
    text: str
    state: OutboxState
    queued_at: Instant
    attempts: int
    not_before: Instant
    reason: str
    batch: str
    command: Command
    conflicts: tuple[FieldConflict, ...] = ()
    cause: str = ""
    seq: int = 0
    ended_at: Instant | None = None


class Choice(Row, frozen=True, kw_only=True):
    """Something to pick from a list: an agent, a group, a macro."""

    ref: Ref
    title: str
    detail: str = ""


class MacroEffect(Row, frozen=True, kw_only=True):
    """What a macro would do to one ticket: field values, tags, and text for the composer (placeholders filled)."""

    macro: Ref
    values: dict[str, Any]
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    body: str = ""
    public: bool | None = None


class DirectoryRow(Row, frozen=True, kw_only=True):
    """One hit: exactly one of ``contact``, ``person``, ``organization`` and ``guide`` is set.

    ``title`` and ``subtitle`` are what a list shows; ``open_now`` is None where the hours are unknown or differ by
    region (then ``places`` has them); ``changes_at`` is when that flips next. ``level`` is the tier and plan of a
    person or an organization, ``company`` a person's organization. ``allowed`` says whether the customer of the ticket
    at hand has this contact, None where all have it or nobody knows. ``matched`` are the words that found it.
    """

    title: str
    subtitle: str
    section: str
    contact: DirectoryContact | None = None
    person: PersonRecord | None = None
    organization: OrganizationRecord | None = None
    guide: Guide | None = None
    open_now: bool | None = None
    changes_at: Instant | None = None
    places: tuple[PlaceOpening, ...] = ()
    level: str = ""
    company: str = ""
    allowed: bool | None = None
    matched: tuple[str, ...] = ()


class SyncStatus(Row, frozen=True, kw_only=True):
    """What the status bar tells. ``phase`` is idle, connecting, initial, pulling, pushing, offline, stopped or archive.

    ``done`` and ``total`` count rows of the running phase (total None: unknown). ``data_as_of`` is when the cache last
    agreed with the help desk. ``waiting`` counts all changes that are not at the help desk; of these, ``need_you`` go
    nowhere until the agent decides, and ``will_go`` are sent without anybody's doing. ``problem`` and ``advice`` say
    what is wrong and what to do, in words. ``wipe_requested``: the help desk took the access back and asks that what is
    kept of it is removed. ``unread`` is what of its answers could not be read, or not as it stood, and how often.
    """

    online: bool = False
    phase: str = "stopped"
    done: int = 0
    total: int | None = None
    last_sync_at: Instant | None = None
    data_as_of: Instant | None = None
    next_attempt_at: Instant | None = None
    waiting: int = 0
    conflicts: int = 0
    refused: int = 0
    held: int = 0
    live: bool = False
    clock_offset: int = 0
    problem: str = ""
    advice: str = ""
    needs_login: bool = False
    wipe_requested: bool = False
    unread: dict[str, int] = {}

    @property
    def need_you(self) -> int:
        return self.conflicts + self.refused + self.held

    @property
    def will_go(self) -> int:
        return max(0, self.waiting - self.need_you)


class Notice(Row, frozen=True, kw_only=True):
    """A banner: an incident, a maintenance window or an announcement. ``level`` is info, warning or critical."""

    ref: Ref
    level: str
    title: str
    text: str = ""
    url: str = ""


class Me(Row, frozen=True, kw_only=True):
    """Who is signed in; nobody is in an ``archive``, which is only read."""

    ref: Ref
    name: str
    email: str
    role: str
    profile: str
    archive: bool = False

    @property
    def reads_only(self) -> str:
        """Why nothing can be written, in a sentence; "" when it can."""
        if self.archive:
            return "This is an archive: you can read and search everything here, but not answer or change it."
        if self.role == Role.REVIEWER:
            return "You are signed in as a reviewer: you can read everything here, but not answer or change it."
        return ""
