"""A row of the outbox as windows and scripts see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentconsole.domain.commands import decode_command
from agentconsole.domain.merging import decode_conflicts
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState
from agentconsole.store import driver
from agentconsole.store.telling import Teller

_SELECT = (
    "SELECT o.seq, o.key, o.ticket, coalesce(t.ref, ''), t.subject, o.command, o.state, o.queued_at, o.attempts, "
    "o.not_before, o.reason, o.batch, o.conflicts, o.cause, o.ended_at FROM outbox o JOIN ticket t ON t.id = o.ticket"
)


def outbox_rows(db: driver.Connection, where: str, *values: object) -> list[OutboxRow]:
    """Return the rows that *where* (a clause over ``outbox o``, with what follows it) leaves, in its order."""
    teller = Teller(db)
    return [_row(row, teller) for row in db.execute(f"{_SELECT} {where}", values).fetchall()]


def _row(row: Sequence[Any], teller: Teller) -> OutboxRow:
    seq, key, ticket, ref, subject, data, state, queued_at, *rest = row
    attempts, not_before, reason, batch, conflicts, cause, ended_at = rest
    command = decode_command(data)
    return OutboxRow(
        key=key,
        ticket=ticket,
        ref=ref,
        subject=subject,
        text=teller.text(command),
        state=OutboxState(state),
        queued_at=queued_at,
        attempts=attempts,
        not_before=not_before,
        reason=reason,
        batch=batch,
        command=command,
        conflicts=decode_conflicts(conflicts) if conflicts else (),
        cause=cause,
        seq=seq,
        ended_at=ended_at,
    )
