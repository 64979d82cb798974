"""Takes changes back that are not under way, without losing a word of them, and puts them back again."""

from __future__ import annotations

from collections.abc import Sequence

from agentconsole.domain.commands import AddComment, CreateTicket, Outgoing, encode_command
from agentconsole.domain.drafts import Along, AlongFile
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import OutboxState
from agentconsole.store import driver
from agentconsole.store.chaining import step_in, step_out
from agentconsole.store.drafts import join_draft, remove_draft
from agentconsole.store.entries import ended_at, entries_of, entries_of_ticket, merges_into
from agentconsole.store.outbox_events import note, remember, state_before
from agentconsole.store.queueing import hopeless
from agentconsole.store.writer import Transaction

WITHDRAWABLE = (OutboxState.QUEUED, OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)


def withdraw(tx: Transaction, keys: Sequence[str], batch: str, now: Instant) -> list[Outgoing]:
    """Withdraw what of *keys* and *batch* is not under way, and what can't be sent without it; returns those changes.

    A withdrawn row stays as it was said, with its files and the fields that it set. The words of a comment join the
    ticket's draft besides, to go on with, and with them what was to go along; those of a creation have no ticket to be
    a draft of, those of a record nobody wrote.
    """
    entries = {entry.key: entry for entry in entries_of(tx.db, keys, batch) if entry.state in WITHDRAWABLE}
    for created in {entry.ticket for entry in entries.values() if isinstance(entry.command, CreateTicket)}:
        tx.db.execute("UPDATE ticket SET deleted = 1 WHERE id = ?", (created,))
        for entry in (*entries_of_ticket(tx.db, created), *merges_into(tx.db, created)):
            if entry.state in WITHDRAWABLE:
                entries[entry.key] = entry
    withdrawn = sorted(entries.values(), key=lambda entry: entry.seq)
    # the newest first: what an older one leaves then comes to stand on firm ground, not on one that goes as well
    for entry in reversed(withdrawn):
        end(tx, entry, now)
    for entry in withdrawn:
        if isinstance(entry.command, AddComment) and not entry.command.record:
            into_draft(tx, entry, entry.command, now)
    return withdrawn


def end(tx: Transaction, entry: Outgoing, now: Instant, reason: str | None = None) -> None:
    """Make *entry* a withdrawn one, for *reason* where there is another than the agent's wish."""
    if entry.state in (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED):
        # how it stood stays on record, for who puts it back
        remember(tx.db, entry.key, entry.state, now, entry.reason)
    tx.db.execute(
        "UPDATE outbox SET state = 'withdrawn', ended_at = ?, reason = coalesce(?, reason) WHERE key = ?",
        (ended_at(tx.db, now), reason, entry.key),
    )
    note(tx.db, entry.key, OutboxState.WITHDRAWN, now, reason or "")
    if entry.state is OutboxState.QUEUED:
        step_out(tx.db, entry)


def into_draft(tx: Transaction, entry: Outgoing, command: AddComment, now: Instant) -> None:
    """Let the words of *entry*, and what was to go with them, join the draft of its ticket."""
    along = along_of(tx.db, command)
    if command.body.strip() or along.files:
        join_draft(tx, entry.ticket, command.body, public=command.public, now=now, along=along)


def along_of(db: driver.Connection, command: AddComment | CreateTicket) -> Along:
    """Return what goes with the words of *command*."""
    files = []
    for key in command.attachments:
        row = db.execute("SELECT file_name, size FROM kept_file WHERE key = ?", (key,)).fetchone()
        if row is not None:
            files.append(AlongFile(name=row[0], size=row[1], key=key))
    if isinstance(command, CreateTicket):
        return Along(values=command.values, add_tags=command.tags, files=tuple(files))
    return Along(
        values=command.values,
        add_tags=command.add_tags,
        remove_tags=command.remove_tags,
        files=tuple(files),
        macro=command.macro,
    )


def put_back(tx: Transaction, keys: Sequence[str], now: Instant) -> list[Outgoing]:
    """Make the withdrawn changes *keys* what they were before; returns those that are waiting again.

    With a creation come back the changes that were withdrawn because of it. The words leave the draft that they went
    into, when it holds nothing else.
    """
    entries = {entry.key: entry for entry in entries_of(tx.db, keys) if entry.state is OutboxState.WITHDRAWN}
    for entry in tuple(entries.values()):
        if isinstance(entry.command, CreateTicket):
            ended = tx.db.execute("SELECT ended_at FROM outbox WHERE key = ?", (entry.key,)).fetchone()[0]
            tx.db.execute("UPDATE ticket SET deleted = 0 WHERE id = ? AND ref IS NULL", (entry.ticket,))
            with_it = tx.db.execute(
                "SELECT key FROM outbox WHERE state = 'withdrawn' AND ended_at = ? AND (ticket = ? OR kind = 'merge')",
                (ended, entry.ticket),
            ).fetchall()
            for other in entries_of(tx.db, [row[0] for row in with_it]):
                entries.setdefault(other.key, other)
    back = sorted(entries.values(), key=lambda entry: entry.seq)
    for entry in back:
        state, reason = state_before(tx.db, entry.key)
        problem = hopeless(tx.db, entry.command)
        if problem:
            state, reason = OutboxState.REFUSED, problem
        command = step_in(tx.db, entry, entry.command) if state is OutboxState.QUEUED else entry.command
        tx.db.execute(
            "UPDATE outbox SET state = ?, reason = ?, ended_at = NULL, command = ? WHERE key = ?",
            (str(state), reason, encode_command(command), entry.key),
        )
        note(tx.db, entry.key, "put back", now)
        if state is not OutboxState.QUEUED:
            note(tx.db, entry.key, state, now, reason)
        if isinstance(command, AddComment):
            remove_draft(tx, entry.ticket, command.body, public=command.public)
    return back
