"""From what RT sends to our records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from agentconsole.connectors.plain_rest.plain_text import text_of
from agentconsole.connectors.rt import wire
from agentconsole.connectors.rt.statuses import Statuses
from agentconsole.domain.instant import Instant, from_datetime, to_iso
from agentconsole.domain.records import (
    AttachmentRecord,
    CommentRecord,
    FieldOption,
    FieldRecord,
    GroupRecord,
    PersonRecord,
    SlaTarget,
    StatusHistory,
    TicketRecord,
)
from agentconsole.domain.values import Metric, PersonRole, Priority, Ref, Stage, Status

NOBODY = "Nobody"
SYSTEM = "RT_System"
NEVER = "1970-01-01"
"""How RT writes a date that is not set."""

TAGS = "tags"
"""A custom field of this name, in any case and for any number of values, holds the tags of a ticket."""

MARKER = "x-agentconsole"
"""Parameter of a message's content type under which our own key travels: RT keeps it, and mails it to nobody."""

_MARKED = re.compile(rf'^content-type:[^\n]*(?:\n[ \t][^\n]*)*?;\s*{MARKER}="?([0-9a-zA-Z-]+)', re.I | re.M)
_MESSAGE_CHANNEL = re.compile(r"^x-rt-interface:[ \t]*(\w+)", re.I | re.M)
_CONTENT_ID = re.compile(r"^content-id:", re.I | re.M)

_BANDS = ((25, Priority.LOW), (60, Priority.NORMAL), (90, Priority.HIGH))
"""Below which number a priority of RT is which of ours. RT's own words are Low 0, Medium 50 and High 100."""

_NUMBERS = {Priority.LOW: 0, Priority.NORMAL: 50, Priority.HIGH: 75, Priority.URGENT: 100}

_TYPES = {
    "select": "dropdown",
    "combobox": "dropdown",
    "freeform": "text",
    "autocomplete": "text",
    "ipaddress": "text",
    "text": "textarea",
    "wikitext": "textarea",
    "date": "date",
}

_CHANNELS = {"email": "email", "web": "web", "mobile": "web", "selfservice": "web", "rest": "api", "rest2": "api"}


def ref(value: Any) -> Ref:
    """An id as we keep it, whether it came as a number, as text, or as something that refers to it; "" for none."""
    if isinstance(value, dict):
        value = value.get("id")
    return "" if value is None or isinstance(value, bool) else str(value)


def number(value: Any) -> int:
    """A number that may be text; 0 where it is none."""
    try:
        return int(str(value))
    except ValueError:
        return 0


def instant(text: str | None) -> Instant | None:
    """A time of RT: its transactions have them in UTC without saying so. None when it is not set."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    at = from_datetime(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    return at if at > 0 else None


def date_of(moment: Any) -> str:
    """A time as RT reads it; what is not set is its first second."""
    return to_iso(moment) if isinstance(moment, int) else f"{NEVER}T00:00:00Z"


def priority_of(native: Any) -> Priority:
    """Which of our priorities a number of RT is."""
    value = number(native)
    return next((priority for below, priority in _BANDS if value < below), Priority.URGENT)


def number_of(priority: Any) -> int:
    """The number that one of our priorities is given in RT."""
    try:
        return _NUMBERS[Priority(priority)]
    except ValueError:
        return 0


def is_tags(name: str | None) -> bool:
    """Say whether a custom field of this name holds tags."""
    return (name or "").strip().lower() in (TAGS, "tag")


def person_of(user: wire.Named | None, role: PersonRole) -> PersonRecord | None:
    """The person that RT names; None for nobody, and for RT itself."""
    if user is None or user.Name in (NOBODY, SYSTEM) or not ref(user.id):
        return None
    name = user.Name or ""
    return PersonRecord(
        ref=ref(user.id),
        name=user.RealName or name,
        email=user.EmailAddress or (name if "@" in name else None),
        role=role,
        organization=(user.Organization or "").strip() or None,
        time_zone=user.Timezone or None,
    )


def people_ref(user: wire.Named | None) -> Ref | None:
    """The ref of the person that RT names; None for nobody, and for RT itself."""
    return None if user is None or user.Name in (NOBODY, SYSTEM) else ref(user.id) or None


def ticket_record(row: wire.Ticket, statuses: Statuses, multiple: frozenset[Ref], *, stamp: str = "") -> TicketRecord:
    """The record of a listed ticket. *multiple* are the custom fields that hold any number of values."""
    word = row.Status or ""
    requester = next(iter(row.Requestor or ()), None)
    into = ref(row.EffectiveId)
    is_merged = into not in ("", ref(row.id))
    due = instant(row.Due)
    fields: dict[Ref, Any] = {}
    tags: tuple[str, ...] = ()
    for field in row.CustomFields or ():
        values = [str(value) for value in field.values or () if isinstance(value, str | int | float)]
        if is_tags(field.name):
            tags = tuple(sorted(set(values)))
        elif ref(field.id) in multiple or len(values) > 1:
            fields[ref(field.id)] = values
        elif values:
            fields[ref(field.id)] = values[0]
    return TicketRecord(
        ref=ref(row.id),
        subject=row.Subject or "",
        status=Status.CLOSED if is_merged else statuses.category(word),
        native_status="" if is_merged else statuses.native(word),
        created_at=instant(row.Created) or 0,
        updated_at=instant(row.LastUpdated) or instant(row.Created) or 0,
        stamp=stamp,
        priority=priority_of(row.Priority),
        requester=people_ref(requester),
        assignee=people_ref(row.Owner),
        group=ref(row.Queue.id) if row.Queue is not None else None,
        organization=((requester.Organization if requester is not None else None) or "").strip() or None,
        tags=tags,
        fields=fields,
        due_at=due,
        merged_into=into if is_merged else None,
        targets=_targets(row, due, statuses),
    )


def _targets(row: wire.Ticket, due: Instant | None, statuses: Statuses) -> tuple[SlaTarget, ...]:
    """RT's one due date as its target: a first reply until somebody has written to the requester, then the end."""
    if due is None:
        return ()
    metric = Metric.FIRST_REPLY if row.SLA and instant(row.Told) is None else Metric.RESOLUTION
    if statuses.category(row.Status or "") in (Status.SOLVED, Status.CLOSED):
        return (SlaTarget(metric=metric, stage=Stage.ACHIEVED),)
    return (SlaTarget(metric=metric, stage=Stage.ACTIVE, breach_at=due),)


