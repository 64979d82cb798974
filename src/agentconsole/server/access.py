"""Who is asking: credentials, tokens and roles."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from agentconsole.server import errors
from agentconsole.server.database import Database, WriteTransaction
from agentconsole.server.revoking import refusal
from agentconsole.server.schema import access_tokens, revoked_tokens, users
from agentconsole.server.settings import Grant, Role

LIGHT_AGENT = 1
"""The dialect's ``role_type`` of who may only read."""

_RANK: Mapping[Role, int] = MappingProxyType({"reviewer": 0, "agent": 1, "admin": 2})


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
    """Return who *header* (of ``Authorization``) stands for; None without one.

    A token opens no more than its user may do now. Raises `Problem` 401 for a wrong one, and for users who are
    suspended, deleted or no longer agents.
    """
    if not header:
        return None
    email, token = _credentials(header)
    row = db.execute(
        select(
            access_tokens.c.user_id,
            access_tokens.c.role,
            access_tokens.c.digest,
            users.c.email,
            users.c.role.label("user_role"),
            users.c.role_type,
        )
        .join(users, users.c.id == access_tokens.c.user_id)
        .where(access_tokens.c.digest == digest(token), users.c.active, ~users.c.suspended, users.c.role != "end-user")
    ).one_or_none()
    if row is None:
        raise refusal(db, digest(token))
    if email is not None and not hmac.compare_digest(email.lower().encode(), (row.email or "").encode()):
        raise errors.unauthenticated()
    role = min(row.role, _role_of(row.user_role, row.role_type), key=_RANK.__getitem__)
    return Principal(row.user_id, role, row.digest)


def _role_of(stored: str, role_type: int | None) -> Role:
    """The role of a user who is not an end-user, from the two columns that the dialect spreads it over."""
    if stored == "admin":
        return "admin"
    return "reviewer" if role_type == LIGHT_AGENT else "agent"


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
    """Make *grants* good: users that do not exist are created, users of a lower role get the token's.

    Doing it again changes nothing: who was demoted since does not rise again because the server restarts.
    """
    if not grants:
        return
    with database.write() as tx:
        for each in grants:
            _grant(tx, each)


def _grant(tx: WriteTransaction, each: Grant) -> None:
    email = each.email.strip().lower()
    stored_role = "agent" if each.role == "reviewer" else each.role
    key = digest(each.token)
    if tx.db.execute(select(revoked_tokens.c.digest).where(revoked_tokens.c.digest == key)).first() is not None:
        return  # who was shut out does not come back because the server restarts
    row = tx.db.execute(
        select(users.c.id, users.c.role, users.c.role_type)
        .where(func.lower(users.c.email) == email)
        .order_by(users.c.id)
    ).first()
    if row is not None and _is_granted(tx.db, key, row.id, each.role):
        return
    if row is None:
        name = email.partition("@")[0].replace(".", " ").replace("_", " ").title()
        user_id = tx.add(users, name=name or email, email=email, role=stored_role, role_type=_role_type(each.role))
    else:
        user_id = row.id
        if row.role == "end-user" or _RANK[_role_of(row.role, row.role_type)] < _RANK[each.role]:
            tx.change(users, user_id, role=stored_role, role_type=_role_type(each.role))
    tx.db.execute(delete(access_tokens).where(access_tokens.c.digest == key))
    tx.db.execute(insert(access_tokens).values(digest=key, user_id=user_id, role=each.role, created_at=tx.at))


def _role_type(role: Role) -> int | None:
    return LIGHT_AGENT if role == "reviewer" else None


def _is_granted(db: Connection, key: str, user_id: int, role: Role) -> bool:
    row = db.execute(
        select(access_tokens.c.user_id, access_tokens.c.role).where(access_tokens.c.digest == key)
    ).one_or_none()
    return row is not None and (row.user_id, row.role) == (user_id, role)
