"""What the desk has set up: views, macros, fields, service levels, articles."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, text

from agentconsole.server.schema.columns import ID, flag_column, id_column, json_column, metadata, tracked

views = Table(
    "views",
    metadata,
    id_column(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    flag_column("active", default=True),
    Column("position", Integer, nullable=False, server_default=text("0")),
    json_column("conditions", "{}"),
    json_column("execution", "{}"),
    json_column("restriction", "null"),
    *tracked(),
)

macros = Table(
    "macros",
    metadata,
    id_column(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    flag_column("active", default=True),
    Column("position", Integer, nullable=False, server_default=text("0")),
    json_column("actions"),
    json_column("restriction", "null"),
    *tracked(),
)

ticket_fields = Table(
    "ticket_fields",
    metadata,
    id_column(),
    Column("type", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=text("''")),
    Column("tag", Text),
    flag_column("active", default=True),
    flag_column("required"),
    flag_column("removable", default=True),
    flag_column("visible_in_portal"),
    flag_column("editable_in_portal"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("regexp_for_validation", Text),
    json_column("custom_field_options", "null"),
    json_column("system_field_options", "null"),
    *tracked(),
)

sla_policies = Table(
    "sla_policies",
    metadata,
    id_column(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("position", Integer, nullable=False, server_default=text("0")),
    json_column("filter", "{}"),
    json_column("policy_metrics"),
    *tracked(),
)

schedules = Table(
    "schedules",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    json_column("intervals"),
    *tracked(),
)

holidays = Table(
    "holidays",
    metadata,
    id_column(),
    Column("schedule_id", ID, ForeignKey("schedules.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("start_date", String(10), nullable=False),
    Column("end_date", String(10), nullable=False),
    *tracked(),
)

articles = Table(
    "articles",
    metadata,
    id_column(),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("locale", String(16), nullable=False, server_default=text("'en-us'")),
    Column("author_id", ID),
    Column("section_id", ID),
    json_column("label_names"),
    flag_column("draft"),
    flag_column("promoted"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("vote_sum", Integer, nullable=False, server_default=text("0")),
    Column("vote_count", Integer, nullable=False, server_default=text("0")),
    *tracked(),
)
