"""Every table of the ticket server.

Conventions, so that a stored row is nearly the answer that is sent:

- ``INSTANT`` is text ``YYYY-MM-DDTHH:MM:SSZ`` (UTC, whole seconds): sorts as time does and goes out unchanged.
- ``JSON_TEXT`` is compact JSON as text, embedded into answers without being decoded.
- ``seq`` is the global change number of the row's last change (see `database.WriteTransaction`);
  ``version`` counts the changes of this row.
- Ids come from the clock row, never from the database's own counters, so that both engines hand out the same ones.
"""

from sqlalchemy import Table

from agentconsole.server.schema.columns import ID, INSTANT, JSON_TEXT, metadata
from agentconsole.server.schema.exchange import clock, idempotency, imports, job_statuses, presence, presence_clock
from agentconsole.server.schema.news import announcements, contacts, status_summary
from agentconsole.server.schema.people import (
    access_tokens,
    group_memberships,
    groups,
    organizations,
    pin_attempts,
    pin_checks,
    revoked_tokens,
    support_pins,
    users,
)
from agentconsole.server.schema.rules import articles, holidays, macros, schedules, sla_policies, ticket_fields, views
from agentconsole.server.schema.tickets import (
    attachments,
    audits,
    begun_uploads,
    blobs,
    comments,
    satisfaction_ratings,
    tickets,
    upload_parts,
    uploads,
)

SYNCED: tuple[tuple[str, Table], ...] = (
    ("organization", organizations),
    ("group", groups),
    ("user", users),
    ("group_membership", group_memberships),
    ("ticket", tickets),
    ("comment", comments),
    ("view", views),
    ("macro", macros),
    ("ticket_field", ticket_fields),
    ("sla_policy", sla_policies),
    ("schedule", schedules),
    ("holiday", holidays),
    ("article", articles),
    ("contact", contacts),
    ("announcement", announcements),
    ("status_summary", status_summary),
    ("satisfaction_rating", satisfaction_ratings),
)
"""The kinds of thing that the change stream reports, with the table that holds each."""

__all__ = [
    "ID",
    "INSTANT",
    "JSON_TEXT",
    "SYNCED",
    "access_tokens",
    "announcements",
    "articles",
    "attachments",
    "audits",
    "begun_uploads",
    "blobs",
    "clock",
    "comments",
    "contacts",
    "group_memberships",
    "groups",
    "holidays",
    "idempotency",
    "imports",
    "job_statuses",
    "macros",
    "metadata",
    "organizations",
    "pin_attempts",
    "pin_checks",
    "presence",
    "presence_clock",
    "revoked_tokens",
    "satisfaction_ratings",
    "schedules",
    "sla_policies",
    "status_summary",
    "support_pins",
    "ticket_fields",
    "tickets",
    "upload_parts",
    "uploads",
    "users",
    "views",
]
