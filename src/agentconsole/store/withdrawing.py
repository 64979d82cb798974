"""Takes changes back that are not under way, without losing a word of them."""

from __future__ import annotations

from collections.abc import Sequence

from agentconsole.domain.commands import AddComment, CreateTicket, Outgoing
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import OutboxState
from agentconsole.store.drafts import join_draft
from agentconsole.store.entries import entries_of, entries_of_ticket, merges_into
from agentconsole.store.writer import Transaction

WITHDRAWABLE = (OutboxState.QUEUED, OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)


def withdraw(tx: Transaction, keys: Sequence[str], batch: str, now: Instant) -> list[Outgoing]:
    """Withdraw what of *keys* and *batch* is not under way, and what can't be sent without it; returns those changes.

    A withdrawn row stays as it was said, with its files and the fields that it set. The words of a comment join the
    ticket's draft besides, to go on with; those of a creation have no ticket to be a draft of, those of a record nobody
    wrote.
    """
    entries = {entry.key: entry for entry in entries_of(tx.db, keys, batch) if entry.state in WITHDRAWABLE}
    for created in {entry.ticket for entry in entries.values() if isinstance(entry.command, CreateTicket)}:
        tx.db.execute("UPDATE ticket SET deleted = 1 WHERE id = ?", (created,))
        for entry in (*entries_of_ticket(tx.db, created), *merges_into(tx.db, created)):
            if entry.state in WITHDRAWABLE:
                entries[entry.key] = entry
    withdrawn = sorted(entries.values(), key=lambda entry: entry.seq)
    for entry in withdrawn:
        tx.db.execute("UPDATE outbox SET state = 'withdrawn', ended_at = ? WHERE key = ?", (now, entry.key))
        if isinstance(entry.command, AddComment) and entry.command.body.strip() and not entry.command.record:
            join_draft(tx, entry.ticket, entry.command.body, public=entry.command.public, now=now)
    return withdrawn
