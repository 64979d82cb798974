"""Deleting a ticket for good: the row stays as a scrubbed tombstone, so that copies learn of it. Files nobody has."""

from collections.abc import Set
from typing import Any

from sqlalchemy import Row, delete, select, update

from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import attachments, audits, blobs, comments, tickets

SUBJECT = "SCRUBBED"
TEXT = "X"
_AT_ONCE = 500


def purge(tx: WriteTransaction, ticket: Row[Any]) -> None:
    """Remove what a soft-deleted *ticket* said: texts, audits, files that nobody else has."""
    ids = select(comments.c.id).where(comments.c.ticket_id == ticket.id)
    digests = set(tx.db.scalars(select(attachments.c.digest).where(attachments.c.comment_id.in_(ids))))
    tx.db.execute(delete(attachments).where(attachments.c.comment_id.in_(ids)))
    forget_unused(tx, digests)
    for comment_id in tx.db.scalars(ids.order_by(comments.c.id)).all():
        tx.db.execute(
            update(comments)
            .where(comments.c.id == comment_id)
            .values(body=TEXT, html_body=None, attachment_count=0, seq=tx.next_seq(), version=comments.c.version + 1)
        )
    tx.db.execute(delete(audits).where(audits.c.ticket_id == ticket.id))
    tx.change(
        tickets,
        ticket.id,
        subject=SUBJECT,
        description=TEXT,
        tags="[]",
        custom_fields="[]",
        external_id=None,
        recipient=None,
        generated_at=tx.epoch,
    )


def forget_unused(tx: WriteTransaction, digests: Set[str]) -> None:
    """Remove those files of *digests* that no attachment has."""
    used = select(attachments.c.digest).where(attachments.c.digest == blobs.c.digest).exists()
    ordered = sorted(digests)
    for start in range(0, len(ordered), _AT_ONCE):
        tx.db.execute(delete(blobs).where(blobs.c.digest.in_(ordered[start : start + _AT_ONCE]), ~used))
