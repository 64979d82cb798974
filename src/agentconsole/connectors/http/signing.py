"""How requests are signed: the one place where help desks' ways of signing in differ.

Most present a secret that never changes (:class:`FixedSignIn`). Others exchange it first for something that lasts a
while, a session or an access token; a connector brings a :class:`SignIn` of its own for those.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


class RawAnswer(NamedTuple):
    """What came back to a request without credentials, whatever its status."""

    status: int
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...]
    body: bytes


class Ask(Protocol):
    """Ask the help desk something without credentials, to get some.

    *path* is below the address of the help desk. *form* is sent as a web form, *body* as JSON. Redirects are not
    followed. Raises Unreachable when nothing was heard, Unanswered when the request may have arrived.
    """

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> RawAnswer: ...


class SignIn(Protocol):
    """What proves to a help desk who asks. One belongs to one :class:`HttpClient`, which calls it from one loop."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the secret; an answer that takes it back must name it. "" where none can."""
        ...

    async def headers(self, ask: Ask) -> Mapping[str, str]:
        """Return what to put on a request. Gets it first where that is needed; NeedsLogin when it can't be had."""
        ...

    def is_refusal(self, status: int, headers: Mapping[str, str]) -> bool:
        """Say whether an answer means that the credentials were not accepted, and nothing was done therefore."""
        ...

    async def renew(self, ask: Ask) -> bool:
        """Get others in the place of those that were refused; False when there are none to be had.

        Called once for a refusal, however many requests met it; the requests are then made again, once.
        """
        ...


class FixedSignIn:
    """The same header on every request. A refusal is final."""

    def __init__(self, authorization: str, *, secret: str) -> None:
        self._headers = {"Authorization": authorization}
        self._digest = hashlib.sha256(secret.encode()).hexdigest()

    def __repr__(self) -> str:
        return "FixedSignIn()"

    @property
    def digest(self) -> str:
        """SHA-256 of the secret."""
        return self._digest

    async def headers(self, ask: Ask) -> Mapping[str, str]:  # noqa: ARG002 - the protocol names it
        """Return the header."""
        return self._headers

    def is_refusal(self, status: int, headers: Mapping[str, str]) -> bool:  # noqa: ARG002 - the protocol names it
        """Say whether the answer is a 401."""
        return status == 401

    async def renew(self, ask: Ask) -> bool:  # noqa: ARG002 - the protocol names it
        """Nothing else can be presented."""
        return False


def email_token(email: str, token: str) -> FixedSignIn:
    """Zendesk's API tokens, and the reference server's: Basic ``email/token:TOKEN``."""
    return FixedSignIn(f"Basic {_base64(f'{email}/token:{token}')}", secret=token)


def basic(user: str, password: str) -> FixedSignIn:
    """A user's name and password on every request."""
    return FixedSignIn(f"Basic {_base64(f'{user}:{password}')}", secret=password)


def bearer(token: str) -> FixedSignIn:
    """An access token that lasts."""
    return FixedSignIn(f"Bearer {token}", secret=token)


def token_field(token: str) -> FixedSignIn:
    """Zammad's access tokens: ``Token token=TOKEN``."""
    return FixedSignIn(f"Token token={token}", secret=token)


def plain_token(token: str) -> FixedSignIn:
    """Request Tracker's authentication tokens: ``token TOKEN``."""
    return FixedSignIn(f"token {token}", secret=token)


def api_key(key: str) -> FixedSignIn:
    """Freshdesk's API keys: Basic with the key as the user, and a password that says nothing."""
    return FixedSignIn(f"Basic {_base64(f'{key}:X')}", secret=key)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
