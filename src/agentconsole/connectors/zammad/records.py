"""From Zammad's shapes to our records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agentconsole.connectors.plain_rest.forgiving import row_of, rows_of
from agentconsole.connectors.plain_rest.plain_text import is_plain, text_of
from agentconsole.connectors.zammad import wire
from agentconsole.connectors.zammad.words import Words
from agentconsole.domain.instant import Instant, from_iso
from agentconsole.domain.records import (
    ArticleRecord,
    AttachmentRecord,
    CommentRecord,
    FieldOption,
    FieldRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    SlaTarget,
    TicketRecord,
)
from agentconsole.domain.values import Metric, PersonRole, Ref, Stage

NOBODY = "1"
"""The user who owns what nobody owns, and who does what the system does."""

MARKER = "agentconsole_key"
"""Name, in the preferences of an article or a ticket, under which our own key travels."""

NUMBER = "number"
"""The field that holds what people quote as a ticket's number, which is not its id."""

ADMIN_ROLE, AGENT_ROLE = 1, 2
SENDERS = {1: "Agent", 2: "Customer", 3: "System"}
TYPES = {1: "email", 2: "sms", 3: "chat", 4: "fax", 5: "phone", 9: "note", 10: "note", 11: "web"}
"""Kinds of articles by their usual ids, for channels of tickets; articles name theirs."""

_TAG = re.compile(r"<[^>]+>")
_FIELD_TYPES = {
    "select": "tagger",
    "tree_select": "tagger",
    "multiselect": "multiselect",
    "multi_tree_select": "multiselect",
    "boolean": "checkbox",
    "integer": "integer",
    "date": "date",
    "textarea": "textarea",
}


def ref(value: wire.Id) -> Ref | None:
    """An id as a ref."""
    return None if value is None or value == "" else str(value)


def person_ref(value: wire.Id) -> Ref | None:
    """The id of somebody as a ref; None for nobody and for the system."""
    found = ref(value)
    return None if found == NOBODY else found


def instant(text: str | None) -> Instant | None:
    """A time of the wire; None for what is not one."""
    if not text:
        return None
    try:
        return from_iso(text)
    except ValueError:
        return None


def ticket_record(row: wire.Ticket, raw: Mapping[str, Any], words: Words, tags: Iterable[str] = ()) -> TicketRecord:
    """A ticket; *raw* is the same with the attributes that its desk has added."""
    state = words.state(row.state_id)
    created_at = instant(row.created_at) or 0
    return TicketRecord(
        ref=str(row.id),
        subject=row.title or "",
        status=state.category,
        native_status="" if state.is_default else state.name,
        created_at=created_at,
        updated_at=instant(row.updated_at) or created_at,
        stamp=row.updated_at or "",
        priority=words.priority(row.priority_id),
        type=row.type or None,
        channel=_channel(row.create_article_type_id),
        requester=person_ref(row.customer_id),
        assignee=person_ref(row.owner_id),
        group=ref(row.group_id),
        organization=ref(row.organization_id),
        tags=tuple(sorted(tags)),
        fields=({NUMBER: row.number} if row.number else {}) | own_attributes(raw),
        due_at=instant(row.pending_time) if state.needs_time else None,
        comment_count=row.article_count,
        targets=_targets(row),
    )


def own_attributes(raw: Mapping[str, Any]) -> dict[Ref, Any]:
    """The values of attributes that the desk itself has added to tickets."""
    return {
        name: value
        for name, value in raw.items()
        if name not in wire.STANDARD
        and not name.endswith(("_ids", "_id"))
        and not isinstance(value, dict)
        and value not in (None, "", [])
    }


def comment_record(row: wire.Article, ticket: Ref) -> CommentRecord:
    """An article of *ticket* as a comment."""
    sender = row.sender or SENDERS.get(_number(row.sender_id), "")
    markup = row.body or ""
    is_html = "html" in (row.content_type or "text/plain").lower()
    author = person_ref(row.origin_by_id) or person_ref(row.created_by_id)
    return CommentRecord(
        ref=str(row.id),
        ticket=ticket,
        author=None if sender == "System" else author,
        created_at=instant(row.created_at) or 0,
        public=not row.internal,
        body=text_of(markup) if is_html else markup,
        html=markup if is_html and not is_plain(markup) else None,
        channel=row.type or TYPES.get(_number(row.type_id), ""),
        attachments=_attachments(row, ticket),
        key=marker(row.preferences),
    )


def marker(preferences: Any) -> str | None:
    """Our own key, if *preferences* are of something that was ours."""
    key = preferences.get(MARKER) if isinstance(preferences, dict) else None
    return key if isinstance(key, str) else None


def person_record(row: wire.User) -> PersonRecord:
    """A customer or an agent."""
    name = " ".join(filter(None, (row.firstname, row.lastname))).strip()
    preferences = row.preferences if isinstance(row.preferences, dict) else {}
    return PersonRecord(
        ref=str(row.id),
        name=name if name and name != "-" else row.email or row.login or f"#{row.id}",
        email=row.email or None,
        phone=row.phone or row.mobile or None,
        role=role_of(row),
        organization=ref(row.organization_id),
        time_zone=_text(preferences.get("timezone")),
        locale=_text(preferences.get("locale")),
        notes=_TAG.sub("", row.note).strip() or None if row.note else None,
        tags=("vip",) if row.vip else (),
        active=row.active is not False,
    )


def role_of(row: wire.User) -> PersonRole:
    """What somebody is: by the names of their roles, by the ids these usually have, by the groups they work in."""
    names, ids = set(row.roles or ()), {_number(each) for each in row.role_ids or ()}
    if "Admin" in names or ADMIN_ROLE in ids:
        return PersonRole.ADMIN
    return PersonRole.AGENT if "Agent" in names or AGENT_ROLE in ids or row.group_ids else PersonRole.END_USER


