"""What an agent does to tickets goes into the outbox, and only there."""

from __future__ import annotations

from concurrent.futures import Future
from errno import ENOSPC
from typing import cast

import pytest

from agentconsole.domain.records import AttachmentRecord
from agentconsole.services.tickets import TicketService
from agentconsole.store.errors import DiskFull
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine
from tests.store.making import NOON, pull, ticket


async def test_a_reply_from_elsewhere_leaves_the_draft_of_the_window_alone(
    store: Store, tickets: TicketService
) -> None:
    pull(store, ticket("1"))
    store.drafts.save(1, "half an hour of typing", public=True, cursor=3).result()
    await tickets.comment(1, "a quick note by a script", public=False)
    assert [draft.body for draft in store.drafts.all_drafts()] == ["half an hour of typing"]
    await tickets.comment(1, "half an hour of typing", public=True, drop_draft=True)
    assert store.drafts.all_drafts() == ()


class FullDisk:
    """An exchange whose downloads find no room."""

    def call(self, _request: object) -> Future[None]:
        future: Future[None] = Future()
        future.set_exception(OSError(ENOSPC, "no room"))
        return future


async def test_a_download_that_does_not_fit_is_told_in_words(store: Store) -> None:
    tickets = TicketService(store, cast("SyncEngine", FullDisk()), lambda: None, lambda: NOON)
    attachment = AttachmentRecord(ref="9", file_name="a.pdf", content_type="application/pdf", size=1, url="/9")
    with pytest.raises(DiskFull):
        await tickets.open_attachment(attachment)
