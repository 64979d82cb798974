"""What comes over the wire, as loosely as help desks really send it.

Ids may be numbers or texts, nearly everything may be null or absent, unknown keys are ignored.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import msgspec

Id: TypeAlias = int | str | None
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""A number that any database can hold; only ids may be larger, for they are kept as texts."""


class Wire(msgspec.Struct, gc=False):
    """Base of all wire shapes. They hold no reference cycles, and a page has thousands."""


class Via(Wire):
    """How something came in; ``source`` may say for what, under ``rel``."""

    channel: int | str | None = None
    source: Any = None


AnyVia: TypeAlias = Via | str | int | None
"""How something came in: an object, or in event exports only the name of the channel."""


class FieldValue(Wire):
    """What a custom field holds on one ticket."""

    id: Id = None
    value: Any = None


class SlaMetric(Wire):
    """One running or ended target of a ticket."""

    metric: str = ""
    stage: str = ""
    breach_at: str | None = None


class Slas(Wire):
    """The targets of a ticket."""

    policy_metrics: list[SlaMetric] | None = None


class Ticket(Wire):
    """A ticket of a list, an export or a search; ``status`` is "deleted" for a tombstone."""

    id: Id
    result_type: str | None = None
    subject: str | None = None
    raw_subject: str | None = None
    description: str | None = None
    status: str | None = None
    custom_status_id: Id = None
    created_at: str | None = None
    updated_at: str | None = None
    deleted_at: str | None = None
    external_id: Id = None
    priority: str | None = None
    type: str | None = None
    via: AnyVia = None
    requester_id: Id = None
    assignee_id: Id = None
    group_id: Id = None
    organization_id: Id = None
    problem_id: Id = None
    merged_into_id: Id = None
    due_at: str | None = None
    comment_count: Number | None = None
    tags: list[str] | None = None
    custom_fields: list[FieldValue] | None = None
    fields: list[FieldValue] | None = None
    generated_timestamp: Number | None = None
    satisfaction_rating: Any = None
    slas: Slas | None = None
    status_history: list[tuple[Number, str]] | None = None


class Attachment(Wire):
    """A file of a comment."""

    id: Id
    file_name: str | None = None
    content_type: str | None = None
    size: Number | None = None
    content_url: str | None = None
    mapped_content_url: str | None = None
    inline: bool | None = None
    deleted: bool | None = None


class Comment(Wire):
    """A comment of a list or an export, and also the Comment event of an audit, which looks the same."""

    id: Id = None
    type: str | None = None
    event_type: str | None = None
    ticket_id: Id = None
    author_id: Id = None
    body: str | None = None
    plain_body: str | None = None
    html_body: str | None = None
    public: bool | None = None
    created_at: str | None = None
    via: AnyVia = None
    metadata: Any = None
    data: Any = None
    attachments: list[Attachment] | None = None


class User(Wire):
    """A requester or an agent."""

    id: Id
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    role: str | None = None
    role_type: Number | None = None
    organization_id: Id = None
    time_zone: str | None = None
    iana_time_zone: str | None = None
    locale: str | None = None
    notes: str | None = None
    tags: list[str] | None = None
    suspended: bool | None = None
    active: bool | None = None


class Organization(Wire):
    """A customer or partner company."""

    id: Id
    name: str | None = None
    domain_names: list[str] | None = None
    tags: list[str] | None = None
    organization_fields: dict[str, Any] | None = None
    notes: str | None = None
    details: str | None = None


class Group(Wire):
    """A team of agents."""

    id: Id
    name: str | None = None
    deleted: bool | None = None


class Membership(Wire):
    """Who is in which group."""

    user_id: Id = None
    group_id: Id = None


class FieldOption(Wire):
    """One choice of a custom field."""

    name: str | None = None
    value: str | None = None


