"""The outbox in the order that a person looks through it."""

from __future__ import annotations

import pytest

from agentconsole.domain.commands import AddComment, ChangeTags, Command, SetFields
from agentconsole.domain.instant import MINUTE
from agentconsole.domain.outbox_views import OutboxBatch, OutboxView
from agentconsole.domain.values import OutboxState
from agentconsole.store.store import Store
from tests.store.making import Clock, pull, ticket

SOLVE = SetFields(values={"status": "solved"}, base={"status": "open"})
TAG = ChangeTags(add=("vip",))
NOTE = AddComment(body="Called them", public=False)


@pytest.fixture
def desk(store: Store) -> Store:
    pull(store, ticket("1"), ticket("2"), ticket("3", "Refund twice"))
    return store


def queue(store: Store, ticket: int, *commands: Command, batch: str = "b") -> list[str]:
    return store.outbox.queue([(ticket, command) for command in commands], batch=batch).result()


def listed(store: Store, view: OutboxView = OutboxView.WAITING) -> list[tuple[int, str, OutboxState]]:
    listing = store.outbox_list.listing(view)
    rows = store.outbox_list.page(listing.ids)
    assert [row.ticket for row in rows] == list(listing.tickets)
    return [(row.ticket, row.text, row.state) for row in rows]


def test_tickets_that_need_somebody_come_first_and_keep_their_order_of_sending(desk: Store) -> None:
    queue(desk, 1, SOLVE)
    queue(desk, 2, TAG)
    queue(desk, 3, TAG)
    (refused,) = queue(desk, 3, SOLVE)
    queue(desk, 1, NOTE)
    desk.outbox.mark(refused, OutboxState.REFUSED, reason="no").result()
    assert [(ticket, text) for ticket, text, _ in listed(desk)] == [
        (3, "tags: +vip"),
        (3, "status: open → solved"),
        (1, "status: open → solved"),
        (1, "internal note"),
        (2, "tags: +vip"),
    ]
    assert listed(desk, OutboxView.NEEDS_YOU) == [(3, "status: open → solved", OutboxState.REFUSED)]
    assert desk.outbox_list.tally() == {
        OutboxView.WAITING: 5,
        OutboxView.NEEDS_YOU: 1,
        OutboxView.SENT: 0,
        OutboxView.WITHDRAWN: 0,
    }


def test_what_is_done_is_listed_the_latest_first(desk: Store, clock: Clock) -> None:
    first, second, third = *queue(desk, 1, SOLVE), *queue(desk, 2, TAG), *queue(desk, 3, NOTE)
    desk.outbox.mark(second, OutboxState.SENT).result()
    clock.now += MINUTE
    desk.outbox.mark(first, OutboxState.SENT).result()
    desk.outbox.withdraw(keys=[third]).result()
    assert [ticket for ticket, _, _ in listed(desk, OutboxView.SENT)] == [1, 2]
    (gone,) = desk.outbox_list.page(desk.outbox_list.listing(OutboxView.WITHDRAWN).ids)
    assert (gone.ticket, gone.state, gone.ended_at, gone.subject) == (
        3,
        OutboxState.WITHDRAWN,
        clock.now,
        "Refund twice",
    )


def test_a_batch_says_what_of_it_can_be_taken_back(desk: Store) -> None:
    sent, *_ = queue(desk, 1, SOLVE, batch="bulk"), queue(desk, 2, SOLVE, batch="bulk")
    desk.outbox.mark(sent[0], OutboxState.SENT).result()
    assert desk.outbox_list.batch("bulk") == OutboxBatch(total=2, left=1)
    assert desk.outbox_list.latest_batch() == "bulk"
    desk.outbox.withdraw(batch="bulk").result()
    assert desk.outbox_list.batch("bulk") == OutboxBatch(total=2, left=0)
    assert desk.outbox_list.latest_batch() == ""


def test_ids_lead_to_keys_in_their_order_and_back(desk: Store) -> None:
    keys = [*queue(desk, 1, SOLVE), *queue(desk, 2, TAG)]
    ids = [desk.outbox_list.id_of(key) for key in keys]
    assert desk.outbox_list.keys_of([ids[1], 99, ids[0]]) == [keys[1], keys[0]]
    assert [row.key for row in desk.outbox_list.page([ids[1], 99, ids[0]])] == [keys[1], keys[0]]
    assert desk.outbox_list.id_of("nobody") == 0