def organization_record(row: wire.Organization, raw: Mapping[str, Any]) -> OrganizationRecord:
    """A customer's company."""
    return OrganizationRecord(
        ref=str(row.id),
        name=row.name or f"#{row.id}",
        domains=(row.domain,) if row.domain else (),
        fields={
            name: value
            for name, value in raw.items()
            if name not in wire.ORGANIZATION_STANDARD
            and not name.endswith("_ids")
            and not isinstance(value, dict)
            and value not in (None, "", [])
        },
        notes=_TAG.sub("", row.note).strip() or None if row.note else None,
    )


def people_of(said: Any) -> tuple[PersonRecord, ...]:
    """The people in a list, or in the assets of an answer; the one that stands for nobody is left out."""
    rows = rows_of(said or [], wire.User, "users")
    return tuple(person_record(row) for row in rows if row.id is not None and str(row.id) != NOBODY)


def organizations_of(said: Any) -> tuple[OrganizationRecord, ...]:
    """The organizations in a list, or in the assets of an answer."""
    found = said.values() if isinstance(said, dict) else said or []
    rows = ((row_of(each, wire.Organization), each) for each in found)
    return tuple(organization_record(row, raw) for row, raw in rows if row is not None and row.id is not None)


def group_record(row: wire.Group) -> GroupRecord:
    """A team."""
    members = None if row.user_ids is None else tuple(str(each) for each in row.user_ids)
    return GroupRecord(ref=str(row.id), name=row.name or f"#{row.id}", members=members, active=row.active is not False)


def field_records(rows: Iterable[wire.Attribute]) -> tuple[FieldRecord, ...]:
    """The attributes of tickets that the desk has added, and the number that people quote."""
    found = [FieldRecord(ref=NUMBER, title="Number", type="text", position=-1)]
    for row in rows:
        if row.object != "Ticket" or not row.name or row.name in wire.STANDARD:
            continue
        options = row.data_option or {}
        found.append(
            FieldRecord(
                ref=row.name,
                title=row.display or row.name,
                type=_FIELD_TYPES.get(row.data_type or "", "text"),
                options=_options(options.get("options")),
                required=options.get("null") is False,
                active=row.active is not False,
                position=row.position or 0,
            )
        )
    return tuple(sorted(found, key=lambda field: field.position))


def seen_fields(raw: Mapping[str, Any]) -> tuple[FieldRecord, ...]:
    """The attributes that a ticket has beside the usual ones, where their definitions are told to administrators only.

    Their choices are not known then, and their names are the desk's inner ones.
    """
    found = [FieldRecord(ref=NUMBER, title="Number", type="text", position=-1)]
    for place, (name, value) in enumerate(raw.items()):
        if name in wire.STANDARD or name.endswith(("_ids", "_id")) or isinstance(value, dict):
            continue
        kind = "checkbox" if isinstance(value, bool) else "integer" if isinstance(value, int) else "text"
        title = name.replace("_", " ").capitalize()
        found.append(FieldRecord(ref=name, title=title, type=kind, position=place))
    return tuple(found)


def article_record(row: wire.Answered, address: str) -> ArticleRecord:
    """An answer of the knowledge base; *address* is the desk's own."""
    url = row.url or ""
    return ArticleRecord(
        ref=str(row.id),
        title=_TAG.sub("", row.title or ""),
        url=address + url if url.startswith("/") else url,
        snippet=_TAG.sub("", row.body or "")[:300],
    )


def _options(said: Any) -> tuple[FieldOption, ...]:
    """Choices: an object of names by value, or a list of objects that may have children."""
    if isinstance(said, dict):
        return tuple(FieldOption(name=str(name), value=str(value)) for value, name in said.items())
    found: list[FieldOption] = []
    for each in said if isinstance(said, list) else ():
        if isinstance(each, dict) and each.get("value") is not None:
            found.append(FieldOption(name=str(each.get("name") or each["value"]), value=str(each["value"])))
            found.extend(_options(each.get("children")))
    return tuple(found)


def _targets(row: wire.Ticket) -> tuple[SlaTarget, ...]:
    """What the desk itself says about deadlines; it gives none while a status pauses them."""
    escalations = (
        (Metric.FIRST_REPLY, row.first_response_escalation_at, row.first_response_at),
        (Metric.NEXT_REPLY, row.update_escalation_at, None),
        (Metric.RESOLUTION, row.close_escalation_at, row.close_at),
    )
    return tuple(
        SlaTarget(metric=metric, stage=Stage.ACHIEVED if done else Stage.ACTIVE, breach_at=instant(due))
        for metric, due, done in escalations
        if due
    )


def _attachments(row: wire.Article, ticket: Ref) -> tuple[AttachmentRecord, ...]:
    found = []
    for each in rows_of(row.attachments or [], wire.Attachment, "attachments"):
        if each.id is None:
            continue
        told = each.preferences or {}
        kind = told.get("Content-Type") or told.get("Mime-Type") or told.get("content_type")
        found.append(
            AttachmentRecord(
                ref=str(each.id),
                file_name=each.filename or "attachment",
                content_type=str(kind or "application/octet-stream").partition(";")[0],
                size=each.size or 0,
                url=f"api/v1/ticket_attachment/{ticket}/{row.id}/{each.id}",
                inline=str(told.get("Content-Disposition") or "").startswith("inline"),
            )
        )
    return tuple(found)


def _channel(kind: wire.Id) -> str:
    return TYPES.get(_number(kind), "")


def _number(value: Any) -> int:
    return int(value) if value is not None and str(value).isdigit() else 0


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
