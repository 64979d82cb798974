"""Who asks and who answers, and by what they prove who they are."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from agentconsole.server.schema.columns import ID, INSTANT, flag_column, id_column, json_column, metadata, tracked

organizations = Table(
    "organizations",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, index=True),
    Column("external_id", Text, index=True),
    Column("details", Text),
    Column("notes", Text),
    json_column("domain_names"),
    json_column("tags"),
    json_column("organization_fields", "{}"),
    Column("group_id", ID),
    flag_column("shared_tickets"),
    flag_column("shared_comments"),
    flag_column("deleted"),
    *tracked(),
)

groups = Table(
    "groups",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=text("''")),
    flag_column("is_default"),
    flag_column("is_public", default=True),
    flag_column("deleted"),
    *tracked(),
)

users = Table(
    "users",
    metadata,
    id_column(),
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
    json_column("tags"),
    json_column("user_fields", "{}"),
    flag_column("verified", default=True),
    flag_column("suspended"),
    flag_column("active", default=True),
    *tracked(),
)
"""``active`` false is Zendesk's way to say deleted. ``role`` is end-user, agent or admin; a reviewer is an agent
whose ``role_type`` is 1. Addresses are kept in lower case."""

group_memberships = Table(
    "group_memberships",
    metadata,
    id_column(),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False, index=True),
    Column("group_id", ID, ForeignKey("groups.id"), nullable=False, index=True),
    flag_column("is_default"),
    *tracked(),
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
