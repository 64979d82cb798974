"""First answers, kept so that a repeated write takes effect once."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select

from agentconsole.server import errors
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import from_epoch
from agentconsole.server.schema import idempotency

Fingerprint = tuple[str, str, str]
"""Method, path with query, SHA-256 of the body."""


class Answer(NamedTuple):
    """A stored answer."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes
    media_type: str


def recall(tx: WriteTransaction, user_id: int, key: str, fingerprint: Fingerprint, kept_for: int) -> Answer | None:
    """Return the first answer to *key*; forget what is older than *kept_for* seconds.

    Raises `Problem` 400 when the key came with another request the first time.
    """
    tx.db.execute(delete(idempotency).where(idempotency.c.created_at < from_epoch(tx.epoch - kept_for)))
    row = _row(tx.db, user_id, key)
    if row is None:
        return None
    if (row.method, row.path, row.body_digest) != fingerprint:
        raise errors.bad_request(
            "IdempotentRequestError", "This Idempotency-Key was already used for a different request."
        )
    return _answer(row)


def find(db: Connection, user_id: int, key: str) -> Answer | None:
    """Return the first answer to *key* of this user, None when it was never seen."""
    row = _row(db, user_id, key)
    return None if row is None else _answer(row)


def remember(
    tx: WriteTransaction,
    user_id: int,
    key: str,
    fingerprint: Fingerprint,
    status: int,
    headers: dict[str, str],
    body: bytes,
    media_type: str,
) -> None:
    """Store the first answer, in the transaction of the write it answers."""
    method, path, body_digest = fingerprint
    tx.db.execute(
        insert(idempotency).values(
            user_id=user_id,
            key=key,
            method=method,
            path=path,
            body_digest=body_digest,
            status=status,
            headers=msgspec.json.encode([media_type, headers]).decode(),
            body=body,
            created_at=tx.at,
        )
    )


def _row(db: Connection, user_id: int, key: str) -> Row[tuple[object, ...]] | None:
    return db.execute(
        select(idempotency).where(idempotency.c.user_id == user_id, idempotency.c.key == key)
    ).one_or_none()


def _answer(row: Row[tuple[object, ...]]) -> Answer:
    media_type, headers = msgspec.json.decode(row.headers, type=tuple[str, dict[str, str]])
    return Answer(row.method, row.path, row.status, headers, row.body, media_type)
