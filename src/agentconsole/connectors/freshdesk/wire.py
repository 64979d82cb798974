"""The shapes of Freshdesk's API (v2), as far as they are used. Everything may be missing or null."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

Id: TypeAlias = int | str | None


class Wire(msgspec.Struct, kw_only=True):
    """Base of the shapes; what they do not name is ignored."""


class Attachment(Wire):
    """A file, with an address that is good for a short time."""

    id: Id = None
    name: str | None = None
    content_type: str | None = None
    size: int | None = None
    file_size: int | None = None
    attachment_url: str | None = None


class Stats(Wire):
    """When a ticket reached what its targets count to."""

    first_responded_at: str | None = None
    resolved_at: str | None = None
    closed_at: str | None = None


class Contact(Wire):
    """Somebody who asks."""

    id: Id = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    company_id: Id = None
    description: str | None = None
    language: str | None = None
    time_zone: str | None = None
    tags: list[str] | None = None
    deleted: bool | None = None


class Agent(Wire):
    """Somebody who answers; their person is in ``contact``."""

    id: Id = None
    type: str | None = None
    deactivated: bool | None = None
    contact: Contact | None = None


class Company(Wire):
    """A customer's company."""

    id: Id = None
    name: str | None = None
    description: str | None = None
    note: str | None = None
    domains: list[str] | None = None
    custom_fields: dict[str, Any] | None = None
    health_score: str | None = None
    account_tier: str | None = None
    renewal_date: str | None = None
    industry: str | None = None


class Conversation(Wire):
    """A reply or a note."""

    id: Id = None
    body: str | None = None
    body_text: str | None = None
    incoming: bool | None = None
    private: bool | None = None
    source: int | None = None
    user_id: Id = None
    ticket_id: Id = None
    created_at: str | None = None
    attachments: list[Any] | None = None


class Ticket(Wire):
    """A ticket; what else comes with it has to be asked for."""

    id: Id = None
    subject: str | None = None
    description: str | None = None
    description_text: str | None = None
    status: int | None = None
    priority: int | None = None
    source: int | None = None
    type: str | None = None
    requester_id: Id = None
    responder_id: Id = None
    group_id: Id = None
    company_id: Id = None
    tags: list[str] | None = None
    custom_fields: dict[str, Any] | None = None
    due_by: str | None = None
    fr_due_by: str | None = None
    nr_due_by: str | None = None
    spam: bool | None = None
    deleted: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None
    attachments: list[Any] | None = None
    conversations: list[Any] | None = None
    requester: Contact | None = None
    stats: Stats | None = None


class Group(Wire):
    """A team of agents."""

    id: Id = None
    name: str | None = None
    agent_ids: list[Any] | None = None


class Field(Wire):
    """A field of tickets. ``choices`` is a list, an object, or an object of objects, as its type has it."""

    id: Id = None
    name: str | None = None
    label: str | None = None
    type: str | None = None
    default: bool | None = None
    position: int | None = None
    required_for_agents: bool | None = None
    choices: Any = None


class Folder(Wire):
    """A folder of canned responses."""

    id: Id = None
    name: str | None = None


class CannedResponse(Wire):
    """A named piece of text for replies."""

    id: Id = None
    title: str | None = None
    content: str | None = None
    content_html: str | None = None


class Article(Wire):
    """An article of the knowledge base."""

    id: Id = None
    title: str | None = None
    description_text: str | None = None
    status: int | None = None
