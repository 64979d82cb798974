"""Brings a database to a schema: backed up first, and by one process at a time.

Imported only when there is something to do: Alembic and SQLAlchemy cost more start-up time than the window.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from agentconsole.store import driver
from agentconsole.store.durable import sync_file, sync_folder

BACKUPS_KEPT = 2
"""Copies of before a migration that stay beside the store."""


def migrate(path: Path, found: int, head: int, scripts: Path | None = None, *, key: bytes | None) -> Path | None:
    """Bring the database at *path* from schema *found* (0: an empty file) to *head*.

    A database that holds anything is copied beside itself first (``….v1.backup``, under the same *key*); the copy's
    path is returned. *scripts* is the folder of revisions, the console's own by default. Raises the driver's ``Error``.
    """
    with closing(driver.connect(path, key=key, writer=True, busy_ms=60_000)) as db:
        backup = _back_up(db, path, found) if found else None
        db.execute("PRAGMA synchronous = FULL")
        engine = create_engine("sqlite://", creator=lambda: db, module=driver.MODULE, poolclass=StaticPool)
        event.listen(engine, "begin", _begin_at_once)
        with engine.connect() as connection, connection.begin():
            # another console may have migrated while this one waited for the lock
            if driver.pragma_number(db, "user_version") != head:
                config = Config()
                config.set_main_option("script_location", str(scripts or Path(__file__).parent / "migrations"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                db.execute(f"PRAGMA user_version = {head}")
                db.execute(f"PRAGMA application_id = {driver.APPLICATION_ID}")
        engine.dispose()
    # a file that was just made may be nameless after a power cut
    sync_folder(path.parent)
    return backup


def _begin_at_once(connection: Connection) -> None:
    """Take the write lock with the first statement: a lock that is upgraded later can fail half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _back_up(db: driver.Connection, path: Path, found: int) -> Path:
    target = path.with_name(f"{path.name}.v{found}.backup")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    db.execute("VACUUM INTO ?", (str(partial),))
    # on the disk before the first statement of the migration is
    sync_file(partial)
    partial.replace(target)
    sync_folder(path.parent)
    _prune(path)
    return target


def _prune(path: Path) -> None:
    """Remove all but the newest backups of the store at *path*: each is as large as the store was."""
    found = {
        int(number): backup
        for backup in path.parent.glob(f"{path.name}.v*.backup")
        if (number := backup.name.removeprefix(f"{path.name}.v").removesuffix(".backup")).isdecimal()
    }
    for schema in sorted(found)[:-BACKUPS_KEPT]:
        with suppress(OSError):  # another program has it open: it goes the next time
            found[schema].unlink()
