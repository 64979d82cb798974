"""Ticket statistics and support activity from the local store: the dashboard and ``agentconsole report`` ask here.

What counts is imported with the first report: the window starts without it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.reports import Choices, Report, Scope
    from agentconsole.domain.service_levels import Reckoner


_FREED_AT_ONCE = 1000


class ReportService:
    """See :class:`agentconsole.services.api.Reports`."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], Instant],
        data_as_of: Callable[[], Instant | None],
        reckoner: Callable[[], Reckoner | None] = lambda: None,
    ) -> None:
        """*now* is the help desk's time; *data_as_of* says when the cache last agreed with it.

        *reckoner* counts the targets of policy packs.
        """
        self._reckoner = reckoner
        self._store = store
        self._now = now
        self._data_as_of = data_as_of

    async def report(self, scope: Scope, got_on: Callable[[float], object] | None = None) -> Report:
        loop = asyncio.get_running_loop()
        stopped = threading.Event()

        def tell(share: float) -> None:
            if got_on is not None and not stopped.is_set():
                loop.call_soon_threadsafe(got_on, share)

        try:
            return await asyncio.to_thread(self._make, scope, tell, stopped.is_set)
        finally:
            # a thread can't be cancelled: it looks by itself
            stopped.set()

    async def choices(self) -> Choices:
        return await asyncio.to_thread(self._store.reports.choices)

    def _make(self, scope: Scope, tell: Callable[[float], object], stopped: Callable[[], bool]) -> Report:
        from agentconsole.domain.figures import report
        from agentconsole.domain.reports import days_between, today

        now = self._now()
        if scope.last > today(now):
            # days to come have no figures
            scope = msgspec.structs.replace(scope, last=max(scope.first, today(now)))
        days = days_between(scope.first, scope.last)
        reads = self._store.reports
        raw = reads.read(scope, days, lambda step: tell(step / (reads.STEPS + 1)), stopped, self._reckoner())
        left_out = self._store.cache.covers().left_out
        coverage = msgspec.structs.replace(raw.coverage, data_as_of=self._data_as_of(), left_out=left_out)
        made = report(scope, days, now, raw.cases, raw.replies, raw.names, coverage)
        while raw.cases:
            # freed at once they would hold up the window's thread for a tenth of a second
            del raw.cases[-_FREED_AT_ONCE:]
        return made
