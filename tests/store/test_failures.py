"""Disks that are full, read-only, locked or damaged: told, survived, and nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, SetFields
from agentconsole.domain.query import QueueQuery
from agentconsole.store import driver
from agentconsole.store.cipher import PAGE_SIZE
from agentconsole.store.errors import CorruptDatabase, DatabaseBusy, DiskFull, ReadOnlyDisk, StoreClosed, StoreError
from agentconsole.store.store import Store
from tests.store.making import comment, opened, pull, ticket
from tests.support.keys import KEY

SOLVE = SetFields(values={"status": "solved"}, base={"status": "open"})


@pytest.fixture
def set_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Open the store with a writing connection on which some more was set, as a sick disk would set it."""
    stores = []

    def open_with(*statements: str) -> Store:
        real = driver.connect

        def connect(path: Path, **options: Any) -> driver.Connection:
            connection = real(path, **options)
            if options.get("writer"):
                connection.execute("PRAGMA busy_timeout = 1")
                for statement in statements:
                    connection.execute(statement)
            return connection

        monkeypatch.setattr(driver, "connect", connect)
        stores.append(opened(path))
        return stores[-1]

    yield open_with
    for store in stores:
        store.close()


def test_a_full_disk_is_told_and_the_next_change_fits_again(set_up: Any, path: Path) -> None:
    with closing(driver.connect(path, key=KEY)) as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    store = set_up(f"PRAGMA max_page_count = {pages + 60}")
    pull(store, ticket("1"))
    long = store.outbox.queue([(1, AddComment(body="word " * 200_000, public=True))], batch="b")
    with pytest.raises(DiskFull) as caught:
        long.result(timeout=10)
    assert "Free some space" in caught.value.advice
    assert store.outbox.rows() == ()
    assert store.queue.rows([1])[0].waiting == 0
    store.outbox.queue([(1, SOLVE)], batch="b").result(timeout=10)
    assert len(store.outbox.rows()) == 1
    assert store.integrity() == ""


def test_a_page_that_does_not_fit_keeps_its_cursor_back(set_up: Any, path: Path) -> None:
    with closing(driver.connect(path, key=KEY)) as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    store = set_up(f"PRAGMA max_page_count = {pages + 60}")
    with pytest.raises(DiskFull):
        pull(store, ticket("1"), comment("c1", "1", "word " * 200_000), stream="tickets", cursor="next")
    assert store.cursors.get("tickets") is None
    assert store.queue.all_ids(QueueQuery(view="everything", text="word ")).tolist() == []


def test_a_disk_that_turned_read_only(set_up: Any, path: Path) -> None:
    store = opened(path)
    pull(store, ticket("1"))
    store.close()
    store = set_up("PRAGMA query_only = ON")
    with pytest.raises(ReadOnlyDisk):
        store.drafts.save(1, "text", public=True, cursor=0).result(timeout=10)
    assert store.queue.rows([1])[0].subject == "Checkout is down"


def test_another_program_that_holds_the_lock(set_up: Any, path: Path) -> None:
    store = set_up()
    pull(store, ticket("1"))
    with closing(driver.connect(path, key=KEY, writer=True)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            store.outbox.queue([(1, SOLVE)], batch="b").result(timeout=10)
        assert store.queue.rows([1])[0].subject == "Checkout is down"
        other.execute("ROLLBACK")
    assert len(store.outbox.queue([(1, SOLVE)], batch="b").result(timeout=10)) == 1


def test_a_damaged_page_is_told(path: Path) -> None:
    store = opened(path)
    pull(store, *(ticket(str(number), f"Subject {number}") for number in range(400)))
    store.close()
    data = bytearray(path.read_bytes())
    with closing(driver.connect(path, key=KEY)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ticket'").fetchone()[0]
    data[(root - 1) * PAGE_SIZE : root * PAGE_SIZE] = b"\xff" * PAGE_SIZE
    path.write_bytes(data)
    store = opened(path)
    try:
        with pytest.raises(CorruptDatabase):
            store.queue.rows([1])
        assert "damaged" in store.integrity()
    finally:
        store.close()


def test_closing_writes_what_waits_and_refuses_what_comes_after(path: Path) -> None:
    store = opened(path)
    pull(store, ticket("1"))
    futures = [store.drafts.save(1, f"text {number}", public=True, cursor=0) for number in range(50)]
    store.close()
    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(StoreClosed):
        store.drafts.save(1, "late", public=True, cursor=0).result(timeout=5)
    with pytest.raises(StoreClosed):
        store.queue.rows([1])
    store.close()
    store = opened(path)
    try:
        draft = store.drafts.draft(1)
        assert draft is not None
        assert draft.body == "text 49"
    finally:
        store.close()


def test_every_error_says_what_to_do() -> None:
    kinds: list[type[StoreError]] = [StoreError, *StoreError.__subclasses__()]
    for kind in kinds:
        assert kind.title
        assert kind.advice.endswith(".")
        assert str(kind()) == kind.title


@pytest.mark.expects_log
def test_a_listener_that_fails_harms_nobody(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Change] = []

    def fail(_: Change) -> None:
        raise ValueError("a window that is gone")

    store.subscribe(fail)
    store.subscribe(heard.append)
    pull(store, ticket("1"))
    pull(store, ticket("2"))
    assert len(heard) == 2
    assert "listener" in caplog.text


def test_two_processes_see_each_others_changes(path: Path) -> None:
    ours, theirs = opened(path), opened(path)
    try:
        heard = HeardFromOthers()
        ours.subscribe(heard)
        pull(theirs, ticket("1", "Said elsewhere"))
        assert heard.event.wait(10)
        assert ours.queue.rows([1])[0].subject == "Said elsewhere"
        ours.outbox.queue([(1, SOLVE)], batch="b").result()
        theirs.outbox.queue([(1, SOLVE)], batch="b").result()
        assert len(ours.outbox.rows()) == len(theirs.outbox.rows()) == 2
    finally:
        ours.close()
        theirs.close()


def test_published_changes_reach_listeners_without_a_commit(store: Store) -> None:
    heard: list[Change] = []
    store.subscribe(heard.append)
    store.publish(Change(topics=frozenset({"presence"}), initiator="sync"))
    assert [change.topics for change in heard] == [frozenset({"presence"})]


class HeardFromOthers:
    """Remembers that another process was heard of."""

    def __init__(self) -> None:
        self.event = Event()

    def __call__(self, change: Change) -> None:
        if change.everything and change.initiator == "other process":
            self.event.set()
