"""A store is of one help desk; what was not sent to it is never sent to another, and never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.store.desks import open_store_of, stores_aside, unsent_in
from agentconsole.store.errors import DatabaseBusy
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from tests.store.making import pull, ticket
from tests.support.keys import KEY

OLD, NEW = "old.example.com", "new.example.com:8443/desk"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.db"


def tickets(store: Store) -> int:
    return store.totals()["tickets"]


def with_unsent_work(path: Path) -> None:
    store = open_store_of(OLD, path, key=KEY)
    pull(store, ticket("1", "Of the old desk"))
    local = store.tickets.find("1")
    assert local is not None
    store.outbox.queue([(local, AddComment(body="Hello", public=True))], batch="b").result()
    store.drafts.save(local, "Begun", public=False, cursor=0).result()
    receiving = store.files.receive("7", "a.txt")
    receiving.write(b"old")
    receiving.finish()
    store.close()


def test_the_same_desk_keeps_its_store(path: Path) -> None:
    with_unsent_work(path)
    store = open_store_of(OLD, path, key=KEY)
    assert tickets(store) == 1
    assert store.notices(0) == ()
    store.close()
    assert stores_aside(path) == ()


def test_another_desk_begins_with_an_empty_store_and_tells_what_was_left(path: Path) -> None:
    with_unsent_work(path)
    store = open_store_of(NEW, path, key=KEY)
    assert tickets(store) == 0
    assert store.outbox.rows() == ()
    assert store.files.cached("7") is None
    (notice,) = store.notices(0)
    assert notice.title == "1 change and 1 draft for old.example.com are set aside"
    assert "never sent to another" in notice.text
    store.close()
    (aside,) = stores_aside(path)
    assert unsent_in(aside, key=KEY) == (1, 1)


def test_the_old_address_brings_everything_back(path: Path) -> None:
    with_unsent_work(path)
    open_store_of(NEW, path, key=KEY).close()
    store = open_store_of(OLD, path, key=KEY)
    assert tickets(store) == 1
    assert [row.command for row in store.outbox.rows()] == [AddComment(body="Hello", public=True)]
    assert [draft.body for draft in store.drafts.all_drafts()] == ["Begun"]
    found = store.files.cached("7")
    assert found is not None
    assert found.open().read() == b"old"
    assert store.notices(0) == ()
    store.close()


def test_a_store_from_before_desks_were_noted_is_taken_as_it_is(path: Path) -> None:
    store = open_store(path, key=KEY)
    pull(store, ticket("1", "Old"))
    store.close()
    store = open_store_of(OLD, path, key=KEY)
    assert tickets(store) == 1
    store.close()
    other = open_store_of(NEW, path, key=KEY)
    assert tickets(other) == 0
    other.close()


def test_a_store_in_use_is_not_taken_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_unsent_work(path)
    using = open_store_of(OLD, path, key=KEY)
    assert tickets(using) == 1
    monkeypatch.setattr("agentconsole.store.desks.BUSY_MS", 10)
    with pytest.raises(DatabaseBusy):
        open_store_of(NEW, path, key=KEY)
    assert tickets(using) == 1
    using.close()
    assert stores_aside(path) == ()


def test_a_move_that_was_cut_short_is_finished(path: Path) -> None:
    with_unsent_work(path)
    open_store_of(NEW, path, key=KEY).close()
    path.rename(path.with_name("console@new.example.com%3A8443%2Fdesk.db"))
    store = open_store_of(OLD, path, key=KEY)
    assert tickets(store) == 1
    store.close()
