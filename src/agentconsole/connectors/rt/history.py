"""What happened to a ticket, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentconsole.connectors.rt import records, wire
from agentconsole.connectors.rt.statuses import Statuses
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref

_SAID = {
    "Create": "opened the ticket",
    "Correspond": "replied publicly",
    "Comment": "added an internal note",
}
_FIELDS = {
    "Owner": "assignee",
    "Queue": "group",
    "Subject": "subject",
    "Due": "due_at",
    "Priority": "priority",
    "Status": "status",
    "Requestor": "requester",
}
_TITLES = {"Owner": "assignee", "Queue": "queue", "Due": "due", "SLA": "service level"}
_LINKS = {
    "RefersTo": "refers to",
    "ReferredToBy": "is referred to by",
    "DependsOn": "depends on",
    "DependedOnBy": "is needed by",
    "MemberOf": "is part of",
    "HasMember": "has the part",
    "MergedInto": "merged into",
}
_QUIET = ("EmailRecord", "CommentEmailRecord", "SetWatcher", "CommentEmail")
"""What RT mailed, and twins of what is told anyway."""

_DATES = ("Due", "Starts", "Started", "Told", "Resolved")


def history_rows(
    happened: Iterable[wire.Transaction], people: Mapping[Ref, str], names: Mapping[str, str], statuses: Statuses
) -> tuple[HistoryRow, ...]:
    """Return what happened, oldest first.

    *names* say what queues are called under ``group:REF``, and custom fields under ``field:REF``.
    """
    rows: list[HistoryRow] = []
    for each in happened:
        text = _text(each, people, names)
        if not text or each.Type in _QUIET:
            continue
        field = each.Field or ""
        changed: tuple[str, ...] = ()
        if each.Type == "CustomField":
            name = names.get(f"field:{field}", "")
            changed = ("tags",) if records.is_tags(name) else (f"field:{field}",)
        elif each.Type in ("Set", "Status", "AddWatcher", "DelWatcher") and (known := _FIELDS.get(field or "Status")):
            changed = (known,)
        who = records.people_ref(each.Creator)
        rows.append(
            HistoryRow(
                at=records.instant(each.Created) or 0,
                who=people.get(who or "", "") or "Request Tracker",
                text=text,
                status=statuses.category(each.NewValue or "") if each.Type == "Status" else None,
                changed=changed,
            )
        )
    return tuple(sorted(rows, key=_when))


def _when(row: HistoryRow) -> Instant:
    return row.at


def _text(each: wire.Transaction, people: Mapping[Ref, str], names: Mapping[str, str]) -> str:
    kind, field = each.Type or "", each.Field or ""
    if kind in _SAID:
        return _SAID[kind]
    old, new = each.OldValue or "", each.NewValue or ""
    match kind:
        case "Status":
            return f"status: {old or 'none'} → {new or 'none'}"
        case "Set":
            title = _TITLES.get(field, field.lower())
            return f"{title}: {_value(field, old, people, names)} → {_value(field, new, people, names)}"
        case "CustomField":
            title = names.get(f"field:{field}", f"field {field}")
            if not old and not new:
                # long values stand elsewhere
                return f"{title} changed"
            return f"{title}: {old or 'none'} → {new or 'none'}"
        case "AddWatcher":
            return f"{field.lower()} added: {people.get(new, new)}"
        case "DelWatcher":
            return f"{field.lower()} removed: {people.get(old, old)}"
        case "AddLink" | "DeleteLink":
            verb = _LINKS.get(field, field)
            target = f"#{(new or old).rpartition('/')[2]}"
            return f"{verb} {target}" if kind == "AddLink" else f"no longer {verb} {target}"
        case _:
            return ""


def _value(field: str, value: str, people: Mapping[Ref, str], names: Mapping[str, str]) -> str:
    if field == "Owner":
        return people.get(value, "nobody" if value in ("", "6") else f"user {value}")
    if field == "Queue":
        return names.get(f"group:{value}", value)
    if field in _DATES and records.instant(value) is None:
        return "none"
    return value or "none"
