"""From the wire's shapes to our records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.rails_zones import zone_of
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.instant import SECOND, Instant
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
    StatusHistory,
    TicketRecord,
)
from agentconsole.domain.values import Metric, PersonRole, Priority, Ref, Stage, Status

MARKER = "agentconsole"
"""Name, in a comment's custom metadata, under which our own key travels."""

METRICS = {
    "first_reply_time": Metric.FIRST_REPLY,
    "next_reply_time": Metric.NEXT_REPLY,
    "total_resolution_time": Metric.RESOLUTION,
    "requester_wait_time": Metric.REQUESTER_WAIT,
    "agent_work_time": Metric.AGENT_WORK,
    "periodic_update_time": Metric.PERIODIC_UPDATE,
    "pausable_update_time": Metric.PAUSABLE_UPDATE,
}
STAGES = {
    "active": Stage.ACTIVE,
    "paused": Stage.PAUSED,
    "breached": Stage.ACTIVE,
    "achieved": Stage.ACHIEVED,
    "fulfilled": Stage.ACHIEVED,
}
STATUSES = {str(status): status for status in Status} | {"on-hold": Status.HOLD}
_PLAIN = {status: (str(status), "on-hold", "") if status is Status.HOLD else (str(status), "") for status in Status}
"""Labels that say no more than the category does."""

CATEGORIES = ("new", "open", "pending", "hold", "solved")
"""What a status of a desk's own may be a label under."""

TYPES = ("problem", "incident", "question", "task")
PRIORITIES = {str(priority): priority for priority in Priority}
ROLES = {str(role): role for role in PersonRole}

SYSTEM_FIELDS = frozenset(
    (
        "subject",
        "description",
        "status",
        "custom_status",
        "tickettype",
        "priority",
        "basic_priority",
        "group",
        "assignee",
    )
)
"""Types of ticket fields that every ticket has by itself; the others are the desk's own."""

_WORDS = (
    ("pend", Status.PENDING),
    ("wait", Status.PENDING),
    ("hold", Status.HOLD),
    ("clos", Status.CLOSED),
    ("solv", Status.SOLVED),
    ("done", Status.SOLVED),
    ("new", Status.NEW),
)
_MARKUP_THAT_SAYS_SOMETHING = re.compile(r"<(?!/?(?:div|p|br)\b)", re.IGNORECASE)
_EMPHASIS = re.compile(r"</?em>")


class NamedStatus(NamedTuple):
    """A status of a desk's own: a label under one of the known categories."""

    category: Status
    label: str
    is_default: bool
    active: bool = True


def ref(value: wire.Id) -> Ref | None:
    """An id as a ref."""
    return None if value is None else str(value)


_CHANNELS = {
    "0": "web",
    "4": "email",
    "5": "api",
    "19": "merge",
    "27": "closed_ticket",
    "29": "chat",
    "30": "twitter",
    "44": "voice",
    "45": "voice",
    "46": "voice",
    "57": "sms",
    "web form": "web",
    "mail": "email",
    "web service": "api",
    "web service (api)": "api",
}
"""Channels by the numbers of old records, and by the names of event exports."""


def channel(via: wire.AnyVia) -> str:
    """The name of the channel that something came through; empty when nobody says."""
    named = via.channel if isinstance(via, wire.Via) else via
    return "" if named is None else _CHANNELS.get(str(named).lower(), str(named))


_MERGED_INTO = re.compile(r"merged into request #(\d+)")


def comment_channel(via: wire.AnyVia) -> str:
    """The channel of a comment; "merge" for what a merge wrote, which nobody said."""
    source = via.source if isinstance(via, wire.Via) else None
    return "merge" if isinstance(source, dict) and source.get("rel") == "merge" else channel(via)


def merged_into(comments: Iterable[wire.Comment]) -> Ref | None:
    """Where a closed ticket was merged into, by what the merge has written; None when it was closed otherwise."""
    for comment in comments:
        source = comment.via.source if isinstance(comment.via, wire.Via) else None
        if not isinstance(source, dict) or source.get("rel") != "merge":
            continue
        to = source.get("to")
        if isinstance(to, dict) and to.get("ticket_id") is not None:
            return str(to["ticket_id"])
        named = _MERGED_INTO.search(comment.body or comment.plain_body or "")
        if named is not None:
            return named[1]
    return None


