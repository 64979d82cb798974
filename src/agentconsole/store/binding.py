"""Gives a ticket that was made here the number that the help desk gave it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agentconsole.domain.commands import MergeTickets, encode_command
from agentconsole.domain.drafts import decode_along
from agentconsole.domain.records import CommentRecord
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store.conversing import move_conversation
from agentconsole.store.draft_versions import move_versions
from agentconsole.store.drafts import join_draft, remove_draft
from agentconsole.store.entries import merges_into
from agentconsole.store.projecting import decode_record, encode_record, reindex_subject, reproject, store_record
from agentconsole.store.status_history import move_history
from agentconsole.store.writer import Transaction


def bind(tx: Transaction, ticket: TicketId, ref: Ref) -> None:
    """Make *ref* the number of *ticket*.

    A pull may have brought the new ticket before the answer to its creation: then there are two rows for one ticket,
    and what hangs on the pulled one moves to *ticket*, whose id is in the agent's windows and in the outbox.
    """
    db = tx.db
    if db.execute("SELECT ref FROM ticket WHERE id = ?", (ticket,)).fetchone()[0] == ref:
        return
    twin = db.execute("SELECT id, subject FROM ticket WHERE ref = ?", (ref,)).fetchone()
    if twin is not None:
        _absorb(tx, twin[0], twin[1], ticket)
    db.execute("UPDATE ticket SET ref = ? WHERE id = ?", (ref, ticket))
    tx.touch("tickets", tickets=(ticket,))


def bind_announced(tx: Transaction, comments: Sequence[CommentRecord]) -> None:
    """Bind tickets whose first comment a pull brings, by our key, before the creation was answered."""
    for comment in comments:
        if comment.key is None:
            continue
        row = tx.db.execute(
            "SELECT o.ticket FROM outbox o JOIN ticket t ON t.id = o.ticket "
            "WHERE o.key = ? AND o.kind = 'create' AND t.ref IS NULL",
            (comment.key,),
        ).fetchone()
        if row is not None:
            bind(tx, row[0], comment.ticket)
            reproject(tx.db, tx.names, [row[0]])


def _absorb(tx: Transaction, twin: TicketId, subject: str, ticket: TicketId) -> None:
    """Move everything of *twin* to *ticket* and leave it an empty, hidden row, which names that."""
    db = tx.db
    move_conversation(db, twin, ticket)
    move_history(db, twin, ticket)
    record = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (twin,)).fetchone()
    if record is not None:
        confirmed = decode_record(record[0])
        store_record(db, ticket, confirmed.updated_at, encode_record(confirmed))
    db.execute("UPDATE outbox SET ticket = ? WHERE ticket = ?", (ticket, twin))
    for merge in merges_into(db, twin):
        if isinstance(merge.command, MergeTickets):
            command = msgspec.structs.replace(merge.command, into=ticket)
            db.execute("UPDATE outbox SET command = ? WHERE key = ?", (encode_command(command), merge.key))
    drafts = db.execute("SELECT body, public, saved_at, along FROM draft WHERE ticket = ?", (twin,)).fetchall()
    for body, public, saved_at, along in drafts:
        remove_draft(tx, twin, public=bool(public))
        join_draft(tx, ticket, body, public=bool(public), now=saved_at, along=decode_along(along), why="taken over")
    move_versions(db, twin, ticket)
    db.execute("UPDATE ticket SET whole = (SELECT whole FROM ticket WHERE id = ?) WHERE id = ?", (twin, ticket))
    db.execute("DELETE FROM ticket_tag WHERE ticket = ?", (twin,))
    db.execute("DELETE FROM target WHERE ticket = ?", (twin,))
    db.execute("DELETE FROM ticket_record WHERE ticket = ?", (twin,))
    reindex_subject(db, twin, subject, "")
    db.execute(
        "UPDATE ticket SET ref = NULL, subject = '', deleted = 1, place = 0, waiting = 0, moved_to = ? WHERE id = ?",
        (ticket, twin),
    )
    db.execute("UPDATE ticket SET moved_to = ? WHERE moved_to = ?", (ticket, twin))
    tx.touch("tickets", tickets=(twin,))
