"""A console keeps what is to be kept, in conversation with a real help desk over a wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from agentconsole.connectors.api import Unreachable
from agentconsole.domain.cache_scope import CacheScope
from agentconsole.domain.instant import DAY
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.trips import TripChoice, TripPhase, TripStatus
from agentconsole.store.store import Store
from agentconsole.store.writer import Transaction, Urgency
from agentconsole.sync.fetching import Fetcher
from agentconsole.sync.keeping import Keeper
from tests.support.desk import Desk
from tests.sync.console import Console

EVERYTHING = TripChoice(views=("everything",))


class Keeping:
    """A keeper over a console, and what it heard."""

    def __init__(self, console: Console) -> None:
        time = console.desk.time
        self.console = console
        self.busy: Iterator[bool] = iter(())
        fetcher = Fetcher(console.store, lambda: next(self.busy, False), sleep=time.sleep, seconds=time.seconds)
        self.keeper = Keeper(console.store, time.instant, fetcher, seconds=time.seconds)

    async def run(self, **how: Any) -> list[str]:
        """Keep until there is nothing more to do; returns what the help desk was asked."""
        self.console.desk.wire.take()
        await self.keeper.run(self.console.connector, **how)
        return self.console.desk.wire.take()

    def begin(self, choice: TripChoice = EVERYTHING, ends_at: int | None = None) -> None:
        self.console.store.trips.begin(choice, self.keeper.members(choice), ends_at).result()

    def status(self) -> TripStatus:
        found = self.console.store.trips.status(online=True, as_of=None)
        assert found is not None
        return found


@pytest.fixture
def keeping(console: Console) -> Keeping:
    return Keeping(console)


def kept(store: Store) -> set[str]:
    return {row.ref for row in store.queue.rows(store.queue.all_ids(QueueQuery(view="everything")))}


def forget_whole(store: Store) -> None:
    """As if the conversations had come only in part, as some help desks hand them out."""

    def work(tx: Transaction) -> None:
        tx.db.execute(
            "UPDATE ticket_record SET record = CAST(json_set(CAST(record AS TEXT), '$.comment_count', 99) AS BLOB)"
        )
        tx.db.execute("UPDATE ticket SET whole = 0")

    store._writer.submit(Urgency.SYNC, work, "test").result()


async def test_a_trip_fetches_conversations_and_attachments(keeping: Keeping, console: Console) -> None:
    await console.pull()
    forget_whole(console.store)
    keeping.begin()
    heard = await keeping.run()
    status = keeping.status()
    assert status.phase is TripPhase.READY
    assert status.tickets == status.tickets_here == len(kept(console.store))
    assert status.files == status.files_here == 1
    assert sum("/attachments" in line for line in heard) == 1
    (file,) = console.store.trips.here()
    fetched = console.store.files.cached(file.ref)
    assert fetched is not None
    assert fetched.size == file.size
    assert await keeping.run() == []


async def test_what_comes_meanwhile_is_taken_along_too(keeping: Keeping, console: Console, desk: Desk) -> None:
    await console.pull()
    keeping.begin(TripChoice(views=("all-open",)))
    await keeping.run()
    before = keeping.status().tickets
    body = {"ticket": {"subject": "New one", "comment": {"body": "help"}}}
    await desk.as_("ada", "POST", "/tickets.json", body)
    await console.pull()
    await keeping.run()
    assert keeping.status().tickets == before + 1
    assert keeping.status().phase is TripPhase.READY


async def test_a_lost_connection_costs_one_request(keeping: Keeping, console: Console, desk: Desk) -> None:
    await console.pull()
    forget_whole(console.store)
    keeping.begin()
    asked = 0

    def cut(_request: object) -> str:
        nonlocal asked
        asked += 1
        return "lose request" if asked == 2 else ""

    desk.wire.mischief = cut
    try:
        await keeping.run()
    except Unreachable:
        pytest.fail("a lost connection is no failure")
    desk.wire.mischief = None
    await keeping.run()
    assert keeping.status().phase is TripPhase.READY


async def test_offline_it_waits(keeping: Keeping, console: Console, desk: Desk) -> None:
    await console.pull()
    forget_whole(console.store)
    keeping.begin()
    desk.wire.is_cut = True
    await keeping.run()
    assert keeping.status().phase is TripPhase.FETCHING
    assert keeping.status().tickets_here == 0
    desk.wire.is_cut = False
    await keeping.run()
    assert keeping.status().phase is TripPhase.READY


async def test_what_is_too_large_is_told_and_can_be_had_after_all(keeping: Keeping, console: Console) -> None:
    await console.pull()
    keeping.begin(TripChoice(views=("everything",), most_file=3))
    await keeping.run()
    assert keeping.status().phase is TripPhase.PARTLY
    (problem,) = console.store.trips.problems()
    assert (problem.file_name, problem.reason) == ("how.txt", "larger than you take along")
    assert console.store.trips.retry().result() == 0
    assert console.store.trips.retry(large=True).result() == 1
    await keeping.run()
    assert keeping.status().phase is TripPhase.READY


async def test_what_the_help_desk_refuses_is_told_with_its_reason(
    keeping: Keeping, console: Console, desk: Desk
) -> None:
    await console.pull()
    keeping.begin()
    desk.wire.answer("GET", "/attachments", 404, b"{}")
    await keeping.run()
    (problem,) = console.store.trips.problems()
    assert problem.reason == "the help desk does not have it any more"
    console.store.trips.retry().result()
    await keeping.run()
    assert keeping.status().phase is TripPhase.READY


async def test_what_fails_again_and_again_waits_for_the_agent(keeping: Keeping, console: Console, desk: Desk) -> None:
    await console.pull()
    keeping.begin()
    desk.wire.mischief = lambda request: "500" if "/attachments" in str(request.url) else ""
    heard = await keeping.run()
    assert keeping.status().phase is TripPhase.PARTLY
    assert 1 < sum("/attachments" in line for line in heard) < 20


async def test_nothing_is_fetched_while_something_of_the_agents_is_under_way(
    keeping: Keeping, console: Console
) -> None:
    await console.pull()
    keeping.begin()
    keeping.busy = iter([True, True, True])
    console.desk.time.slept.clear()
    await keeping.run()
    assert console.desk.time.slept[:3] == [0.05, 0.05, 0.05]


async def test_a_paused_trip_fetches_nothing(keeping: Keeping, console: Console) -> None:
    await console.pull()
    keeping.begin()
    console.store.trips.pause(paused=True).result()
    assert await keeping.run() == []
    assert keeping.status().phase is TripPhase.PAUSED
    console.store.trips.pause(paused=False).result()
    await keeping.run()
    assert keeping.status().phase is TripPhase.READY


async def test_a_trip_keeps_tickets_whatever_the_scope_and_ends_on_its_day(keeping: Keeping, console: Console) -> None:
    await console.pull()
    everything = kept(console.store)
    now = console.desk.time.instant()
    keeping.begin(ends_at=now + DAY)
    await keeping.run()
    console.store.cache.choose(CacheScope(days=1)).result()
    await keeping.run()
    assert kept(console.store) == everything
    console.store.files.trim(0)
    assert len(console.store.trips.here()) == 1
    assert all(console.store.files.cached(file.ref) for file in console.store.trips.here())
    console.desk.time.pass_(30 * 86400)
    await keeping.run()
    assert console.store.trips.current() is None
    await keeping.run()
    assert kept(console.store) < everything


async def test_nothing_goes_and_no_trip_ends_while_it_could_not_be_had_again(
    keeping: Keeping, console: Console
) -> None:
    await console.pull()
    everything = kept(console.store)
    now = console.desk.time.instant()
    keeping.begin(ends_at=now + DAY)
    await keeping.run()
    console.desk.time.pass_(30 * 86400)
    console.store.cache.choose(CacheScope(days=1)).result()
    await keeping.keeper.run(None)
    assert console.store.trips.current() is not None
    console.store.trips.end().result()
    await keeping.keeper.run(None)
    assert kept(console.store) == everything
    keeping.keeper.insist()
    await keeping.keeper.run(None)
    assert kept(console.store) < everything


async def test_a_wider_scope_fetches_what_had_gone(keeping: Keeping, console: Console) -> None:
    await console.pull()
    everything = kept(console.store)
    console.desk.time.pass_(30 * 86400)
    console.store.cache.choose(CacheScope(days=1)).result()
    await keeping.run()
    assert kept(console.store) < everything
    await console.pull()
    assert kept(console.store) < everything
    console.store.cache.choose(CacheScope()).result()
    console.store.cache.want_again()
    heard = await keeping.run()
    assert len([line for line in heard if "/tickets/" in line]) > 0
    assert kept(console.store) == everything
    assert not console.store.cache.leaves_out()


async def test_what_can_not_be_fetched_again_is_not_said_to_be_on_its_way(
    keeping: Keeping, console: Console, desk: Desk
) -> None:
    await console.pull()
    console.desk.time.pass_(30 * 86400)
    console.store.cache.choose(CacheScope(days=1)).result()
    await keeping.run()
    console.store.cache.choose(CacheScope()).result()
    assert console.store.cache.want_again() > 0
    desk.wire.mischief = lambda request: "500" if "/tickets/" in str(request.url) else ""
    heard = await keeping.run()
    assert len(heard) < 40
    covers = console.store.cache.covers()
    assert covers.wanted == 0
    assert covers.left_out > 0
    desk.wire.mischief = None
    console.store.cache.want_again()
    await keeping.run()
    assert not console.store.cache.leaves_out()


async def test_very_many_are_read_page_by_page(
    keeping: Keeping, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentconsole.sync.keeping.MANY", 0)
    await console.pull()
    everything = kept(console.store)
    console.desk.time.pass_(30 * 86400)
    console.store.cache.choose(CacheScope(days=1)).result()
    await keeping.run()
    console.store.cache.choose(CacheScope()).result()
    console.store.cache.want_again()
    assert await keeping.run() == []
    await console.pull()
    await keeping.run()
    assert kept(console.store) == everything
    assert not console.store.cache.leaves_out()


async def test_a_plan_tells_how_much_and_how_long(keeping: Keeping, console: Console) -> None:
    await console.pull()
    store = console.store
    forget_whole(store)
    members = keeping.keeper.members(EVERYTHING)
    plan, missing = store.trips.plan(members, EVERYTHING, lambda ref: store.files.cached(ref) is not None)
    assert plan.tickets == plan.conversations == len(members)
    assert (plan.missing_files, plan.missing_bytes) == (1, missing[0].size)
    assert plan.conversation_bytes > 0
    keeping.begin()
    await keeping.run()
    plan, missing = store.trips.plan(members, EVERYTHING, lambda ref: store.files.cached(ref) is not None)
    assert (plan.to_fetch, missing) == (0, [])
    assert plan.here_bytes > 0
    assert store.trips.pace().seconds(10, 1, 1000) is not None
