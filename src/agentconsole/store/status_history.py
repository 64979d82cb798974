"""The statuses that a ticket has had, as far as they are known.

A help desk may tell all of them; otherwise each change is noted when a pull brings it, at the time at which the ticket
was last changed. Until a first change was seen, a ticket counts as new from its creation to that time.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import StatusHistory
from agentconsole.domain.values import Status, TicketId
from agentconsole.store import driver
from agentconsole.store.writer import Transaction

Changes = list[tuple[Instant, Status]]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Changes).decode
_FRESH = (Status.NEW, Status.OPEN)


def known_history(db: driver.Connection, ticket: TicketId) -> Changes | None:
    """Return what was told or noted of *ticket*, the status at creation first; None when nothing was."""
    row = db.execute("SELECT changes FROM status_history WHERE ticket = ?", (ticket,)).fetchone()
    return None if row is None else _decode(row[0])


def likely_history(created_at: Instant, updated_at: Instant, status: Status) -> Changes:
    """Return what can be said of a ticket of which only the present *status* is known."""
    if status in _FRESH or updated_at <= created_at:
        return [(created_at, status)]
    return [(created_at, Status.NEW), (updated_at, status)]


def confirm_histories(tx: Transaction, histories: Sequence[StatusHistory]) -> None:
    """Keep what a help desk tells of the statuses of its tickets; those of unknown tickets are passed over."""
    for history in histories:
        row = tx.db.execute(
            "SELECT t.id, h.changes FROM ticket t LEFT JOIN status_history h ON h.ticket = t.id WHERE t.ref = ?",
            (history.ticket,),
        ).fetchone()
        if row is None or not history.changes:
            continue
        data = _encode(history.changes)
        if data != row[1]:
            _put(tx.db, row[0], data)
            tx.touch(tickets=(row[0],))


def note_change(db: driver.Connection, ticket: TicketId, likely: Changes, since: Instant, status: Status) -> None:
    """Note that *ticket* is in *status* since about *since*; *likely* is its history if nothing is known yet."""
    changes = known_history(db, ticket) or likely
    if changes[-1][1] is not status and changes[-1][0] <= since:
        _put(db, ticket, _encode([*changes, (since, status)]))


def move_history(db: driver.Connection, source: TicketId, target: TicketId) -> None:
    """Give what is known and recorded of *source* to *target*, which turned out to be the same ticket."""
    db.execute("UPDATE OR REPLACE status_history SET ticket = ? WHERE ticket = ?", (target, source))
    db.execute("UPDATE OR IGNORE sla_event SET ticket = ? WHERE ticket = ?", (target, source))


def _put(db: driver.Connection, ticket: TicketId, data: bytes) -> None:
    db.execute(
        "INSERT INTO status_history (ticket, changes) VALUES (?, ?) "
        "ON CONFLICT (ticket) DO UPDATE SET changes = excluded.changes",
        (ticket, data),
    )
