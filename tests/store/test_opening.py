"""Opening: a new file, the current one, an old one, a newer one, a strange one."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from agentconsole.store import driver, migrating
from agentconsole.store.errors import CorruptDatabase, NewerSchema, ReadOnlyDisk
from agentconsole.store.migrating import migrate
from agentconsole.store.opening import SCHEMA, schema_of
from agentconsole.store.schema import metadata
from agentconsole.store.setting_aside import set_aside
from agentconsole.store.store import Store
from tests.store.making import Clock, local, opened, pull, ticket
from tests.support.keys import KEY


def test_a_new_store_has_the_newest_schema_and_writes_ahead(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "console.db"
    opened(path).close()
    assert schema_of(path, key=KEY) == SCHEMA
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA application_id").fetchone() == (driver.APPLICATION_ID,)


def test_what_was_written_is_there_again(path: Path) -> None:
    store = opened(path)
    pull(store, ticket("7"))
    store.close()
    store = opened(path)
    try:
        assert store.queue.rows([local(store, "7")])[0].subject == "Checkout is down"
    finally:
        store.close()


def test_the_migrations_lead_to_the_described_tables(empty_file: Path) -> None:
    engine = create_engine(
        "sqlite://", creator=lambda: driver.connect(empty_file, key=KEY), module=driver.MODULE, poolclass=StaticPool
    )
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_name": _no_index_of_words})
            assert compare_metadata(context, metadata) == []
            described = {f"{name}" for name in metadata.tables}
            found = {name for (name,) in connection.execute(text("SELECT name FROM sqlite_schema WHERE type='table'"))}
            assert described <= found
    finally:
        engine.dispose()


def _no_index_of_words(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name is not None and (name.startswith("words") or name == "alembic_version"))


def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerSchema) as caught:
        opened(path)
    assert "newer version" in caught.value.title
    assert caught.value.advice
    assert path.read_bytes() == before


def test_a_migration_keeps_the_data_and_a_copy_of_what_was_there(path: Path, tmp_path: Path) -> None:
    store = opened(path)
    pull(store, ticket("7"))
    store.close()
    scripts = tmp_path / "revisions"
    shutil.copytree(Path(migrating.__file__).parent / "migrations", scripts)
    (scripts / "versions" / "next.py").write_text(
        "from alembic import op\n"
        f"revision = 'next'\ndown_revision = '{SCHEMA:04}'\nbranch_labels = None\ndepends_on = None\n"
        "def upgrade():\n    op.execute('ALTER TABLE ticket ADD COLUMN mood TEXT')\n",
        encoding="utf-8",
    )
    backup = migrate(path, SCHEMA, SCHEMA + 1, scripts, key=KEY)
    assert schema_of(path, key=KEY) == SCHEMA + 1
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        assert db.execute("SELECT ref, mood FROM ticket").fetchall() == [("7", None)]
    assert backup is not None
    assert schema_of(backup, key=KEY) == SCHEMA
    with closing(driver.connect(backup, key=KEY, writer=True)) as db:
        assert db.execute("SELECT ref FROM ticket").fetchall() == [("7",)]


def test_a_store_of_every_released_schema_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    versions = Path(migrating.__file__).parent / "migrations" / "versions"
    for older in range(1, SCHEMA):
        scripts, old = tmp_path / f"revisions-{older}", tmp_path / f"old-{older}.db"
        shutil.copytree(versions.parent, scripts)
        for script in (scripts / "versions").glob("v[0-9]*.py"):
            if int(script.name[1:5]) > older:
                script.unlink()
        migrate(old, 0, older, scripts, key=KEY)
        assert schema_of(old, key=KEY) == older
        opened(old).close()
        opened(path).close()
        assert schema_of(old, key=KEY) == SCHEMA
        shape = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
        with (
            closing(driver.connect(old, key=KEY, writer=True)) as brought,
            closing(driver.connect(path, key=KEY, writer=True)) as made,
        ):
            assert brought.execute(shape).fetchall() == made.execute(shape).fetchall()


def test_a_migration_that_fails_leaves_everything_as_it_was(path: Path, tmp_path: Path) -> None:
    scripts = tmp_path / "revisions"
    shutil.copytree(Path(migrating.__file__).parent / "migrations", scripts)
    (scripts / "versions" / "next.py").write_text(
        "from alembic import op\n"
        f"revision = 'next'\ndown_revision = '{SCHEMA:04}'\nbranch_labels = None\ndepends_on = None\n"
        "def upgrade():\n    op.execute('ALTER TABLE ticket ADD COLUMN mood TEXT')\n    raise ValueError('half-way')\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="half-way"):
        migrate(path, SCHEMA, SCHEMA + 1, scripts, key=KEY)
    assert schema_of(path, key=KEY) == SCHEMA
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        assert "mood" not in {row[1] for row in db.execute("PRAGMA table_info(ticket)")}


def test_consoles_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    stores: list[Store] = []
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def begin() -> None:
        start.wait()
        try:
            stores.append(opened(path))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert failures == []
    assert len(stores) == 4


def test_a_file_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE invoice (id)")
        db.commit()
    before = path.read_bytes()
    with pytest.raises(CorruptDatabase):
        opened(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    path.write_bytes(b"not a database at all, but long enough to look at" * 100)
    with pytest.raises(CorruptDatabase) as caught:
        opened(path)
    assert "Set the file aside" in caught.value.advice


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReadOnlyDisk):
        opened(tmp_path / "file" / "console.db")


def test_opening_a_current_store_imports_neither_sqlalchemy_nor_alembic(path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from agentconsole.store.opening import open_store\n"
        "from agentconsole.domain.query import QueueQuery\n"
        f"store = open_store(pathlib.Path({str(path)!r}), key=bytes.fromhex({KEY.hex()!r}))\n"
        "store.queue.rows(store.queue.first_ids(QueueQuery()))\n"
        "store.close()\n"
        "heavy = {'sqlalchemy', 'alembic', 'httpx', 'keyring', 'PySide6'} & set(sys.modules)\n"
        "print(sorted(heavy))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_doctor_sees_a_sound_file_and_a_damaged_one(path: Path) -> None:
    store = opened(path)
    try:
        pull(store, *(ticket(str(number)) for number in range(300)))
        assert store.integrity() == ""
        assert store.totals() == {"tickets": 300, "comments": 0}
    finally:
        store.close()
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'fact') "
            "WHERE name = 'draft'"
        )
    store = Store(path, key=KEY, clock=Clock())
    try:
        assert store.integrity() != ""
    finally:
        store.close()


def test_the_driver_says_what_it_is() -> None:
    assert "FTS5" in driver.describe()


def test_a_damaged_file_that_is_set_aside_keeps_its_bytes_and_its_log(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    path.write_bytes(b"damaged")
    path.with_name("console.db-wal").write_bytes(b"committed last")
    kept = set_aside(path)
    again = path
    again.write_bytes(b"damaged once more")
    other = set_aside(again)
    assert kept != other
    assert kept.read_bytes() == b"damaged"
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"committed last"
    assert other.read_bytes() == b"damaged once more"
    assert not path.exists()
    opened(path).close()
