"""Which words of an answer are of none of the known sets. They are shown as well as can be; here they are counted."""

from __future__ import annotations

from collections.abc import Collection

from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.rails_zones import zone_of
from agentconsole.connectors.zendesk_dialect.records import (
    CATEGORIES,
    METRICS,
    PRIORITIES,
    ROLES,
    STAGES,
    STATUSES,
    TYPES,
)
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.values import Ref

COMMENTS = ("Comment", "VoiceComment", "FacebookComment", "TpeVoiceComment", "ChatStartedEvent", "ChatEndedEvent")
_NO_PRIORITY = ("", "-", "none")


def note_tickets(rows: list[wire.Ticket], statuses: Collection[Ref], oddities: Oddities) -> None:
    """Count what *rows* say that is not known; *statuses* are the refs of the desk's own, none if nobody knows."""
    for row in rows:
        if row.id is None:
            oddities.note_left_out("tickets[]: a row without an id")
        if row.status is None:
            oddities.note("tickets[].status: none; shown as open")
        elif row.status.lower() not in STATUSES and row.status != "deleted":
            oddities.note_word("tickets[].status", row.status)
        if statuses and row.custom_status_id is not None and str(row.custom_status_id) not in statuses:
            oddities.note("tickets[].custom_status_id: of no known status")
        if row.priority and row.priority.lower() not in PRIORITIES and row.priority not in _NO_PRIORITY:
            oddities.note_word("tickets[].priority", row.priority)
        if row.type and row.type not in TYPES:
            oddities.note_word("tickets[].type", row.type)
        for name in ("created_at", "updated_at", "due_at"):
            _note_time(f"tickets[].{name}", getattr(row, name), oddities)
        if instant(row.created_at) is None:
            oddities.note("tickets[].created_at: none")
        for each in (row.slas.policy_metrics if row.slas else None) or ():
            if each.metric not in METRICS:
                oddities.note_word("tickets[].slas.policy_metrics[].metric", each.metric)
            if each.stage not in STAGES:
                oddities.note_word("tickets[].slas.policy_metrics[].stage", each.stage)
            _note_time("tickets[].slas.policy_metrics[].breach_at", each.breach_at, oddities)


def note_comments(rows: list[wire.Comment], oddities: Oddities) -> None:
    """Count what *rows* say that is not known."""
    for row in rows:
        if row.id is None:
            oddities.note_left_out("comments[]: a row without an id")
        if row.public is None:
            oddities.note("comments[].public: none; shown as a public reply")
        if row.type and row.type not in COMMENTS:
            oddities.note_word("comments[].type", row.type)
        _note_time("comments[].created_at", row.created_at, oddities)
        if any(each.id is None for each in row.attachments or ()):
            oddities.note_left_out("comments[].attachments[]: a file without an id")


def note_people(rows: list[wire.User], oddities: Oddities) -> None:
    """Count what *rows* say that is not known."""
    for row in rows:
        if row.id is None:
            oddities.note_left_out("users[]: a row without an id")
        if row.role and row.role not in ROLES:
            oddities.note_word("users[].role", row.role)
        if not row.iana_time_zone and row.time_zone and zone_of(row.time_zone) is None:
            oddities.note("users[].time_zone: neither a zone of IANA nor of Rails")


def note_statuses(rows: list[wire.CustomStatus], oddities: Oddities) -> None:
    """Count what *rows* say that is not known."""
    for row in rows:
        if row.status_category not in CATEGORIES:
            oddities.note_word("custom_statuses[].status_category", row.status_category)


def _note_time(where: str, text: str | None, oddities: Oddities) -> None:
    if text and instant(text) is None:
        oddities.note(f"{where}: not a time")
