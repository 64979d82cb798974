"""Keeps the later unsent changes of a ticket on firm ground when one before them is taken, fails or comes back.

See :mod:`agentconsole.domain.chains`. Runs in the writer's transactions, next to the change of state it follows from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agentconsole.domain.chains import bases_of, comparable, is_empty, on_top_of, settings_of, without
from agentconsole.domain.commands import Command, Outgoing, encode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.projection import value_of
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import OutboxState
from agentconsole.store import driver
from agentconsole.store.entries import OUTGOING_COLUMNS, ended_at, outgoing
from agentconsole.store.outbox_events import note

_MOVABLE = (OutboxState.QUEUED, OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)
"""What was never answered must be sent again to the letter, or its key would stand for something else."""


def step_out(db: driver.Connection, entry: Outgoing) -> None:
    """*entry* is not shown as done any more: what was made on top of it now stands on what it stood on."""
    _rest_on(db, entry, before=settings_of(entry.command), after=bases_of(entry.command))


def step_in(db: driver.Connection, entry: Outgoing, command: Command) -> Command:
    """*entry* will be done after all, as *command*; returns it without what the agent has set again since, and got.

    What was made later, on what *entry* stood on, stands on top of it now.
    """
    done = {
        name
        for later in _later(db, entry)
        if later.state in (OutboxState.SENT, OutboxState.SENDING, OutboxState.UNKNOWN)
        for name in settings_of(later.command)
    }
    command = without(command, done)
    _rest_on(db, entry, before=bases_of(entry.command), after=settings_of(command))
    return command


def accepted(
    db: driver.Connection, entry: Outgoing, was: TicketRecord | None, now: TicketRecord, touched: Iterable[str]
) -> None:
    """The help desk has *entry*: the ticket *was* something and is *now* something else.

    What the help desk made of the values that were sent, and what its own rules did in the same breath (*touched*), is
    nobody else's decision: later changes stand on it.
    """
    mine = settings_of(entry.command)
    _rest_on(db, entry, before=mine, after={name: value_of(now, name) for name in mine})
    if was is None:
        return
    aside = [name for name in touched if name not in mine]
    _rest_on(
        db,
        entry,
        before={name: value_of(was, name) for name in aside},
        after={name: value_of(now, name) for name in aside},
    )


def give_way(db: driver.Connection, entry: Outgoing, names: set[str], now: Instant) -> None:
    """The agent has decided about the fields *names* of *entry*: what later changes wanted of them is overruled."""
    for later in _later(db, entry):
        overruled = names.intersection(settings_of(later.command))
        if not overruled or later.state not in _MOVABLE:
            continue
        command = without(later.command, overruled)
        if is_empty(command):
            db.execute(
                "UPDATE outbox SET state = 'withdrawn', ended_at = ?, reason = ?, conflicts = NULL WHERE key = ?",
                (ended_at(db, now), "You decided otherwise about an earlier change of the same field.", later.key),
            )
            note(db, later.key, OutboxState.WITHDRAWN, now, "You decided otherwise about an earlier change.")
        else:
            db.execute("UPDATE outbox SET command = ? WHERE key = ?", (encode_command(command), later.key))
            note(db, later.key, "decided", now, f"Not any more: {', '.join(sorted(overruled))}")


def last_word(db: driver.Connection, entry: Outgoing) -> dict[str, Any]:
    """Return what the fields that *entry* sets would have in the end, by the agent's own later unsent changes."""
    values = dict(settings_of(entry.command))
    for later in _later(db, entry):
        if later.state is OutboxState.SENT:
            continue
        values.update({name: value for name, value in settings_of(later.command).items() if name in values})
    return values


def _rest_on(db: driver.Connection, entry: Outgoing, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Move the next change of each field from *before* onto *after*, if it was made on *before*."""
    open_names = {name for name in before if name in after and comparable(before[name]) != comparable(after[name])}
    if not open_names:
        return
    for later in _later(db, entry):
        its_bases = bases_of(later.command)
        touched = open_names.intersection(settings_of(later.command))
        open_names -= touched
        moved = {name: after[name] for name in touched if comparable(its_bases.get(name)) == comparable(before[name])}
        if moved and later.state in _MOVABLE:
            db.execute(
                "UPDATE outbox SET command = ? WHERE key = ?",
                (encode_command(on_top_of(later.command, moved)), later.key),
            )
        if not open_names:
            return


def _later(db: driver.Connection, entry: Outgoing) -> Iterator[Outgoing]:
    """Yield the changes of the same ticket that were queued after *entry* and not withdrawn, oldest first."""
    rows = db.execute(
        f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE ticket = ? AND seq > ? AND state <> 'withdrawn' "
        "AND kind IN ('set', 'comment') ORDER BY seq",
        (entry.ticket, entry.seq),
    ).fetchall()
    return (outgoing(row) for row in rows)
