"""Support contacts, people and organizations in one search, with who is open now."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.opening import opening
from agentconsole.domain.rows import DirectoryRow, QueueRow
from agentconsole.store.store import Store


class DirectoryService:
    """See :class:`agentconsole.services.api.Directory`."""

    def __init__(self, store: Store, now: Callable[[], Instant]) -> None:
        self._store = store
        self._now = now

    def search(self, text: str, at: Instant | None = None, limit: int = 500) -> tuple[DirectoryRow, ...]:
        moment = self._now() if at is None else at
        return tuple(_with_hours(row, moment) for row in self._store.directory.search(text, limit))

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]:
        return tuple(self._store.directory.tickets_of(row, limit))


def _with_hours(row: DirectoryRow, moment: Instant) -> DirectoryRow:
    contact = row.contact
    if contact is None:
        return row
    if contact.hours is None and contact.availability.startswith("24/7"):
        return msgspec.structs.replace(row, open_now=True)
    told = opening(contact.hours, contact.time_zone, moment)
    return msgspec.structs.replace(row, open_now=told.open_now, changes_at=told.changes_at)
