"""Signing in where it takes more than a header that never changes."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping

import httpx
import pytest

from agentconsole.connectors.api import ConnectorError, NeedsLogin, Unreachable
from agentconsole.connectors.http import Ask, HttpClient, SignIn
from agentconsole.connectors.http.signing import api_key, basic, bearer, email_token, plain_token, token_field


class Session:
    """A sign-in that exchanges a password for a cookie, which the help desk forgets at will."""

    digest = ""

    def __init__(self, password: str = "right") -> None:
        self._password = password
        self._cookie = ""
        self.logins = 0

    async def headers(self, ask: Ask) -> Mapping[str, str]:
        if not self._cookie:
            await self.renew(ask)
        return {"Cookie": self._cookie}

    def is_refusal(self, status: int, headers: Mapping[str, str]) -> bool:
        return status == 401 or (status == 302 and headers.get("location") == "/")

    async def renew(self, ask: Ask) -> bool:
        self.logins += 1
        answer = await ask("POST", "/login", form={"pass": self._password})
        if not answer.set_cookies:
            return False
        self._cookie = answer.set_cookies[0].partition(";")[0]
        return True


class Desk:
    """Knows one session at a time."""

    def __init__(self) -> None:
        self.session = 0
        self.asked: list[tuple[str, str | None]] = []
        self.login_fails: type[httpx.TransportError] | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        cookie = request.headers.get("cookie")
        self.asked.append((request.url.path, cookie))
        if request.url.path == "/login":
            if self.login_fails is not None:
                raise self.login_fails("broken", request=request)
            if request.content != b"pass=right":
                return httpx.Response(200, json={})
            self.session += 1
            return httpx.Response(200, headers={"Set-Cookie": f"SID={self.session}; path=/; HttpOnly"}, json={})
        if cookie != f"SID={self.session}":
            return httpx.Response(302, headers={"Location": "/"}, text="Login required")
        return httpx.Response(200, headers={"Set-Cookie": "SID=stray; path=/"}, json={"fine": True})

    def client(self, sign_in: SignIn) -> HttpClient:
        return HttpClient("https://desk.example", sign_in, transport=httpx.MockTransport(self.answer))


async def test_a_session_is_begun_once_and_begun_anew_when_it_is_refused() -> None:
    desk, session = Desk(), Session()
    client = desk.client(session)
    await client.get("/tickets")
    await client.get("/tickets")
    assert session.logins == 1
    desk.session += 1  # forgotten there
    answer = await client.write("PUT", "/tickets/1", {"a": 1})
    assert answer.status == 200
    assert session.logins == 2
    assert [path for path, _ in desk.asked] == ["/login", "/tickets", "/tickets", "/tickets/1", "/login", "/tickets/1"]
    await client.close()


async def test_requests_side_by_side_renew_once() -> None:
    desk, session = Desk(), Session()
    client = desk.client(session)
    await client.get("/tickets")
    desk.session += 1
    answers = await asyncio.gather(*(client.get(f"/tickets/{number}") for number in range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    assert session.logins == 2
    await client.close()


async def test_what_is_refused_for_good_needs_a_login_and_is_asked_once() -> None:
    desk = Desk()
    client = desk.client(Session("wrong"))
    with pytest.raises(NeedsLogin):
        await client.write("POST", "/tickets", {})
    assert [path for path, _ in desk.asked].count("/tickets") == 1
    with pytest.raises(NeedsLogin):
        await client.download("/file", lambda _chunk: None)
    with pytest.raises(NeedsLogin):
        async for _event in client.events("/stream"):
            pass
    await client.close()


async def test_cookies_are_the_sign_ins_alone() -> None:
    desk = Desk()
    client = desk.client(bearer("t"))
    desk.session = 1
    for _ in range(2):
        with pytest.raises(ConnectorError):
            await client.get("/tickets")
    session = Session()
    client = desk.client(session)
    for _ in range(2):
        await client.get("/tickets")
    assert {cookie for path, cookie in desk.asked if path == "/tickets"} == {None, "SID=2"}
    await client.close()


@pytest.mark.parametrize("fails", [httpx.ConnectError, httpx.ReadError])
async def test_a_sign_in_that_breaks_off_leaves_the_change_unsent_not_unknown(
    fails: type[httpx.TransportError],
) -> None:
    desk = Desk()
    desk.login_fails = fails
    client = desk.client(Session())
    with pytest.raises(Unreachable):
        await client.write("POST", "/tickets", {})
    assert [path for path, _ in desk.asked] == ["/login"]
    await client.close()


@pytest.mark.parametrize(
    ("sign_in", "header"),
    [
        (email_token("a@b.example", "s"), "Basic a@b.example/token:s"),
        (basic("ann", "pä"), "Basic ann:pä"),
        (api_key("k"), "Basic k:X"),
        (bearer("s"), "Bearer s"),
        (token_field("s"), "Token token=s"),
        (plain_token("1-2-s"), "token 1-2-s"),
    ],
)
async def test_the_header_of_each_vendor(sign_in: SignIn, header: str) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200, json={})

    client = HttpClient("https://desk.example", sign_in, transport=httpx.MockTransport(answer))
    await client.get("/")
    kind, _, value = seen[0].partition(" ")
    assert f"{kind} {base64.b64decode(value).decode() if kind == 'Basic' else value}" == header
    assert "s" not in repr(sign_in).removeprefix("FixedSignIn")
    await client.close()


@pytest.mark.parametrize("tail", ["", "/", "/api/v2", "/api/v1/", "/REST/2.0"])
def test_what_is_copied_along_with_the_address_is_left_off(tail: str) -> None:
    assert HttpClient(f"https://desk.example/rt{tail}", bearer("t")).base_url == "https://desk.example/rt"
