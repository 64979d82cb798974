"""Stores that consoles of earlier schemas left: each comes up to date with everything in it, or stays as it was."""

from __future__ import annotations

import gzip
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.values import OutboxState
from agentconsole.store import driver
from agentconsole.store.cipher import Seal, look_at
from agentconsole.store.encrypting import encrypt_store
from agentconsole.store.errors import DiskFull
from agentconsole.store.opening import SCHEMA, schema_of
from agentconsole.store.projecting import reproject
from agentconsole.store.store import Store
from agentconsole.store.writer import Transaction, Urgency
from tests.store.making import Clock, opened
from tests.support.keys import KEY

DATA = Path(__file__).parents[1] / "data"
SCHEMAS = (1, 2, 3)
INTERNAL = ("alembic_version", "sqlite_sequence")
KILLS = 8

Rows = dict[str, list[tuple[Any, ...]]]


def unpacked(schema: int, path: Path) -> Path:
    path.write_bytes(gzip.decompress((DATA / f"day_v{schema}.db.gz").read_bytes()))
    return path


@pytest.fixture(params=SCHEMAS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpacked(request.param, tmp_path / "console.db")


def rows_of(db: Any, like: Rows | None = None) -> Rows:
    """Every row of every table of ours; with *like*, of its tables and by its columns."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
    found: Rows = {}
    for table in tables:
        if table in INTERNAL or table.startswith("words") or (like is not None and table not in like):
            continue
        names = [row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()]
        if like is not None:
            names = list(like[table][0])
        found[table] = [tuple(names), *sorted(db.execute(f"SELECT {', '.join(names)} FROM {table}"), key=repr)]
    return found


def content(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as db:
        return rows_of(db)


def kept_content(path: Path, like: Rows) -> Rows:
    with closing(driver.connect(path, key=KEY)) as db:
        found = rows_of(db, like)
    # what this console notes for itself
    found["fact"] = [row for row in found["fact"] if row in like["fact"]]
    return found


def folded_is_stored(store: Store) -> bool:
    """Whether every ticket's row is what its record and its changes make of it."""
    with store._readers.read() as db:
        before = db.execute("SELECT * FROM ticket ORDER BY id").fetchall()

    def again(tx: Transaction) -> None:
        reproject(tx.db, tx.names, [row[0] for row in before])

    store._writer.submit(Urgency.AGENT, again, "test").result()
    with store._readers.read() as db:
        return db.execute("SELECT * FROM ticket ORDER BY id").fetchall() == before


def test_everything_is_there_after_the_migration(old: Path) -> None:
    before, schema = content(old), schema_of(old, key=None)
    store = opened(old)
    try:
        assert store.integrity() == ""
        assert kept_content(old, before) == before
        assert folded_is_stored(store)
        states = [row.state for row in store.outbox.rows(waiting_only=False)]
        assert set(states) == set(OutboxState)
        assert len(store.drafts.all_drafts()) == 8
        assert any("返金" in row.subject for row in store.queue.rows(range(1, 42)))
    finally:
        store.close()
    assert schema_of(old, key=KEY) == SCHEMA
    (backup,) = old.parent.glob("*.backup")
    assert backup.name == f"console.db.v{schema}.backup"
    assert look_at(backup, KEY) is Seal.OURS
    with closing(driver.connect(backup, key=KEY)) as db:
        assert rows_of(db) == before
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_waited_for_a_version_ago_goes_on(old: Path) -> None:
    store = opened(old, Clock())
    try:
        store.outbox.recover().result()
        assert not [row for row in store.outbox.rows() if row.state is OutboxState.SENDING]
        keys = [row.key for row in store.outbox.rows() if row.state is OutboxState.REFUSED]
        assert store.outbox.retry(keys).result() == 1
        store.drafts.save(3, "Neu", public=True, cursor=3).result()
    finally:
        store.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from agentconsole.store import driver
from agentconsole.store.opening import open_store
left = int(sys.argv[2])
def count(_statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
real = driver.connect
def connect(*given, **named):
    connection = real(*given, **named)
    connection.set_trace_callback(count)
    return connection
driver.connect = connect
open_store(Path(sys.argv[1]), key=bytes.fromhex(sys.argv[3])).close()
print(-left)
"""


def _run_to(path: Path, statements: int) -> subprocess.CompletedProcess[str]:
    """Open the store at *path* in a process that is killed before its *statements*-th statement."""
    words = [sys.executable, "-c", _KILLED, str(path), str(statements), KEY.hex()]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("schema", SCHEMAS[1:])
def test_killed_at_any_statement_the_old_store_or_the_new_one_is_there(schema: int, tmp_path: Path) -> None:
    original = unpacked(schema, tmp_path / "original.db")
    before = content(original)
    shutil.copy(original, tmp_path / "whole.db")
    statements = int(_run_to(tmp_path / "whole.db", 0).stdout)
    assert statements > 50
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        folder.mkdir()
        path = Path(shutil.copy(original, folder / "console.db"))
        at = 1 + (statements - 1) * (kill + 1) // (KILLS + 1)
        assert _run_to(path, at).returncode == -signal.SIGKILL
        store = opened(path)
        try:
            assert store.integrity() == "", at
            assert kept_content(path, before) == before, at
        finally:
            store.close()


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """No file of this process can grow beyond *size* bytes, as on a disk without room."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [1, 8 * 1024, 60 * 1024])
def test_on_a_full_disk_the_old_store_stays_and_it_is_said(old: Path, size: int) -> None:
    before, schema = content(old), schema_of(old, key=None)
    encrypt_store(old, KEY)
    with no_file_above(size), pytest.raises(DiskFull) as caught:
        opened(old)
    assert "Free some space" in caught.value.advice
    assert schema_of(old, key=KEY) == schema
    assert kept_content(old, before) == before
    opened(old).close()
    assert kept_content(old, before) == before


def test_backups_of_long_ago_go(tmp_path: Path) -> None:
    path = unpacked(3, tmp_path / "console.db")
    for schema in (1, 2):
        (tmp_path / f"console.db.v{schema}.backup").write_bytes(b"")
    opened(path).close()
    assert sorted(backup.name for backup in tmp_path.glob("*.backup")) == [
        "console.db.v2.backup",
        "console.db.v3.backup",
    ]
