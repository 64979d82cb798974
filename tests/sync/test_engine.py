"""Engines in their threads, and a ticket server on a real socket.

Nothing here sleeps: a test waits for the change it expects, and fails when that does not come.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agentconsole.connectors.api import Connection, Connector, Unreachable
from agentconsole.connectors.registry import open_connector
from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, SetFields
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import SyncStatus
from agentconsole.domain.values import OutboxState
from agentconsole.platform.locks import FileLock
from agentconsole.server.database import Database
from agentconsole.server.embedded import EmbeddedServer
from agentconsole.server.settings import ServerSettings
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from agentconsole.sync.engine import CLOCK_LOOK, SyncEngine
from tests.support.desk import copy_account
from tests.support.keys import KEY

WITHIN = 20.0
"""Seconds after which a change that was expected is given up."""


def wall_clock() -> Instant:
    return time.time_ns() // 1000


class Seat:
    """One agent: a store, an engine over it, and news of both."""

    def __init__(
        self,
        folder: Path,
        address: str,
        kind: str = "agentconsole",
        who: str = "ben",
        token: str = "",
        poll: float = 60.0,
        **clocks: Any,
    ) -> None:
        self._token = token or f"{who}-token"
        self.store: Store = open_store(folder / f"{who}.db", key=KEY)
        self._news = threading.Condition()
        self._unsubscribe = self.store.subscribe(self._told)
        self.statuses: list[SyncStatus] = []
        self.address = address
        self.engine = SyncEngine(
            store=self.store,
            connect=lambda: self._connect(kind, who),
            **{"clock": wall_clock, **clocks},
            status_changed=self._status_changed,
            poll_interval=poll,
            jitter=lambda: 0.1,
            turn=FileLock(folder / f"{who}.lock"),
        )

    def _connect(self, kind: str, who: str) -> Connector:
        connection = Connection(kind=kind, url=self.address, person=f"{who}@desk.example")
        return open_connector(connection, self._token)

    def _status_changed(self, status: SyncStatus) -> None:
        self.statuses.append(status)
        self._told(None)

    def _told(self, _change: Change | None) -> None:
        with self._news:
            self._news.notify_all()

    def wait_until(self, true: Callable[[], bool]) -> float:
        """Wait for news that make *true* so; returns after how many seconds that was."""
        began = time.perf_counter()
        with self._news:
            # the condition may come true by reads that tell nobody, hence the look every tenth of a second
            while not true():
                assert time.perf_counter() - began < WITHIN, f"it did not come true; {self.engine.status()}"
                self._news.wait(0.1)
        return time.perf_counter() - began

    def queue(self, ref: str, *commands: Any) -> list[str]:
        ticket = self.store.tickets.find(ref)
        assert ticket is not None
        return self.store.outbox.queue([(ticket, command) for command in commands], batch="b").result()

    def shown(self, ref: str) -> list[str]:
        ticket = self.store.tickets.find(ref)
        detail = None if ticket is None else self.store.tickets.detail(ticket)
        return [] if detail is None else [each.body for each in detail.comments]

    def live(self) -> bool:
        status = self.engine.status()
        return status.live and status.phase == "idle" and status.data_as_of is not None

    def settled(self) -> bool:
        return self.engine.status().waiting == 0

    async def close(self) -> None:
        await self.engine.stop()
        self._unsubscribe()
        self.store.close()


@pytest.fixture
def database(account_file: Path, tmp_path: Path) -> Iterator[Database]:
    database = copy_account(account_file, tmp_path / "server.db")
    yield database
    database.close()


def comments(address: str, ref: str) -> list[str]:
    """What the help desk itself says."""
    answer = httpx.get(
        f"{address}/api/v2/tickets/{ref}/comments.json", auth=("ada@desk.example/token", "ada-token"), trust_env=False
    )
    return [each["body"] for each in answer.json()["comments"]]


async def test_two_consoles_see_each_others_changes_within_a_second_by_the_stream(
    database: Database, tmp_path: Path
) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        ada, ben = Seat(tmp_path, server.address, who="ada"), Seat(tmp_path, server.address, who="ben")
        ada.engine.start()
        ben.engine.start()
        for seat in (ada, ben):
            seat.wait_until(seat.live)

        ada.queue("1", AddComment(body="From Ada", public=False))
        assert ben.wait_until(lambda: "From Ada" in ben.shown("1")) < 1.0
        ben.queue("1", SetFields(values={"assignee": "102"}, base={"assignee": None}))
        ticket = ada.store.tickets.find("1")
        assert ticket is not None
        assert ada.wait_until(lambda: _assignee(ada.store, ticket) == "102") < 1.0

        ben.engine.announce("1", "replying")
        ada.wait_until(lambda: [each.name for each in ada.engine.presence("1")] == ["Ben Bell"])
        assert ben.engine.presence("1") == ()
        ben.engine.announce(None)
        ada.wait_until(lambda: [each.seen_at is not None for each in ada.engine.presence("1")] == [True])
        for seat in (ada, ben):
            await seat.close()


def _assignee(store: Store, ticket: int) -> str | None:
    confirmed = store.tickets.confirmed(ticket)
    return None if confirmed is None else confirmed.assignee


async def test_without_a_stream_they_see_them_by_polling(database: Database, tmp_path: Path) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        ada = Seat(tmp_path, server.address, who="ada")
        ben = Seat(tmp_path, server.address, "zendesk", who="ben", poll=0.2)
        ada.engine.start()
        ben.engine.start()
        ada.wait_until(ada.live)
        ben.wait_until(lambda: ben.shown("1") != [])
        ada.queue("1", AddComment(body="From Ada", public=False))
        ada.wait_until(ada.settled)
        ben.wait_until(lambda: "From Ada" in ben.shown("1"))
        assert not any(status.live for status in ben.statuses)
        for seat in (ada, ben):
            await seat.close()


@pytest.mark.parametrize("is_restarted", [False, True], ids=["same console", "console restarted"])
async def test_what_was_done_while_the_server_was_away_arrives_once_and_in_order(
    database: Database, tmp_path: Path, is_restarted: bool
) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address)
        seat.engine.start()
        seat.wait_until(seat.live)
        port = int(server.address.rsplit(":", 1)[1])
    seat.wait_until(lambda: not seat.engine.status().online)
    status = seat.engine.status()
    assert (status.phase, status.live) == ("offline", False)
    assert status.problem
    assert status.advice
    assert status.next_attempt_at is not None

    texts = [f"Offline {number}" for number in range(5)]
    last = seat.store.tickets.last_comment(_found(seat, "1"))
    assert last is not None
    seat.queue("1", *(AddComment(body=text, public=bool(n % 2), last_seen=last.ref) for n, text in enumerate(texts)))
    seat.queue("2", SetFields(values={"status": "hold"}, base={"status": "pending"}))
    assert seat.engine.status().waiting == 6
    assert seat.shown("1")[1:] == texts
    if is_restarted:
        await seat.close()
        seat = Seat(tmp_path, seat.address)
        seat.engine.start()
        assert seat.engine.status().waiting == 6

    with EmbeddedServer(database, ServerSettings(port=port)) as server:
        seat.engine.nudge()
        seat.wait_until(seat.settled)
        assert comments(server.address, "1")[1:] == texts
        seat.wait_until(lambda: seat.live() and seat.engine.status().problem == "")
        assert seat.shown("1")[1:] == texts
        assert [row.state for row in seat.store.outbox.rows(waiting_only=False)] == [OutboxState.SENT] * 6
        await seat.close()


def _found(seat: Seat, ref: str) -> int:
    ticket = seat.store.tickets.find(ref)
    assert ticket is not None
    return ticket


async def test_one_exchange_reports_what_it_did(database: Database, tmp_path: Path) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address)
        report = await seat.engine.once()
        assert report["pulled"]["tickets"] >= 3
        assert (report["pushed"], report["pending"], report["conflicts"], report["online"]) == (0, 0, 0, True)
        seat.queue("1", AddComment(body="Hello", public=False))
        report = await seat.engine.once()
        assert (report["pushed"], report["pending"], report["online"]) == (1, 0, True)
        assert "problem" not in report
    seat.queue("1", AddComment(body="Alone", public=False))
    report = await seat.engine.once()
    assert (report["pushed"], report["pending"], report["online"]) == (0, 1, False)
    assert report["problem"].startswith("The help desk can't be reached")
    await seat.close()


async def test_a_refused_sign_in_is_told_and_keeps_what_waits(database: Database, tmp_path: Path) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address)
        await seat.engine.once()
        seat.queue("1", AddComment(body="Kept", public=False))
        await seat.close()
        seat = Seat(tmp_path, server.address, token="revoked")
        seat.engine.start()
        seat.wait_until(lambda: seat.engine.status().needs_login)
        status = seat.engine.status()
        assert (status.online, status.waiting, status.phase) == (False, 1, "offline")
        assert "token" in status.advice
        await seat.close()


async def test_calls_run_with_the_connector_and_fail_without_one(database: Database, tmp_path: Path) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address)
        with pytest.raises(Unreachable):
            seat.engine.call(lambda desk: desk.history("1")).result(WITHIN)
        seat.engine.start()
        history = seat.engine.call(lambda desk: desk.history("1")).result(WITHIN)
        assert history[0].who == "Dan Dahl"
        await seat.close()
        assert seat.engine.status().phase == "stopped"


async def test_a_call_that_runs_while_the_engine_stops_ends_too(database: Database, tmp_path: Path) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address)
        seat.engine.start()
        seat.wait_until(seat.live)
        has_begun = threading.Event()

        async def endless(_desk: Connector) -> None:
            has_begun.set()
            await asyncio.Event().wait()

        running = seat.engine.call(endless)
        assert has_begun.wait(WITHIN)
        late = [seat.engine.call(endless) for _ in range(20)]
        await seat.engine.stop()
        for asked in (running, *late, seat.engine.call(endless)):
            with pytest.raises(Unreachable):
                asked.result(WITHIN)
        await seat.close()


async def test_stopping_does_not_wait_for_what_can_not_be_stopped(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address)
        seat.engine.start()
        seat.wait_until(seat.live)
        has_begun, free = threading.Event(), threading.Event()

        async def hangs(_desk: Connector) -> None:
            # as a look-up of a name does when the network is gone: no cancelling reaches it
            has_begun.set()
            free.wait(WITHIN)

        asked = seat.engine.call(hangs)
        assert has_begun.wait(WITHIN)
        began = time.perf_counter()
        await seat.engine.stop(within=0.1)
        assert time.perf_counter() - began < 5
        assert "did not end" in caplog.text
        assert "hangs" in caplog.text or "run" in caplog.text
        assert asked.cancelled()
        caplog.clear()
        free.set()
        seat.wait_until(lambda: seat.engine.status().phase == "stopped")
        await seat.close()


async def test_a_computer_that_slept_exchanges_when_it_wakes(database: Database, tmp_path: Path) -> None:
    slept = 0

    def clock() -> Instant:
        return wall_clock() + slept

    async def sleep(seconds: float) -> None:
        """Looks at the clock come often; everything else is far away."""
        await asyncio.sleep(0.02 if seconds == CLOCK_LOOK else 3600)

    with EmbeddedServer(database, ServerSettings()) as server:
        seat = Seat(tmp_path, server.address, "zendesk", clock=clock, sleep=sleep)
        seat.engine.start()
        seat.wait_until(lambda: seat.engine.status().last_sync_at is not None)
        before = seat.engine.status().last_sync_at
        slept = 3_600_000_000
        seat.wait_until(lambda: seat.engine.status().last_sync_at != before)
        await seat.close()
