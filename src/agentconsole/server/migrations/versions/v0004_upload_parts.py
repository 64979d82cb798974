"""Files that come in parts, so that a large one need not begin anew when a connection breaks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "begun_uploads",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("received", ID, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_begun_uploads")),
    )
    op.create_index(op.f("ix_begun_uploads_expires_at"), "begun_uploads", ["expires_at"])
    op.create_table(
        "upload_parts",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token", "position", name=op.f("pk_upload_parts")),
    )
