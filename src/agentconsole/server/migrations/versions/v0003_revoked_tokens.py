"""Tokens that were taken back: what became of them is told to whoever still has one."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "revoked_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("wipe", sa.Boolean(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=False),
        sa.Column("revoked_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_revoked_tokens_user_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_revoked_tokens")),
    )
