"""What the desk tells its agents: contacts, announcements, the state of its systems."""

from sqlalchemy import Column, Integer, String, Table, Text, text

from agentconsole.server.schema.columns import INSTANT, flag_column, id_column, json_column, metadata, tracked

contacts = Table(
    "contacts",
    metadata,
    id_column(),
    Column("section", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("department", Text),
    Column("method", String(16), nullable=False),
    Column("details", Text, nullable=False),
    Column("address", Text),
    Column("availability", Text),
    Column("region", Text),
    Column("time_zone", Text),
    json_column("hours", "null"),
    json_column("tiers"),
    flag_column("emergency"),
    flag_column("executive"),
    Column("when", Text),
    Column("notes", Text),
    Column("position", Integer, nullable=False, server_default=text("0")),
    *tracked(),
)
"""The support contacts of the console's directory, one row a way to reach somebody."""

announcements = Table(
    "announcements",
    metadata,
    id_column(),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False, server_default=text("''")),
    Column("kind", String(16), nullable=False, server_default=text("'announcement'")),
    Column("starts_at", INSTANT),
    Column("ends_at", INSTANT),
    Column("url", Text),
    *tracked(),
)

status_summary = Table(
    "status_summary",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    json_column("summary", "{}"),
    *tracked(),
)
"""At most one row (id 1): the system status in the form of a Statuspage v2 summary."""
