"""Targets that the console counts itself, the statuses that a ticket has had, and what was recorded of breaches.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels: str | None = None
depends_on: str | None = None

_COLUMNS = (
    "source TEXT NOT NULL DEFAULT ''",
    "goal TEXT NOT NULL DEFAULT ''",
    "due_at INTEGER",
    "started_at INTEGER",
    "cycle INTEGER NOT NULL DEFAULT 1",
    "schedule TEXT NOT NULL DEFAULT ''",
    "zone TEXT NOT NULL DEFAULT ''",
    "paused_since INTEGER",
    "paused_by TEXT",
    "fulfilled_at INTEGER",
)
_TABLES = (
    """CREATE TABLE status_history (
        ticket INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id),
        changes BLOB NOT NULL
    )""",
    """CREATE TABLE sla_event (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        ticket INTEGER NOT NULL REFERENCES ticket (id),
        metric TEXT NOT NULL,
        cycle INTEGER NOT NULL,
        kind TEXT NOT NULL,
        at INTEGER NOT NULL,
        source TEXT NOT NULL,
        goal TEXT NOT NULL
    )""",
    "CREATE INDEX sla_event_of_ticket ON sla_event (ticket, id)",
    "CREATE UNIQUE INDEX sla_outcome ON sla_event (ticket, metric, cycle, source, goal, kind) WHERE kind <> 'retarget'",
    "CREATE TABLE to_reckon (ticket INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id))",
)


def upgrade() -> None:
    """Add columns and tables. Targets that are there are the help desk's, as their empty source says."""
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE target ADD COLUMN {column}")
    for statement in _TABLES:
        op.execute(statement)
