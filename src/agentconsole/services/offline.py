"""What is kept on this computer, and what is taken along. Nothing of it is imported before it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from agentconsole.connectors.api import Connector, ConnectorError
from agentconsole.domain.cache_scope import CacheCovers, CacheScope, CacheUse, ScopeEffect, SweepReport
from agentconsole.domain.instant import Instant
from agentconsole.domain.trips import TripChoice, TripPlan, TripProblem, TripStatus
from agentconsole.domain.values import TicketId
from agentconsole.services.settings import SettingsFile
from agentconsole.store.errors import KeptWhole
from agentconsole.store.facts import ARCHIVE
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine

if TYPE_CHECKING:
    from agentconsole.domain.trips import KnownFile

MOST_BYTES = "attachments.most_bytes"
"""The setting of how many bytes of fetched attachments are kept."""

_SAMPLE_AT_MOST = 5 * 1024**2
"""Bytes: a larger attachment is not fetched only to learn how fast that is."""


class CacheService:
    """See :class:`agentconsole.services.api.Cache`."""

    def __init__(self, store: Store, engine: SyncEngine, settings: SettingsFile, most_files: int) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._most_files = most_files

    def scope(self) -> CacheScope:
        return self._store.cache.scope()

    def leaves_out(self) -> bool:
        return self._store.cache.leaves_out()

    async def effect(self, scope: CacheScope) -> ScopeEffect:
        self._may_make_room()
        return await asyncio.to_thread(self._effect, scope)

    async def choose(self, scope: CacheScope) -> None:
        self._may_make_room()
        cache = self._store.cache
        self._engine.keeper.stop()  # a sweep that is under way removes by the old choice
        old = await asyncio.to_thread(cache.scope)
        await asyncio.wrap_future(cache.choose(scope))
        more_views = bool(set(scope.views) - set(old.views))
        await asyncio.to_thread(cache.want_again, views_changed=more_views)
        self._engine.keeper.insist()
        self._engine.keep()

    async def covers(self) -> CacheCovers:
        return await asyncio.to_thread(self._store.cache.covers)

    async def use(self) -> CacheUse:
        return await asyncio.to_thread(self._use)

    async def sweep(self, got_on: Callable[[int], object] | None = None) -> SweepReport:
        self._may_make_room()
        loop = asyncio.get_running_loop()

        def tell(tickets: int) -> None:
            if got_on is not None:
                loop.call_soon_threadsafe(got_on, tickets)

        keeper = self._engine.keeper
        try:
            return await keeper.sweep(tell)
        except asyncio.CancelledError:
            keeper.stop()
            raise

    def most_attachments(self) -> int:
        return int(self._settings.get(MOST_BYTES, self._most_files))

    async def limit_attachments(self, most: int) -> int:
        self._may_make_room()
        self._settings.set(MOST_BYTES, most)
        return await asyncio.to_thread(self._store.files.trim, most)

    def _may_make_room(self) -> None:
        """Raise KeptWhole in an archive: what goes elsewhere is fetched again from the help desk."""
        if self._store.facts.get(ARCHIVE) is not None:
            raise KeptWhole

    def _effect(self, scope: CacheScope) -> ScopeEffect:
        cache = self._store.cache
        going, protected = cache.evicting.outside(scope, self._engine.keeper.spared(scope))
        used = cache.evicting.space().used
        size = int(used * cache.share_of(going))
        over = max(0, used - size - scope.most_bytes) if scope.most_bytes else 0
        return ScopeEffect(
            go=len(going), bytes=size, fetched=cache.would_want(scope), protected=protected, squeezed=over
        )

    def _use(self) -> CacheUse:
        space = self._store.cache.evicting.space()
        files, size = self._store.files.fetched_size()
        return CacheUse(database=space.used + space.idle, free=space.idle, attachments=size, files=files)


class TripService:
    """See :class:`agentconsole.services.api.Trips`."""

    def __init__(self, store: Store, engine: SyncEngine) -> None:
        self._store = store
        self._engine = engine

    def lasts(self) -> bool:
        return self._store.trips.current() is not None

    def views(self) -> tuple[str, ...]:
        trip = self._store.trips.current()
        return () if trip is None else trip.choice.views

    def taken(self, tickets: Iterable[TicketId]) -> frozenset[TicketId]:
        return self._store.trips.taken(tickets)

    async def plan(self, choice: TripChoice) -> TripPlan:
        plan, missing = await asyncio.to_thread(self._plan, choice)
        pace = await asyncio.to_thread(self._store.trips.pace)
        if pace.seconds(plan.conversations, plan.missing_files, plan.missing_bytes) is None:
            await self._measure(plan, missing)
            plan, missing = await asyncio.to_thread(self._plan, choice)
        return plan

    async def start(self, choice: TripChoice, ends_at: Instant | None = None) -> None:
        members = await asyncio.to_thread(self._engine.keeper.members, choice)
        trips = self._store.trips
        await asyncio.wrap_future(trips.begin(choice, members, ends_at))
        await asyncio.to_thread(trips.join, members)
        await asyncio.to_thread(trips.assess)
        self._engine.keep()

    async def status(self) -> TripStatus | None:
        known = self._engine.status()
        return await asyncio.to_thread(self._store.trips.status, online=known.online, as_of=known.data_as_of)

    async def problems(self) -> tuple[TripProblem, ...]:
        return await asyncio.to_thread(self._store.trips.problems)

    async def pause(self, *, paused: bool) -> None:
        await asyncio.wrap_future(self._store.trips.pause(paused=paused))
        self._engine.keep()

    async def retry(self, *, large: bool = False) -> int:
        count = await asyncio.wrap_future(self._store.trips.retry(large=large))
        self._engine.keep()
        return count

    async def set_end(self, ends_at: Instant | None) -> None:
        await asyncio.wrap_future(self._store.trips.set_end(ends_at))

    async def end(self) -> None:
        await asyncio.wrap_future(self._store.trips.end())
        self._engine.keep()

    async def fetch(self) -> None:
        await self._engine.keep_once()

    def _plan(self, choice: TripChoice) -> tuple[TripPlan, list[KnownFile]]:
        members = self._engine.keeper.members(choice)
        trips, files = self._store.trips, self._store.files
        plan, missing = trips.plan(members, choice, files.has)
        seconds = trips.pace().seconds(plan.conversations, plan.missing_files, plan.missing_bytes)
        return plan.timed(seconds), missing

    async def _measure(self, plan: TripPlan, missing: list[KnownFile]) -> None:
        """Learn how fast the help desk is by fetching one thing of each kind; offline nothing is learnt."""
        small = [file for file in missing if file.size <= _SAMPLE_AT_MOST]
        sample = max(small, key=lambda file: file.size, default=None)
        fetcher = self._engine.keeper.fetcher

        async def fetch(desk: Connector) -> None:
            await fetcher.measure(desk, plan.sample, sample)

        try:
            await asyncio.wait_for(self._engine.ask(fetch), timeout=10.0)
        except (ConnectorError, TimeoutError):
            return
