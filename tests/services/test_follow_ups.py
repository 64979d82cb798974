"""A closed ticket is followed up by a new one that names it."""

from __future__ import annotations

import pytest

from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.follow_ups import follow_up_of
from agentconsole.domain.values import Priority, Status
from agentconsole.services.tickets import TicketClosed, TicketService
from agentconsole.store.store import Store
from tests.store.making import person, pull, ticket


async def test_a_closed_ticket_is_followed_up_for_its_requester(store: Store, tickets: TicketService) -> None:
    closed = ticket("7", status=Status.CLOSED, requester="p1", priority=Priority.HIGH, group="g1", subject="Mail")
    pull(store, person("p1", "Rosa Park"), closed)
    with pytest.raises(TicketClosed) as refused:
        await tickets.comment(1, "It is back.", public=True)
    assert "--follow-up" in refused.value.advice
    detail = tickets.detail(1)
    assert detail is not None
    new = follow_up_of(detail, "It is back.")
    await tickets.create(
        new.subject, new.body, requester=new.requester, values=dict(new.values), follows=new.follows, public=new.public
    )
    (queued,) = store.outbox.rows()
    assert queued.command == CreateTicket(
        subject="Mail",
        body="It is back.",
        requester="p1",
        values={"group": "g1", "priority": "high"},
        follows="7",
    )
