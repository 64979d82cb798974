"""Running SLA targets, counted and in order of their breach."""

from __future__ import annotations

import asyncio

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.store.store import Store


class CountdownService:
    """See :class:`agentconsole.services.api.Countdown`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def running(self, limit: int = 2000) -> list[TargetRow]:
        return self._store.countdown.running(limit)

    def breaching(self, since: Instant, limit: int = 1000) -> list[TargetRow]:
        return self._store.countdown.breaching(since, limit)

    def watched(self, now: Instant, limit: int = 1000) -> list[TargetRow]:
        return self._store.countdown.watched(now, limit)

    async def tally(self, now: Instant, thresholds: Thresholds) -> dict[Light, int]:
        return await asyncio.to_thread(self._store.countdown.tally, now, thresholds)

    async def strip(self, now: Instant, hours: int = 8, buckets: int = 32) -> list[int]:
        return await asyncio.to_thread(self._store.countdown.strip, now, hours, buckets)
