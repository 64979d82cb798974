"""Deleting a ticket for good: the row stays as a scrubbed tombstone, so that copies learn of it."""

from typing import Any

from sqlalchemy import Row, delete, select, update

from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import attachments, audits, blobs, comments, tickets

SUBJECT = "SCRUBBED"
TEXT = "X"


def purge(tx: WriteTransaction, ticket: Row[Any]) -> None:
    """Remove what a soft-deleted *ticket* said: texts, audits, files that nobody else has."""
    ids = select(comments.c.id).where(comments.c.ticket_id == ticket.id)
    digests = set(tx.db.scalars(select(attachments.c.digest).where(attachments.c.comment_id.in_(ids))))
    tx.db.execute(delete(attachments).where(attachments.c.comment_id.in_(ids)))
    still_used = set(tx.db.scalars(select(attachments.c.digest).where(attachments.c.digest.in_(digests))))
    tx.db.execute(delete(blobs).where(blobs.c.digest.in_(digests - still_used)))
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
