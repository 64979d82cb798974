"""Who is asking: credentials, tokens and roles."""

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from agentconsole.server import errors
from agentconsole.server.database import Database, WriteTransaction
from agentconsole.server.schema import access_tokens, users
from agentconsole.server.settings import Grant, Role


class Principal(NamedTuple):
    """Who makes a request. *token* is the digest, good for counting only."""

    user_id: int
    role: Role
    token: str

    @property
    def may_write(self) -> bool:
        return self.role != "reviewer"

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


def digest(token: str) -> str:
    """Tokens are random and long, so one round of SHA-256 is enough to make the stored value useless to a thief."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(db: Connection, header: str | None) -> Principal | None:
    """Return who *header* (of ``Authorization``) stands for; None without one. Raises `Problem` 401 on a wrong one."""
    if not header:
        return None
    email, token = _credentials(header)
    row = db.execute(
        select(access_tokens.c.user_id, access_tokens.c.role, access_tokens.c.digest, users.c.email)
        .join(users, users.c.id == access_tokens.c.user_id)
        .where(access_tokens.c.digest == digest(token), users.c.active, ~users.c.suspended)
    ).one_or_none()
    if row is None:
        raise errors.unauthenticated()
    if email is not None and not hmac.compare_digest(email.lower().encode(), (row.email or "").encode()):
        raise errors.unauthenticated()
    return Principal(row.user_id, row.role, row.digest)


def _credentials(header: str) -> tuple[str | None, str]:
    """Return (address or None, token) of a Bearer or Basic header."""
    scheme, _, rest = header.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return None, rest
    if scheme.lower() != "basic":
        raise errors.unauthenticated()
    try:
        login, _, token = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise errors.unauthenticated() from None
    email, slash, kind = login.rpartition("/")
    if not slash or kind != "token" or not token:
        raise errors.unauthenticated()
    return email, token


def grant(database: Database, grants: tuple[Grant, ...]) -> None:
    """Make *grants* good, creating users that do not exist yet. Doing it again changes nothing."""
    if not grants:
        return
    with database.write() as tx:
        for each in grants:
            _grant(tx, each)


def _grant(tx: WriteTransaction, each: Grant) -> None:
    email = each.email.strip().lower()
    stored_role = "agent" if each.role == "reviewer" else each.role
    row = tx.db.execute(
        select(users.c.id, users.c.role).where(func.lower(users.c.email) == email).order_by(users.c.id)
    ).first()
    if row is None:
        name = email.partition("@")[0].replace(".", " ").replace("_", " ").title()
        user_id = tx.add(
            users, name=name or email, email=email, role=stored_role, role_type=1 if each.role == "reviewer" else None
        )
    else:
        user_id = row.id
        if row.role == "end-user":
            tx.change(users, user_id, role=stored_role)
    key = digest(each.token)
    tx.db.execute(delete(access_tokens).where(access_tokens.c.digest == key))
    tx.db.execute(insert(access_tokens).values(digest=key, user_id=user_id, role=each.role, created_at=tx.at))
