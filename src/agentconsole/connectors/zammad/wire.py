"""The shapes of Zammad's API, as far as they are used. Everything may be missing or null."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

Id: TypeAlias = int | str | None


class Wire(msgspec.Struct, kw_only=True):
    """Base of the shapes; what they do not name is ignored."""


class Ticket(Wire):
    """A ticket, without its tags and articles."""

    id: Id = None
    number: str | None = None
    title: str | None = None
    group_id: Id = None
    priority_id: Id = None
    state_id: Id = None
    organization_id: Id = None
    owner_id: Id = None
    customer_id: Id = None
    type: str | None = None
    pending_time: str | None = None
    article_count: int | None = None
    create_article_type_id: Id = None
    first_response_at: str | None = None
    first_response_escalation_at: str | None = None
    update_escalation_at: str | None = None
    close_at: str | None = None
    close_escalation_at: str | None = None
    preferences: Any = None
    created_by_id: Id = None
    created_at: str | None = None
    updated_at: str | None = None


STANDARD = frozenset(
    (
        *Ticket.__struct_fields__,
        *("note", "time_unit", "escalation_at", "last_contact_at", "last_contact_agent_at", "last_contact_customer_at"),
        *("last_close_at", "last_owner_update_at", "create_article_sender_id", "updated_by_id", "import_id"),
        *("first_response_in_min", "first_response_diff_in_min", "close_in_min", "close_diff_in_min"),
        *("update_in_min", "update_diff_in_min", "group", "state", "priority", "owner", "customer", "organization"),
        *("created_by", "updated_by", "create_article_type", "create_article_sender", "articles", "checklist_id"),
        *("ticket_time_accounting", "referencing_checklist_tickets", "ai_agent_running", "tags", "mentions", "links"),
    )
)
"""Keys that every ticket has by itself. The others are attributes that an administrator has added."""


class Article(Wire):
    """Something that was said in a ticket, or noted on it."""

    id: Id = None
    ticket_id: Id = None
    type_id: Id = None
    sender_id: Id = None
    type: str | None = None
    sender: str | None = None
    sender_name: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    cc: str | None = None
    reply_to: str | None = None
    subject: str | None = None
    message_id: str | None = None
    content_type: str | None = None
    body: str | None = None
    internal: bool | None = None
    preferences: Any = None
    origin_by_id: Id = None
    created_by_id: Id = None
    created_at: str | None = None
    attachments: list[Any] | None = None


class Attachment(Wire):
    """A file of an article; its size comes as a text."""

    id: Id = None
    filename: str | None = None
    size: int | None = None
    preferences: dict[str, Any] | None = None


class User(Wire):
    """A customer or an agent."""

    id: Id = None
    login: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    organization_id: Id = None
    active: bool | None = None
    vip: bool | None = None
    note: str | None = None
    preferences: Any = None
    role_ids: list[Any] | None = None
    roles: list[str] | None = None
    group_ids: Any = None


class Organization(Wire):
    """A customer's company."""

    id: Id = None
    name: str | None = None
    domain: str | None = None
    note: str | None = None
    active: bool | None = None


ORGANIZATION_STANDARD = frozenset(
    (
        *Organization.__struct_fields__,
        *("shared", "domain_assignment", "created_at", "updated_at", "created_by", "updated_by", "created_by_id"),
        *("updated_by_id", "members", "secondary_members"),
    )
)


class Group(Wire):
    """A team of agents."""

    id: Id = None
    name: str | None = None
    active: bool | None = None
    user_ids: list[Any] | None = None


class State(Wire):
    """A status that the desk has named itself, of a type that it has not."""

    id: Id = None
    name: str | None = None
    state_type_id: Id = None
    state_type: str | None = None
    ignore_escalation: bool | None = None
    default_create: bool | None = None
    active: bool | None = None


class Priority(Wire):
    """A priority that the desk has named itself."""

    id: Id = None
    name: str | None = None
    default_create: bool | None = None
    active: bool | None = None


class Attribute(Wire):
    """An attribute of an object, as an administrator has defined it."""

    id: Id = None
    name: str | None = None
    object: str | None = None
    display: str | None = None
    data_type: str | None = None
    data_option: dict[str, Any] | None = None
    editable: bool | None = None
    active: bool | None = None
    position: int | None = None


class Macro(Wire):
    """A named set of changes."""

    id: Id = None
    name: str | None = None
    note: str | None = None
    perform: dict[str, Any] | None = None
    active: bool | None = None


class TextModule(Wire):
    """A named piece of text for replies."""

    id: Id = None
    name: str | None = None
    keywords: str | None = None
    content: str | None = None
    active: bool | None = None


class Overview(Wire):
    """A view of the desk; those who do not administrate are told its name only."""

    id: Id = None
    name: str | None = None
    link: str | None = None
    prio: int | None = None
    condition: dict[str, Any] | None = None
    active: bool | None = None


class HistoryItem(Wire):
    """One thing that happened to a ticket."""

    id: Id = None
    object: str | None = None
    type: str | None = None
    attribute: str | None = None
    value_from: str | None = None
    value_to: str | None = None
    id_from: Id = None
    id_to: Id = None
    created_by_id: Id = None
    created_at: str | None = None


class Answered(Wire):
    """A hit of the knowledge base."""

    id: Id = None
    type: str | None = None
    title: str | None = None
    body: str | None = None
    url: str | None = None
