"""The power is cut: what was acknowledged is there, whatever the disk made of bytes that it was not asked to keep."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.store import durable, journal_file
from agentconsole.store.journal import journal_of
from agentconsole.store.store import Store
from tests.store.making import Clock, comment, local, opened, pull, ticket
from tests.support.keys import KEY

SEEDS = 200


class Moment(NamedTuple):
    """The files as they were at one moment, and how much of each the disk had been asked to keep by then."""

    folder: Path
    log: int
    journal: int
    acknowledged: int


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> list[Moment]:
    """A day of work, stopped after each of many commits: an agent's, which are kept, and pages, which need not be."""
    path = tmp_path_factory.mktemp("day") / "console.db"
    store = opened(path)
    store._writer._db.execute("PRAGMA wal_autocheckpoint = 0")
    pull(store, *(ticket(str(number)) for number in range(20)))
    moments: list[Moment] = []
    asked = 0, 0
    chance = random.Random(4)
    for number in range(25):
        reply = AddComment(body=f"Reply {number}", public=True)
        store.outbox.queue([(local(store, str(number % 20)), reply)], batch="").result()
        asked = _sizes(path)
        for page in range(chance.randrange(3)):
            ref = f"{number}-{page}"
            pull(store, ticket(str(page), f"Subject {ref}"), comment(ref, str(page), "word " * chance.randrange(900)))
        moments.append(Moment(_copied(path, tmp_path_factory), *asked, number + 1))
    store.close()
    return moments


def _sizes(path: Path) -> tuple[int, int]:
    return path.with_name("console.db-wal").stat().st_size, journal_of(path).stat().st_size


def _copied(path: Path, folders: pytest.TempPathFactory) -> Path:
    folder = folders.mktemp("moment")
    for name in ("console.db", "console.db-wal", "console.unsent"):
        shutil.copy(path.with_name(name), folder / name)
    return folder


def _torn(file: Path, kept: int, chance: random.Random) -> None:
    """Make of what lies behind the first *kept* bytes what a cut may: all, none, zeros, or something else."""
    data = bytearray(file.read_bytes())
    for block in range(kept // 512 * 512, len(data), 512):
        start = max(block, kept)
        match chance.choice(("whole", "whole", "zeros", "noise")):
            case "zeros":
                data[start : block + 512] = bytes(len(data[start : block + 512]))
            case "noise":
                data[start : block + 512] = chance.randbytes(len(data[start : block + 512]))
    if chance.random() < 0.5 and len(data) > kept:
        del data[chance.randrange(kept, len(data)) :]
    file.write_bytes(data)


def _replies(store: Store) -> list[str]:
    return [row.command.body for row in store.outbox.rows() if isinstance(row.command, AddComment)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_was_acknowledged_outlives_a_cut(day: list[Moment], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    moment = chance.choice(day)
    path = Path(shutil.copytree(moment.folder, tmp_path / "home")) / "console.db"
    _torn(path.with_name("console.db-wal"), moment.log, chance)
    if chance.random() < 0.5:
        journal_of(path).unlink()  # the store alone must do
    else:
        _torn(journal_of(path), moment.journal, chance)
    store = opened(path, Clock())
    try:
        store.outbox.recover().result()
        assert _replies(store) == [f"Reply {number}" for number in range(moment.acknowledged)]
        assert store.integrity() == ""
    finally:
        store.close()


def test_a_commit_of_an_agent_is_synced_and_a_page_is_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def sync(handle: int) -> None:
        synced.append(handle)
        durable.sync(handle)

    monkeypatch.setattr(journal_file, "sync", sync)
    store = opened(path)
    try:

        def level() -> int:
            return int(store._writer._db.execute("PRAGMA synchronous").fetchone()[0])

        pull(store, ticket("1"))
        assert level() == 1  # NORMAL: the log is synced when it is copied into the database
        assert synced == []
        store.drafts.save(1, "Words", public=True, cursor=0).result()
        assert level() == 2  # FULL: the log is synced by the commit itself
        assert len(synced) == 1
    finally:
        store.close()


def test_the_key_of_the_journal_is_not_the_stores(path: Path) -> None:
    store = opened(path)
    pull(store, ticket("1"))
    store.drafts.save(1, "Words", public=True, cursor=0).result()
    store.close()
    sealed = journal_of(path).read_bytes()
    assert KEY not in sealed
    assert b"Words" not in sealed
