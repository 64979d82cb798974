"""From Freshdesk's shapes to our records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from agentconsole.connectors.freshdesk import wire
from agentconsole.connectors.freshdesk.words import CONVERSATION_SOURCES, OUTBOUND, PRIORITIES, SOURCES, Words
from agentconsole.connectors.plain_rest.forgiving import rows_of
from agentconsole.connectors.plain_rest.plain_text import is_plain, text_of
from agentconsole.connectors.zendesk_dialect.rails_zones import zone_of
from agentconsole.domain.instant import Instant, from_iso
from agentconsole.domain.records import (
    ArticleRecord,
    AttachmentRecord,
    CommentRecord,
    FieldOption,
    FieldRecord,
    GroupRecord,
    MacroRecord,
    OrganizationRecord,
    PersonRecord,
    SlaTarget,
    TicketRecord,
)
from agentconsole.domain.values import Metric, PersonRole, Ref, Stage

ATTACHMENT = "freshdesk:"
"""Begins the address of an attachment in our records: theirs are signed, and good for a short time only."""

DESCRIPTION = "description-"
"""Begins the ref of the comment that is a ticket's description, which has no id of its own."""

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
_NAMES = {
    "ticket.agent.name": "current_user.name",
    "ticket.agent.email": "current_user.email",
    "ticket.requester.firstname": "ticket.requester.first_name",
    "ticket.from_email": "ticket.requester.email",
    "ticket.company.name": "ticket.organization.name",
}
_FIELD_TYPES = {
    "custom_dropdown": "tagger",
    "nested_field": "tagger",
    "custom_multi_select_dropdown": "multiselect",
    "custom_checkbox": "checkbox",
    "custom_number": "integer",
    "custom_decimal": "decimal",
    "custom_date": "date",
    "custom_paragraph": "textarea",
}
_COMPANY_FIELDS = ("account_tier", "health_score", "industry", "renewal_date")


def ref(value: wire.Id) -> Ref | None:
    """An id as a ref."""
    return None if value is None or value == "" else str(value)


def instant(text: str | None) -> Instant | None:
    """A time of the wire; None for what is not one."""
    if not text:
        return None
    try:
        return from_iso(text)
    except ValueError:
        return None


def is_gone(row: wire.Ticket) -> bool:
    """Say whether a ticket is in the trash, or among the spam."""
    return bool(row.deleted or row.spam)


def ticket_record(row: wire.Ticket, words: Words) -> TicketRecord:
    """A ticket."""
    status = words.status(row.status)
    created_at = instant(row.created_at) or 0
    return TicketRecord(
        ref=str(row.id),
        subject=row.subject or _first_line(row.description_text),
        status=status.category,
        native_status="" if status.is_default else status.name,
        created_at=created_at,
        updated_at=instant(row.updated_at) or created_at,
        stamp=row.updated_at or "",
        priority=PRIORITIES.get(row.priority or 0),
        type=row.type or None,
        channel=SOURCES.get(row.source or 0, ""),
        requester=ref(row.requester_id),
        assignee=ref(row.responder_id),
        group=ref(row.group_id),
        organization=ref(row.company_id),
        tags=tuple(sorted(row.tags or ())),
        fields={
            name: value for name, value in (row.custom_fields or {}).items() if value is not None and _is_value(value)
        },
        targets=_targets(row),
    )


def comments_of(row: wire.Ticket, conversations: Iterable[wire.Conversation]) -> tuple[CommentRecord, ...]:
    """All that was said in a ticket: its description, which is not among the conversations, and these."""
    ticket = str(row.id)
    found = [
        CommentRecord(
            ref=f"{DESCRIPTION}{ticket}",
            ticket=ticket,
            author=ref(row.responder_id if row.source == OUTBOUND else row.requester_id),
            created_at=instant(row.created_at) or 0,
            public=True,
            channel=SOURCES.get(row.source or 0, ""),
            attachments=_attachments(row.attachments, ticket),
            **_words_of(row.description, row.description_text),
        )
    ]
    found += [comment_record(each, ticket) for each in conversations if each.id is not None]
    return tuple(sorted(found, key=lambda comment: comment.created_at))


def comment_record(row: wire.Conversation, ticket: Ref) -> CommentRecord:
    """A reply or a note."""
    return CommentRecord(
        ref=str(row.id),
        ticket=ticket,
        author=ref(row.user_id),
        created_at=instant(row.created_at) or 0,
        public=not row.private,
        channel=CONVERSATION_SOURCES.get(-1 if row.source is None else row.source, ""),
        attachments=_attachments(row.attachments, ticket),
        **_words_of(row.body, row.body_text),
    )


def _words_of(markup: str | None, text: str | None) -> dict[str, Any]:
    if markup is None:
        return {"body": text or "", "html": None}
    # their own plain text has lost the ends of lines
    return {"body": text_of(markup), "html": None if is_plain(markup) else markup}


