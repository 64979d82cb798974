"""Which changes may be sent now.

A ticket's changes go in the order in which they were made; tickets don't wait for each other. What failed for good
(held, conflict, refused) lets later ones pass, unless they need it: nothing can be sent to a ticket that was not
created, and a field on which the agent and the help desk disagree stays untouched until the agent has decided. What
waits for that decision keeps its place: no later words overtake its words, and no later values its values. What was
never answered is looked for before anything else of its ticket.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agentconsole.domain.commands import AddComment, CreateTicket, MergeTickets, Outgoing, changed_values
from agentconsole.domain.instant import HOUR, Instant
from agentconsole.domain.values import OutboxState, TicketId
from agentconsole.store import driver
from agentconsole.store.entries import OUTGOING_COLUMNS, outgoing

LONGEST_WAIT = 2 * HOUR
"""No help desk makes us wait for longer: a time that is further off was told by a clock that was put right since."""


class Head(NamedTuple):
    """The change of a ticket that goes next, or what keeps it: ``blocker`` is the key of the change it waits for."""

    item: Outgoing | None
    why: str = ""
    blocker: str = ""


def is_time(not_before: Instant, now: Instant) -> bool:
    """Say whether what was not to be sent before *not_before* may be sent at *now*."""
    return not_before <= now or not_before - now > LONGEST_WAIT


def heads(db: driver.Connection, now: Instant, limit: int) -> list[Outgoing]:
    """Return at most *limit* changes that may be sent, or looked for, at *now*: one a ticket, oldest first."""
    found: list[Outgoing] = []
    for item in _heads(db):
        if is_time(item.not_before, now):
            found.append(item)
            if len(found) == limit:
                break
    return found


def head_of(db: driver.Connection, ticket: TicketId, now: Instant) -> Outgoing | None:
    """Return the change of *ticket* that may be sent, or looked for, at *now*."""
    item = head(db, ticket).item
    return item if item is not None and is_time(item.not_before, now) else None


def next_due(db: driver.Connection) -> Instant | None:
    """Return when the next change may be sent or looked for, which may be in the past."""
    first: Instant | None = None
    for item in _heads(db):
        if first is None or item.not_before < first:
            first = item.not_before
        if first == 0:
            break
    return first


def head(db: driver.Connection, ticket: TicketId, before: Outgoing | None = None) -> Head:
    """Return which change of *ticket* goes next, or what keeps them all; with *before*, what goes before that one."""
    rows = db.execute(
        f"SELECT {OUTGOING_COLUMNS} FROM outbox INDEXED BY outbox_waiting "
        "WHERE ticket = ? AND ended_at IS NULL ORDER BY state <> 'unknown', seq",
        (ticket,),
    )
    contested: dict[str, str] = {}
    words_wait_for = ""
    try:
        for item in map(outgoing, rows):
            match item.state:
                case OutboxState.SENDING if before is None or before.key != item.key:
                    return Head(None, "another change of this ticket that is being sent", item.key)
                case OutboxState.CONFLICT:
                    contested |= dict.fromkeys(_contested(item), item.key)
                case OutboxState.HELD | OutboxState.REFUSED if isinstance(item.command, CreateTicket):
                    return Head(None, "the ticket to be created", item.key)
                case OutboxState.QUEUED:
                    values = changed_values(item.command)
                    clash = next((contested[name] for name in values if name in contested), "")
                    why = "your decision about the same field"
                    if not clash and words_wait_for and isinstance(item.command, AddComment):
                        clash, why = words_wait_for, "your decision about a field that earlier words wait for"
                    if before is not None and before.key == item.key:
                        return Head(item, why, clash) if clash else _ready(db, item)
                    if not clash:
                        return _ready(db, item)
                    contested = dict.fromkeys(values, clash) | contested
                    if isinstance(item.command, AddComment):
                        words_wait_for = words_wait_for or clash
                case OutboxState.UNKNOWN:
                    return Head(item)
                case _:
                    pass
    finally:
        rows.close()
    return Head(None)


def _ready(db: driver.Connection, item: Outgoing) -> Head:
    """Return *item* as what goes next, unless it merges into a ticket that has no number yet."""
    if not isinstance(item.command, MergeTickets):
        return Head(item)
    row = db.execute("SELECT ref FROM ticket WHERE id = ?", (item.command.into,)).fetchone()
    if row is not None and row[0] is not None:
        return Head(item)
    creation = db.execute(
        "SELECT key FROM outbox WHERE ticket = ? AND kind = 'create' ORDER BY seq", (item.command.into,)
    ).fetchone()
    return Head(None, "the ticket to merge into to be created", creation[0] if creation else "")


def _contested(item: Outgoing) -> set[str]:
    return {conflict.name for conflict in item.conflicts} or set(changed_values(item.command))


def _heads(db: driver.Connection) -> Iterator[Outgoing]:
    """Yield the change of each ticket that goes next, the tickets by their oldest change."""
    tickets = db.execute(
        # the planner would take the states' index, and look each of ten thousand rows up
        "SELECT ticket FROM outbox INDEXED BY outbox_waiting WHERE ended_at IS NULL AND state IN ('queued', 'unknown') "
        "GROUP BY ticket ORDER BY min(seq)"
    ).fetchall()
    for (ticket,) in tickets:
        item = head(db, ticket).item
        if item is not None:
            yield item
