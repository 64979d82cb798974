"""Every table of the ticket server.

Conventions, so that a stored row is nearly the answer that is sent:

- ``INSTANT`` is text ``YYYY-MM-DDTHH:MM:SSZ`` (UTC, whole seconds): sorts as time does and goes out unchanged.
- ``JSON_TEXT`` is compact JSON as text, embedded into answers without being decoded.
- ``seq`` is the global change number of the row's last change (see `database.WriteTransaction`);
  ``version`` counts the changes of this row.
- Ids come from the clock row, never from the database's own counters, so that both engines hand out the same ones.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

ID: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
# Collation "C" compares bytes: what the language of the database cluster thinks of digits must not matter.
INSTANT: TypeEngine[str] = String(20).with_variant(String(20, collation="C"), "postgresql")
JSON_TEXT: TypeEngine[str] = Text()

# Names must be equal on both engines and known to migrations, so they are all spelled by one rule.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> "Column[int]":
    return Column("id", ID, primary_key=True, autoincrement=False)


def _json(name: str, default: str = "[]") -> "Column[str]":
    return Column(name, JSON_TEXT, nullable=False, server_default=text(f"'{default}'"))


def _flag(name: str, *, default: bool = False) -> "Column[bool]":
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def _tracked() -> list[SchemaItem]:
    """Columns that every row carries which a console may keep a copy of."""
    return [
        Column("created_at", INSTANT, nullable=False),
        Column("updated_at", INSTANT, nullable=False),
        Column("seq", ID, nullable=False, unique=True),
        Column("version", Integer, nullable=False, server_default=text("1")),
    ]


clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", ID, nullable=False),
    Column("next_ticket_id", ID, nullable=False),
    Column("next_id", ID, nullable=False),
)
"""One row (id 1). Locked by each write transaction, which makes the order of ``seq`` the order of commits."""

presence_clock = Table(
    "presence_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", ID, nullable=False),
)
"""One row (id 1), bumped whenever somebody's presence changes; apart from ``clock``: presence is no data."""

organizations = Table(
    "organizations",
    metadata,
    _id(),
    Column("name", Text, nullable=False, index=True),
    Column("external_id", Text, index=True),
    Column("details", Text),
    Column("notes", Text),
    _json("domain_names"),
    _json("tags"),
    _json("organization_fields", "{}"),
    Column("group_id", ID),
    _flag("shared_tickets"),
    _flag("shared_comments"),
    _flag("deleted"),
    *_tracked(),
)

groups = Table(
    "groups",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=text("''")),
    _flag("is_default"),
    _flag("is_public", default=True),
    _flag("deleted"),
    *_tracked(),
)

users = Table(
    "users",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("email", Text, index=True),
    Column("role", String(16), nullable=False, server_default=text("'end-user'"), index=True),
    Column("role_type", Integer),
    Column("organization_id", ID, ForeignKey("organizations.id"), index=True),
    Column("default_group_id", ID),
    Column("phone", Text),
    Column("alias", Text),
    Column("external_id", Text, index=True),
    Column("details", Text),
    Column("notes", Text),
    Column("signature", Text),
    Column("locale", String(16), nullable=False, server_default=text("'en-US'")),
    Column("time_zone", Text),
    Column("iana_time_zone", Text),
    _json("tags"),
    _json("user_fields", "{}"),
    _flag("verified", default=True),
    _flag("suspended"),
    _flag("active", default=True),
    *_tracked(),
)
"""``active`` false is Zendesk's way to say deleted. ``role`` is end-user, agent or admin; a reviewer is an agent
whose ``role_type`` is 1. Addresses are kept in lower case."""

group_memberships = Table(
    "group_memberships",
    metadata,
    _id(),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False, index=True),
    Column("group_id", ID, ForeignKey("groups.id"), nullable=False, index=True),
    _flag("is_default"),
    *_tracked(),
    Index("uq_group_memberships_pair", "user_id", "group_id", unique=True),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", INSTANT, nullable=False),
)
"""``digest`` is the SHA-256 of the token in hexadecimal; the token itself is stored nowhere."""

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False),
    Column("wipe", Boolean, nullable=False),
    Column("revoked_at", INSTANT, nullable=False),
    Column("revoked_by", ID),
)
"""Tokens that open nothing any more. ``wipe``: whoever has one is asked to remove what they keep."""

