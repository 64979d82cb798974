"""Work that has not reached the help desk: drafts, and the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agentconsole.domain.drafts import Along, AlongFile, DraftItem, DraftVersion
from agentconsole.domain.outbox_views import OutboxBatch, OutboxListing, OutboxView
from agentconsole.domain.rows import Draft, OutboxRow
from agentconsole.domain.values import TicketId
from agentconsole.services.unsent_acts import UnsentActs
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

    def items(self) -> tuple[DraftItem, ...]:
        return self._store.drafts.items()

    def discarded(self) -> tuple[DraftItem, ...]:
        return self._store.drafts.discarded()

    def versions(self, ticket: TicketId, public: bool) -> tuple[DraftVersion, ...]:
        return self._store.drafts.versions(ticket, public)

    def merged_here(self, ticket: TicketId) -> tuple[DraftItem, ...]:
        return self._store.drafts.merged_here(ticket)

    def form(self, name: str) -> str:
        return self._store.drafts.form(name)

    async def save(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool,
        cursor: int,
        over: str | None = None,
        along: Along | None = None,
        why: str = "",
    ) -> None:
        saving = self._store.drafts.save(ticket, body, public=public, cursor=cursor, over=over, along=along, why=why)
        await asyncio.wrap_future(saving)

    async def place_caret(self, ticket: TicketId, *, public: bool, cursor: int) -> None:
        await asyncio.wrap_future(self._store.drafts.place_caret(ticket, public=public, cursor=cursor))

    async def discard(self, drafts: Sequence[tuple[TicketId, bool]]) -> list[int]:
        return await asyncio.wrap_future(self._store.drafts.discard(drafts))

    async def restore(self, versions: Sequence[int]) -> int:
        return await asyncio.wrap_future(self._store.drafts.restore(versions))

    async def take_over(self, source: TicketId, target: TicketId, *, public: bool) -> str:
        return await asyncio.wrap_future(self._store.drafts.take_over(source, target, public=public))

    async def keep_form(self, name: str, content: str) -> None:
        await asyncio.wrap_future(self._store.drafts.keep_form(name, content))

    async def keep_file(self, path: Path) -> AlongFile:
        size = (await asyncio.to_thread(path.stat)).st_size
        key = await asyncio.to_thread(self._store.files.keep, path)
        return AlongFile(name=path.name, size=size, path=str(path), key=key)


class OutboxService(UnsentActs):
    """See :class:`agentconsole.services.api.Outbox`."""

    def __init__(self, store: Store, engine: SyncEngine | None) -> None:
        super().__init__(store, engine.nudge if engine is not None else lambda: None)

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]:
        return self._store.outbox.rows(waiting_only=waiting_only, limit=limit)

    async def listing(self, view: OutboxView) -> OutboxListing:
        return await asyncio.to_thread(self._store.outbox_list.listing, view)

    def page(self, ids: Sequence[int]) -> list[OutboxRow]:
        return self._store.outbox_list.page(ids)

    async def tally(self) -> dict[OutboxView, int]:
        return await asyncio.to_thread(self._store.outbox_list.tally)

    async def keys_of(self, ids: Sequence[int]) -> list[str]:
        return await asyncio.to_thread(self._store.outbox_list.keys_of, ids)

    def batch(self, batch: str) -> OutboxBatch:
        return self._store.outbox_list.batch(batch)

    def id_of(self, key: str) -> int:
        return self._store.outbox_list.id_of(key)

    def latest_batch(self) -> str:
        return self._store.outbox_list.latest_batch()