class TicketField(Wire):
    """The definition of a ticket field."""

    id: Id
    title: str | None = None
    type: str | None = None
    active: bool | None = None
    required: bool | None = None
    position: Number | None = None
    custom_field_options: list[FieldOption] | None = None


class Action(Wire):
    """One change that a macro makes."""

    field: str = ""
    value: Any = None


class Macro(Wire):
    """A named set of changes."""

    id: Id
    title: str | None = None
    description: str | None = None
    active: bool | None = None
    position: Number | None = None
    actions: list[Action] | None = None


class Condition(Wire):
    """One condition of a view."""

    field: str = ""
    operator: str = ""
    value: Any = None


class Conditions(Wire):
    """All of ``all`` and, where there are any, one of ``any``."""

    all: list[Condition] | None = None
    any: list[Condition] | None = None


class View(Wire):
    """A view of the help desk."""

    id: Id
    title: str | None = None
    active: bool | None = None
    position: Number | None = None
    conditions: Conditions | None = None


class CustomStatus(Wire):
    """A status of a desk's own, under one of the known categories."""

    id: Id
    status_category: str | None = None
    agent_label: str | None = None
    active: bool | None = None
    default: bool | None = None


class AuditEvent(Comment):
    """One event of an audit: a comment, or a change of a field."""

    field_name: str | None = None
    value: Any = None
    previous_value: Any = None
    score: Any = None
    message: str | None = None
    macro_title: str | None = None


class Audit(Wire):
    """What one change of a ticket did."""

    id: Id = None
    ticket_id: Id = None
    author_id: Id = None
    created_at: str | None = None
    metadata: Any = None
    via: AnyVia = None
    events: list[AuditEvent] | None = None


class TicketEvent(Wire):
    """A row of the ticket event export; its child events are those of the audit."""

    id: Id = None
    ticket_id: Id = None
    updater_id: Id = None
    created_at: str | None = None
    metadata: Any = None
    child_events: list[AuditEvent] | None = None


class Meta(Wire):
    """Where a list by cursor goes on."""

    has_more: bool | None = None
    after_cursor: str | None = None


class Article(Wire):
    """A help-centre article of a search."""

    id: Id
    title: str | None = None
    html_url: str | None = None
    snippet: str | None = None


class Job(Wire):
    """The state of something that takes longer than an answer."""

    id: Id = None
    status: str | None = None
    message: str | None = None
    results: Any = None


class Body(Wire):
    """Any answer of the dialect: each names a few of these keys."""

    tickets: list[Ticket] | None = None
    deleted_tickets: list[Ticket] | None = None
    results: list[Ticket] | None = None
    comments: list[Comment] | None = None
    users: list[User] | None = None
    organizations: list[Organization] | None = None
    groups: list[Group] | None = None
    group_memberships: list[Membership] | None = None
    ticket_fields: list[TicketField] | None = None
    macros: list[Macro] | None = None
    views: list[View] | None = None
    custom_statuses: list[CustomStatus] | None = None
    audits: list[Audit] | None = None
    ticket_events: list[TicketEvent] | None = None
    ticket: Ticket | None = None
    user: User | None = None
    audit: Audit | None = None
    job_status: Job | None = None
    meta: Meta | None = None
    after_cursor: str | None = None
    end_of_stream: bool | None = None
    end_time: Number | None = None
    count: Any = None
    next_page: str | None = None
    cursor: str | None = None
    remaining: Number | None = None


ROWS: dict[str, type[Wire]] = {
    "tickets": Ticket,
    "deleted_tickets": Ticket,
    "results": Ticket,
    "comments": Comment,
    "users": User,
    "organizations": Organization,
    "groups": Group,
    "group_memberships": Membership,
    "ticket_fields": TicketField,
    "macros": Macro,
    "views": View,
    "custom_statuses": CustomStatus,
    "audits": Audit,
    "ticket_events": TicketEvent,
}
"""The keys of :class:`Body` that hold lists, and what is in them."""
