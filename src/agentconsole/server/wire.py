"""Stored rows to the shapes that go out.

JSON columns are embedded as they are (`msgspec.Raw`), so these functions only put keys and values together; lists of
thousands go through them in milliseconds.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw
from sqlalchemy import Row

from agentconsole.server import sla_clock

Shape = dict[str, Any]
AnyRow = Row[Any]

NULL = Raw(b"null")
NO_SATISFACTION: Shape = {"score": "unoffered"}


def user(row: AnyRow, api: str) -> Shape:
    return {
        "id": row.id,
        "url": f"{api}/users/{row.id}.json",
        "name": row.name,
        "email": row.email,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "time_zone": row.time_zone,
        "iana_time_zone": row.iana_time_zone,
        "phone": row.phone,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": row.locale,
        "organization_id": row.organization_id,
        "role": row.role,
        "verified": row.verified,
        "external_id": row.external_id,
        "tags": Raw(row.tags),
        "alias": row.alias,
        "active": row.active,
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": None,
        "signature": row.signature,
        "details": row.details,
        "notes": row.notes,
        "role_type": row.role_type,
        "custom_role_id": None,
        "moderator": row.role == "admin",
        "ticket_restriction": None if row.role != "end-user" else "requested",
        "only_private_comments": False,
        "restricted_agent": row.role_type == 1,
        "suspended": row.suspended,
        "default_group_id": row.default_group_id,
        "report_csv": row.role == "admin",
        "user_fields": Raw(row.user_fields),
    }


ANONYMOUS: Shape = {
    "id": None,
    "url": None,
    "name": "Anonymous user",
    "email": "invalid@example.com",
    "created_at": None,
    "updated_at": None,
    "time_zone": None,
    "iana_time_zone": None,
    "phone": None,
    "photo": None,
    "locale_id": 1,
    "locale": "en-US",
    "organization_id": None,
    "role": "end-user",
    "verified": False,
    "active": True,
    "tags": [],
    "user_fields": {},
}
"""Who `GET /users/me` says you are when you did not say anything yourself."""


def organization(row: AnyRow, api: str) -> Shape:
    return {
        "id": row.id,
        "url": f"{api}/organizations/{row.id}.json",
        "name": row.name,
        "shared_tickets": row.shared_tickets,
        "shared_comments": row.shared_comments,
        "external_id": row.external_id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "domain_names": Raw(row.domain_names),
        "details": row.details,
        "notes": row.notes,
        "group_id": row.group_id,
        "tags": Raw(row.tags),
        "organization_fields": Raw(row.organization_fields),
    }


def group(row: AnyRow, api: str) -> Shape:
    return {
        "id": row.id,
        "url": f"{api}/groups/{row.id}.json",
        "name": row.name,
        "description": row.description,
        "default": row.is_default,
        "is_public": row.is_public,
        "deleted": row.deleted,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def group_membership(row: AnyRow, api: str) -> Shape:
    return {
        "id": row.id,
        "url": f"{api}/group_memberships/{row.id}.json",
        "user_id": row.user_id,
        "group_id": row.group_id,
        "default": row.is_default,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def ticket(row: AnyRow, api: str) -> Shape:
    """A ticket without any side load. Soft-deleted ones say ``deleted`` as their status."""
    custom_fields = Raw(row.custom_fields)
    shape: Shape = {
        "id": row.id,
        "url": f"{api}/tickets/{row.id}.json",
        "external_id": row.external_id,
        "via": Raw(row.via),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "generated_timestamp": row.generated_at,
        "type": row.type,
        "subject": row.subject,
        "raw_subject": row.subject,
        "description": row.description,
        "priority": row.priority,
        "status": row.status if row.deleted_at is None else "deleted",
        "custom_status_id": None,
        "recipient": row.recipient,
        "requester_id": row.requester_id,
        "submitter_id": row.submitter_id,
        "assignee_id": row.assignee_id,
        "organization_id": row.organization_id,
        "group_id": row.group_id,
        "collaborator_ids": Raw(row.collaborator_ids),
        "follower_ids": Raw(row.follower_ids),
        "email_cc_ids": Raw(row.email_cc_ids),
        "forum_topic_id": None,
        "problem_id": row.problem_id,
        "has_incidents": row.has_incidents,
        "is_public": row.is_public,
        "due_at": row.due_at,
        "tags": Raw(row.tags),
        "custom_fields": custom_fields,
        "satisfaction_rating": satisfaction(row),
        "sharing_agreement_ids": [],
        "followup_ids": Raw(row.followup_ids),
        "ticket_form_id": None,
        "brand_id": None,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
        "support_type": "agent",
        "fields": custom_fields,
    }
    return shape


def satisfaction(row: AnyRow) -> Shape:
    """The rating as it stands on a ticket."""
    if row.satisfaction_score is None:
        return NO_SATISFACTION
    return {"id": row.satisfaction_id, "score": row.satisfaction_score, "comment": row.satisfaction_comment}


def slas(row: AnyRow, now: int) -> Shape:
    """The ticket's service levels as of *now* (epoch seconds)."""
    stored = msgspec.json.decode(row.slas, type=list[tuple[str, str, int | None]])
    state = sla_clock.SlaState(row.sla_policy_id, tuple(sla_clock.MetricState(*each) for each in stored), None)
    return sla_clock.to_wire(state, now)


