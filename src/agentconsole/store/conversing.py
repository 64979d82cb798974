"""Writes confirmed comments, and removes what the help desk has removed.

A comment's row number is its document number in the index of words: the ticket's id, then its place in the
conversation. So a conversation lies together on the disk, and a hit names its ticket.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

import msgspec

from agentconsole.domain.records import AttachmentRecord, CommentRecord, Page
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.confirming import insert_unknown
from agentconsole.store.keys import DOCUMENT_BITS, LAST_DOCUMENT
from agentconsole.store.projecting import index, reproject, unindex
from agentconsole.store.writer import Transaction

_log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode
decode_files = msgspec.json.Decoder(tuple[AttachmentRecord, ...]).decode

_COLUMNS = "ref, author, created_at, public, channel, key, files, body, html"

AS_SAID = "c.created_at, length(c.ref), c.ref"
"""The order of a conversation: of comments of one second, by the help desk's numbers. Not as they came here: our own
answer may come before what a colleague wrote a moment earlier, and each console would tell another story."""

AS_SAID_BACKWARDS = "c.created_at DESC, length(c.ref) DESC, c.ref DESC"

_CommentColumns = tuple[Ref, Ref | None, int, int, str, str | None, bytes | None, str, str | None]


def span(ticket: TicketId) -> tuple[int, int]:
    """Return the first and the last row number that a comment of *ticket* can have."""
    return (ticket << DOCUMENT_BITS) + 1, (ticket << DOCUMENT_BITS) + LAST_DOCUMENT


def confirm_comments(tx: Transaction, comments: Sequence[CommentRecord]) -> int:
    """Keep *comments*, new and changed; returns how many. Those of a ticket still unknown wait for it unseen."""
    of_ticket: dict[Ref, list[CommentRecord]] = {}
    for comment in comments:
        of_ticket.setdefault(comment.ticket, []).append(comment)
    fresh: list[tuple[int, _CommentColumns]] = []
    changed = 0
    counts: list[tuple[int, int, TicketId]] = []
    for ref, conversation in of_ticket.items():
        row = tx.db.execute("SELECT id FROM ticket WHERE ref = ?", (ref,)).fetchone()
        ticket = row[0] if row else insert_unknown(tx, ref)
        added, replaced = _sort_out(tx.db, ticket, conversation)
        if not (added or replaced):
            continue
        fresh.extend(added)
        changed += len(added) + replaced
        counts.append((len(added), sum(columns[6] is not None for _, columns in added), ticket))
        tx.touch(tickets=(ticket,))
    if fresh:
        fresh.sort()
        tx.db.executemany(
            f"INSERT INTO comment (id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *columns) for number, columns in fresh],
        )
        index(tx.db, [(number, columns[7]) for number, columns in fresh])
    tx.db.executemany("UPDATE ticket SET comments = comments + ?, files = files + ? WHERE id = ?", counts)
    return changed


def _sort_out(
    db: driver.Connection, ticket: TicketId, conversation: Iterable[CommentRecord]
) -> tuple[list[tuple[int, _CommentColumns]], int]:
    """Return the rows to add, and how many of the present ones were replaced."""
    first, last = span(ticket)
    present: dict[Ref, int] = {}
    highest = first - 1
    for number, ref in db.execute("SELECT id, ref FROM comment WHERE id BETWEEN ? AND ?", (first, last)):
        present[ref] = highest = number
    added: dict[Ref, tuple[int, _CommentColumns]] = {}
    replaced = 0
    for comment in conversation:
        number = present.get(comment.ref)
        if number is not None:
            replaced += _replace(db, number, _columns(comment))
        elif comment.ref in added:
            added[comment.ref] = added[comment.ref][0], _columns(comment)
        elif highest < last:
            highest += 1
            added[comment.ref] = highest, _columns(comment)
        else:
            _log.warning("a ticket has more than %d comments, the newest are not kept", LAST_DOCUMENT)
            break
    return list(added.values()), replaced


def _columns(comment: CommentRecord) -> _CommentColumns:
    return (
        comment.ref,
        comment.author,
        comment.created_at,
        int(comment.public),
        comment.channel,
        comment.key,
        _encode(comment.attachments) if comment.attachments else None,
        comment.body,
        comment.html,
    )


def _replace(db: driver.Connection, number: int, columns: _CommentColumns) -> bool:
    """Store *columns* over the comment *number*; False when nothing differs."""
    old = db.execute(f"SELECT {_COLUMNS} FROM comment WHERE id = ?", (number,)).fetchone()
    if columns[5] is None:
        # not every answer repeats the key that we once sent
        columns = (*columns[:5], old[5], *columns[6:])
    if old == columns:
        return False
    db.execute(
        "UPDATE comment SET ref = ?, author = ?, created_at = ?, public = ?, channel = ?, key = ?, files = ?, "
        "body = ?, html = ? WHERE id = ?",
        (*columns, number),
    )
    if (old[6] is None) != (columns[6] is None):
        step = -1 if columns[6] is None else 1
        db.execute("UPDATE ticket SET files = files + ? WHERE id = ?", (step, number >> DOCUMENT_BITS))
    if old[7] != columns[7]:
        unindex(db, [(number, old[7])])
        index(db, [(number, columns[7])])
    return True


def keep_only(tx: Transaction, page: Page) -> int:
    """Remove comments that the conversations that *page* brings as a whole no longer have; returns how many.

    A page may be applied long after the help desk answered: one that is older than what is confirmed removes nothing,
    and no page removes what is as new as it is itself.
    """
    removed = 0
    as_of = {record.ref: record.updated_at for record in page.tickets}
    for ticket_ref in page.whole_comments_of:
        row = tx.db.execute(
            "SELECT t.id, r.updated_at FROM ticket t LEFT JOIN ticket_record r ON r.ticket = t.id WHERE t.ref = ?",
            (ticket_ref,),
        ).fetchone()
        if row is None:
            continue
        ticket, known_at = row
        told = [comment for comment in page.comments if comment.ticket == ticket_ref]
        told_at = as_of.get(ticket_ref)
        if told_at is not None and known_at is not None and told_at < known_at:
            continue
        newest = max([comment.created_at for comment in told] + ([] if told_at is None else [told_at]), default=0)
        refs = {comment.ref for comment in told}
        gone = [
            number
            for number, ref, created_at in tx.db.execute(
                "SELECT id, ref, created_at FROM comment WHERE id BETWEEN ? AND ?", span(ticket)
            )
            if ref not in refs and created_at < newest
        ]
        remove_comments(tx.db, ticket, gone)
        tx.db.execute("UPDATE ticket SET whole = 1 WHERE id = ?", (ticket,))
        removed += len(gone)
        if gone:
            tx.touch(tickets=(ticket,))
    return removed


def remove_comments(db: driver.Connection, ticket: TicketId, numbers: Sequence[int]) -> None:
    """Remove the comments *numbers* of *ticket* and their words."""
    files = 0
    for number in numbers:
        body, attached = db.execute("SELECT body, files IS NOT NULL FROM comment WHERE id = ?", (number,)).fetchone()
        unindex(db, [(number, body)])
        db.execute("DELETE FROM comment WHERE id = ?", (number,))
        files += attached
    if numbers:
        db.execute(
            "UPDATE ticket SET comments = comments - ?, files = files - ? WHERE id = ?", (len(numbers), files, ticket)
        )


def confirm_deleted(tx: Transaction, refs: Sequence[Ref]) -> int:
    """Take deleted tickets out of every queue.

    What they said stays unseen in the store: a restored ticket may come back without its comments.
    """
    gone = []
    for ref in refs:
        row = tx.db.execute("SELECT id, deleted FROM ticket WHERE ref = ?", (ref,)).fetchone()
        if row is None or row[1]:
            continue
        tx.db.execute("UPDATE ticket SET deleted = 1 WHERE id = ?", (row[0],))
        gone.append(row[0])
    reproject(tx.db, tx.names, gone)
    tx.touch(tickets=gone)
    return len(gone)


def move_conversation(db: driver.Connection, source: TicketId, target: TicketId) -> None:
    """Give the comments of *source* to *target*, which has none yet."""
    first, last = span(source)
    rows = db.execute(
        f"SELECT id, {_COLUMNS} FROM comment WHERE id BETWEEN ? AND ? ORDER BY id",
        (first, last),
    ).fetchall()
    remove_comments(db, source, [row[0] for row in rows])
    start, _ = span(target)
    moved = [(start + offset, *row[1:]) for offset, row in enumerate(rows)]
    db.executemany(
        f"INSERT INTO comment (id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        moved,
    )
    index(db, [(row[0], row[8]) for row in moved])
    db.execute(
        "UPDATE ticket SET comments = comments + ?, files = files + ? WHERE id = ?",
        (len(moved), sum(row[7] is not None for row in moved), target),
    )
