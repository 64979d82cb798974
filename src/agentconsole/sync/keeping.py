"""Keeps on this computer what is to be kept here, and nothing else: fetches what is missing, and makes room.

It follows each pull: views are asked anew for what belongs to a trip, attachments of new comments are fetched, and
tickets that have left the scope of the cache go.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection

from agentconsole.connectors.api import Connector, ConnectorError, RateLimited
from agentconsole.domain.cache_scope import CacheScope, SweepReport
from agentconsole.domain.instant import Instant
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.trips import TripChoice, is_over
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store.admitting import stored_me
from agentconsole.store.store import Store
from agentconsole.store.trips import WAITING
from agentconsole.sync.fetching import Fetcher

SWEEP_EVERY = 3600.0
"""Seconds between looks for what has grown too old to be kept."""

MANY = 1500
"""More tickets than this are fetched by reading all of the help desk's streams again, a page at a time."""

IDLE = 60.0
"""Seconds until the next look when nobody tells of anything new."""

RETRY = 20.0
"""Seconds until the next try after the help desk could not be asked."""


class Keeper:
    """One step after the other, in the loop of whoever calls; what blocks is done in threads.

    *shown* are the tickets that windows of this process show. *now* is the help desk's time.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], Instant],
        fetcher: Fetcher,
        shown: Callable[[], Collection[TicketId]] = tuple,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._now = now
        self.fetcher = fetcher
        self._shown = shown
        self._seconds = seconds
        self._swept_at: float | None = None
        self._swept: CacheScope | None = None
        self._checked_files = False
        self._again = False
        self.wants_pull = False
        """Whether so much is missing that the streams are to be read anew: the next pull does so."""
        self._insisted = False
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Have a sweep that is under way end soon; from any thread."""
        self._stopping.set()

    def insist(self) -> None:
        """Make room with the next run, even without a connection: the agent has just chosen to keep less."""
        self._insisted = True

    async def run(self, connector: Connector | None, stopped: Callable[[], bool] = lambda: False) -> float:
        """Do everything that is due; returns in how many seconds to look again.

        Without *connector*, nothing is fetched. Raises StoreError.
        """
        delay = IDLE
        await self.follow(online=connector is not None)
        if connector is not None or self._insisted:
            # without a connection nothing can be had again: what has grown old, or came home, stays until there is one
            await self._sweep_if_due()
        if connector is not None:
            try:
                await self._fetch(connector, stopped)
            except RateLimited as error:
                delay = max(1.0, error.retry_after)
            except ConnectorError:
                delay = RETRY
        await self._settle()
        return delay

    async def follow(self, *, online: bool = True) -> None:
        """Bring the trip up to date with what the store holds: its end, new members, their attachments.

        It does not end before there is a connection again.
        """
        trips = self._store.trips
        trip = await asyncio.to_thread(trips.current)
        if trip is None:
            return
        if online and is_over(trip.ends_at, self._now()):
            await asyncio.wrap_future(trips.end())
            self._swept_at = None  # what was taken along may go now
            return
        members = await asyncio.to_thread(self.members, trip.choice)
        await asyncio.to_thread(trips.join, members)
        await asyncio.to_thread(trips.assess)
        if not self._checked_files:
            await asyncio.to_thread(self._look_for_lost_files)
            self._checked_files = True

    def members(self, choice: TripChoice) -> list[TicketId]:
        """Return the tickets that *choice* names now, those of the first view first. Blocks."""
        me = self._me()
        found: dict[TicketId, None] = {}
        for query in queries_of(choice):
            found.update(dict.fromkeys(self._store.queue.all_ids(query, me=me, now=self._now())))
        return list(found)

    async def sweep(self, got_on: Callable[[int], object] = lambda _tickets: None) -> SweepReport:
        """Make room now."""
        self._stopping.clear()
        self._insisted = False
        scope = await asyncio.to_thread(self._store.cache.scope)
        kept = await asyncio.to_thread(self.spared, scope)
        report = await asyncio.to_thread(
            self._store.cache.evicting.sweep, kept, stopped=self._stopping.is_set, got_on=got_on
        )
        self._swept, self._swept_at = scope, self._seconds()
        return report

    def spared(self, scope: CacheScope) -> set[TicketId]:
        """Return what stays although *scope* does not say so: what windows show, and what its views hold. Blocks."""
        me = self._me()
        kept = set(self._shown())
        for view in scope.views:
            kept.update(self._store.queue.all_ids(QueueQuery(view=view), me=me, now=self._now()))
        return kept

    async def _fetch(self, connector: Connector, stopped: Callable[[], bool]) -> None:
        await self._settle_wanted()
        wanted = await asyncio.to_thread(self._store.cache.wanted_count)
        if wanted > MANY and not self._again:
            # page by page it takes a thousandth of the requests: the next pull begins at the beginning
            await asyncio.wrap_future(self._store.cursors.clear())
            self._again = self.wants_pull = True
            return
        self.wants_pull = False
        self._again = self._again and wanted > 0
        while await self.fetcher.run(connector, stopped) and not stopped():
            # what was fetched may have brought attachments that nobody knew of
            await asyncio.to_thread(self._store.trips.assess)

    async def _settle(self) -> None:
        await self._settle_wanted()
        trips = self._store.trips
        trip = await asyncio.to_thread(trips.current)
        if trip is not None and trip.ready_at is None and not trip.paused:
            status = await asyncio.to_thread(trips.status, online=True, as_of=None)
            if status is not None and status.is_complete:
                await asyncio.wrap_future(trips.settled(self._now()))

    async def _settle_wanted(self) -> None:
        if await asyncio.to_thread(self._store.cache.leaves_out):
            await asyncio.wrap_future(self._store.cache.settle_wanted())

    async def _sweep_if_due(self) -> None:
        scope = await asyncio.to_thread(self._store.cache.scope)
        if scope.is_everything:
            return
        is_new = scope != self._swept
        if is_new or self._swept_at is None or self._seconds() - self._swept_at >= SWEEP_EVERY:
            await self.sweep()

    def _look_for_lost_files(self) -> None:
        """Somebody may have emptied the folder: what is not there is fetched again."""
        for file in self._store.trips.here():
            if self._store.files.cached(file.ref) is None:
                self._store.trips.mark_file(file.ref, WAITING).result()

    def _me(self) -> Ref | None:
        return stored_me(self._store.facts.get("identity"))


def queries_of(choice: TripChoice) -> tuple[QueueQuery, ...]:
    """Return what *choice* asks of the queue."""
    return (
        *(QueueQuery(view=view) for view in choice.views),
        *(QueueQuery(view="everything", text=text) for text in choice.searches),
    )
