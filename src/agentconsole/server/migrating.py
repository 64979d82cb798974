"""Bring a server database to the schema of this version."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from agentconsole.server.failures import SchemaTooNew

ADVISORY_LOCK = 0x61676E74
"""Which of PostgreSQL's advisory locks is held while migrating."""


def configuration(db: Connection | None = None) -> Config:
    """Alembic's settings; no file is read."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = db
    return config


def newest_revision() -> str:
    """The schema that this version works with."""
    return known_revisions()[0]


def current_revision(db: Connection) -> str | None:
    """The schema that the database has, None for one without any."""
    return MigrationContext.configure(db).get_current_revision()


@cache
def known_revisions() -> tuple[str, ...]:
    """The schemas that this version knows, its own first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


def upgrade_within(db: Connection, to: str) -> None:
    """Bring the schema to *to* in the transaction of *db*."""
    command.upgrade(configuration(db), to)


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, all in one transaction; other processes wait meanwhile.

    Raises `SchemaTooNew`.
    """
    with engine.connect().execution_options(agentconsole_writes=True) as db, db.begin():
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        current = current_revision(db)
        if current == newest_revision():
            return
        if current is not None and current not in known_revisions():
            raise SchemaTooNew(current)
        upgrade_within(db, "head")