def ticket_record(
    row: wire.Ticket, statuses: Mapping[Ref, NamedStatus] | None = None, merged_into: Ref | None = None
) -> TicketRecord:
    """A ticket. *statuses* are the desk's own by ref. A missing time counts as 1970, so that nothing is hidden."""
    word = (row.status or "open").lower()
    status = STATUSES.get(word)
    native = ""
    if status is None:
        status, native = _guessed(word), row.status or ""
    if statuses and row.custom_status_id is not None:
        named = statuses.get(str(row.custom_status_id))
        if named is not None and status is not Status.CLOSED:
            status, native = named.category, "" if named.label.lower() in _PLAIN[named.category] else named.label
    created_at = instant(row.created_at) or instant(row.updated_at) or (row.generated_timestamp or 0) * SECOND
    custom_fields = row.custom_fields if row.custom_fields is not None else row.fields
    return TicketRecord(
        ref=str(row.id),
        subject=row.subject or row.raw_subject or _first_line(row.description),
        status=status,
        native_status=native,
        created_at=created_at,
        updated_at=instant(row.updated_at) or created_at,
        stamp=row.updated_at or "",
        priority=PRIORITIES.get(row.priority.lower()) if row.priority else None,
        type=row.type or None,
        channel=channel(row.via),
        requester=ref(row.requester_id),
        assignee=ref(row.assignee_id),
        group=ref(row.group_id),
        organization=ref(row.organization_id),
        tags=tuple(sorted(row.tags)) if row.tags else (),
        fields={str(each.id): each.value for each in custom_fields if each.value is not None and each.id is not None}
        if custom_fields
        else {},
        due_at=instant(row.due_at),
        satisfaction=_score(row.satisfaction_rating),
        problem=ref(row.problem_id),
        merged_into=ref(row.merged_into_id) or merged_into,
        comment_count=row.comment_count,
        targets=_targets(row.slas) if row.slas is not None else None,
    )


def status_history(row: wire.Ticket) -> StatusHistory | None:
    """All statuses of a ticket, where the help desk tells them (epoch seconds); None where it doesn't."""
    if not row.status_history:
        return None
    known = ((at * SECOND, STATUSES.get(word)) for at, word in row.status_history)
    changes = tuple((at, status) for at, status in known if status is not None)
    return StatusHistory(ticket=str(row.id), changes=changes) if changes else None


def is_deleted(row: wire.Ticket) -> bool:
    """Say whether *row* is the tombstone of a ticket."""
    return row.status == "deleted"


def comment_record(row: wire.Comment, ticket: Ref, **known: Any) -> CommentRecord:
    """A comment of *ticket*; *known* are values of its audit that the row itself may lack."""
    body = row.body if row.body is not None else row.plain_body or ""
    if not body and row.type == "VoiceComment":
        body = _call(row)
    html = row.html_body
    if html and not _MARKUP_THAT_SAYS_SOMETHING.search(html):
        html = None  # paragraphs and line breaks only: the text says the same in a third of the room
    return CommentRecord(
        ref=str(row.id),
        ticket=ticket,
        author=ref(row.author_id) if row.author_id is not None else known.get("author"),
        created_at=instant(row.created_at) or known.get("created_at") or 0,
        public=True if row.public is None else row.public,
        body=body,
        html=html or None,
        channel=comment_channel(row.via),
        attachments=attachment_records(row.attachments) if row.attachments else (),
        key=marker(row.metadata) or known.get("key"),
    )


def attachment_records(rows: Iterable[wire.Attachment]) -> tuple[AttachmentRecord, ...]:
    """The files of a comment, without redacted ones."""
    return tuple(
        AttachmentRecord(
            ref=str(row.id),
            file_name=row.file_name or "attachment",
            content_type=row.content_type or "application/octet-stream",
            size=row.size or 0,
            url=row.content_url or row.mapped_content_url or "",
            inline=bool(row.inline),
        )
        for row in rows
        if not row.deleted and row.id is not None
    )


def marker(metadata: Any) -> str | None:
    """Our own key, if the change that *metadata* belongs to was ours."""
    custom = metadata.get("custom") if isinstance(metadata, dict) else None
    key = custom.get(MARKER) if isinstance(custom, dict) else None
    return key if isinstance(key, str) else None


def audit_comments(audit: wire.Audit, ticket: Ref) -> tuple[CommentRecord, ...]:
    """The comments that *audit* reports."""
    return event_comments(
        audit.events or (), ticket, author=ref(audit.author_id), at=audit.created_at, metadata=audit.metadata
    )


def event_comments(
    events: Iterable[wire.AuditEvent], ticket: Ref, *, author: Ref | None, at: str | None, metadata: Any
) -> tuple[CommentRecord, ...]:
    """The comments among *events*, which share the author, the time and the metadata of their audit."""
    key = marker(metadata)
    return tuple(
        comment_record(event, ticket, author=author, created_at=instant(at), key=key)
        for event in events
        if is_comment(event) and event.id is not None
    )


def is_comment(event: wire.AuditEvent) -> bool:
    """Say whether *event* is something that somebody said: in writing, on the phone, on a channel of its own."""
    said = (event.event_type or "", event.type or "")
    return any(word.endswith("Comment") for word in said)


