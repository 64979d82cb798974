"""Work that has not reached the help desk: drafts, and the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from agentconsole.domain.rows import Draft, OutboxRow
from agentconsole.domain.values import TicketId
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine


class DraftService:
    """See :class:`agentconsole.services.api.Drafts`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def draft(self, ticket: TicketId, public: bool | None = None) -> Draft | None:
        return self._store.drafts.draft(ticket, public)

    def all_drafts(self) -> tuple[Draft, ...]:
        return self._store.drafts.all_drafts()

    async def save(self, ticket: TicketId, body: str, *, public: bool, cursor: int, over: str | None = None) -> None:
        await asyncio.wrap_future(self._store.drafts.save(ticket, body, public=public, cursor=cursor, over=over))


class OutboxService:
    """See :class:`agentconsole.services.api.Outbox`."""

    def __init__(self, store: Store, engine: SyncEngine | None) -> None:
        self._store = store
        self._engine = engine

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]:
        return self._store.outbox.rows(waiting_only=waiting_only, limit=limit)

    async def retry(self, keys: Sequence[str]) -> int:
        count = await asyncio.wrap_future(self._store.outbox.retry(keys))
        if self._engine:
            self._engine.nudge()
        return count

    async def discard(self, keys: Sequence[str]) -> int:
        return await asyncio.wrap_future(self._store.outbox.withdraw(keys=keys))
