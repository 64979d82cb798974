"""What happened to each unsent change, apart from being queued and, all being well, sent at once."""

from __future__ import annotations

from agentconsole.domain.instant import Instant
from agentconsole.domain.unsent import OutboxEvent
from agentconsole.domain.values import OutboxState
from agentconsole.store import driver

_KEPT = 50
"""Events of one change that are remembered: the newest, and the same thing happening again counts as one."""

_STATES = frozenset(OutboxState)


def note(db: driver.Connection, key: str, what: str, at: Instant, reason: str = "") -> None:
    """Remember that *what* (of ``EVENTS``) happened to the change *key*."""
    last = db.execute(
        "SELECT id, what, reason FROM outbox_event WHERE key = ? ORDER BY id DESC LIMIT 1", (key,)
    ).fetchone()
    if last is not None and (last[1], last[2]) == (str(what), reason):
        db.execute("UPDATE outbox_event SET at = ? WHERE id = ?", (at, last[0]))
        return
    db.execute("INSERT INTO outbox_event (key, at, what, reason) VALUES (?, ?, ?, ?)", (key, at, str(what), reason))
    db.execute(
        "DELETE FROM outbox_event WHERE key = ?1 AND id <= "
        "(SELECT id FROM outbox_event WHERE key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (key, _KEPT),
    )


def remember(db: driver.Connection, key: str, state: OutboxState, at: Instant, reason: str) -> None:
    """See to it that the last event of the change *key* is that it got into *state*."""
    last = db.execute("SELECT what FROM outbox_event WHERE key = ? ORDER BY id DESC LIMIT 1", (key,)).fetchone()
    if last is None or last[0] != state:
        note(db, key, state, at, reason)


def events_of(db: driver.Connection, key: str) -> tuple[OutboxEvent, ...]:
    """Return what happened to the change *key*, oldest first."""
    rows = db.execute("SELECT at, what, reason FROM outbox_event WHERE key = ? ORDER BY id", (key,))
    return tuple(OutboxEvent(at=at, what=what, reason=reason) for at, what, reason in rows)


def state_before(db: driver.Connection, key: str) -> tuple[OutboxState, str]:
    """Return the state (and its reason) that the withdrawn change *key* was in before."""
    earlier = [event for event in events_of(db, key) if event.what != OutboxState.WITHDRAWN]
    for event in reversed(earlier):
        if event.what not in _STATES:
            break
        state = OutboxState(event.what)
        if state in (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED):
            return state, event.reason
        break
    return OutboxState.QUEUED, ""


def forget_events(db: driver.Connection) -> None:
    """Remove the events, and the uploads, of changes that are not remembered any more."""
    for table in ("outbox_event", "upload"):
        db.execute(f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM outbox)")
