"""What an agent does to tickets goes into the outbox, and only there."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from errno import ENOSPC
from typing import Any, cast

import pytest

from agentconsole.connectors.api import Capabilities
from agentconsole.domain.commands import SetFields
from agentconsole.domain.records import AttachmentRecord
from agentconsole.domain.values import Priority, Status
from agentconsole.services.tickets import CantClose, InvalidChange, NotOffered, TicketService
from agentconsole.store.errors import DiskFull
from agentconsole.store.reading import Readers
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


async def test_a_bulk_edit_reads_no_ticket_on_the_loop(
    store: Store, tickets: TicketService, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(store, *(ticket(str(number)) for number in range(1, 301)), ticket("high", priority=Priority.HIGH))
    store.outbox.queue([(2, SetFields(values={"priority": "low"}, base={"priority": None}))], batch="b").result()
    readers: set[int] = set()
    connect = Readers._connection

    def noted(self: Readers) -> Any:
        readers.add(threading.get_ident())
        return connect(self)

    monkeypatch.setattr(Readers, "_connection", noted)
    batch = await tickets.set_fields(range(1, 302), {"priority": "high"})
    assert threading.get_ident() not in readers
    queued = [row for row in store.outbox.rows() if row.batch == batch]
    assert [row.ticket for row in queued] == list(range(1, 301))
    assert queued[0].command == SetFields(values={"priority": "high"}, base={"priority": None})
    assert queued[1].command == SetFields(values={"priority": "high"}, base={"priority": "low"})


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


async def test_a_closed_ticket_takes_no_change_and_nothing_is_queued(store: Store, tickets: TicketService) -> None:
    pull(store, ticket("1"), ticket("2", status=Status.CLOSED))
    for refused in (
        tickets.set_fields([1, 2], {"priority": "high"}),
        tickets.change_tags([1, 2], ["vip"], []),
        tickets.comment(2, "One more thing.", public=True),
        tickets.merge(1, 2),
        tickets.merge(2, 1),
    ):
        with pytest.raises(InvalidChange, match="a new reply needs a follow-up ticket"):
            await refused
    assert not store.outbox.rows()


async def test_a_solved_ticket_is_closed_and_the_queued_close_is_taken_back(
    store: Store, tickets: TicketService
) -> None:
    pull(store, ticket("1", status=Status.SOLVED))
    batch = await tickets.set_fields([1], {"status": "closed"})
    assert [row.command for row in store.outbox.rows()] == [
        SetFields(values={"status": "closed"}, base={"status": "solved"})
    ]
    shown = tickets.detail(1)
    assert shown is not None
    assert shown.status is Status.CLOSED
    assert await tickets.undo(batch) == 1
    shown = tickets.detail(1)
    assert shown is not None
    assert shown.status is Status.SOLVED


async def test_only_what_is_solved_can_be_closed_and_only_by_itself(store: Store, tickets: TicketService) -> None:
    pull(store, ticket("1"), ticket("2", status=Status.SOLVED))
    for refused, why in (
        (tickets.set_fields([1], {"status": "closed"}), "Only a solved ticket"),
        (tickets.set_fields([2, 1], {"status": "closed"}), "Only a solved ticket"),
        (tickets.set_fields([2], {"status": "closed", "priority": "low"}), "a change of its own"),
        (tickets.comment(2, "Bye.", public=True, values={"status": "closed"}), "a step of its own"),
    ):
        with pytest.raises(InvalidChange, match=why):
            await refused
    assert not store.outbox.rows()


class NoClosing:
    """An exchange with a help desk that closes tickets itself."""

    def capabilities(self) -> Capabilities:
        return Capabilities()


async def test_where_the_help_desk_closes_tickets_itself_the_agent_cannot(store: Store) -> None:
    pull(store, ticket("1", status=Status.SOLVED))
    tickets = TicketService(store, cast("SyncEngine", NoClosing()), lambda: None, lambda: NOON)
    assert "closes tickets itself" in tickets.no_closing()
    with pytest.raises(CantClose, match="closes tickets itself"):
        await tickets.set_fields([1], {"status": "closed"})
    assert not store.outbox.rows()


class Poor:
    """An exchange with a help desk that lacks most things."""

    def capabilities(self) -> Capabilities:
        return Capabilities(tags=False, create=False, settable=frozenset({"status"}), why={"merge": "Merge by hand."})


async def test_what_the_help_desk_lacks_is_refused_before_it_is_queued(store: Store) -> None:
    pull(store, ticket("1"), ticket("2"))
    tickets = TicketService(store, cast("SyncEngine", Poor()), lambda: None, lambda: NOON)
    for asked, name in (
        (tickets.set_fields([1], {"priority": "low"}), "settable:priority"),
        (tickets.change_tags([1], ["a"], []), "tags"),
        (tickets.comment(1, "Hello", public=False, add_tags=["a"]), "tags"),
        (tickets.merge(1, 2), "merge"),
        (tickets.create("S", "B", requester=None, values={}), "create"),
    ):
        with pytest.raises(NotOffered) as caught:
            await asked
        assert str(caught.value) == tickets.lack(name) != ""
    assert not store.outbox.rows()
    assert tickets.lack("merge") == "Merge by hand."


def test_a_desk_that_was_never_reached_lacks_nothing_that_is_known(store: Store) -> None:
    tickets = TicketService(store, None, lambda: None, lambda: NOON)
    assert tickets.lack("merge") == ""
    assert tickets.no_closing() == ""
