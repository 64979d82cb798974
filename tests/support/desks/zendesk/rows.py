"""What Zendesk says of what it has: rows with all the keys and nulls of its answers."""

from __future__ import annotations

from typing import Any

from tests.support.desks.zendesk.account import ADMIN, BRAND, Account, Row, Ticket


def ticket_row(account: Account, ticket: Ticket, base: str, *, slas: bool = False) -> Row:
    """A ticket of a list."""
    fields = [{"id": number, "value": value} for number, value in ticket.values["custom_fields"].items()]
    row = {
        **dict.fromkeys(("recipient", "forum_topic_id", "problem_id", "satisfaction_probability", "tde_workspace")),
        **{name: [] for name in ("collaborator_ids", "follower_ids", "email_cc_ids", "sharing_agreement_ids")},
        **ticket.values,
        "url": f"{base}/api/v2/tickets/{ticket.id}.json",
        "id": ticket.id,
        "raw_subject": ticket.values["subject"],
        "description": ticket.comments[0]["body"] if ticket.comments else "",
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "generated_timestamp": None,
        "submitter_id": ADMIN,
        "custom_fields": fields,
        "fields": fields,
        "satisfaction_rating": {"score": "unoffered"},
        "followup_ids": ticket.followups,
        "has_incidents": False,
        "is_public": bool(ticket.comments) and ticket.comments[0]["public"],
        "brand_id": BRAND,
        "ticket_form_id": None,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
        "support_type": "agent",
    }
    if ticket.deleted_at:
        row["status"] = "deleted"
    if slas:
        breach = {"breach_at": "2026-11-18T03:07:32Z", "stage": "active", "metric": "first_reply_time", "hours": 14}
        row["slas"] = {"policy_metrics": [breach] if ticket.values["priority"] else []}
    return row


def deleted_row(ticket: Ticket) -> Row:
    """A row of the list of deleted tickets, which has little in it."""
    actor = {"id": ADMIN, "name": "Ada Admin"}
    return {
        "id": ticket.id,
        "subject": ticket.values["subject"],
        "description": None,
        "actor": actor,
        "deleted_at": ticket.deleted_at,
        "previous_state": ticket.values["status"],
    }


def side_loads(account: Account, tickets: list[Ticket], include: str | None) -> Row:
    """What ``include`` adds beside a list; unknown names add nothing, without a word."""
    wanted = (include or "").split(",")
    said: dict[str, Any] = {}
    if "users" in wanted:
        ids = {ticket.values[name] for ticket in tickets for name in ("requester_id", "assignee_id")}
        said["users"] = [row for row in account.users if row["id"] in ids]
    if "organizations" in wanted:
        ids = {ticket.values["organization_id"] for ticket in tickets}
        said["organizations"] = [row for row in account.organizations if row["id"] in ids]
    return said
