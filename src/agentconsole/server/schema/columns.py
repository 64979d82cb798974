"""What all tables are made of: types, names of constraints, columns that many have."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Text, text
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

ID: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
# Collation "C" compares bytes: what the language of the database cluster thinks of digits must not matter.
INSTANT: TypeEngine[str] = String(20).with_variant(String(20, collation="C"), "postgresql")
JSON_TEXT: TypeEngine[str] = Text()

# Names must be equal on both engines and known to migrations, so they are all spelled by one rule.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> "Column[int]":
    return Column("id", ID, primary_key=True, autoincrement=False)


def json_column(name: str, default: str = "[]") -> "Column[str]":
    return Column(name, JSON_TEXT, nullable=False, server_default=text(f"'{default}'"))


def flag_column(name: str, *, default: bool = False) -> "Column[bool]":
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def tracked() -> list[SchemaItem]:
    """Columns that every row carries which a console may keep a copy of."""
    return [
        Column("created_at", INSTANT, nullable=False),
        Column("updated_at", INSTANT, nullable=False),
        Column("seq", ID, nullable=False, unique=True),
        Column("version", Integer, nullable=False, server_default=text("1")),
    ]
