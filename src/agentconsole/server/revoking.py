"""Taking tokens back, and asking whoever still has one to wipe what they keep of this help desk."""

from sqlalchemy import Connection, delete, func, insert, select, update

from agentconsole.server import errors
from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import access_tokens, revoked_tokens, users


def revoke(tx: WriteTransaction, user_id: int, *, wipe: bool, by: int | None) -> int:
    """Take back all tokens of the user; *by* is the admin who asked. Returns how many there were.

    Asked again with *wipe*, tokens that were taken back before tell that too; without it nothing is unsaid.
    """
    digests = tx.db.execute(select(access_tokens.c.digest).where(access_tokens.c.user_id == user_id)).scalars().all()
    tx.db.execute(delete(access_tokens).where(access_tokens.c.user_id == user_id))
    for digest in digests:
        tx.db.execute(
            insert(revoked_tokens).values(digest=digest, user_id=user_id, wipe=wipe, revoked_at=tx.at, revoked_by=by)
        )
    if wipe:
        tx.db.execute(update(revoked_tokens).where(revoked_tokens.c.user_id == user_id).values(wipe=True))
    return len(digests)


def user_of(db: Connection, email: str) -> int | None:
    """Return the agent with the address *email*, None when there is none."""
    found: int | None = db.execute(
        select(users.c.id)
        .where(func.lower(users.c.email) == email.strip().lower(), users.c.role != "end-user")
        .order_by(users.c.id)
    ).scalar()
    return found


def refusal(db: Connection, digest: str) -> errors.Problem:
    """Return how to refuse a token that opens nothing: taken back, or simply unknown."""
    wipe = db.execute(select(revoked_tokens.c.wipe).where(revoked_tokens.c.digest == digest)).scalar()
    return errors.unauthenticated() if wipe is None else errors.revoked(digest, wipe=bool(wipe))