def full_ticket(row: AnyRow, api: str, now: int) -> Shape:
    """A ticket as the export of the extras sends it: with everything that a copy needs."""
    shape = ticket(row, api)
    shape["slas"] = slas(row, now)
    shape["comment_count"] = row.comment_count
    shape["merged_into_id"] = row.merged_into_id
    shape["status_history"] = Raw(row.status_history)
    shape["version"] = row.version
    return shape


def comment(row: AnyRow, attachments: Sequence[Shape]) -> Shape:
    """A comment of the dialect; HTML is made from the text where there was none."""
    html_body = row.html_body or html_of(row.body)
    return {
        "id": row.id,
        "type": "Comment",
        "author_id": row.author_id,
        "body": row.body,
        "html_body": html_body,
        "plain_body": row.body,
        "public": row.public,
        "attachments": attachments,
        "audit_id": row.audit_id,
        "via": Raw(row.via),
        "metadata": Raw(row.metadata),
        "created_at": row.created_at,
    }


def full_comment(row: AnyRow, attachments: Sequence[Shape]) -> Shape:
    """A comment as the export of the extras sends it: ``html_body`` is null where the text says it all."""
    return {
        "id": row.id,
        "ticket_id": row.ticket_id,
        "type": "Comment",
        "author_id": row.author_id,
        "body": row.body,
        "html_body": row.html_body,
        "public": row.public,
        "attachments": attachments,
        "audit_id": row.audit_id,
        "via": Raw(row.via),
        "metadata": Raw(row.metadata),
        "created_at": row.created_at,
        "version": row.version,
    }


def html_of(body: str) -> str:
    """Plain text as the HTML that the real service would make of it."""
    paragraphs = "".join(
        f'<p dir="auto">{html.escape(part, quote=False).replace(chr(10), "<br>")}</p>' for part in body.split("\n\n")
    )
    return f'<div class="zd-comment" dir="auto">{paragraphs}</div>'


def attachment(row: AnyRow, base: str, api: str) -> Shape:
    address = f"{base}/attachments/token/{row.key}"
    return {
        "id": row.id,
        "url": f"{api}/attachments/{row.id}.json",
        "file_name": row.file_name,
        "content_type": row.content_type,
        "size": row.size,
        "content_url": address,
        "mapped_content_url": address,
        "inline": row.inline,
        "deleted": False,
        "width": None,
        "height": None,
        "thumbnails": [],
        "malware_access_override": False,
        "malware_scan_result": "malware_not_found",
    }


def audit(row: AnyRow, comments: Mapping[int, Shape]) -> Shape:
    """An audit, with the comments it announces put in from *comments* (by id)."""
    events = msgspec.json.decode(row.events)
    return {
        "id": row.id,
        "ticket_id": row.ticket_id,
        "created_at": row.created_at,
        "author_id": row.author_id,
        "metadata": Raw(row.metadata),
        "events": [comments.get(each["id"], each) if each["type"] == "Comment" else each for each in events],
        "via": Raw(row.via),
    }