def person_record(row: wire.User) -> PersonRecord:
    """A requester or an agent."""
    return PersonRecord(
        ref=str(row.id),
        name=row.name or row.email or f"#{row.id}",
        email=row.email or None,
        phone=row.phone or None,
        role=ROLES.get(row.role or "", PersonRole.END_USER),
        organization=ref(row.organization_id),
        time_zone=row.iana_time_zone or (zone_of(row.time_zone) if row.time_zone else None),
        locale=row.locale or None,
        notes=row.notes or None,
        tags=tuple(sorted(row.tags)) if row.tags else (),
        suspended=bool(row.suspended),
        active=row.active is not False,
    )


def organization_record(row: wire.Organization) -> OrganizationRecord:
    """A customer or partner company."""
    fields = row.organization_fields or {}
    return OrganizationRecord(
        ref=str(row.id),
        name=row.name or f"#{row.id}",
        domains=tuple(row.domain_names or ()),
        tags=tuple(sorted(row.tags)) if row.tags else (),
        fields={name: value for name, value in fields.items() if value is not None},
        notes=row.notes or row.details or None,
    )


def group_records(rows: Iterable[wire.Group], memberships: Iterable[wire.Membership] | None) -> tuple[GroupRecord, ...]:
    """The teams; their members are unknown where *memberships* is None."""
    members: dict[str, list[Ref]] = {}
    for each in memberships or ():
        if each.user_id is not None:
            members.setdefault(str(each.group_id), []).append(str(each.user_id))
    return tuple(
        GroupRecord(
            ref=str(row.id),
            name=row.name or f"#{row.id}",
            members=None if memberships is None else tuple(members.get(str(row.id), ())),
            active=not row.deleted,
        )
        for row in rows
        if row.id is not None
    )


def field_records(rows: Iterable[wire.TicketField]) -> tuple[FieldRecord, ...]:
    """The desk's own ticket fields, in their order."""
    found = (
        FieldRecord(
            ref=str(row.id),
            title=row.title or f"#{row.id}",
            type=row.type or "text",
            options=tuple(
                FieldOption(name=each.name or each.value or "", value=each.value or each.name or "")
                for each in row.custom_field_options or ()
            ),
            required=bool(row.required),
            active=row.active is not False,
            position=row.position or 0,
        )
        for row in rows
        if row.type not in SYSTEM_FIELDS and row.id is not None
    )
    return tuple(sorted(found, key=lambda field: field.position))


def macro_records(rows: Iterable[wire.Macro]) -> tuple[MacroRecord, ...]:
    """Named sets of changes, in their order."""
    found = (
        MacroRecord(
            ref=str(row.id),
            title=row.title or f"#{row.id}",
            description=row.description or "",
            actions=tuple((each.field, each.value) for each in row.actions or ()),
            active=row.active is not False,
            position=row.position or 0,
        )
        for row in rows
        if row.id is not None
    )
    return tuple(sorted(found, key=lambda macro: macro.position))


def named_statuses(rows: Iterable[wire.CustomStatus]) -> dict[Ref, NamedStatus]:
    """The desk's own statuses, by ref."""
    return {
        str(row.id): NamedStatus(
            category=STATUSES.get(row.status_category or "", Status.OPEN),
            label=row.agent_label or "",
            is_default=bool(row.default),
            active=row.active is not False,
        )
        for row in rows
        if row.id is not None
    }


def article_record(row: wire.Article) -> ArticleRecord:
    """A help-centre article; the marks around found words are taken off."""
    return ArticleRecord(
        ref=str(row.id), title=row.title or "", url=row.html_url or "", snippet=_EMPHASIS.sub("", row.snippet or "")
    )


def epoch(at: Instant) -> int:
    """Whole seconds since 1970, as the dialect counts."""
    return at // SECOND


def _targets(slas: wire.Slas) -> tuple[SlaTarget, ...]:
    return tuple(
        SlaTarget(metric=METRICS[each.metric], stage=STAGES[each.stage], breach_at=instant(each.breach_at))
        for each in slas.policy_metrics or ()
        if each.metric in METRICS and each.stage in STAGES
    )


def _guessed(word: str) -> Status:
    """The nearest status for a word that is none of the known ones; open, so that nobody overlooks the ticket."""
    return next((status for part, status in _WORDS if part in word), Status.OPEN)


def _score(rating: Any) -> str | None:
    score = rating.get("score") if isinstance(rating, dict) else rating
    return score if isinstance(score, str) and score != "unoffered" else None


def _call(row: wire.Comment) -> str:
    """What is known of a call whose comment has no text: who called whom, and what was said if it was written down."""
    data = row.data if isinstance(row.data, dict) else {}
    ends = [data.get(name) for name in ("from", "to")]
    words = " → ".join(str(end) for end in ends if end)
    transcript = data.get("transcription_text")
    return "\n\n".join(filter(None, (f"Call {words}".strip(), str(transcript or ""))))


def _first_line(description: str | None) -> str:
    return (description or "").strip().split("\n", 1)[0][:150]
