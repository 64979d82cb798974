"""Views, search and rows of the queue, as the signed-in agent sees them."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Sequence

from agentconsole.domain.instant import Instant
from agentconsole.domain.query import QueryProblem, QueueQuery
from agentconsole.domain.rows import QueueRow, ViewItem
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store.store import Store


class QueueService:
    """See :class:`agentconsole.services.api.Queue`."""

    def __init__(self, store: Store, me: Callable[[], Ref | None], now: Callable[[], Instant]) -> None:
        self._store = store
        self._me = me
        self._now = now

    def views(self) -> tuple[ViewItem, ...]:
        return self._store.queue.views()

    def first_ids(self, query: QueueQuery, limit: int = 200) -> array[int]:
        return self._store.queue.first_ids(query, limit, me=self._me(), now=self._now())

    async def all_ids(self, query: QueueQuery) -> array[int]:
        return await asyncio.to_thread(self._store.queue.all_ids, query, me=self._me(), now=self._now())

    def rows(self, ids: Sequence[TicketId]) -> list[QueueRow]:
        return self._store.queue.rows(ids)

    async def counts(self) -> dict[str, int]:
        return await asyncio.to_thread(self._store.queue.counts, me=self._me(), now=self._now())

    def check(self, text: str) -> QueryProblem | None:
        return self._store.queue.check(text)

    def suggestions(self, text: str, cursor: int) -> tuple[str, ...]:
        return self._store.queue.suggestions(text, cursor)

    async def save_search(self, title: str, text: str) -> str:
        return await asyncio.wrap_future(self._store.queue.save_search(title, text))

    async def forget_search(self, key: str) -> None:
        await asyncio.wrap_future(self._store.queue.forget_search(key))
