"""The outbox as the window uses it: what no help desk could accept is refused before anything happens."""

from __future__ import annotations

import pytest

from agentconsole.domain.commands import AddComment, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import SECOND
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.unsent import Instead, Side, as_decisions
from agentconsole.domain.values import OutboxState
from agentconsole.services.tickets import InvalidChange, TicketService
from agentconsole.services.unsent import OutboxService
from agentconsole.store.store import Store
from tests.store.making import NOON, comment, person, pull, ticket


@pytest.fixture
def outbox(store: Store) -> OutboxService:
    return OutboxService(store, None)


async def test_a_bulk_edit_waits_to_be_undone_and_leaves_nothing(store: Store, tickets: TicketService) -> None:
    pull(store, ticket("1"), ticket("2"))
    batch = await tickets.set_fields([1, 2], {"status": "pending"}, delay=5 * SECOND)
    tagged = await tickets.change_tags([1, 2], ["x"], [], delay=5 * SECOND)
    assert store.outbox.heads(NOON + 4 * SECOND, 10) == []
    assert await tickets.undo(batch) + await tickets.undo(tagged) == 4
    assert store.outbox.heads(NOON + 9 * SECOND, 10) == []
    assert [row.waiting for row in store.queue.rows([1, 2])] == [0, 0]


async def test_a_reply_is_held_by_what_was_on_the_screen(store: Store, tickets: TicketService) -> None:
    pull(store, ticket("1"), comment("c1", "1"), comment("c2", "1", created_at=NOON))
    await tickets.comment(1, "To the first", public=True, last_seen="c1")
    await tickets.comment(1, "To all", public=True)
    assert [row.command.last_seen for row in store.outbox.rows() if isinstance(row.command, AddComment)] == ["c1", "c2"]


async def test_a_decision_must_be_whole_and_possible(
    store: Store, tickets: TicketService, outbox: OutboxService
) -> None:
    pull(store, ticket("1"))
    await tickets.set_fields([1], {"status": "pending", "priority": "high"})
    (row,) = outbox.rows()
    conflicts = [
        FieldConflict(name="status", base="open", mine="pending", theirs="hold"),
        FieldConflict(name="priority", base=None, mine="high", theirs="low"),
    ]
    store.outbox.mark(row.key, OutboxState.CONFLICT, conflicts=conflicts).result()
    with pytest.raises(InvalidChange, match="priority"):
        await outbox.decide(row.key, {"status": Side.MINE})
    with pytest.raises(InvalidChange, match="not a status"):
        await outbox.decide(row.key, {"status": Instead("nonsense"), "priority": Side.MINE})
    assert outbox.standing(row.key).can_decide  # type: ignore[union-attr]
    decisions = as_decisions({"status": {"value": "solved"}, "priority": "theirs"})
    assert await outbox.decide(row.key, decisions) is OutboxState.QUEUED
    (row,) = outbox.rows()
    assert row.command == SetFields(values={"status": "solved"}, base={"status": "hold"})
    assert await outbox.decide(row.key, decisions) is None


async def test_what_no_help_desk_could_accept_is_not_put_in_the_place_of_what_waits(
    store: Store, tickets: TicketService, outbox: OutboxService
) -> None:
    pull(store, ticket("1"), person("p1", "Rosa Park"))
    await tickets.set_fields([1], {"status": "pending"})
    made = await tickets.create("Typo", "b", requester="p1", values={})
    merge = await tickets.merge(1, made)
    fields, creation, merging = (row.key for row in outbox.rows())
    for key, command in (
        (fields, SetFields(values={"status": "nonsense"}, base={})),
        (fields, SetFields(values={}, base={})),
        (creation, CreateTicket(subject=" ", body="b")),
        (merging, MergeTickets(into=1)),
    ):
        with pytest.raises(InvalidChange):
            await outbox.amend(key, command)
    assert await outbox.amend(fields, SetFields(values={"status": "hold", "priority": "high"}, base={}))
    (first, *_) = outbox.rows()
    assert first.command == SetFields(
        values={"status": "hold", "priority": "high"}, base={"status": "open", "priority": None}
    )
    assert not await outbox.amend("nothing", MergeTickets(into=1))
    assert merge
