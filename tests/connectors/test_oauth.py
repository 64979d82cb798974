"""Signing in to Zendesk by OAuth: in the browser once, and from then on by refresh tokens that are good for one use."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from agentconsole.connectors.api import NeedsLogin, SecretInMemory, Unreachable
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.loopback import HOST, PortTaken
from agentconsole.connectors.http.signing import FixedSignIn
from agentconsole.connectors.zendesk.authorizing import PATH, NotSignedIn, TooLate, authorize
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.connectors.zendesk.oauth import AHEAD, Grant, OAuthSignIn, SignInAgain, read_grant, write_grant
from agentconsole.domain.instant import SECOND
from tests.support.desk import Time
from tests.support.desks.zendesk.account import AGENT, Account
from tests.support.desks.zendesk.grants import CLIENT, Grants
from tests.support.desks.zendesk.server import BASE, ZendeskServer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Keeper(SecretInMemory):
    """Keeps secrets as a profile does, and notes each. ``full`` refuses to, ``locked`` tells none."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.kept: list[str] = []
        self.full = False
        self.locked = False
        self.has_new = threading.Event()

    def __call__(self, secret: str) -> None:
        if self.full:
            raise OSError("no room")
        if secret != self.latest():
            self.has_new.set()
        super().__call__(secret)
        self.kept.append(secret)

    def latest(self) -> str:
        if self.locked:
            raise OSError("the keychain is locked")
        return super().latest()


class Cable(httpx.AsyncBaseTransport):
    """Carries requests to the account; ``lose`` answers of the next requests for tokens, or ``cut`` them off."""

    def __init__(self, server: ZendeskServer) -> None:
        self._inner = httpx.ASGITransport(app=server)
        self.lose = 0
        self.cut = False
        self.heard: list[str] = []
        self.before: Callable[[], None] = lambda: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/tokens":
            if self.cut:
                raise httpx.ConnectError("All connection attempts failed", request=request)
            self.before()
        self.heard.append(f"{request.method} {request.url}")
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        if request.url.path == "/oauth/tokens" and self.lose:
            self.lose -= 1
            raise httpx.ReadError("connection reset", request=request)
        return answer


class World:
    """An account, its OAuth client, and the console's sign-in there."""

    def __init__(self, scope: str = "read write") -> None:
        self.time = Time()
        self.port = free_port()
        self.account = Account(self.time.now)
        self.grants = Grants(self.time.now, AGENT, f"http://{HOST}:{self.port}{PATH}", scope)
        self.server = ZendeskServer(self.account, self.grants)
        self.cable = Cable(self.server)
        self.keeper = Keeper(self.granted())

    def granted(self) -> str:
        said = self.grants.issue()
        lasts = said["expires_in"] * SECOND
        return write_grant(
            Grant(
                access=said["access_token"],
                refresh=said["refresh_token"],
                ends_at=self.time.instant() + lasts,
                lasts=lasts,
            )
        )

    def http(self, sign_in: Any) -> HttpClient:
        return HttpClient(
            BASE,
            sign_in,
            transport=self.cable,
            clock=self.time.instant,
            seconds=self.time.seconds,
            sleep=self.time.sleep,
        )

    def connector(self, keeper: Keeper | None = None) -> ZendeskConnector:
        kept = keeper or self.keeper
        sign_in = OAuthSignIn(CLIENT, kept.latest(), kept, self.time.instant)
        return ZendeskConnector(self.http(sign_in), self.time.sleep, self.time.seconds, self.time.instant)

    async def authorize(self, browser: Callable[[str], Any], patience: float = 5.0) -> str:
        """Have *browser* open the address; what it returns is done beside."""
        doing: list[asyncio.Task[Any]] = []
        client = self.http(FixedSignIn("", secret=""))

        def open_page(address: str) -> None:
            doing.append(asyncio.ensure_future(browser(address)))

        try:
            return await authorize(
                client, CLIENT, open_page, port=self.port, patience=patience, clock=self.time.instant
            )
        finally:
            await asyncio.gather(*doing)
            await client.close()


