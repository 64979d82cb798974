"""Two processes on one store: one of them sends at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.domain.values import OutboxState
from agentconsole.platform.locks import FileLock
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from agentconsole.sync.exchange import Exchange
from agentconsole.sync.standing import Standing
from agentconsole.sync.turn import NoTurn, having
from tests.support.desk import KINDS, Desk
from tests.support.keys import KEY
from tests.sync.console import Console

LOCK = "exchange.lock"


@pytest.fixture
def other_store(store: Store, desk: Desk) -> Iterator[Store]:
    """The same database as a second process has it open."""
    other = open_store(store.path, key=KEY, clock=desk.time.instant)
    yield other
    other.close()


def exchange_of(desk: Desk, store: Store, kind: str) -> Exchange:
    return Exchange(
        store,
        lambda: desk.connector(kind),
        desk.time.instant,
        Standing(store, lambda _status: None),
        lambda: None,
        FileLock(store.path.with_name(LOCK)),
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_what_another_process_is_sending_is_not_sent_again(
    console: Console, desk: Desk, store: Store, other_store: Store, kind: str
) -> None:
    console.connect(kind)
    await console.pull()
    (key,) = console.queue("1", AddComment(body="Once", public=False))
    is_sending, may_arrive = asyncio.Event(), asyncio.Event()

    async def arrive() -> None:
        is_sending.set()
        await may_arrive.wait()

    desk.wire.before("PUT", "/tickets/1", arrive)
    first, second = exchange_of(desk, store, kind), exchange_of(desk, other_store, kind)
    await first.begin()
    sending = asyncio.create_task(first.push())
    await is_sending.wait()

    await second.begin()
    assert console.state(key) is OutboxState.SENDING
    with pytest.raises(NoTurn) as told:
        await second.push(patience=0.0)
    assert "Another console on this computer" in str(told.value)
    waiting = asyncio.create_task(second.push())
    may_arrive.set()

    assert await sending == 1
    assert await waiting == 0
    assert (await desk.comments("1")).count("Once") == 1
    assert console.state(key) is OutboxState.SENT
    for exchange in (first, second):
        await exchange.end()


async def test_an_exchange_that_gets_no_turn_says_so_and_pulls(console: Console, desk: Desk, store: Store) -> None:
    await console.pull()
    console.queue("1", AddComment(body="Waits", public=False))
    other = FileLock(store.path.with_name(LOCK))
    assert other.take()
    exchange = exchange_of(desk, store, "agentconsole")
    await exchange.begin()

    report = await exchange.once(patience=0.0)

    assert report["problem"].startswith("Another console on this computer")
    assert report["advice"].startswith("Your changes are saved")
    assert (report["pushed"], report["pending"], report["online"]) == (0, 1, True)
    other.give_back()
    report = await exchange.once()
    assert (report["pushed"], report["pending"]) == (1, 0)
    await exchange.end()


async def test_waiting_for_the_turn_ends() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    class Taken:
        def take(self) -> bool:
            return False

        def give_back(self) -> None:
            raise AssertionError("it was never had")

    with pytest.raises(NoTurn):
        async with having(Taken(), 5.0, sleep):
            pass
    assert sum(waited) == pytest.approx(5.0)


async def test_a_lock_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoTurn, match="can't be told"):
        async with having(FileLock(tmp_path / "nowhere" / LOCK), 5.0):
            pass
