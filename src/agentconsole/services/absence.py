"""Being away and coming back: what was known when the agent left, and what happened since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agentconsole.domain.digest import Absence, Digest, digest_of
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref
from agentconsole.store.store import Store


class AbsenceService:
    """See :class:`agentconsole.services.api.Away`."""

    def __init__(self, store: Store, me: Callable[[], Ref | None], now: Callable[[], Instant]) -> None:
        self._store = store
        self._me = me
        self._now = now

    def leave(self, since: Instant) -> Absence:
        return Absence(since=since, mine=self._store.absence.mine(self._me()))

    async def digest(self, absence: Absence) -> Digest:
        return await asyncio.to_thread(self._digest, absence)

    def _digest(self, absence: Absence) -> Digest:
        reads, me, until = self._store.absence, self._me(), self._now()
        return digest_of(
            absence,
            reads.changed(absence, me),
            me=me,
            until=until,
            breached=reads.breached(absence.since, until),
            own=reads.own(absence.since),
            sent=reads.sent(absence.since),
        )
