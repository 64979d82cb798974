"""Bring a server database to the schema of this version."""

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


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, all in one transaction; other processes wait meanwhile.

    Raises `SchemaTooNew`.
    """
    with engine.connect().execution_options(agentconsole_writes=True) as db, db.begin():
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        config = configuration(db)
        scripts = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(db).get_current_revision()
        if current == scripts.get_current_head():
            return
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise SchemaTooNew(current)
        command.upgrade(config, "head")
