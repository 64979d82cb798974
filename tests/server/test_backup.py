"""Backups: made while the server runs, of one moment, whole; restored into either database, and never over anything."""

from __future__ import annotations

import contextlib
import sqlite3
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from agentconsole.server.backup import NoBackup, back_up, check, restore
from agentconsole.server.database import Database
from agentconsole.server.failures import DatabaseUnusable
from agentconsole.server.schema import SYNCED, metadata, users
from tests.server.conftest import NOW, client_of
from tests.support import postgres


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with database.read() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


@pytest.fixture
def backup(either: Database, tmp_path: Path) -> Path:
    """A backup of the account, which had a file uploaded to it."""
    client = client_of(either, "ada-token")
    assert client.post("/api/v2/uploads?filename=a.bin", content=bytes(range(256))).status_code == 201
    path = tmp_path / "desk.backup"
    back_up(either, path, overwrite=False)
    return path


def test_what_is_restored_is_what_was_there(either: Database, backup: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'restored.db'}", now=lambda: NOW)
    try:
        manifest = restore(database, backup, overwrite=False)
        assert contents(database) == contents(either)
        assert manifest.tables["tickets"].rows > 0
        client = client_of(database, "ada-token")
        made = client.post("/api/v2/tickets", json={"ticket": {"subject": "After", "comment": {"body": "x"}}})
        assert made.status_code == 201
    finally:
        database.close()


@pytest.mark.postgres
def test_a_desk_moves_to_postgresql(either: Database, backup: Path, cluster: postgres.Cluster) -> None:
    with cluster.database() as name:
        database = Database(cluster.url(name), now=lambda: NOW)
        try:
            restore(database, backup, overwrite=False)
            assert contents(database) == contents(either)
            client = client_of(database, "ben-token")
            made = client.post("/api/v2/tickets", json={"ticket": {"subject": "After", "comment": {"body": "x"}}})
            assert made.status_code == 201
        finally:
            database.close()


def test_what_is_written_meanwhile_is_not_in_it(either: Database, tmp_path: Path) -> None:
    wrote: list[str] = []

    def write_once(table: str, _rows: int) -> None:
        if not wrote:
            wrote.append(table)
            with either.write() as tx:
                tx.add(users, name="Late Larry", email="late@desk.example")

    path = tmp_path / "desk.backup"
    before = contents(either)
    back_up(either, path, write_once, overwrite=False)
    assert len(contents(either)["users"]) == len(before["users"]) + 1
    database = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    try:
        restore(database, path, overwrite=False)
        assert contents(database) == before
    finally:
        database.close()


def test_nothing_is_written_over_without_being_told(either: Database, backup: Path) -> None:
    with pytest.raises(NoBackup, match="there already"):
        back_up(either, backup, overwrite=False)
    back_up(either, backup, overwrite=True)
    with pytest.raises(NoBackup, match="help desk in that database"):
        restore(either, backup, overwrite=False)
    with either.write() as tx:
        tx.add(users, name="To be lost")
    restore(either, backup, overwrite=True)
    with either.read() as db:
        assert "To be lost" not in set(db.scalars(select(users.c.name)))


EXPORT = "/api/agentconsole/v1/export"


def new_ticket(database: Database, subject: str) -> int:
    made = client_of(database, "ada-token").post(
        "/api/v2/tickets", json={"ticket": {"subject": subject, "comment": {"body": "x"}}}
    )
    return int(made.json()["ticket"]["id"])


def test_consoles_that_had_read_on_hear_of_an_older_backup(either: Database, backup: Path) -> None:
    client = client_of(either, "ada-token")
    assert client.put("/api/v2/tickets/1", json={"ticket": {"subject": "Changed since"}}).status_code == 200
    lost = [new_ticket(either, f"Lost {number}") for number in range(3)]
    before = client.get(EXPORT, params={"limit": 1000}).json()
    newest_person = max(each["id"] for each in before["users"])
    assert before["end_of_stream"]
    restore(either, backup, overwrite=True)

    news = client.get(EXPORT, params={"cursor": before["cursor"], "limit": 1000}).json()
    found = {each["id"]: each for each in news["tickets"]}
    assert found[1]["subject"] != "Changed since"
    # consoles keep what they have when what comes is older
    known = {each["id"]: each["updated_at"] for each in before["tickets"]}
    assert found[1]["updated_at"] > known[1]
    assert all(each["updated_at"] == known[each["id"]] for each in found.values() if each["id"] != 1)
    assert set(found) == {each["id"] for each in before["tickets"]} - set(lost)
    assert news["end_of_stream"]

    after = new_ticket(either, "After")
    assert after == max(lost) + 1
    later = client.get(EXPORT, params={"cursor": news["cursor"]}).json()
    assert [each["id"] for each in later["tickets"]] == [after]
    assert min(each["id"] for each in later["comments"]) > newest_person


