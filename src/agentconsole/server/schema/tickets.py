"""Tickets with all that belongs to them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from agentconsole.server.schema.columns import ID, INSTANT, flag_column, id_column, json_column, metadata, tracked

tickets = Table(
    "tickets",
    metadata,
    id_column(),
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
    json_column("collaborator_ids"),
    json_column("follower_ids"),
    json_column("email_cc_ids"),
    json_column("tags"),
    json_column("custom_fields"),
    json_column("followup_ids"),
    Column("channel", String(32), nullable=False),
    json_column("via", "{}"),
    Column("due_at", INSTANT),
    Column("solved_at", INSTANT),
    Column("satisfaction_score", String(16)),
    Column("satisfaction_comment", Text),
    Column("satisfaction_id", ID),
    flag_column("has_incidents"),
    flag_column("is_public", default=True),
    Column("comment_count", Integer, nullable=False, server_default=text("0")),
    Column("merged_into_id", ID),
    Column("deleted_at", INSTANT),
    Column("deleted_by_id", ID),
    Column("generated_at", ID, nullable=False),
    json_column("status_history"),
    Column("sla_policy_id", ID),
    json_column("slas"),
    Column("sla_next_breach_at", INSTANT),
    *tracked(),
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
    id_column(),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("audit_id", ID, nullable=False),
    Column("author_id", ID, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("html_body", Text),
    flag_column("public", default=True),
    flag_column("by_agent"),
    json_column("via", "{}"),
    json_column("metadata", "{}"),
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
    id_column(),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("author_id", ID, nullable=False),
    json_column("via", "{}"),
    json_column("metadata", "{}"),
    json_column("events"),
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
    id_column(),
    Column("upload_token", String(64), index=True),
    Column("comment_id", ID, index=True),
    Column("digest", String(64), ForeignKey("blobs.digest"), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("file_name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    flag_column("inline"),
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

satisfaction_ratings = Table(
    "satisfaction_ratings",
    metadata,
    id_column(),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("score", String(16), nullable=False),
    Column("comment", Text),
    Column("reason", Text),
    Column("requester_id", ID, nullable=False),
    Column("assignee_id", ID),
    Column("group_id", ID),
    *tracked(),
)
