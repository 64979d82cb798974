"""The JSON shapes of the command line. They are a contract for scripts: add keys, never change or remove one.

A ticket's ``id`` is the help desk's number (an integer where it is one); a ticket that waits to be created is
``local-N``. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import Any

from agentconsole.domain.instant import Instant, to_iso
from agentconsole.domain.records import AttachmentRecord
from agentconsole.domain.rows import DirectoryRow, OutboxRow, QueueRow, TicketDetail
from agentconsole.domain.values import Ref, TicketId


def ticket_id(ref: Ref, local: TicketId) -> int | str:
    """Return the number by which scripts know a ticket."""
    if not ref:
        return f"local-{local}"
    return int(ref) if ref.isdecimal() else ref


def iso(instant: Instant | None) -> str | None:
    """Return *instant* as text, None for None."""
    return None if instant is None else to_iso(instant)


def queue_row(row: QueueRow) -> dict[str, Any]:
    """One ticket of ``tickets --json``."""
    return {
        "id": ticket_id(row.ref, row.id),
        "subject": row.subject,
        "status": row.status,
        "priority": row.priority,
        "requester": row.requester,
        "organization": row.organization,
        "tier": row.tier,
        "group": row.group,
        "assignee": row.assignee,
        "channel": row.channel,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        "sla": None
        if row.stage is None
        else {"metric": row.metric, "stage": row.stage, "breach_at": iso(row.breach_at)},
        "unread": row.unread,
        "waiting": row.waiting,
        "draft": row.has_draft,
    }


def detail(ticket: TicketDetail) -> dict[str, Any]:
    """The ticket of ``show --json``: fields with unsent changes laid over them, and the conversation."""
    return {
        "id": ticket_id(ticket.ref, ticket.id),
        "subject": ticket.subject,
        "status": ticket.status,
        "native_status": ticket.native_status or ticket.status,
        "priority": ticket.priority,
        "type": ticket.type,
        "channel": ticket.channel,
        "created_at": iso(ticket.created_at),
        "updated_at": iso(ticket.updated_at),
        "due_at": iso(ticket.due_at),
        "requester": None
        if ticket.requester is None
        else {"id": ticket.requester.ref, "name": ticket.requester.name, "email": ticket.requester.email},
        "organization": None
        if ticket.organization is None
        else {"id": ticket.organization.ref, "name": ticket.organization.name},
        "tier": ticket.tier,
        "plan": ticket.plan,
        "assignee": ticket.assignee,
        "assignee_id": ticket.assignee_ref,
        "group": ticket.group,
        "group_id": ticket.group_ref,
        "tags": list(ticket.tags),
        "fields": ticket.fields,
        "satisfaction": ticket.satisfaction,
        "merged_into": ticket.merged_into,
        "deleted": ticket.deleted,
        "sla": [
            {"metric": target.metric, "stage": target.stage, "breach_at": iso(target.breach_at)}
            for target in ticket.targets
        ],
        "comments": [
            {
                "id": comment.ref or None,
                "author": comment.author,
                "author_id": comment.author_ref,
                "public": comment.public,
                "created_at": iso(comment.created_at),
                "body": comment.body,
                "attachments": [_attachment(item) for item in comment.attachments],
                "key": comment.key,
                "state": comment.state,
                "reason": comment.reason,
            }
            for comment in ticket.comments
        ],
        "comments_complete": ticket.comments_complete,
        "waiting": [
            {"key": item.key, "change": item.text, "state": item.state, "reason": item.reason}
            for item in ticket.waiting
        ],
    }


def outbox_row(row: OutboxRow) -> dict[str, Any]:
    """One change of ``outbox list --json``."""
    return {
        "key": row.key,
        "ticket": ticket_id(row.ref, row.ticket),
        "subject": row.subject,
        "change": row.text,
        "state": row.state,
        "queued_at": iso(row.queued_at),
        "attempts": row.attempts,
        "next_attempt_at": iso(row.not_before) if row.not_before else None,
        "reason": row.reason,
        "batch": row.batch,
    }


def directory_row(row: DirectoryRow) -> dict[str, Any]:
    """One hit of ``directory --json``; ``kind`` is contact, guide, person or organization.

    ``email``, ``phone``, ``url`` and ``address`` stand as the document prints them; ``link`` is what is opened.
    """
    common = {"title": row.title, "section": row.section, "open_now": row.open_now, "changes_at": iso(row.changes_at)}
    if row.contact is not None:
        contact = row.contact
        return common | {
            "kind": "contact",
            "key": contact.key,
            "pack": contact.origin.pack or None,
            "purpose": contact.purpose,
            "name": contact.name,
            "department": contact.department,
            "method": contact.method,
            "email": contact.email,
            "phone": contact.phone,
            "url": contact.url,
            "address": contact.address,
            "link": contact.link,
            "option": contact.option,
            "handle": contact.handle,
            "details": contact.details or contact.printed,
            "availability": contact.availability,
            "hours": contact.hours,
            "opens_at": None if row.open_now else iso(row.changes_at),
            "closes_at": iso(row.changes_at) if row.open_now else None,
            "by_region": [
                {
                    "region": place.title,
                    "time_zone": place.zone,
                    "open_now": place.opening.open_now,
                    "changes_at": iso(place.opening.changes_at),
                }
                for place in row.places
            ],
            "region": contact.region,
            "time_zone": contact.zone or None,
            "tiers": list(contact.levels),
            "emergency": bool(contact.emergency),
            "emergency_kind": contact.emergency,
            "executive": contact.executive,
            "when": contact.when,
            "topics": list(contact.topics),
            "group": contact.group,
            "notes": contact.notes,
            "matched": list(row.matched),
        }
    if row.guide is not None:
        guide = row.guide
        return common | {
            "kind": "guide",
            "key": guide.key,
            "text": guide.text,
            "points": list(guide.points),
            "steps": list(guide.steps),
            "links": [{"title": title, "url": url} for title, url in guide.links],
        }
    if row.person is not None:
        person = row.person
        return common | {
            "kind": "person",
            "id": person.ref,
            "name": person.name,
            "email": person.email,
            "phone": person.phone,
            "role": person.role,
            "organization_id": person.organization,
            "organization": row.company,
            "time_zone": person.time_zone,
            "level": row.level,
        }
    if row.organization is not None:
        found = row.organization
        return common | {
            "kind": "organization",
            "id": found.ref,
            "name": found.name,
            "domains": list(found.domains),
            "fields": found.fields,
            "tags": list(found.tags),
            "level": row.level,
        }
    raise ValueError("a directory row without a contact, a person or an organization")


def _attachment(item: AttachmentRecord) -> dict[str, Any]:
    return {"id": item.ref, "file_name": item.file_name, "content_type": item.content_type, "size": item.size}
