"""Whose commit waits for a frame on the screen, and whose does not."""

from __future__ import annotations

from concurrent.futures import Future

from agentconsole.domain.commands import AddComment
from agentconsole.domain.records import Page
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


def test_what_an_agent_does_while_a_page_gives_way_overtakes_it(store: Store) -> None:
    pull(store, ticket("1"))
    order: list[str] = []
    drafts: list[Future[None]] = []

    def wait() -> None:
        store.give_way_to(lambda: None)
        drafts.append(store.drafts.save(1, "Words", public=True, cursor=0))
        drafts[0].add_done_callback(lambda _future: order.append("agent"))

    store.give_way_to(wait)
    page = store.pages.apply(Page(tickets=(ticket("2"),)))
    page.add_done_callback(lambda _future: order.append("page"))
    page.result(timeout=10)
    drafts[0].result(timeout=10)
    assert order == ["agent", "page"]