def test_exports_of_the_dialect_hear_of_it_too(either: Database, backup: Path) -> None:
    client = client_of(either, "ada-token")
    new_ticket(either, "Lost")
    path = "/api/v2/incremental/tickets/cursor"
    cursor = client.get(path, params={"start_time": 0}).json()["after_cursor"]
    restore(either, backup, overwrite=True)
    after = new_ticket(either, "After")
    assert after in [each["id"] for each in client.get(path, params={"cursor": cursor}).json()["tickets"]]


def test_restoring_twice_keeps_every_number_apart(either: Database, backup: Path) -> None:
    restore(either, backup, overwrite=True)
    lost = new_ticket(either, "Lost")
    restore(either, backup, overwrite=True)
    assert new_ticket(either, "After") == lost + 1
    with either.read() as db:
        numbers = [number for _, table in SYNCED for number in db.scalars(select(table.c.seq))]
    assert len(set(numbers)) == len(numbers)


def test_files_are_never_in_memory_together(either: Database, tmp_path: Path) -> None:
    client = client_of(either, "ada-token")
    size, count = 2_000_000, 12
    for number in range(count):
        content = bytes([number]) * size
        assert client.post("/api/v2/uploads?filename=a.bin", content=content).status_code == 201
    heard: list[int] = []

    def listen(table: str, rows: int) -> None:
        if table == "blobs":
            heard.append(rows)

    path = tmp_path / "desk.backup"
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    tracemalloc.start()
    try:
        back_up(either, path, listen, overwrite=False)
        restore(restored, path, listen, overwrite=False)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        restored.close()
    files = check(path).tables["blobs"].rows
    assert files >= count
    # a batch a file, when it is written and when it is read
    assert heard == [*range(1, files + 1)] * 2
    assert most < count * size


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "made",
    [
        ("CREATE TABLE users (login TEXT)", "INSERT INTO users VALUES ('stranger')"),
        ("CREATE TABLE ledger (entry TEXT)",),
        # another program's, whose revisions are counted like ours
        (
            "CREATE TABLE users (login TEXT)",
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
            "INSERT INTO alembic_version VALUES ('0001')",
        ),
    ],
)
def test_another_programs_database_is_left_alone(
    loaded: Database, tmp_path: Path, made: tuple[str, ...], overwrite: bool
) -> None:
    back_up(loaded, tmp_path / "desk.backup", overwrite=False)
    theirs = tmp_path / "theirs.db"
    with contextlib.closing(sqlite3.connect(theirs)) as db, db:
        for statement in made:
            db.execute(statement)
        before = list(db.iterdump())
    database = Database(f"sqlite:///{theirs}")
    try:
        with pytest.raises(NoBackup, match="something else's") as refused:
            restore(database, tmp_path / "desk.backup", overwrite=overwrite)
        assert refused.value.advice == "Name an empty one."
    finally:
        database.close()
    with contextlib.closing(sqlite3.connect(theirs)) as db:
        assert list(db.iterdump()) == before


def test_what_is_no_database_is_told(loaded: Database, tmp_path: Path) -> None:
    back_up(loaded, tmp_path / "desk.backup", overwrite=False)
    (tmp_path / "letter.db").write_text("Dear reader, this is a letter and no database at all.\n" * 40)
    database = Database(f"sqlite:///{tmp_path / 'letter.db'}")
    try:
        with pytest.raises(DatabaseUnusable, match="not a database"):
            restore(database, tmp_path / "desk.backup", overwrite=True)
    finally:
        database.close()


def test_a_newer_versions_desk_is_left_alone(loaded: Database, tmp_path: Path) -> None:
    path = tmp_path / "desk.backup"
    back_up(loaded, path, overwrite=False)
    with loaded.write() as tx:
        tx.db.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    before = contents(loaded)
    with pytest.raises(NoBackup, match="newer version"):
        restore(loaded, path, overwrite=True)
    assert contents(loaded) == before


def test_only_the_desks_own_tables_give_way(either: Database, backup: Path) -> None:
    with either.write() as tx:
        tx.db.execute(text("CREATE TABLE ledger (entry TEXT)"))
        tx.db.execute(text("INSERT INTO ledger VALUES ('stays')"))
    restore(either, backup, overwrite=True)
    with either.read() as db:
        assert db.scalar(text("SELECT entry FROM ledger")) == "stays"


def test_a_damaged_backup_restores_nothing(loaded: Database, tmp_path: Path) -> None:
    path = tmp_path / "desk.backup"
    back_up(loaded, path, overwrite=False)
    before = contents(loaded)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(NoBackup, match="damaged"):
        check(path)
    with pytest.raises(NoBackup, match="damaged"):
        restore(loaded, path, overwrite=True)
    assert contents(loaded) == before


def test_what_fails_amid_a_restore_leaves_all_as_it_was(loaded: Database, tmp_path: Path) -> None:
    path = tmp_path / "desk.backup"
    back_up(loaded, path, overwrite=False)
    with loaded.write() as tx:
        tx.db.execute(insert(users).values(id=5, name="Stays", created_at=tx.at, updated_at=tx.at, seq=tx.next_seq()))
    before = contents(loaded)

    def fail(table: str, _rows: int) -> None:
        if table == "tickets":
            raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        restore(loaded, path, fail, overwrite=True)
    assert contents(loaded) == before
