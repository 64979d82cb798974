"""What an agent does to tickets goes into the outbox, and only there."""

from __future__ import annotations

from agentconsole.services.tickets import TicketService
from agentconsole.store.store import Store
from tests.store.making import pull, ticket


async def test_a_reply_from_elsewhere_leaves_the_draft_of_the_window_alone(
    store: Store, tickets: TicketService
) -> None:
    pull(store, ticket("1"))
    store.drafts.save(1, "half an hour of typing", public=True, cursor=3).result()
    await tickets.comment(1, "a quick note by a script", public=False)
    assert [draft.body for draft in store.drafts.all_drafts()] == ["half an hour of typing"]
    await tickets.comment(1, "half an hour of typing", public=True, drop_draft=True)
    assert store.drafts.all_drafts() == ()
