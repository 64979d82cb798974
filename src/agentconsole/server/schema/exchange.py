"""The order of changes, answers that are remembered, work under way, who has what open, and what came from where."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from agentconsole.server.schema.columns import ID, INSTANT, JSON_TEXT, json_column, metadata

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
    json_column("results", "null"),
    Column("created_at", INSTANT, nullable=False, index=True),
)

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

imports = Table(
    "imports",
    metadata,
    Column("source", String(255), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("ref", String(255), primary_key=True),
    Column("id", ID, nullable=False),
)
"""What was brought in from other help desks (``source``) under another number (``ref``), and which it has here.

A second import finds by it what is there already."""
