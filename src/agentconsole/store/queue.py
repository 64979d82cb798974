"""Views, search and the rows of the queue."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.query import QueryProblem, QueueQuery, parse
from agentconsole.domain.records import ViewRecord
from agentconsole.domain.rows import QueueRow, ViewItem
from agentconsole.domain.values import Ref, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.filtering import Asking
from agentconsole.store.keys import (
    ACTIVE,
    METRICS,
    PRIORITIES,
    STAGES,
    STATUS_CODE,
    STATUSES,
    UNSOLVED,
)
from agentconsole.store.listing import count_statement, ids_statement, listing
from agentconsole.store.reading import Readers
from agentconsole.store.suggesting import suggestions
from agentconsole.store.views import BUILT_IN, EVERYTHING
from agentconsole.store.writer import Transaction, Urgency, Writer

_ROW = (
    "id, ref, subject, status, priority, requester_name, organization_name, tier, group_name, assignee_name, channel, "
    "created_at, updated_at, stage, breach_at, metric, updated_at > seen_at, waiting, draft"
)
_decode_view = msgspec.json.Decoder(ViewRecord).decode


class QueueReads:
    """Lists tickets. ``clock`` is used where the caller gives no time of their own."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock

    def views(self) -> tuple[ViewItem, ...]:
        """The entries of the side bar: built in, saved, and those of the server's that our language can say."""
        with self._readers.snapshot() as db:
            built_in = (view.item for view in BUILT_IN.values() if view is not EVERYTHING)
            return (*built_in, *_saved_views(db), *_server_views(db))

    def first_ids(
        self, query: QueueQuery, limit: int = 200, me: Ref | None = None, now: Instant | None = None
    ) -> array[int]:
        """The first *limit* ids of *query*; index-only for the built-in views."""
        return self._ids(query, limit, me, now)

    def all_ids(self, query: QueueQuery, me: Ref | None = None, now: Instant | None = None) -> array[int]:
        """All ids of *query*, in the same order."""
        return self._ids(query, None, me, now)

    def rows(self, ids: Sequence[TicketId]) -> list[QueueRow]:
        """The rows of *ids*, in that order; ids that are gone are left out."""
        with self._readers.read() as db:
            return rows_of(db, ids)

    def counts(self, me: Ref | None = None, now: Instant | None = None) -> dict[str, int]:
        """How many tickets each view holds, by key."""
        asking = Asking(me, self._clock() if now is None else now, every=True)
        with self._readers.snapshot() as db:
            counts = _count_unsolved(db, me)
            for item in (BUILT_IN[key].item for key in ("recently-solved", "changed-offline")):
                asked = listing(db, QueueQuery(view=item.key), None, asking)
                counts[item.key] = db.execute(*count_statement(asked)).fetchone()[0]
            for item in (*_saved_views(db), *_server_views(db)):
                asked = listing(db, QueueQuery(view=item.key), item, asking)
                counts[item.key] = db.execute(*count_statement(asked)).fetchone()[0]
        return counts

    def check(self, text: str) -> QueryProblem | None:
        """What is wrong with the query *text*, the first thing first."""
        problems = parse(text).problems
        return problems[0] if problems else None

    def suggestions(self, text: str, cursor: int) -> tuple[str, ...]:
        """Completions of the word at *cursor* of a query."""
        with self._readers.snapshot() as db:
            return suggestions(db, text, cursor)

    def save_search(self, title: str, text: str, *, initiator: str = "agent") -> Future[str]:
        """Keep *text* as a view called *title*; returns its key."""

        def work(tx: Transaction) -> str:
            row = tx.db.execute("INSERT INTO saved_search (title, text) VALUES (?, ?) RETURNING id", (title, text))
            tx.touch("reference")
            return f"saved:{row.fetchone()[0]}"

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def forget_search(self, key: str, *, initiator: str = "agent") -> Future[None]:
        """Remove a saved view; a key of anything else is ignored."""

        def work(tx: Transaction) -> None:
            tx.db.execute("DELETE FROM saved_search WHERE 'saved:' || id = ?", (key,))
            tx.touch("reference")

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def _ids(self, query: QueueQuery, limit: int | None, me: Ref | None, now: Instant | None) -> array[int]:
        asking = Asking(me, self._clock() if now is None else now, every=limit is None)
        with self._readers.read() as db:
            item = _stored_view(db, query.view)
            asked = listing(db, query, item, asking)
            found = db.execute(*ids_statement(asked, limit)).fetchall()
        return array("q", [row[0] for row in found])


def rows_of(db: driver.Connection, ids: Sequence[TicketId]) -> list[QueueRow]:
    """Return the rows of *ids* in that order, without those that are gone."""
    statement = f"SELECT {_ROW} FROM ticket WHERE id = ?"
    rows = []
    for ticket in ids:
        row = db.execute(statement, (ticket,)).fetchone()
        if row is not None:
            rows.append(_queue_row(row))
    return rows


def _queue_row(row: tuple[Any, ...]) -> QueueRow:
    stage, metric = row[13], row[15]
    return QueueRow._make(
        (
            row[0],
            row[1] or "",
            row[2],
            STATUSES[row[3]],
            PRIORITIES[row[4]],
            *row[5:13],
            None if stage is None else STAGES[stage],
            row[14],
            None if metric is None else METRICS[metric],
            bool(row[16]),
            row[17],
            bool(row[18]),
        )
    )


def _count_unsolved(db: driver.Connection, me: Ref | None) -> dict[str, int]:
    """Count all views of unsolved tickets in one walk of one index."""
    row = db.execute(
        "SELECT count(*), sum(assignee IS NULL), sum(stage = ?), sum(status = ?), sum(assignee = ?) "
        f"FROM ticket INDEXED BY ticket_by_sla WHERE place = {UNSOLVED}",
        (ACTIVE, STATUS_CODE[Status.PENDING], me),
    ).fetchone()
    everything, unassigned, running, pending, mine = (value or 0 for value in row)
    return {
        "my-open": mine,
        "unassigned": unassigned,
        "all-open": everything,
        "breaching-next": running,
        "waiting-on-requester": pending,
    }


def _stored_view(db: driver.Connection, key: str) -> ViewItem | None:
    """Return the saved view or the server's that *key* names, None for a built-in one."""
    section, _, rest = key.partition(":")
    if not rest:
        return None
    views = _saved_views(db) if section == "saved" else _server_views(db)
    return next((view for view in views if view.key == key), None)


def _saved_views(db: driver.Connection) -> list[ViewItem]:
    return [
        ViewItem(key=f"saved:{number}", title=title, section="saved", query=text, icon="bookmark")
        for number, title, text in db.execute("SELECT id, title, text FROM saved_search ORDER BY id")
    ]


def _server_views(db: driver.Connection) -> list[ViewItem]:
    rows = db.execute("SELECT record FROM reference WHERE kind = 'view' ORDER BY position, title").fetchall()
    return [
        ViewItem(key=f"server:{view.ref}", title=view.title, section="server", query=view.query, icon="server")
        for view in (_decode_view(data) for (data,) in rows)
        if view.active and view.query is not None
    ]