async def browse(address: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as browser:
        return await browser.get(address)


async def test_an_agent_signs_in_with_the_browser() -> None:
    world = World()
    pages: list[httpx.Response] = []
    asked: list[str] = []

    async def browser(address: str) -> None:
        asked.append(address)
        params = dict(parse_qsl(urlsplit(address).query))
        pages.append(await browse(f"http://{HOST}:{world.port}/favicon.ico"))
        pages.append(await browse(f"http://{HOST}:{world.port}{PATH}?code=stolen&state=guessed"))
        pages.append(await browse(world.grants.allow(params)))

    secret = await world.authorize(browser)
    assert [page.status_code for page in pages] == [404, 404, 200]
    assert "You are signed in" in pages[2].text
    assert pages[2].headers["referrer-policy"] == "no-referrer"
    grant = read_grant(secret)
    assert world.grants.user_of(grant.access) == AGENT
    assert asked[0].startswith(f"{BASE}/oauth/authorizations/new?response_type=code&client_id={CLIENT}")
    assert grant.access not in asked[0]
    assert not any(grant.access in line or grant.refresh in line for line in world.cable.heard)
    connector = world.connector(Keeper(secret))
    assert (await connector.identify()).email == "ben@desk.example"
    await connector.close()


async def test_an_agent_who_says_no_is_not_signed_in() -> None:
    world = World()
    pages: list[httpx.Response] = []

    async def browser(address: str) -> None:
        state = dict(parse_qsl(urlsplit(address).query))["state"]
        pages.append(await browse(f"http://{HOST}:{world.port}{PATH}?error=access_denied&state={state}"))

    with pytest.raises(NotSignedIn, match="access_denied"):
        await world.authorize(browser)
    assert "not signed in" in pages[0].text


async def test_an_agent_who_never_comes_back_is_told_so() -> None:
    async def browser(_address: str) -> None:
        """Closes the page."""

    with pytest.raises(TooLate):
        await World().authorize(browser, patience=0.01)


async def test_a_taken_port_is_told_and_nothing_is_opened() -> None:
    world = World()
    opened: list[str] = []

    async def browser(address: str) -> None:
        opened.append(address)

    with socket.socket() as other:
        other.bind((HOST, world.port))
        other.listen()
        with pytest.raises(PortTaken, match=str(world.port)):
            await world.authorize(browser)
    assert opened == []


async def test_a_client_that_allows_too_little_is_told_before_anything_is_refused() -> None:
    world = World(scope="read")

    async def browser(address: str) -> None:
        await browse(world.grants.allow(dict(parse_qsl(urlsplit(address).query))))

    with pytest.raises(NotSignedIn, match="write"):
        await world.authorize(browser)


async def test_an_access_token_is_renewed_ahead_and_kept_before_it_is_used() -> None:
    world = World()
    connector = world.connector()
    await connector.identify()
    assert world.grants.refreshes == 0
    world.time.pass_(1800 - AHEAD / SECOND)
    before = read_grant(world.keeper.latest())
    await connector.identify()
    assert world.grants.refreshes == 1
    assert [read_grant(each).refresh == before.refresh for each in world.keeper.kept] == [True, False]
    await connector.identify()
    assert world.grants.refreshes == 1
    assert world.grants.refused == []
    await connector.close()


async def test_many_requests_at_once_renew_once() -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1900)
    await asyncio.gather(*(connector.identify() for _ in range(8)))
    assert world.grants.refreshes == 1
    await connector.close()


async def test_a_token_that_was_ended_early_is_renewed_once_and_the_request_made_again() -> None:
    world = World()
    world.account.create({"subject": "S", "comment": {"body": "B", "public": True}}, AGENT)
    connector = world.connector()
    world.grants.end_access()
    page = await connector.ticket("1")
    assert page.tickets[0].subject == "S"
    assert world.grants.refreshes == 1
    await connector.close()


async def test_an_anonymous_answer_to_who_am_i_renews_too() -> None:
    world = World()
    connector = world.connector()
    world.grants.end_access()
    assert (await connector.identify()).email == "ben@desk.example"
    assert world.grants.refreshes == 1
    await connector.close()


async def test_what_another_process_has_renewed_is_taken_over() -> None:
    world = World()
    mine, theirs = world.connector(), world.connector()
    world.time.pass_(1900)
    await theirs.identify()
    await mine.identify()
    assert world.grants.refreshes == 1
    assert world.grants.refused == []
    await mine.close()
    await theirs.close()


async def test_a_renewal_goes_on_when_nobody_waits_for_it_any_more() -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1900)
    waiting = asyncio.ensure_future(connector.identify())
    reached = asyncio.Event()
    world.cable.before = reached.set
    await reached.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(world.keeper.has_new.wait, 10)
    fresh = world.connector()
    await fresh.identify()
    assert world.grants.refused == []
    assert world.grants.refreshes == 1
    await fresh.close()
    await connector.close()


