"""The loop that keeps: in a running engine, over a real socket, behind everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.domain.cache_scope import CacheScope
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.trips import TripChoice, TripPhase
from agentconsole.server.database import Database
from agentconsole.server.embedded import EmbeddedServer
from agentconsole.server.settings import ServerSettings
from tests.sync.test_engine import Seat, database

__all__ = ["database"]


@pytest.fixture
def server(database: Database) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(database, ServerSettings()) as server:
        yield server


async def test_a_running_engine_fetches_what_is_taken_along_and_makes_room(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    seat = Seat(tmp_path, server.address)
    store = seat.store
    try:
        seat.engine.start()
        seat.wait_until(lambda: seat.engine.status().data_as_of is not None)
        choice = TripChoice(views=("all-open",))
        store.trips.begin(choice, seat.engine.keeper.members(choice), None).result()
        seat.engine.keep()

        def is_ready() -> bool:
            status = store.trips.status(online=True, as_of=None)
            return status is not None and status.phase is TripPhase.READY and status.files_here == 1

        seat.wait_until(is_ready)
        taken = len(store.queue.all_ids(QueueQuery(view="all-open")))
        store.cache.choose(CacheScope(days=1)).result()
        seat.engine.keep()
        seat.wait_until(store.cache.leaves_out)
        assert len(store.queue.all_ids(QueueQuery(view="all-open"))) == taken

        store.cache.choose(CacheScope()).result()
        store.cache.want_again()
        seat.engine.keep()
        seat.wait_until(lambda: not store.cache.leaves_out())
    finally:
        await seat.close()


async def test_an_engine_that_stops_amid_a_sweep_ends_soon(server: EmbeddedServer, tmp_path: Path) -> None:
    seat = Seat(tmp_path, server.address)
    seat.engine.start()
    seat.wait_until(lambda: seat.engine.status().data_as_of is not None)
    seat.store.cache.choose(CacheScope(days=1)).result()
    seat.engine.keep()
    await seat.close()
    assert seat.engine.status().phase == "stopped"