def contact_record(row: wire.Contact, role: PersonRole = PersonRole.END_USER) -> PersonRecord:
    """Somebody who asks, or, as *role* has it, an agent."""
    return PersonRecord(
        ref=str(row.id),
        name=row.name or row.email or f"#{row.id}",
        email=row.email or None,
        phone=row.phone or row.mobile or None,
        role=role,
        organization=ref(row.company_id),
        time_zone=zone_of(row.time_zone) if row.time_zone else None,
        locale=row.language or None,
        notes=row.description or None,
        tags=tuple(sorted(row.tags or ())),
        active=not row.deleted,
    )


def agent_record(row: wire.Agent) -> PersonRecord | None:
    """An agent; None for one without a name or an address."""
    if row.id is None or row.contact is None:
        return None
    contact = wire.Contact(
        id=row.id,
        name=row.contact.name,
        email=row.contact.email,
        phone=row.contact.phone,
        mobile=row.contact.mobile,
        language=row.contact.language,
        time_zone=row.contact.time_zone,
        deleted=row.deactivated,
    )
    return contact_record(contact, PersonRole.AGENT)


def company_record(row: wire.Company) -> OrganizationRecord:
    """A customer's company."""
    known = {name: getattr(row, name) for name in _COMPANY_FIELDS}
    fields = known | (row.custom_fields or {}) | ({"tier": row.account_tier.lower()} if row.account_tier else {})
    return OrganizationRecord(
        ref=str(row.id),
        name=row.name or f"#{row.id}",
        domains=tuple(row.domains or ()),
        fields={name: value for name, value in fields.items() if value not in (None, "", [])},
        notes=row.note or row.description or None,
    )


def group_record(row: wire.Group) -> GroupRecord:
    """A team."""
    members = None if row.agent_ids is None else tuple(str(each) for each in row.agent_ids)
    return GroupRecord(ref=str(row.id), name=row.name or f"#{row.id}", members=members)


def field_records(rows: Iterable[wire.Field]) -> tuple[FieldRecord, ...]:
    """The desk's own fields of tickets, in their order."""
    found = [
        FieldRecord(
            ref=row.name,
            title=row.label or row.name,
            type=_FIELD_TYPES.get(row.type or "", "text"),
            options=tuple(FieldOption(name=each, value=each) for each in _choices(row.choices)),
            required=bool(row.required_for_agents),
            position=row.position or 0,
        )
        for row in rows
        if row.name and not row.default and not (row.type or "").startswith("default_")
    ]
    return tuple(sorted(found, key=lambda field: field.position))


def macro_record(row: wire.CannedResponse, folder: str, place: int) -> MacroRecord:
    """A canned response: words for a reply, and no change of the ticket."""
    text = text_of(row.content_html) if row.content_html else row.content or ""
    return MacroRecord(
        ref=str(row.id),
        title=row.title or f"#{row.id}",
        description=folder,
        actions=(("comment_value", _PLACEHOLDER.sub(_placeholder, text)),),
        position=place,
    )


def article_record(row: wire.Article, address: str) -> ArticleRecord:
    """An article of the knowledge base; *address* is the desk's own."""
    return ArticleRecord(
        ref=str(row.id),
        title=row.title or "",
        url=f"{address}/support/solutions/articles/{row.id}",
        snippet=" ".join((row.description_text or "").split())[:300],
    )


def _placeholder(hit: re.Match[str]) -> str:
    return "{{" + _NAMES.get(hit[1], hit[1]) + "}}"


def _choices(said: Any) -> list[str]:
    """Choices: texts, or, where fields depend on each other, objects of lists of these."""
    if isinstance(said, dict):
        return [str(name) for name in said]
    found: list[str] = []
    for each in said if isinstance(said, list) else ():
        found += _choices(each) if isinstance(each, dict) else [str(each)]
    return found


def _targets(row: wire.Ticket) -> tuple[SlaTarget, ...]:
    """What the desk itself says about deadlines. Which status stops the clock is told to administrators only."""
    stats = row.stats or wire.Stats()
    dues = (
        (Metric.FIRST_REPLY, row.fr_due_by, stats.first_responded_at),
        (Metric.NEXT_REPLY, row.nr_due_by, None),
        (Metric.RESOLUTION, row.due_by, stats.resolved_at or stats.closed_at),
    )
    return tuple(
        SlaTarget(metric=metric, stage=Stage.ACHIEVED if done else Stage.ACTIVE, breach_at=instant(due))
        for metric, due, done in dues
        if due
    )


def _attachments(said: Any, ticket: Ref) -> tuple[AttachmentRecord, ...]:
    return tuple(
        AttachmentRecord(
            ref=str(row.id),
            file_name=row.name or "attachment",
            content_type=(row.content_type or "application/octet-stream").partition(";")[0],
            size=row.size or row.file_size or 0,
            url=f"{ATTACHMENT}{ticket}/{row.id}",
        )
        for row in rows_of(said or [], wire.Attachment, "attachments")
        if row.id is not None
    )


def _is_value(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) or (
        isinstance(value, list) and all(isinstance(each, str | int) for each in value)
    )


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n", 1)[0][:150]
