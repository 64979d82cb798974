"""Comments: adding one to a ticket, and reading them with their attachments."""

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from agentconsole.server import errors, wire
from agentconsole.server.audit_trail import Trail, json_text
from agentconsole.server.call import Call
from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import attachments, comments, uploads, users
from agentconsole.server.sideloads import AT_ONCE, fetch
from agentconsole.server.ticket_input import CommentInput

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"(?i)<br\s*/?>|</p\s*>|</div\s*>|</li\s*>|</tr\s*>")
_UNSEEN = re.compile(r"(?is)<(script|style|head|title)\b.*?(</\1\s*>|$)")


def text_of(markup: str) -> str:
    """The readable text of HTML, for clients and searches that want text only."""
    seen = _UNSEEN.sub("", markup)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(_TAG.sub("", _BREAK.sub("\n", seen)))).strip()


def add_comment(
    tx: WriteTransaction, trail: Trail, given: CommentInput, author: Row[Any], user_id: int, *, public: bool
) -> int:
    """Store one comment of *author* (a row of users) and take over the uploads of *user_id*; returns its id.

    Raises `Problem` 422 without a text, or with an upload that does not exist (any more) or is somebody else's.
    """
    if given.html_body:
        body, html_body = text_of(given.html_body), given.html_body
    else:
        body, html_body = given.body or "", None
    tokens = [given.uploads] if isinstance(given.uploads, str) else list(given.uploads or ())
    if not body.strip() and not html_body and not tokens:
        raise errors.record_invalid({"base": "Description: cannot be blank"})
    comment_id = tx.new_id()
    count = _take_uploads(tx, comment_id, tokens, user_id)
    tx.db.execute(
        insert(comments).values(
            id=comment_id,
            ticket_id=trail.ticket_id,
            audit_id=trail.audit_id,
            author_id=author.id,
            body=body,
            html_body=html_body,
            public=public,
            by_agent=author.role != "end-user",
            via=json_text(trail.via),
            metadata=json_text(trail.metadata),
            attachment_count=count,
            created_at=tx.at,
            seq=tx.next_seq(),
        )
    )
    trail.commented(comment_id)
    return comment_id


def _take_uploads(tx: WriteTransaction, comment_id: int, tokens: Sequence[str], user_id: int) -> int:
    count = 0
    for token in dict.fromkeys(tokens):
        known = tx.db.execute(
            select(uploads.c.token).where(
                uploads.c.token == token, uploads.c.user_id == user_id, uploads.c.expires_at > tx.at
            )
        ).first()
        if known is None:
            raise errors.record_invalid({"base": "An upload token is unknown, used or expired"})
        taken = tx.db.execute(
            update(attachments)
            .where(attachments.c.upload_token == token, attachments.c.comment_id.is_(None))
            .values(comment_id=comment_id, upload_token=None)
        )
        count += taken.rowcount
        tx.db.execute(uploads.delete().where(uploads.c.token == token))
    return count


def author_of(db: Connection, user_id: int, field: str = "author_id") -> Row[Any]:
    """The user who writes; raises `Problem` 422 for an id that nobody has."""
    row = db.execute(select(users).where(users.c.id == user_id, users.c.active)).one_or_none()
    if row is None:
        raise errors.record_invalid({field: f"{field}: no such user"})
    return row


CommentShape = Callable[[Row[Any], Sequence[wire.Shape]], wire.Shape]


def shaped(
    db: Connection, rows: Sequence[Row[Any]], call: Call, shape: CommentShape = wire.comment
) -> list[wire.Shape]:
    """Return the comments *rows* with their attachments."""
    with_files = [row.id for row in rows if row.attachment_count]
    files: dict[int, list[wire.Shape]] = {}
    for start in range(0, len(with_files), AT_ONCE):
        part = with_files[start : start + AT_ONCE]
        for row in db.execute(select(attachments).where(attachments.c.comment_id.in_(part)).order_by(attachments.c.id)):
            files.setdefault(row.comment_id, []).append(wire.attachment(row, call.base, call.api))
    return [shape(row, files.get(row.id, ())) for row in rows]


def audits_shaped(db: Connection, rows: Sequence[Row[Any]], call: Call) -> list[wire.Shape]:
    """Return the audits *rows*, the comments that they announce put in."""
    ids = [each["id"] for row in rows for each in msgspec.json.decode(row.events) if each["type"] == "Comment"]
    by_id = {shape["id"]: shape for shape in shaped(db, fetch(db, comments, ids), call)}
    return [wire.audit(row, by_id) for row in rows]
