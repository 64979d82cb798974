"""Fetches what nobody looks at just now: conversations that are wanted whole, and what is taken along.

One request at a time, and only while nothing of the agent's own is under way: a change to be sent, a page to be pulled,
a ticket or a file that was opened. Behind each request it rests half as long as that took. What is to be fetched stands
in the store, so that a restart or a lost connection costs the request that was under way and nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

from agentconsole.connectors.api import (
    Connector,
    ConnectorError,
    Forbidden,
    Missing,
    NeedsLogin,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from agentconsole.domain.trips import MOST_TRIES, KnownFile, retry_wait
from agentconsole.domain.values import Ref
from agentconsole.store.errors import StoreError, storing_failure
from agentconsole.store.store import Store
from agentconsole.store.trips import FAILED, HERE, WAITING, Errand

_REST = 0.5
_LONGEST_REST = 0.5  # seconds
_LOOK_AGAIN = 0.05  # seconds

_FINAL: tuple[tuple[type[ConnectorError], str], ...] = (
    (Missing, "the help desk does not have it any more"),
    (Forbidden, "you are not allowed to read it"),
    (Unsupported, "this kind of help desk can’t hand it out"),
    (Refused, ""),
)
"""Errors that asking again does not change, and what is said of them; empty: the help desk's own words."""