def level_of(row: wire.Ticket, name: str) -> str:
    """What the custom field *name* of a ticket says, "" when there is nothing."""
    for field in row.CustomFields or ():
        if (field.name or "").strip().lower() == name:
            return next((str(value) for value in field.values or () if isinstance(value, str)), "")
    return ""


def key_of(headers: str | None) -> str | None:
    """Our key, if we wrote the message with these headers."""
    found = _MARKED.search(headers or "")
    return found[1] if found else None


def comment_record(
    happened: wire.Transaction,
    ticket: Ref,
    texts: Sequence[wire.Attachment],
    files: Sequence[wire.Attachment],
    site: str,
) -> CommentRecord:
    """The comment that a transaction is, with its *texts* (in order) and its *files*, on the RT at *site*."""
    plain = [_text(part) for part in texts if part.ContentType != "text/html"]
    markup = [_text(part) for part in texts if part.ContentType == "text/html"]
    html = "<br>".join(filter(None, markup)) or None
    body = "\n".join(filter(None, plain)) or (text_of(html) if html else "")
    parts = (*texts, *files)
    channel = next((found[1] for part in parts if (found := _MESSAGE_CHANNEL.search(part.Headers or ""))), "")
    return CommentRecord(
        ref=ref(happened.id),
        ticket=ticket,
        author=people_ref(happened.Creator),
        created_at=instant(happened.Created) or 0,
        public=happened.Type != "Comment",
        body=body,
        html=html,
        channel=_CHANNELS.get(channel.lower(), channel.lower()),
        attachments=tuple(attachment_record(part, site) for part in files),
        key=next((key for part in parts if (key := key_of(part.Headers))), None),
    )


def _text(part: wire.Attachment) -> str:
    return part.Content if isinstance(part.Content, str) else ""


def attachment_record(part: wire.Attachment, site: str) -> AttachmentRecord:
    """A file of a comment. Its address is the one of RT's web pages, which streams it."""
    kind = part.ContentType or "application/octet-stream"
    name = part.Filename or f"part-{ref(part.id)}"
    return AttachmentRecord(
        ref=ref(part.id),
        file_name=name,
        content_type=kind,
        size=number(part.ContentLength),
        url=f"{site}/Ticket/Attachment/{ref(part.TransactionId)}/{ref(part.id)}/{quote(name, safe='')}",
        inline=kind.startswith("image/") and bool(_CONTENT_ID.search(part.Headers or "")),
    )


def status_history(ticket: wire.Ticket, happened: Iterable[wire.Transaction], statuses: Statuses) -> StatusHistory:
    """All statuses of *ticket*, from its transactions, oldest first."""
    changes: list[tuple[Instant, Status]] = []
    created = instant(ticket.Created) or 0
    for each in happened:
        if each.Type == "Status":
            if not changes:
                changes.append((created, statuses.category(each.OldValue or "new")))
            changes.append((instant(each.Created) or created, statuses.category(each.NewValue or "")))
    return StatusHistory(
        ticket=ref(ticket.id), changes=tuple(changes) or ((created, statuses.category(ticket.Status or "")),)
    )


def group_record(queue: wire.Queue) -> GroupRecord:
    """A queue as a group."""
    return GroupRecord(ref=ref(queue.id), name=queue.Name or "", active=not number(queue.Disabled))


def is_multiple(field: wire.CustomField) -> bool:
    """Say whether a custom field holds any number of values."""
    return field.MaxValues is not None and number(field.MaxValues) != 1


def field_record(field: wire.CustomField, position: int) -> FieldRecord:
    """The definition of a custom field. Several values are shown, and not offered to be edited as one."""
    names = [
        name
        for each in field.Values or ()
        if isinstance(name := each.get("name") if isinstance(each, dict) else each, str) and name
    ]
    kind = "multiselect" if is_multiple(field) else _TYPES.get((field.Type or "").lower(), "other")
    return FieldRecord(
        ref=ref(field.id),
        title=field.Name or "",
        type=kind,
        options=tuple(FieldOption(name=name, value=name) for name in names),
        active=not number(field.Disabled),
        position=position,
    )