async def test_a_help_desk_that_cant_renew_now_is_used_with_the_token_at_hand() -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1800 - AHEAD / SECOND)
    world.cable.cut = True
    assert (await connector.identify()).email == "ben@desk.example"
    world.time.pass_(AHEAD / SECOND)
    with pytest.raises(Unreachable):
        await connector.identify()
    world.cable.cut = False
    await connector.identify()
    await connector.close()


async def test_a_renewal_whose_answer_is_lost_signs_nobody_out_while_the_token_lasts() -> None:
    """Its refresh token is used up. The access token at hand goes on; when it ends, the agent is asked to sign in."""
    world = World()
    connector = world.connector()
    world.time.pass_(1800 - AHEAD / SECOND)
    world.cable.lose = 1
    assert (await connector.identify()).email == "ben@desk.example"
    world.time.pass_(AHEAD / SECOND - 1)
    assert (await connector.identify()).email == "ben@desk.example"
    world.time.pass_(2)
    with pytest.raises(SignInAgain):
        await connector.identify()
    # signed in again, everything goes on
    world.keeper(world.granted())
    again = world.connector()
    await again.identify()
    await connector.close()
    await again.close()


async def test_a_disk_without_room_is_noticed_before_the_old_token_is_worthless() -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1900)
    world.keeper.full = True
    with pytest.raises(Unreachable):
        await connector.identify()
    assert world.grants.refreshes == 0
    world.keeper.full = False
    await connector.identify()
    assert world.grants.refreshes == 1
    await connector.close()


@pytest.mark.expects_log
async def test_what_could_not_be_kept_is_used_and_kept_later(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1900)

    def fill_up() -> None:
        world.keeper.full = True

    world.cable.before = fill_up
    with caplog.at_level(logging.WARNING):
        await connector.identify()
    assert "could not be kept" in caplog.text
    assert read_grant(world.keeper.latest()).refresh not in caplog.text
    world.keeper.full = False
    world.time.pass_(61)
    await connector.identify()
    assert world.grants.user_of(read_grant(world.keeper.latest()).access) == AGENT
    assert world.grants.refreshes == 1
    await connector.close()


@pytest.mark.expects_log
async def test_a_grant_that_could_not_be_kept_yet_is_newer_than_the_one_that_is_kept() -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1800 - AHEAD / SECOND)

    def fill_up() -> None:
        world.keeper.full = True

    world.cable.before = fill_up
    await connector.identify()
    await connector.identify()
    world.cable.before = lambda: None
    world.keeper.full = False
    # what is kept has not ended by the clock, and is used up all the same
    world.grants.end_access()
    assert (await connector.identify()).email == "ben@desk.example"
    assert world.grants.refused == []
    assert world.grants.refreshes == 2
    assert world.grants.user_of(read_grant(world.keeper.latest()).access) == AGENT
    await connector.close()


async def test_a_locked_keychain_is_no_fault_of_what_is_sent() -> None:
    world = World()
    connector = world.connector()
    world.time.pass_(1900)
    world.keeper.locked = True
    with pytest.raises(Unreachable, match="can't be read now"):
        await connector.identify()
    world.keeper.locked = False
    assert (await connector.identify()).email == "ben@desk.example"
    assert world.grants.refreshes == 1
    await connector.close()


async def test_who_was_revoked_is_asked_to_sign_in_again() -> None:
    world = World()
    connector = world.connector()
    world.grants.revoke()
    with pytest.raises(NeedsLogin) as caught:
        await connector.identify()
    assert "web browser" in caught.value.advice
    assert "kept" in caught.value.advice
    await connector.close()


def test_secrets_stand_in_no_words() -> None:
    world = World()
    secret = world.keeper.latest()
    sign_in = OAuthSignIn(CLIENT, secret, world.keeper)
    assert read_grant(secret).access not in repr(sign_in)
    with pytest.raises(SignInAgain) as caught:
        read_grant(secret[:-3])
    assert read_grant(secret).refresh not in str(caught.value)
    assert caught.value.__cause__ is None


def test_time_of_the_fake_is_the_time_of_the_test() -> None:
    world = World()
    access = read_grant(world.keeper.latest()).access
    world.time.at += timedelta(minutes=31)
    assert world.grants.user_of(access) is None