support_pins = Table(
    "support_pins",
    metadata,
    Column("user_id", ID, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("cost", Integer, nullable=False),
    Column("set_at", INSTANT, nullable=False),
)
"""``digest`` is scrypt of the PIN; the PIN itself is stored nowhere."""

pin_attempts = Table(
    "pin_attempts",
    metadata,
    Column("user_id", ID, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("wrong", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until", INSTANT),
)
"""Wrong attempts since the last right one or lock, and how often it was locked since the last right one."""

pin_checks = Table(
    "pin_checks",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False, index=True),
    Column("checked_by", ID, ForeignKey("users.id"), nullable=False),
    Column("result", String(16), nullable=False),
    Column("at", INSTANT, nullable=False),
)
"""The trail: who had whose PIN checked, or set it, and how that ended."""

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("external_id", Text, index=True),
    Column("subject", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("type", String(16)),
    Column("priority", String(16)),
    Column("status", String(16), nullable=False),
    Column("requester_id", ID, nullable=False),
    Column("submitter_id", ID, nullable=False),
    Column("assignee_id", ID),
    Column("organization_id", ID),
    Column("group_id", ID),
    Column("problem_id", ID),
    Column("recipient", Text),
    _json("collaborator_ids"),
    _json("follower_ids"),
    _json("email_cc_ids"),
    _json("tags"),
    _json("custom_fields"),
    _json("followup_ids"),
    Column("channel", String(32), nullable=False),
    _json("via", "{}"),
    Column("due_at", INSTANT),
    Column("solved_at", INSTANT),
    Column("satisfaction_score", String(16)),
    Column("satisfaction_comment", Text),
    Column("satisfaction_id", ID),
    _flag("has_incidents"),
    _flag("is_public", default=True),
    Column("comment_count", Integer, nullable=False, server_default=text("0")),
    Column("merged_into_id", ID),
    Column("deleted_at", INSTANT),
    Column("deleted_by_id", ID),
    Column("generated_at", ID, nullable=False),
    _json("status_history"),
    Column("sla_policy_id", ID),
    _json("slas"),
    Column("sla_next_breach_at", INSTANT),
    *_tracked(),
    Index("ix_tickets_updated_at", "updated_at", "id"),
    Index("ix_tickets_status", "status", "updated_at"),
    # Answers "which unsolved tickets breach next, and how many are there" without touching the wide rows.
    Index("ix_tickets_urgency", "status", "deleted_at", "sla_next_breach_at", "id"),
    Index("ix_tickets_generated_at", "generated_at", "id"),
    Index("ix_tickets_requester_id", "requester_id"),
    Index("ix_tickets_assignee_id", "assignee_id", "status"),
    Index("ix_tickets_group_id", "group_id", "status"),
    Index("ix_tickets_organization_id", "organization_id"),
    Index("ix_tickets_problem_id", "problem_id"),
    Index("ix_tickets_deleted_at", "deleted_at"),
)
"""``status_history`` is ``[[epoch second, status], …]``, creation first. ``slas`` is ``[[metric, stage, epoch second of
the breach or null], …]`` as of the last write. ``is_public`` says whether the first comment was. ``deleted_at`` marks
the soft-deleted; ``status`` then keeps what it was, for a restore. ``generated_at`` is the epoch second of the last
change of any kind, the one that incremental exports compare."""

comments = Table(
    "comments",
    metadata,
    _id(),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("audit_id", ID, nullable=False),
    Column("author_id", ID, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("html_body", Text),
    _flag("public", default=True),
    _flag("by_agent"),
    _json("via", "{}"),
    _json("metadata", "{}"),
    Column("attachment_count", Integer, nullable=False, server_default=text("0")),
    Column("created_at", INSTANT, nullable=False),
    Column("seq", ID, nullable=False, unique=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("ix_comments_ticket_id", "ticket_id", "created_at", "id"),
)
"""``html_body`` is null where the plain text was all there was. ``by_agent`` is the author's side at the time."""

audits = Table(
    "audits",
    metadata,
    _id(),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("author_id", ID, nullable=False),
    _json("via", "{}"),
    _json("metadata", "{}"),
    _json("events"),
    Column("created_at", INSTANT, nullable=False),
    Index("ix_audits_ticket_id", "ticket_id", "id"),
    Index("ix_audits_created_at", "created_at", "id"),
)
"""``events`` is the list as it goes out, except that a comment is only ``{"id", "type": "Comment"}``: its text lives in
``comments`` and is put in when the audit is read."""

uploads = Table(
    "uploads",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("user_id", ID, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False, index=True),
)

attachments = Table(
    "attachments",
    metadata,
    _id(),
    Column("upload_token", String(64), index=True),
    Column("comment_id", ID, index=True),
    Column("digest", String(64), ForeignKey("blobs.digest"), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("file_name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    _flag("inline"),
    Column("created_at", INSTANT, nullable=False),
)
"""``key`` is the unguessable part of the address at which the file is served without further authentication.
A row belongs to an upload until a comment takes it."""

begun_uploads = Table(
    "begun_uploads",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("user_id", ID, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size", ID, nullable=False),
    Column("received", ID, nullable=False),
    Column("expires_at", INSTANT, nullable=False, index=True),
)
"""Files that come in parts, of which the last has not come."""

upload_parts = Table(
    "upload_parts",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("position", ID, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""``digest`` is the SHA-256 of ``content`` in hexadecimal: equal files are kept once."""

views = Table(
    "views",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    _flag("active", default=True),
    Column("position", Integer, nullable=False, server_default=text("0")),
    _json("conditions", "{}"),
    _json("execution", "{}"),
    _json("restriction", "null"),
    *_tracked(),
)

macros = Table(
    "macros",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    _flag("active", default=True),
    Column("position", Integer, nullable=False, server_default=text("0")),
    _json("actions"),
    _json("restriction", "null"),
    *_tracked(),
)

ticket_fields = Table(
    "ticket_fields",
    metadata,
    _id(),
    Column("type", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=text("''")),
    Column("tag", Text),
    _flag("active", default=True),
    _flag("required"),
    _flag("removable", default=True),
    _flag("visible_in_portal"),
    _flag("editable_in_portal"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("regexp_for_validation", Text),
    _json("custom_field_options", "null"),
    _json("system_field_options", "null"),
    *_tracked(),
)

sla_policies = Table(
    "sla_policies",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("position", Integer, nullable=False, server_default=text("0")),
    _json("filter", "{}"),
    _json("policy_metrics"),
    *_tracked(),
)

schedules = Table(
    "schedules",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    _json("intervals"),
    *_tracked(),
)

holidays = Table(
    "holidays",
    metadata,
    _id(),
    Column("schedule_id", ID, ForeignKey("schedules.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("start_date", String(10), nullable=False),
    Column("end_date", String(10), nullable=False),
    *_tracked(),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("locale", String(16), nullable=False, server_default=text("'en-us'")),
    Column("author_id", ID),
    Column("section_id", ID),
    _json("label_names"),
    _flag("draft"),
    _flag("promoted"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("vote_sum", Integer, nullable=False, server_default=text("0")),
    Column("vote_count", Integer, nullable=False, server_default=text("0")),
    *_tracked(),
)

satisfaction_ratings = Table(
    "satisfaction_ratings",
    metadata,
    _id(),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("score", String(16), nullable=False),
    Column("comment", Text),
    Column("reason", Text),
    Column("requester_id", ID, nullable=False),
    Column("assignee_id", ID),
    Column("group_id", ID),
    *_tracked(),
)

job_statuses = Table(
    "job_statuses",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("user_id", ID, nullable=False),
    Column("job_type", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("total", Integer),
    Column("progress", Integer),
    Column("message", Text),
    _json("results", "null"),
    Column("created_at", INSTANT, nullable=False, index=True),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    Column("section", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("department", Text),
    Column("method", String(16), nullable=False),
    Column("details", Text, nullable=False),
    Column("address", Text),
    Column("availability", Text),
    Column("region", Text),
    Column("time_zone", Text),
    _json("hours", "null"),
    _json("tiers"),
    _flag("emergency"),
    _flag("executive"),
    Column("when", Text),
    Column("notes", Text),
    Column("position", Integer, nullable=False, server_default=text("0")),
    *_tracked(),
)
"""The support contacts of the console's directory, one row a way to reach somebody."""

announcements = Table(
    "announcements",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False, server_default=text("''")),
    Column("kind", String(16), nullable=False, server_default=text("'announcement'")),
    Column("starts_at", INSTANT),
    Column("ends_at", INSTANT),
    Column("url", Text),
    *_tracked(),
)

status_summary = Table(
    "status_summary",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _json("summary", "{}"),
    *_tracked(),
)
"""At most one row (id 1): the system status in the form of a Statuspage v2 summary."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", ID, primary_key=True, autoincrement=False),
    Column("key", String(255), primary_key=True),
    Column("method", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("body_digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON_TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", INSTANT, nullable=False, index=True),
)
"""The first answer to each keyed write, committed together with the write itself."""

presence = Table(
    "presence",
    metadata,
    Column("ticket_id", ID, primary_key=True, autoincrement=False),
    Column("user_id", ID, primary_key=True, autoincrement=False),
    Column("mode", String(16), nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
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
