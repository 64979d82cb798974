"""A damaged store: hundreds of ways to break its file, and what was not sent comes out of every one of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.domain.values import OutboxState
from agentconsole.store import driver
from agentconsole.store.damaged import Damaged
from agentconsole.store.errors import CorruptDatabase, StoreError
from agentconsole.store.journal import journal_of
from agentconsole.store.opening import open_store
from agentconsole.store.salvaging import salvage
from agentconsole.store.store import Store
from tests.store.making import Clock, comment, local, opened, pull, ticket
from tests.support.keys import KEY

PAGE = 4096
SEEDS = 100


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store after a day's work, its console killed: much is in the log only."""
    source = tmp_path_factory.mktemp("worked") / "console.db"
    store = opened(source)
    pull(store, *(ticket(str(number), f"Subject {number} – ünïcode") for number in range(120)))
    pull(store, *(comment(f"c{number}", str(number), "The till is slow. " * 40) for number in range(120)))
    with closing(driver.connect(source, key=KEY, writer=True)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for number in range(60):
        reply = AddComment(body=f"Reply {number}: wir schauen nach. " * 8, public=True)
        store.outbox.queue([(local(store, str(number)), reply)], batch="day").result()
        store.drafts.save(local(store, str(119 - number)), f"Draft {number} …" * 9, public=True, cursor=number).result()
        if number == 40:
            with closing(driver.connect(source, key=KEY, writer=True)) as db:
                db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    for number, state in ((3, OutboxState.REFUSED), (5, OutboxState.SENDING), (8, OutboxState.SENT)):
        store.outbox.mark(store.outbox.rows(waiting_only=False)[::-1][number].key, state).result()
    killed = tmp_path_factory.mktemp("killed")
    for file in source.parent.glob("console.*"):
        shutil.copy(file, killed / file.name)
    store.close()
    return killed


@pytest.fixture
def path(day: Path, tmp_path: Path) -> Path:
    shutil.copytree(day, tmp_path / "home")
    (tmp_path / "home" / "console.db-shm").unlink(missing_ok=True)
    return tmp_path / "home" / "console.db"


def harm(file: Path, chance: random.Random) -> None:
    """Break *file* in one of the ways that disks and programs have."""
    data = bytearray(file.read_bytes())
    pages = max(1, len(data) // PAGE)
    for _ in range(chance.choice((1, 1, 1, 2, 8, 40))):
        page = chance.choice((0, chance.randrange(pages), chance.randrange(pages))) * PAGE
        end = min(page + PAGE, len(data))
        match chance.choice(("flip", "zero", "noise", "cut", "foreign")):
            case "flip":
                data[chance.randrange(page, end)] ^= 1 << chance.randrange(8)
            case "zero":
                data[page:end] = bytes(end - page)
            case "noise":
                data[page:end] = chance.randbytes(end - page)
            case "cut" if chance.random() < 0.3:
                del data[chance.randrange(len(data)) :]
                break
            case "foreign":
                other = chance.randrange(pages) * PAGE
                data[page:end] = data[other : other + end - page].ljust(end - page, b"\0")
        if len(data) < PAGE:
            break
        pages = len(data) // PAGE
    file.write_bytes(data)


def repaired(path: Path, key: bytes | None = KEY) -> Store:
    """What a start does: open, look, and make anew what is damaged."""
    try:
        store = open_store(path, key=key, clock=Clock())
        if not store.integrity():
            return store
        store.close()
    except CorruptDatabase:
        pass
    salvage(path, key=key)
    return open_store(path, key=key, clock=Clock())


def words_of(store: Store) -> tuple[set[str], set[str]]:
    """The replies that are not known to be sent, and the drafts."""
    store.outbox.recover().result()
    rows = store.outbox.rows()
    assert len({row.key for row in rows}) == len(rows)
    replies = [row.command.body for row in rows if isinstance(row.command, AddComment)]
    assert len(replies) == len(rows)
    assert not [row for row in rows if row.state is OutboxState.SENDING]
    return set(replies), {draft.body for draft in store.drafts.all_drafts()}


@pytest.fixture(scope="module")
def accepted(day: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    path = Path(shutil.copytree(day, tmp_path_factory.mktemp("sound") / "home")) / "console.db"
    store = opened(path)
    try:
        found = words_of(store)
    finally:
        store.close()
    assert len(found[0]) == 59
    assert len(found[1]) == 60
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_breaks_the_store_nothing_that_waits_is_lost(
    path: Path, accepted: tuple[set[str], set[str]], seed: int
) -> None:
    chance = random.Random(seed)
    for name in chance.choice((("console.db",), ("console.db-wal",), ("console.db", "console.db-wal"))):
        harm(path.with_name(name), chance)
    store = repaired(path)
    try:
        replies, drafts = words_of(store)
        assert sorted(words[:9] for words in replies ^ accepted[0]) == []
        assert sorted(words[:9] for words in drafts ^ accepted[1]) == []
        assert store.integrity() == ""
    finally:
        store.close()


def _readable(path: Path) -> Iterator[str]:
    for copy in Damaged(path, KEY).copies.values():
        if copy.table == "draft" and copy.row is not None:
            yield copy.row["body"]


@pytest.mark.parametrize("seed", range(30))
def test_without_its_second_copy_whatever_can_be_read_comes_out(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    journal_of(path).unlink()
    harm(path, chance)
    readable = set(_readable(path))
    store = repaired(path)
    try:
        replies, drafts = words_of(store)
        assert readable <= drafts
        assert all(words.startswith("Reply") for words in replies)
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(30))
def test_with_both_copies_damaged_nothing_is_sent_twice_and_nobody_trips(
    path: Path, accepted: tuple[set[str], set[str]], seed: int
) -> None:
    chance = random.Random(seed)
    harm(path, chance)
    harm(journal_of(path), chance)
    store = repaired(path)
    try:
        replies, drafts = words_of(store)
        assert replies <= accepted[0] | {words for words in replies if words.startswith("Reply 8:")}
        assert drafts <= accepted[1]
        assert store.integrity() == ""
    finally:
        store.close()


def test_what_was_saved_is_told(path: Path) -> None:
    path.write_bytes(bytes(PAGE * 4))
    path.with_name("console.db-wal").unlink()
    with pytest.raises(StoreError):
        opened(path)
    saved = salvage(path, key=KEY)
    assert (saved.changes, saved.drafts, saved.is_whole) == (59, 60, True)
    assert saved.kept.read_bytes() == bytes(PAGE * 4)
    store = opened(path)
    try:
        (notice,) = store.notices()
        assert "59 changes and 60 drafts" in notice.title
        assert saved.kept.name in notice.text
    finally:
        store.close()
