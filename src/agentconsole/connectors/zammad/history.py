"""A ticket's history in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentconsole.connectors.zammad import wire
from agentconsole.connectors.zammad.records import instant, ref
from agentconsole.connectors.zammad.words import Words
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref, Status

_TITLES = {
    "title": "subject",
    "state": "status",
    "owner": "assignee",
    "customer": "requester",
    "pending_time": "reminder",
}
_OURS = {
    "title": "subject",
    "state": "status",
    "priority": "priority",
    "owner": "assignee",
    "customer": "requester",
    "group": "group",
    "organization": "organization",
    "pending_time": "due_at",
    "tag": "tags",
}
"""Attributes of tickets that we know by another name; those that a desk has added are fields."""

_COUNTED = ("escalation_at", "first_response", "update_", "close_", "last_contact", "article_count")
"""What the desk counts by itself, and nobody decided."""


def history_rows(items: Iterable[wire.HistoryItem], names: Mapping[Ref, str], words: Words) -> tuple[HistoryRow, ...]:
    """What happened, oldest first. *names* say what people are called."""
    categories = words.names()
    rows = []
    for item in items:
        text = _text(item)
        if not text:
            continue
        name = item.attribute or ""
        is_ticket = item.object == "Ticket"
        status = categories.get(item.value_to or "") if is_ticket and name == "state" else None
        if is_ticket and item.type == "created":
            status = status or str(Status.NEW)
        changed = (_OURS.get(name, f"field:{name}"),) if is_ticket and name and item.type == "updated" else ()
        rows.append(
            HistoryRow(
                at=instant(item.created_at) or 0,
                who=names.get(ref(item.created_by_id) or "", "") or "The help desk",
                text=text,
                status=Status(status) if status else None,
                changed=changed,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.at))


def _text(item: wire.HistoryItem) -> str:
    name = item.attribute or ""
    match item.object, item.type:
        case "Ticket", "created":
            return "opened the ticket"
        case "Ticket", "added" if name == "tag":
            return f"tags: +{item.value_to}"
        case "Ticket", "removed" if name == "tag":
            return f"tags: −{item.value_to}"
        case "Ticket", "merged_into":
            return "merged the ticket into another one"
        case "Ticket", "received_merge":
            return "merged another ticket into this one"
        case "Ticket", "updated" if name and not name.startswith(_COUNTED):
            title = _TITLES.get(name, name.replace("_", " "))
            return f"{title}: {_value(item.value_from)} → {_value(item.value_to)}"
        case "Ticket::Article", "created":
            return "wrote an article"
        case _:
            return ""


def _value(value: str | None) -> str:
    return value if value and value != "-" else "none"
