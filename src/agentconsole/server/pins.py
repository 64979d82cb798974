"""Support PINs: a few digits by which a caller proves whose account they speak for.

Only a salted slow hash is stored. Wrong attempts are counted for each person, across processes, whether they have a
PIN or not: after a few of them every attempt fails for a while, and for longer each time. What is written down is who
checked whose PIN when and how it ended, never the digits.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from agentconsole.server.database import Database, WriteTransaction
from agentconsole.server.instants import epoch, from_epoch
from agentconsole.server.schema import pin_attempts, pin_checks, support_pins
from agentconsole.server.settings import PinRules

COST = 14
"""Binary logarithm of scrypt's N; 16 MiB and some 50 ms for one hash."""

_AT_ONCE = threading.BoundedSemaphore(4)
"""Hashes need memory: more than a few at a time would let a flood of checks starve everything else."""

_LONGEST_LOCK = 86_400


class Outcome(NamedTuple):
    """How a check ended. Instants are stored text, None where there is none."""

    verified: bool
    attempts_left: int
    locked_until: str | None
    valid_until: str | None


class _Secret(NamedTuple):
    """What is kept of a PIN. Without one, a check works just as hard against nothing."""

    salt: bytes
    digest: bytes
    cost: int


def set_pin(tx: WriteTransaction, user_id: int, pin: str | None, by: int) -> None:
    """Make *pin* the PIN of the user, None takes it away; attempts and locks begin anew."""
    secret = None if pin is None else _made(pin)
    tx.db.execute(delete(support_pins).where(support_pins.c.user_id == user_id))
    tx.db.execute(delete(pin_attempts).where(pin_attempts.c.user_id == user_id))
    if secret is not None:
        _keep(tx, user_id, secret)
    _note(tx, user_id, by, "set" if secret is not None else "removed")


def load_pins(tx: WriteTransaction, pins: Iterable[tuple[int, str]]) -> None:
    """Keep many PINs, (user id, digits), of an account that is brought in."""
    given = list(pins)
    with ThreadPoolExecutor(max_workers=4) as pool:
        for (user_id, _), secret in zip(given, pool.map(_made, (pin for _, pin in given)), strict=True):
            _keep(tx, user_id, secret)


def check_pin(database: Database, rules: PinRules, user_id: int, pin: str, by: int) -> Outcome:
    """Return whether *pin* is the user's, and write down that *by* asked.

    The work and the answer's shape are the same for a right PIN, a wrong one, and where there is none. While it is
    locked a right PIN fails, too.
    """
    with database.read() as db:
        secret = _secret(db, user_id)
    tried = _hashed(pin, secret.salt, secret.cost)
    matches = hmac.compare_digest(tried, secret.digest)
    # the digest of a PIN that does not exist is random, and equals nothing
    with database.write() as tx:
        known = tx.db.execute(
            select(pin_attempts.c.wrong, pin_attempts.c.locks, pin_attempts.c.locked_until).where(
                pin_attempts.c.user_id == user_id
            )
        ).one_or_none()
        wrong, locks, locked_until = (0, 0, None) if known is None else (known.wrong, known.locks, known.locked_until)
        if locked_until is not None and epoch(locked_until) > tx.epoch:
            _note(tx, user_id, by, "locked")
            return Outcome(False, 0, locked_until, None)
        if matches:
            outcome = Outcome(True, rules.attempts, None, from_epoch(tx.epoch + rules.valid_for))
            wrong = locks = 0
        elif wrong + 1 >= rules.attempts:
            until = from_epoch(tx.epoch + min(_LONGEST_LOCK, rules.locked_for * 2**locks))
            outcome = Outcome(False, 0, until, None)
            wrong, locks = 0, min(locks + 1, 16)
        else:
            wrong += 1
            outcome = Outcome(False, rules.attempts - wrong, None, None)
        row = {"wrong": wrong, "locks": locks, "locked_until": outcome.locked_until}
        if known is None:
            tx.db.execute(insert(pin_attempts).values(user_id=user_id, **row))
        else:
            tx.db.execute(update(pin_attempts).where(pin_attempts.c.user_id == user_id).values(**row))
        _note(tx, user_id, by, "verified" if outcome.verified else "wrong")
        return outcome


def _made(pin: str) -> _Secret:
    salt = secrets.token_bytes(16)
    return _Secret(salt, _hashed(pin, salt, COST), COST)


def _secret(db: Connection, user_id: int) -> _Secret:
    row = db.execute(
        select(support_pins.c.salt, support_pins.c.digest, support_pins.c.cost).where(support_pins.c.user_id == user_id)
    ).one_or_none()
    if row is None:
        return _Secret(secrets.token_bytes(16), secrets.token_bytes(32), COST)
    return _Secret(row.salt, row.digest, row.cost)


def _hashed(pin: str, salt: bytes, cost: int) -> bytes:
    with _AT_ONCE:
        return hashlib.scrypt(pin.encode(), salt=salt, n=1 << cost, r=8, p=1, maxmem=1 << (cost + 11), dklen=32)


def _keep(tx: WriteTransaction, user_id: int, secret: _Secret) -> None:
    tx.db.execute(
        insert(support_pins).values(
            user_id=user_id, salt=secret.salt, digest=secret.digest, cost=secret.cost, set_at=tx.at
        )
    )


def _note(tx: WriteTransaction, user_id: int, by: int, result: str) -> None:
    tx.db.execute(insert(pin_checks).values(id=tx.new_id(), user_id=user_id, checked_by=by, result=result, at=tx.at))
