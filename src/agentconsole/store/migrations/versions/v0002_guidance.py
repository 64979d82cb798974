"""What an agent decided about proposals: dismissed ones, ticked demands; and the last check of each requester's PIN.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None

_TABLES = (
    """CREATE TABLE dismissal (
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        "key" TEXT NOT NULL,
        ground TEXT NOT NULL,
        who TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (ticket, "key")
    ) WITHOUT ROWID""",
    """CREATE TABLE demand_tick (
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        demand TEXT NOT NULL,
        who TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (ticket, demand)
    ) WITHOUT ROWID""",
    """CREATE TABLE pin_check (
        person TEXT NOT NULL PRIMARY KEY,
        result TEXT NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        attempts_left INTEGER,
        locked_until INTEGER,
        valid_until INTEGER
    ) WITHOUT ROWID""",
)


def upgrade() -> None:
    """Add three tables; nothing that is there changes."""
    for statement in _TABLES:
        op.execute(statement)
