"""An administrator takes a token back: only their own words about this very token are believed."""

from __future__ import annotations

import hashlib
import json

import httpx
import pytest

from agentconsole.connectors.api import AccessRevoked, NeedsLogin
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token

OURS = hashlib.sha256(b"secret").hexdigest()


def revocation(**other: object) -> dict[str, object]:
    return {"error": "TokenRevoked", "token_digest": OURS, "wipe_requested": True, **other}


async def refused(status: int, body: object, url: str = "https://desk.example") -> NeedsLogin:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, content=content))
    client = HttpClient(url, email_token("ana@desk.example", "secret"), transport=transport)
    with pytest.raises(NeedsLogin) as caught:
        await client.get("/api/v2/tickets")
    await client.close()
    return caught.value


async def test_the_token_is_taken_back() -> None:
    error = await refused(401, revocation(wipe_requested=False))
    assert isinstance(error, AccessRevoked)
    assert not error.wipe


async def test_with_the_wish_that_all_is_removed() -> None:
    error = await refused(401, revocation())
    assert isinstance(error, AccessRevoked)
    assert error.wipe


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in to the hotel's network</html>",
        {"error": "Couldn't authenticate you"},
        {"error": "TokenRevoked"},
        {"error": "TokenRevoked", "wipe_requested": True},
        revocation(token_digest=hashlib.sha256(b"another").hexdigest()),
        revocation(token_digest=""),
        revocation(error="Unauthorized"),
        revocation(wipe_requested="yes"),
    ],
)
async def test_whatever_else_a_401_says_it_only_asks_for_a_token(body: object) -> None:
    assert not isinstance(await refused(401, body), AccessRevoked)
