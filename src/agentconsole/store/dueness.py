"""Which changes may be sent now.

A ticket's changes go in the order in which they were made; tickets don't wait for each other. What failed for good
(held, conflict, refused) lets later ones pass, unless they need it: nothing can be sent to a ticket that was not
created, and a field on which the agent and the help desk disagree stays untouched until the agent has decided.
"""

from __future__ import annotations

from typing import Any

from agentconsole.domain.commands import changed_values, decode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import TicketId
from agentconsole.store import driver

# The oldest change of each ticket that nothing earlier holds up. A merge also needs the number of its target.
_HEADS = """
    FROM outbox o WHERE o.state = 'queued'
    AND NOT EXISTS (
        SELECT 1 FROM outbox e WHERE e.ticket = o.ticket AND e.seq < o.seq AND (
            e.state IN ('queued', 'sending', 'unknown')
            OR (e.kind = 'create' AND e.state IN ('held', 'conflict', 'refused'))
        )
    )
    AND (o.kind <> 'merge' OR EXISTS (
        SELECT 1 FROM ticket i WHERE i.id = json_extract(CAST(o.command AS TEXT), '$.into') AND i.ref IS NOT NULL
    ))
"""


def due_commands(db: driver.Connection, now: Instant, limit: int) -> list[tuple[Any, ...]]:
    """Return at most *limit* rows of the outbox that may be sent at *now*, oldest first."""
    rows = db.execute(
        "SELECT key, seq, ticket, command, state, queued_at, attempts, not_before, reason, batch "
        f"{_HEADS} AND o.not_before <= ? ORDER BY o.seq",
        (now,),
    )
    contested = _contested(db)
    due = []
    for row in rows:
        if not _waits_for_decision(contested, row[2], row[1], row[3]):
            due.append(row)
            if len(due) == limit:
                break
    rows.close()
    return due


def next_due(db: driver.Connection) -> Instant | None:
    """Return when the next change may be sent, which may be in the past."""
    contested = _contested(db)
    if not contested:
        found: Instant | None = db.execute(f"SELECT min(o.not_before) {_HEADS}").fetchone()[0]
        return found
    return min(
        (
            not_before
            for not_before, ticket, seq, command in db.execute(
                f"SELECT o.not_before, o.ticket, o.seq, o.command {_HEADS}"
            )
            if not _waits_for_decision(contested, ticket, seq, command)
        ),
        default=None,
    )


def _contested(db: driver.Connection) -> dict[TicketId, list[tuple[int, set[str]]]]:
    """Return, by ticket, the fields that each unresolved conflict is about."""
    contested: dict[TicketId, list[tuple[int, set[str]]]] = {}
    for ticket, seq, command in db.execute("SELECT ticket, seq, command FROM outbox WHERE state = 'conflict'"):
        contested.setdefault(ticket, []).append((seq, set(changed_values(decode_command(command)))))
    return contested


def _waits_for_decision(
    contested: dict[TicketId, list[tuple[int, set[str]]]], ticket: TicketId, seq: int, command: bytes
) -> bool:
    conflicts = contested.get(ticket)
    if not conflicts:
        return False
    names = set(changed_values(decode_command(command)))
    return any(earlier < seq and names & fields for earlier, fields in conflicts)
