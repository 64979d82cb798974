"""Takes changes back that are not under way, without losing a word of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agentconsole.domain.commands import AddComment, CreateTicket, Outgoing
from agentconsole.domain.drafts import Along, AlongFile
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
            along = _along(tx, entry.command)
            join_draft(tx, entry.ticket, entry.command.body, public=entry.command.public, now=now, along=along)
    return withdrawn


def _along(tx: Transaction, comment: AddComment) -> Along:
    """Return what went with *comment*, to go with its words again: files, and what a ready text would change.

    A status that came from the button comes back by the button: who takes a reply back may have meant just that.
    """
    rows = {
        row[0]: AlongFile(name=row[1], size=row[2], key=row[0])
        for row in tx.db.execute(
            "SELECT key, file_name, size FROM kept_file WHERE key IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(comment.attachments).decode(),),
        )
    }
    values = {name: value for name, value in comment.values.items() if name != "status" or comment.macro}
    return Along(
        values=values,
        add_tags=comment.add_tags,
        remove_tags=comment.remove_tags,
        files=tuple(rows[key] for key in comment.attachments if key in rows),
        macro=comment.macro,
    )