class Fetcher:
    """Fetches into *store* what is wanted there.

    *is_busy* says whether something of the agent's own is under way. *sleep* passes time, *seconds* is a monotonic
    clock.
    """

    def __init__(
        self,
        store: Store,
        is_busy: Callable[[], bool],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._is_busy = is_busy
        self._sleep = sleep
        self._seconds = seconds

    async def run(self, connector: Connector, stopped: Callable[[], bool] = lambda: False) -> int:
        """Fetch until nothing is left that could be had, or *stopped* says so; returns how many requests succeeded.

        Raises Unreachable, NeedsLogin or RateLimited, which are about everything, and StoreError.
        """
        count = 0
        while not stopped():
            if not await self._one(connector):
                return count
            count += 1
        return count

    async def _one(self, connector: Connector) -> bool:
        """Fetch the next thing; False when there is none."""
        wanted = await asyncio.to_thread(self._store.cache.wanted, MOST_TRIES, 1)
        if wanted:
            await self._fetch_wanted(connector, wanted[0])
            return True
        trip = await asyncio.to_thread(self._store.trips.current)
        if trip is None or trip.paused:
            return False
        errands = await asyncio.to_thread(self._store.trips.conversations, 1)
        if errands:
            await self._fetch_conversation(connector, errands[0])
            return True
        for file, tries in await asyncio.to_thread(self._store.trips.files, 50):
            if await asyncio.to_thread(self._store.files.cached, file.ref) is None:
                await self._fetch_file(connector, file, tries)
                return True
            await asyncio.wrap_future(self._store.trips.mark_file(file.ref, HERE))
        return bool(await asyncio.to_thread(self._store.trips.files, 1))

    async def measure(self, connector: Connector, ref: Ref, file: KnownFile | None) -> None:
        """Fetch the conversation *ref* (if it names one) and *file* to learn how fast that is; both are kept.

        Somebody waits for this: it gives way to nothing. Raises ConnectorError or StoreError.
        """
        trips = self._store.trips
        began = self._seconds()
        if ref:
            await asyncio.wrap_future(self._store.pages.apply(await connector.ticket(ref)))
            await asyncio.wrap_future(trips.keep_pace(trips.pace().with_conversation(self._seconds() - began)))
        if file is not None:
            began = self._seconds()
            await self._receive(connector, file)
            took = self._seconds() - began
            pace = trips.pace().with_file(file.size, took)
            # a request is a request: better than nothing while no conversation was measured
            await asyncio.wrap_future(trips.keep_pace(pace if pace.conversation else pace.with_conversation(took)))

    async def _fetch_wanted(self, connector: Connector, ref: Ref) -> None:
        try:
            await self._conversation(connector, ref)
        except ConnectorError as error:
            reason = _final_reason(error)
            if reason is None and isinstance(error, Unreachable | NeedsLogin | RateLimited):
                raise
            gone = isinstance(error, Missing)
            tries = MOST_TRIES if reason is None else 1
            await asyncio.wrap_future(self._store.cache.not_fetched(ref, reason or str(error), tries, gone=gone))
            await self._rest_after_failure(1)

    async def _fetch_conversation(self, connector: Connector, errand: Errand) -> None:
        trips = self._store.trips
        try:
            await self._conversation(connector, errand.ref)
        except ConnectorError as error:
            reason = _final_reason(error)
            if reason is None:
                await self._again(error, errand.tries, lambda state, why: trips.mark_ticket(errand.ticket, state, why))
            else:
                await asyncio.wrap_future(trips.mark_ticket(errand.ticket, FAILED, reason))
            return
        if not await asyncio.to_thread(trips.assess_one, errand.ticket):
            state = FAILED if errand.tries + 1 >= MOST_TRIES else WAITING
            reason = "the help desk did not give all of it"
            await asyncio.wrap_future(trips.mark_ticket(errand.ticket, state, reason, tries=errand.tries + 1))

    async def _fetch_file(self, connector: Connector, file: KnownFile, tries: int) -> None:
        trips = self._store.trips
        await self._give_way()
        began = self._seconds()
        try:
            await self._receive(connector, file)
        except ConnectorError as error:
            reason = _final_reason(error)
            if reason is None:
                await self._again(error, tries, lambda state, why: trips.mark_file(file.ref, state, why))
            else:
                await asyncio.wrap_future(trips.mark_file(file.ref, FAILED, reason))
            return
        except StoreError as error:
            # no room, or no right to write: it is told, and asked for again by the agent
            await asyncio.wrap_future(trips.mark_file(file.ref, FAILED, str(error)))
            raise
        took = self._seconds() - began
        await asyncio.wrap_future(trips.mark_file(file.ref, HERE))
        await asyncio.wrap_future(trips.keep_pace(trips.pace().with_file(file.size, took)))
        await self._rest(took)

    async def _receive(self, connector: Connector, file: KnownFile) -> None:
        receiving = await asyncio.to_thread(self._store.files.receive, file.ref, file.file_name)
        try:
            await connector.download(file.url, receiving.write)
            await asyncio.to_thread(receiving.finish)
        except OSError as error:
            await asyncio.to_thread(receiving.abandon)
            raise storing_failure(error) from error
        except BaseException:
            await asyncio.to_thread(receiving.abandon)
            raise

    async def _conversation(self, connector: Connector, ref: Ref) -> None:
        await self._give_way()
        began = self._seconds()
        page = await connector.ticket(ref)
        await asyncio.wrap_future(self._store.pages.apply(page))
        took = self._seconds() - began
        trips = self._store.trips
        await asyncio.wrap_future(trips.keep_pace(trips.pace().with_conversation(took)))
        await self._rest(took)

    async def _again(self, error: ConnectorError, tries: int, mark: Callable[[str, str], Future[None]]) -> None:
        """Note that something failed that may be had later; raise what is about everything."""
        if isinstance(error, Unreachable | NeedsLogin | RateLimited):
            raise error
        state = FAILED if tries + 1 >= MOST_TRIES else WAITING
        await asyncio.wrap_future(mark(state, str(error)))
        await self._rest_after_failure(tries + 1)

    async def _give_way(self) -> None:
        while self._is_busy():
            await self._sleep(_LOOK_AGAIN)

    async def _rest(self, took: float) -> None:
        await self._sleep(min(_LONGEST_REST, took * _REST))

    async def _rest_after_failure(self, tries: int) -> None:
        # what has failed waits behind everything else, so a wait here is a wait of the last ones
        await self._sleep(min(10.0, retry_wait(tries) / 1_000_000))


def _final_reason(error: ConnectorError) -> str | None:
    """Return why asking again is no use, None when it may be."""
    for kind, words in _FINAL:
        if isinstance(error, kind):
            return words or str(error)
    return None
