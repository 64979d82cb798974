"""A ticket's history, once it was looked at, tells the clocks of its targets when they stood still."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, cast

from agentconsole.domain.instant import DAY, HOUR
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Status
from agentconsole.services.tickets import TicketService
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine
from tests.store.making import NOON, local, pull, ticket

CREATED = NOON - 2 * DAY


class Told:
    """An exchange whose help desk answers every question for a history with *rows*."""

    def __init__(self, *rows: HistoryRow) -> None:
        self._rows = rows

    def call(self, question: Callable[[Any], object]) -> Future[tuple[HistoryRow, ...]]:
        answer: Future[tuple[HistoryRow, ...]] = Future()
        answer.set_result(self._rows)
        return answer


def row(hours: int, status: Status | None, text: str = "status") -> HistoryRow:
    return HistoryRow(at=CREATED + hours * HOUR, who="Ann", text=text, status=status)


async def looked_at(store: Store, *rows: HistoryRow) -> list[tuple[int, Status]]:
    service = TicketService(store, cast("SyncEngine", Told(*rows)), lambda: None, lambda: NOON)
    assert await service.history(local(store, "7")) == rows
    facts = store.reckoning.facts(local(store, "7"))
    assert facts is not None
    return [((at - CREATED) // HOUR, status) for at, status in facts[1].statuses]


async def test_what_the_audits_tell_takes_the_place_of_what_was_guessed(store: Store) -> None:
    pull(store, ticket("7"))
    rows = (row(0, Status.NEW), row(5, Status.PENDING), row(6, None, "replied publicly"), row(9, Status.OPEN))
    assert await looked_at(store, *rows) == [(0, Status.NEW), (5, Status.PENDING), (9, Status.OPEN)]


async def test_audits_that_do_not_begin_at_the_beginning_begin_as_new(store: Store) -> None:
    pull(store, ticket("7"))
    assert await looked_at(store, row(9, Status.OPEN)) == [(0, Status.NEW), (9, Status.OPEN)]


async def test_audits_that_end_elsewhere_than_the_ticket_are_not_all_and_change_nothing(store: Store) -> None:
    pull(store, ticket("7"))
    assert await looked_at(store, row(9, Status.PENDING)) == [(0, Status.OPEN)]
