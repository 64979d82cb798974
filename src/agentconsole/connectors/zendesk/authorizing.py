"""The agent signs in at Zendesk with their web browser, and the console gets a grant: OAuth with PKCE.

The console is a public client: it has no secret that could be read from its files. What proves that it asked itself is
a random text of which the browser carries the digest only, and another one (the state) that comes back unchanged.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from agentconsole.connectors.api import Connection, ConnectorError, Refused
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.loopback import HOST, listening
from agentconsole.connectors.http.signing import FixedSignIn
from agentconsole.connectors.zendesk.oauth import REFRESH_LASTS, SCOPE, TOKENS, SignInAgain, granted, write_grant
from agentconsole.domain.instant import Instant

PORT = 47813
PATH = "/zendesk"
REDIRECT = f"http://{HOST}:{PORT}{PATH}"
"""To be registered with the OAuth client, to the letter: Zendesk leads the browser nowhere else."""

PATIENCE = 300.0
"""Seconds that the agent has in the browser."""

_DONE = ("You are signed in", "Close this page and go back to the console: it goes on by itself.")
_DENIED = ("You are not signed in", "The help desk did not allow it. Go back to the console to read more.")


class NotSignedIn(Refused):
    """The agent, or the help desk, said no in the browser."""

    title = "You did not sign in"
    advice = (
        "Try again, and choose “Allow” in the browser. If the help desk says that the client or the redirect URL is "
        f"wrong, ask an administrator to register {REDIRECT} with the OAuth client, as a public one."
    )


class TooLate(ConnectorError):
    """Nothing came back from the browser in time."""

    title = "The browser did not come back"
    advice = "Sign in again, and finish it within five minutes. If the page shows an error, tell an administrator."


async def sign_in_by_browser(connection: Connection, open_page: Callable[[str], object]) -> str:
    """See :func:`agentconsole.connectors.registry.sign_in_by_browser`."""
    http = HttpClient(connection.url, FixedSignIn("", secret=""), authority=connection.authority)
    try:
        return await authorize(http, connection.client_id, open_page)
    finally:
        await http.close()


async def authorize(
    http: HttpClient,
    client_id: str,
    open_page: Callable[[str], object],
    *,
    port: int = PORT,
    patience: float = PATIENCE,
    clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
) -> str:
    """Have the agent sign in; returns the secret to keep.

    *open_page* shows an address in their browser. Raises PortTaken, NotSignedIn, TooLate, and what a request may raise.
    """
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    redirect = f"http://{HOST}:{port}{PATH}"
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def judge(said: Mapping[str, str]) -> tuple[str, str] | None:
        if not hmac.compare_digest(said.get("state", "").encode(), state.encode()):
            return None  # not an answer to our question: of an older page, or of one that wants to be let in
        if "code" in said:
            if not came.done():
                came.set_result(said["code"])
            return _DONE
        if not came.done():
            came.set_exception(NotSignedIn(said.get("error_description") or said.get("error") or NotSignedIn.title))
        return _DENIED

    async with listening(port, PATH, judge):
        open_page(_page(http.base_url, client_id, redirect, state, verifier))
        try:
            async with asyncio.timeout(patience):
                code = await came
        except TimeoutError as error:
            raise TooLate from error
        answer = await http.ask(
            "POST",
            TOKENS,
            body={
                "grant_type": "authorization_code",
                "code": code,
                "client_id": client_id,
                "redirect_uri": redirect,
                "scope": SCOPE,
                "code_verifier": verifier,
                "refresh_token_expires_in": REFRESH_LASTS,
            },
        )
    try:
        grant = granted(answer, clock())
    except SignInAgain as error:
        raise NotSignedIn("The help desk did not accept what the browser brought.") from error
    # a name of a scope that it does not know is granted without a word, and refused with each request
    lacking = set(SCOPE.split()) - set(grant.scope.split()) if grant.scope else set()
    if lacking:
        raise NotSignedIn(f"The OAuth client does not allow the console to {' and '.join(sorted(lacking))}.")
    return write_grant(grant)


def _page(base_url: str, client_id: str, redirect: str, state: str, verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect,
        "scope": SCOPE,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    return f"{base_url}/oauth/authorizations/new?{urlencode(query)}"
