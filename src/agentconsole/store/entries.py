"""Rows of the outbox as values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agentconsole.domain.commands import Outgoing, decode_command
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.merging import decode_conflicts
from agentconsole.domain.values import OutboxState, TicketId
from agentconsole.store import driver

OUTGOING_COLUMNS = "key, seq, ticket, command, state, queued_at, attempts, not_before, reason, batch, conflicts, cause"


def outgoing(row: Sequence[Any]) -> Outgoing:
    """Return a row of ``OUTGOING_COLUMNS`` as a value."""
    key, seq, ticket, command, state, queued_at, attempts, not_before, reason, batch, conflicts, cause = row
    return Outgoing(
        key=key,
        seq=seq,
        ticket=ticket,
        command=decode_command(command),
        state=OutboxState(state),
        queued_at=queued_at,
        attempts=attempts,
        not_before=not_before,
        reason=reason,
        batch=batch,
        conflicts=decode_conflicts(conflicts) if conflicts else (),
        cause=cause,
    )


def entries_of(db: driver.Connection, keys: Sequence[str], batch: str = "") -> list[Outgoing]:
    """Return the changes *keys* and those of *batch*, oldest first."""
    rows = db.execute(
        f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE key IN (SELECT value FROM json_each(?1)) "
        f"UNION SELECT {OUTGOING_COLUMNS} FROM outbox WHERE batch = ?2 AND ?2 <> '' ORDER BY seq",
        (msgspec.json.encode(list(keys)).decode(), batch),
    )
    return [outgoing(row) for row in rows.fetchall()]


def entries_of_ticket(db: driver.Connection, ticket: TicketId) -> list[Outgoing]:
    """Return all changes of *ticket* that are remembered, oldest first."""
    rows = db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE ticket = ? ORDER BY seq", (ticket,))
    return [outgoing(row) for row in rows.fetchall()]


def merges_into(db: driver.Connection, ticket: TicketId) -> list[Outgoing]:
    """Return the merges of other tickets into *ticket* that are remembered, oldest first."""
    rows = db.execute(
        f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE kind = 'merge' "
        "AND json_extract(CAST(command AS TEXT), '$.into') = ? ORDER BY seq",
        (ticket,),
    )
    return [outgoing(row) for row in rows.fetchall()]


def ended_at(db: driver.Connection, now: Instant) -> Instant:
    """Return the time to note for a change that has ended *now*, by our clock: what is kept is kept from then on.

    A clock that is more than a day behind the last exchange with the help desk was set back. By its time what was
    withdrawn today would be months old, and be forgotten as soon as the clock is right again.
    """
    row = db.execute("SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'last_sync_at'").fetchone()
    last: Instant = row[0] if row is not None else now
    return last if last - now > DAY else now
