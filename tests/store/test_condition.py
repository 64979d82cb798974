"""Disks that can only be read, and damage that is met while the console runs: said once, and nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment
from agentconsole.domain.query import QueueQuery
from agentconsole.store import driver
from agentconsole.store.condition import DAMAGE, State, mark_of
from agentconsole.store.errors import CorruptDatabase, ReadOnlyDisk
from agentconsole.store.salvaging import salvage
from agentconsole.store.store import Store
from agentconsole.store.writer import Transaction
from tests.store.making import opened, pull, ticket
from tests.support.keys import KEY

REPLY = AddComment(body="We look into it", public=True)


@pytest.fixture
def killed(path: Path, tmp_path: Path) -> Path:
    """A store as a console left it that was killed: the newest commits are in the log only."""
    store = opened(path)
    pull(store, ticket("7"))
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pull(store, ticket("8", "Only in the log"))
    store.outbox.queue([(1, REPLY)], batch="b").result()
    folder = tmp_path / "killed"
    folder.mkdir()
    for name in ("console.db", "console.db-wal", "console.unsent"):
        shutil.copy(path.with_name(name), folder / name)
    store.close()
    return folder / "console.db"


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[Any]:
    """Puts a folder on a file system that can only be read."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")

    def freeze(folder: Path) -> Path:
        shutil.copytree(folder, place / "home")
        set_writable(place, writable=False)
        return place / "home"

    yield freeze
    subprocess.run(["umount", place], check=True)


def set_writable(place: Path, *, writable: bool) -> None:
    subprocess.run(["mount", "-o", f"remount,{'rw' if writable else 'ro'}", place], check=True)


def test_a_disk_that_can_only_be_read_shows_everything_and_refuses_to_keep(killed: Path, frozen: Any) -> None:
    path = frozen(killed.parent) / "console.db"
    store = opened(path)
    try:
        subjects = {row.subject for row in store.queue.rows(store.queue.first_ids(QueueQuery(view="everything")))}
        assert subjects == {"Checkout is down", "Only in the log"}
        assert len(store.outbox.rows()) == 1
        assert store.state is State.READING
        assert "only read" in store.notices()[0].title
        with pytest.raises(ReadOnlyDisk):
            store.drafts.save(1, "Words", public=True, cursor=0).result()
        with pytest.raises(ReadOnlyDisk):
            store.outbox.queue([(1, REPLY)], batch="b").result()
    finally:
        store.close()
    store = opened(killed)  # the same on a disk that can be written again
    try:
        assert len(store.outbox.rows()) == 1
        assert store.state is State.WELL
    finally:
        store.close()


def test_a_disk_that_can_only_be_read_with_nothing_in_the_log(path: Path, frozen: Any) -> None:
    home = path.parent / "home"
    store = opened(home / "console.db")
    pull(store, ticket("7"))
    store.close()
    path = frozen(home) / "console.db"
    store = opened(path)
    try:
        assert store.queue.rows([1])[0].subject == "Checkout is down"
        assert store.integrity() == ""
    finally:
        store.close()


def test_a_disk_that_turns_read_only_and_back_is_told_once_each(path: Path) -> None:
    store = opened(path)
    heard: list[Change] = []
    try:
        pull(store, ticket("7"))
        store.subscribe(heard.append)
        # a file that is open for writing keeps a file system from being made read-only
        store._writer._db.execute("PRAGMA query_only = ON")
        for _ in range(3):
            with pytest.raises(ReadOnlyDisk):
                store.drafts.save(1, "Words", public=True, cursor=0).result()
        assert [sorted(change.topics) for change in heard] == [["notices"]]
        assert store.notices()[0].ref == "disk:reading"
        store._writer._db.execute("PRAGMA query_only = OFF")
        store.drafts.save(1, "Words", public=True, cursor=0).result()
        assert store.notices() == ()
        assert store.state is State.WELL
    finally:
        store.close()


def damage(path: Path, table: str, key: bytes = KEY) -> None:
    """Break the page on which *table* begins."""
    with closing(driver.connect(path, key=key)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096 + 100)
        file.write(b"\xff" * 64)


def test_damage_that_is_met_while_the_console_runs_is_told_once_and_known_at_the_next_start(path: Path) -> None:
    store = opened(path)
    pull(store, ticket("7"))
    store.outbox.queue([(1, REPLY)], batch="b").result()
    store.close()
    damage(path, "ticket_record")
    store = opened(path)
    heard: list[Change] = []
    store.subscribe(heard.append)
    try:
        for _ in range(3):
            with pytest.raises(CorruptDatabase):
                store.tickets.detail(1)
        with pytest.raises(CorruptDatabase):
            store.outbox.queue([(1, REPLY)], batch="b").result()
        assert [change.topics for change in heard if DAMAGE in change.topics] == [frozenset({DAMAGE, "notices"})]
        assert store.state is State.DAMAGED
        assert [notice.ref for notice in store.notices()] == ["disk:damaged"]
    finally:
        store.close()
    with pytest.raises(CorruptDatabase):
        opened(path)
    assert salvage(path, key=KEY).changes == 1
    store = opened(path)
    try:
        assert [row.ref for row in store.outbox.rows()] == ["7"]
    finally:
        store.close()


def test_a_false_alarm_is_forgotten_by_the_next_start(path: Path) -> None:
    mark_of(path).touch()
    store: Store = opened(path)
    store.close()
    assert not mark_of(path).exists()


def test_what_is_typed_while_another_page_is_damaged_comes_back(path: Path) -> None:
    store = opened(path)
    pull(store, ticket("7"), ticket("8"))
    store.drafts.save(1, "Dear", public=True, cursor=0).result()
    store.close()
    damage(path, "to_reckon")
    store = opened(path)
    try:
        # the change reckons, which needs the damaged page; the draft does not know of that
        def reckon(tx: Transaction) -> None:
            tx.db.execute("SELECT count(*) FROM to_reckon").fetchall()

        store._writer._before_commit = reckon
        with pytest.raises(CorruptDatabase):
            store.drafts.save(1, "Dear customer", public=True, cursor=5).result()
        assert store.state is State.DAMAGED
    finally:
        store.close()
    assert salvage(path, key=KEY).drafts == 1
    store = opened(path)
    try:
        assert [draft.body for draft in store.drafts.all_drafts()] == ["Dear customer"]
    finally:
        store.close()
