"""Whose commit waits for a frame on the screen, and whose does not."""

from __future__ import annotations

from agentconsole.domain.commands import AddComment
from agentconsole.store.store import Store
from tests.store.making import pull, ticket


def test_a_page_of_the_sync_gives_way_and_what_an_agent_does_never(store: Store) -> None:
    asked: list[str] = []
    store.give_way_to(lambda: asked.append("asked"))
    pull(store, ticket("1"))
    assert asked == ["asked"]
    store.drafts.save(1, "Words", public=True, cursor=0).result()
    store.outbox.queue([(1, AddComment(body="Words", public=True))], batch="b").result()
    assert asked == ["asked"]
