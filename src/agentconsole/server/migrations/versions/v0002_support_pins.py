"""Support PINs: their slow hashes, the attempts at them, and who had them checked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "support_pins",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_support_pins_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_support_pins")),
    )
    op.create_table(
        "pin_attempts",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pin_attempts_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_pin_attempts")),
    )
    op.create_table(
        "pin_checks",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("checked_by", ID, nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["users.id"], name=op.f("fk_pin_checks_checked_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pin_checks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_checks")),
    )
    op.create_index(op.f("ix_pin_checks_user_id"), "pin_checks", ["user_id"], unique=False)
