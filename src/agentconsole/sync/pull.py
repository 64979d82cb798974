"""Bring what the help desk has into the store.

1. Reference data, at most every few minutes.
2. Before the first whole copy exists: the tickets that need action, so that an agent can begin within seconds.
3. Each stream to its end. A page and the cursor behind it are stored in one transaction, so a pull that dies anywhere
   goes on from the last page that was stored.

While a page is being written, the next one is fetched and decoded; more than one is never held.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from agentconsole.connectors.api import Connector, Unsupported
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref
from agentconsole.store.store import Store

REFERENCE_EVERY = 5 * MINUTE
INITIAL_DONE = "initial_done"


class Progress(msgspec.Struct, frozen=True):
    """Where a pull stands. ``total`` is None while nobody knows."""

    is_initial: bool
    done: int
    total: int | None


class Puller:
    """Pulls from one connector into one store. *progressed* is told after each page that is not the last."""

    def __init__(
        self,
        store: Store,
        connector: Connector,
        *,
        clock: Callable[[], Instant],
        progressed: Callable[[Progress], None] = lambda _progress: None,
    ) -> None:
        self._store = store
        self._connector = connector
        self._clock = clock
        self._progressed = progressed
        self._reference_at: Instant | None = None
        self._counts: dict[str, int] = {}
        self._met: dict[str, set[Ref]] = {}
        self._done = 0

    async def pull(self) -> dict[str, int]:
        """Pull everything that is new; returns how many rows of each kind came.

        Raises ConnectorError or StoreError; what was stored until then stays.
        """
        self._start_counting()
        is_initial = self._store.facts.get(INITIAL_DONE) is None
        if is_initial:
            self._progressed(Progress(True, 0, None))
        await self._pull_reference()
        if is_initial:
            await self._pull_urgent()
            self._start_counting()  # the streams bring the urgent ones once more
        await self._pull_streams(is_initial)
        if is_initial:
            await asyncio.wrap_future(self._store.facts.put(INITIAL_DONE, "1"))
        return self._counts

    async def _pull_reference(self) -> None:
        now = self._clock()
        if self._reference_at is not None and 0 <= now - self._reference_at < REFERENCE_EVERY:
            return
        page = await self._connector.reference()
        await asyncio.wrap_future(self._store.pages.apply(page))
        self._reference_at = now

    async def _pull_urgent(self) -> None:
        writing: Future[Any] | None = None
        try:
            async for page in self._connector.urgent():
                await _finished(writing)
                writing = self._store.pages.apply(page)
                self._count(page)
                self._progressed(Progress(True, self._done, None))
        except Unsupported:
            pass
        finally:
            await _finished(writing)

    async def _pull_streams(self, is_initial: bool) -> None:
        pulled: set[str] = set()
        # a connector may find out on the way that it has to use other streams
        while stream := next((name for name in self._connector.streams if name not in pulled), None):
            pulled.add(stream)
            await self._pull_stream(stream, is_initial)

    async def _pull_stream(self, stream: str, is_initial: bool) -> None:
        cursor = self._store.cursors.get(stream)
        writing: Future[Any] | None = None
        more = True
        try:
            while more:
                page = await self._connector.changes(stream, cursor)
                await _finished(writing)
                writing = None
                more = page.more
                if _is_news(page) or page.cursor != cursor:
                    writing = self._store.pages.apply(page, stream=stream)
                cursor = page.cursor
                self._count(page)
                if more or is_initial:
                    total = None if page.remaining is None else self._done + page.remaining
                    self._progressed(Progress(is_initial, self._done, total))
        finally:
            await _finished(writing)

    def _start_counting(self) -> None:
        self._counts = {"tickets": 0, "comments": 0, "people": 0, "organizations": 0, "deleted": 0}
        self._met = {"people": set(), "organizations": set()}
        self._done = 0

    def _count(self, page: Page) -> None:
        for name in self._counts:
            rows = getattr(page, name)
            self._done += len(rows)
            if name in self._met:
                # whoever wrote, asked or is assigned comes along with each page, and once more in a stream of their own
                self._met[name].update(row.ref for row in rows)
                self._counts[name] = len(self._met[name])
            else:
                self._counts[name] += len(rows)


def _is_news(page: Page) -> bool:
    return bool(page.tickets or page.comments or page.people or page.organizations or page.deleted)


async def _finished(writing: Future[Any] | None) -> None:
    if writing is not None:
        await asyncio.wrap_future(writing)
