"""A ticket's audits in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.records import STATUSES, ref
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.commands import SETTABLE
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref, Status

_TITLES = {
    "assignee_id": "assignee",
    "group_id": "group",
    "requester_id": "requester",
    "organization_id": "organization",
    "custom_status_id": "",
    "due_at": "due",
    "problem_id": "problem",
    "satisfaction_score": "satisfaction",
}

_FIELDS = {
    "requester_id": "requester",
    "assignee_id": "assignee",
    "group_id": "group",
    "organization_id": "organization",
}
"""Fields of the dialect that we know by another name."""


_EVENTS = {
    "Notification": "a notification was sent",
    "NotificationWithCcs": "a notification was sent, with copies",
    "FollowerNotification": "followers were notified",
    "OrganizationActivity": "the organization was notified",
    "SmsNotification": "a text message was sent",
    "Cc": "copies were sent",
    "FollowerChange": "followers changed",
    "EmailCcChange": "copies changed",
    "CollaborationChange": "collaborators changed",
    "CommentPrivacyChange": "a public reply was made internal",
    "CommentRedactionEvent": "words of a comment were removed for good",
    "AttachmentRedactionEvent": "a file was removed for good",
    "External": "another program was notified",
    "Push": "another program was notified",
    "WebhookEvent": "another program was notified",
    "TicketSharingEvent": "sharing with another desk changed",
    "ChatStartedEvent": "a chat began",
    "ChatEndedEvent": "a chat ended",
    "KnowledgeLinked": "an article was linked",
    "KnowledgeCaptured": "an article was written from this ticket",
}
"""What became of a ticket besides comments and changed fields."""

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def history_rows(audits: Iterable[wire.Audit], names: Mapping[Ref, str]) -> tuple[HistoryRow, ...]:
    """Return what happened, oldest first.

    *names* say what people and groups are called, and, under ``field:REF``, custom fields.
    """
    rows: list[HistoryRow] = []
    for audit in audits:
        who = names.get(ref(audit.author_id) or "", "") or "The help desk"
        at = instant(audit.created_at) or 0
        events = audit.events or []
        texts = ["opened the ticket"] if any(event.type == "Create" for event in events) else []
        texts += filter(None, (_text(event, names) for event in events))
        status = _status(events)
        changed = tuple(sorted(touched_fields(audit)))
        for text in dict.fromkeys(texts):
            rows.append(HistoryRow(at=at, who=who, text=text, status=status, changed=changed))
            status, changed = None, ()
    return tuple(sorted(rows, key=lambda row: row.at))


def touched_fields(audit: wire.Audit) -> frozenset[str]:
    """The ticket fields that *audit* says were changed, under our names.

    Help desks change more than a ticket has for us: its brand, its form, the status of their own beside the status.
    """
    names = {event.field_name for event in audit.events or () if event.type == "Change" and event.field_name}
    ours = {_FIELDS.get(name, f"field:{name}" if name.isdigit() else name) for name in names}
    return frozenset(name for name in ours if name in SETTABLE or name.startswith("field:"))


def is_merge(audit: wire.Audit, into: Ref | None) -> bool:
    """Say whether *audit* is of the merge of its ticket into *into*."""
    source = audit.via.source if isinstance(audit.via, wire.Via) else None
    to = source.get("to") if isinstance(source, dict) else None
    if not isinstance(source, dict) or source.get("rel") != "merge" or not isinstance(to, dict):
        return False
    return to.get("ticket_id") is None or str(to["ticket_id"]) == into


def _status(events: Iterable[wire.AuditEvent]) -> Status | None:
    """The status that *events* have put the ticket in; None when they left it."""
    values = [event.value for event in events if event.field_name == "status" and event.type in ("Create", "Change")]
    return STATUSES.get(str(values[-1])) if values else None


def _text(event: wire.AuditEvent, names: Mapping[Ref, str]) -> str:
    if event.type == "Comment":
        return "replied publicly" if event.public is not False else "added an internal note"
    if event.type == "Create":
        return ""  # what a ticket began with is told in one line
    if event.type != "Change":
        return _happened(event)
    if not event.field_name:
        return "something changed"
    if event.field_name == "tags":
        return _tags(event.previous_value, event.value)
    title = _TITLES.get(event.field_name)
    if title == "":
        return ""
    title = title or names.get(f"field:{event.field_name}", event.field_name.replace("_", " "))
    return f"{title}: {_value(event.previous_value, names)} → {_value(event.value, names)}"


def _happened(event: wire.AuditEvent) -> str:
    """An event that is neither a comment nor a change, in words; an unknown one by its own name."""
    match event.type:
        case None | "":
            return ""
        case "VoiceComment":
            return "a call was recorded"
        case "SatisfactionRating":
            return f"satisfaction: {_value(event.score, {})}"
        case "Error":
            return f"error: {event.message}" if event.message else "an error was recorded"
        case "AgentMacroReference":
            return f"macro: {event.macro_title}" if event.macro_title else "a macro was applied"
        case known if known in _EVENTS:
            return _EVENTS[known]
        case other:
            return _WORDS.sub(" ", other).lower()


def _tags(before: Any, after: Any) -> str:
    old, new = _tag_set(before), _tag_set(after)
    parts = [f"+{tag}" for tag in sorted(new - old)] + [f"−{tag}" for tag in sorted(old - new)]
    return f"tags: {' '.join(parts)}" if parts else ""


def _tag_set(value: Any) -> set[str]:
    if isinstance(value, str):
        return set(value.split())
    return {str(tag) for tag in value} if isinstance(value, list) else set()


def _value(value: Any, names: Mapping[Ref, str]) -> str:
    if value in (None, "", []):
        return "none"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return names.get(str(value), str(value))
