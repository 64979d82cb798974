"""What counts as read once the agent's own change has arrived."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.commands import AddComment, CreateTicket
from agentconsole.domain.instant import MINUTE
from agentconsole.domain.records import Page
from agentconsole.domain.values import Priority
from agentconsole.store.store import Store
from tests.store.making import NOON, comment, pull, ticket


def test_ones_own_note_is_no_news_but_what_a_colleague_did_meanwhile_is(store: Store) -> None:
    pull(store, ticket("1"))
    store.facts.put("identity", '{"ref": "a1"}').result()
    store.tickets.mark_seen(1, NOON).result()

    def note(minutes: int, *others: Any, pulled_first: bool = False) -> bool:
        (key,) = store.outbox.queue([(1, AddComment(body="note", public=False))], batch="b").result()
        at = NOON + minutes * MINUTE
        told = ticket("1", updated_at=at)
        words = (comment(f"c{minutes}", "1", "note", author="a1", created_at=at), *others)
        if pulled_first:
            pull(store, told, *words)
        store.outbox.accept(key, "1", Page(tickets=(told,), comments=words)).result()
        return store.queue.rows([1])[0].unread

    assert not note(1)
    assert not note(2, pulled_first=True)
    assert note(4, comment("x3", "1", "me too", author="p1", created_at=NOON + 3 * MINUTE))
    store.tickets.mark_seen(1, NOON + 4 * MINUTE).result()
    pull(store, ticket("1", priority=Priority.LOW, updated_at=NOON + 5 * MINUTE))
    assert store.queue.rows([1])[0].unread
    assert note(6)
    store.tickets.mark_seen(1, NOON + 6 * MINUTE).result()
    assert not note(7)


def test_a_ticket_of_ones_own_is_no_news(store: Store) -> None:
    made = store.outbox.create(CreateTicket(subject="s", body="b", requester="p1"), batch="c").result()
    (creation,) = store.outbox.due(NOON)
    words = comment("c1", "7", "b", author="p1", created_at=NOON + MINUTE)
    told = ticket("7", updated_at=NOON + MINUTE)
    store.outbox.accept(creation.key, "7", Page(tickets=(told,), comments=(words,))).result()
    assert not store.queue.rows([made])[0].unread
