"""Takes in what a connector yields: one page, one cursor, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import NamedTuple

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import CommentRecord, OrganizationRecord, Page, PersonRecord, TicketRecord
from agentconsole.domain.values import TicketId
from agentconsole.store.admitting import Admission, seen_before, settle_left_out
from agentconsole.store.binding import bind_announced
from agentconsole.store.confirming import confirm_organizations, confirm_people, confirm_tickets
from agentconsole.store.conversing import confirm_comments, confirm_deleted, keep_only
from agentconsole.store.facts import put_cursor
from agentconsole.store.reference import confirm_reference
from agentconsole.store.status_history import confirm_histories
from agentconsole.store.writer import Transaction, Urgency, Writer

ROWS_A_TRANSACTION = 500
"""An agent's change waits for at most so many rows of a sync."""


class Applied(NamedTuple):
    """What a page changed: the tickets' local ids, and how many rows."""

    tickets: frozenset[TicketId]
    rows: int


class Pages:
    """Applies pages in the background, in the order in which they were given."""

    def __init__(self, writer: Writer, read_until: Callable[[], Instant], admission: Admission) -> None:
        """*read_until* is how far tickets that are new here count as read; *admission* keeps out what stays there."""
        self._writer = writer
        self._read_until = read_until
        self._admission = admission

    def apply(self, page: Page, *, stream: str | None = None, initiator: str = "sync") -> Future[Applied]:
        """Confirm *page*, and move the cursor of *stream* to the page's with its last row.

        A page of more than 500 rows is written in several transactions, so that an agent's change can go between;
        when one fails, the rest is dropped, the cursor stays and the future holds the error.
        """
        parts = list(split(page))
        outcome: Future[Applied] = Future()
        outcome.set_running_or_notify_cancel()
        tickets: set[TicketId] = set()
        rows = 0

        def run(part: Page, last: bool) -> Callable[[Transaction], None]:
            def work(tx: Transaction) -> None:
                nonlocal rows
                if outcome.done():
                    return
                read_until = self._read_until()
                changed = confirm(tx, self._admission.admitted(tx, part, read_until), seen_at=read_until)
                if last:
                    changed += finish(tx, page)
                    if stream is not None and page.cursor is not None:
                        put_cursor(tx, stream, page.cursor)
                tickets.update(tx.tickets)
                rows += changed

            return work

        def written(last: bool) -> Callable[[Future[None]], None]:
            def after(future: Future[None]) -> None:
                if outcome.done():
                    return
                error = future.exception()
                if error is not None:
                    outcome.set_exception(error)
                elif last:
                    outcome.set_result(Applied(frozenset(tickets), rows))

            return after

        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            self._writer.submit(Urgency.SYNC, run(part, last), initiator).add_done_callback(written(last))
        return outcome


def confirm(tx: Transaction, page: Page, *, seen_at: Instant) -> int:
    """Write the rows of *page* in the running transaction; returns how many changed."""
    confirm_people(tx, page.people)
    confirm_organizations(tx, page.organizations)
    confirm_reference(tx, page)
    bind_announced(tx, page.comments)
    changed = confirm_tickets(tx, page.tickets, seen_at=seen_at, seen=seen_before(tx.db, page.tickets))
    confirm_histories(tx, page.histories)
    return changed + confirm_comments(tx, page.comments) + len(page.people) + len(page.organizations)


def finish(tx: Transaction, page: Page) -> int:
    """Remove what the whole *page* says is gone; returns how many rows that were."""
    removed = keep_only(tx, page)
    settle_left_out(tx, page)
    if page.deleted:
        removed += confirm_deleted(tx, page.deleted)
    return removed


def split(page: Page) -> Iterator[Page]:
    """Yield pages of at most 500 rows that together bring the rows of *page*; comments follow their tickets."""
    total = len(page.people) + len(page.organizations) + len(page.tickets) + len(page.comments)
    if total <= ROWS_A_TRANSACTION:
        yield page
        return
    yield msgspec.structs.replace(
        page, people=(), organizations=(), tickets=(), comments=(), deleted=(), histories=(), cursor=None
    )
    histories = {history.ticket: history for history in page.histories}
    rows: tuple[PersonRecord | OrganizationRecord | TicketRecord | CommentRecord, ...] = (
        *page.people,
        *page.organizations,
        *page.tickets,
        *page.comments,
    )
    for start in range(0, total, ROWS_A_TRANSACTION):
        part = rows[start : start + ROWS_A_TRANSACTION]
        tickets = tuple(row for row in part if isinstance(row, TicketRecord))
        yield Page(
            people=tuple(row for row in part if isinstance(row, PersonRecord)),
            organizations=tuple(row for row in part if isinstance(row, OrganizationRecord)),
            tickets=tickets,
            comments=tuple(row for row in part if isinstance(row, CommentRecord)),
            histories=tuple(histories[ticket.ref] for ticket in tickets if ticket.ref in histories),
        )
