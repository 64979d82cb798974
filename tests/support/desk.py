"""A help desk at the other end of a wire that can be cut, listened to, and tampered with.

The desk is the real ticket server, asked in this process; only the wire is made up.
"""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from fastapi import FastAPI

from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector
from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.domain.instant import Instant, from_datetime
from agentconsole.server.access import grant
from agentconsole.server.app import create_app, desk_for
from agentconsole.server.database import Database
from agentconsole.server.loading import load
from agentconsole.server.settings import Grant, ServerSettings
from tests.support import account

GRANTS = (
    Grant("ada@desk.example", "ada-token", "admin"),
    Grant("ben@desk.example", "ben-token", "agent"),
    Grant("cleo@desk.example", "cleo-token", "reviewer"),
)
KINDS = ("agentconsole", "zendesk")


class Time:
    """One clock for the desk and the console; it moves only when told to."""

    def __init__(self, at: datetime = datetime(2026, 11, 17, 10, 10, tzinfo=UTC)) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def instant(self) -> Instant:
        return from_datetime(self.at)

    def seconds(self) -> float:
        return self.at.timestamp()

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_(seconds)


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the desk and notes each one that was sent, as ``METHOD /path``."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._tampers: list[tuple[str, str, Callable[[httpx.Request], Any]]] = []
        self.is_cut = False
        self.heard: list[str] = []
        self.requests: list[httpx.Request] = []
        self.statuses: list[int] = []
        self.forgets_keys = False
        """As the real service does: an idempotency key means something where a ticket is created, and nowhere else."""
        self.mischief: Callable[[httpx.Request], str] | None = None
        """What happens to a request: "", "lose answer", "lose request", or a status that is answered in its place."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("All connection attempts failed", request=request)
        line = f"{request.method} {_short(request)}"
        self.heard.append(line)
        self.requests.append(request)
        for place, (method, part, act) in enumerate(self._tampers):
            if request.method == method and part in line:
                del self._tampers[place]
                answer: httpx.Response = await act(request)
                return answer
        if self.mischief is not None and (fate := self.mischief(request)):
            if fate == "lose answer":
                await (await self._deliver(request)).aread()
            if fate.isdigit():
                return httpx.Response(int(fate), content=b"<html>", headers={"Retry-After": "9"}, request=request)
            raise httpx.ReadError("connection reset", request=request)
        answered = await self._deliver(request)
        self.statuses.append(answered.status_code)
        return answered

    async def _deliver(self, request: httpx.Request) -> httpx.Response:
        if self.forgets_keys and not (request.method == "POST" and _short(request) == "/tickets"):
            headers = {name: value for name, value in request.headers.items() if name != "idempotency-key"}
            content = await request.aread()
            request = httpx.Request(request.method, request.url, headers=headers, content=content)
        return await self._inner.handle_async_request(request)

    def take(self) -> list[str]:
        """What was heard since the last time."""
        heard, self.heard = self.heard, []
        return heard

    def lose_answer(self, method: str, part: str = "") -> None:
        """The next request of the kind takes effect, but its answer never arrives."""

        async def act(request: httpx.Request) -> httpx.Response:
            await (await self._deliver(request)).aread()
            raise httpx.ReadError("connection reset", request=request)

        self._tampers.append((method, part, act))

    def lose_request(self, method: str, part: str = "") -> None:
        """The next request of the kind is lost on its way, which looks just the same from here."""

        async def act(request: httpx.Request) -> httpx.Response:
            raise httpx.ReadError("connection reset", request=request)

        self._tampers.append((method, part, act))

    def stall_request(self, method: str, part: str = "") -> Callable[[], Awaitable[None]]:
        """The next request of the kind seems lost; it reaches the desk when what is returned is called."""
        waiting: list[httpx.Request] = []

        async def lose(request: httpx.Request) -> httpx.Response:
            waiting.append(request)
            raise httpx.ReadError("connection reset", request=request)

        async def arrive() -> None:
            await (await self._deliver(waiting[0])).aread()

        self._tampers.append((method, part, lose))
        return arrive

    def cut_request(self, method: str, part: str = "") -> None:
        """The next request of the kind never leaves: nothing listens."""

        async def act(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("All connection attempts failed", request=request)

        self._tampers.append((method, part, act))

    def delay_request(self, method: str, part: str, until_method: str, until: str) -> None:
        """The next request of the kind seems lost, and reaches the desk just before a later one does."""
        waiting: list[httpx.Request] = []

        async def lose(request: httpx.Request) -> httpx.Response:
            waiting.append(request)
            self.before(until_method, until, arrive)
            raise httpx.ReadError("connection reset", request=request)

        async def arrive() -> None:
            await (await self._deliver(waiting[0])).aread()

        self._tampers.append((method, part, lose))

    def answer(
        self, method: str, part: str, status: int, content: bytes, headers: dict[str, str] | None = None
    ) -> None:
        """The next request of the kind never reaches the desk and is answered like this."""

        async def act(request: httpx.Request) -> httpx.Response:
            return httpx.Response(status, content=content, headers=headers or {}, request=request)

        self._tampers.append((method, part, act))

    def spoil_answer(self, method: str, part: str, content: bytes) -> None:
        """The next request of the kind takes effect; its answer arrives as *content*."""

        async def act(request: httpx.Request) -> httpx.Response:
            answer = await self._deliver(request)
            await answer.aread()
            return httpx.Response(answer.status_code, content=content, request=request)

        self._tampers.append((method, part, act))

    def before(self, method: str, part: str, happens: Callable[[], Any]) -> None:
        """*happens* is awaited just before the next request of the kind reaches the desk."""

        async def act(request: httpx.Request) -> httpx.Response:
            await happens()
            return await self._deliver(request)

        self._tampers.append((method, part, act))

    async def aclose(self) -> None:
        """The wire outlives its users."""


class Desk:
    """The ticket server with the small account, and colleagues who work in it unheard."""

    def __init__(self, database: Database, time: Time, settings: ServerSettings | None = None) -> None:
        self.time = time
        inner = httpx.ASGITransport(app=_application(database, settings or ServerSettings(), time.seconds))
        self.wire = Wire(inner)
        self._inner = inner

    def connector(self, kind: str = "agentconsole", who: str = "ben", token: str | None = None) -> Connector:
        """A connector of *kind* for *who*, over the wire."""
        http = HttpClient(
            "http://desk.test",
            email_token(f"{who}@desk.example", token or f"{who}-token"),
            transport=self.wire,
            clock=self.time.instant,
            seconds=self.time.seconds,
            sleep=self.time.sleep,
        )
        self.wire.forgets_keys = kind == "zendesk"
        if kind == "zendesk":
            return ZendeskConnector(http, self.time.sleep, self.time.seconds, self.time.instant)
        return AgentConsoleConnector(http, self.time.sleep)

    async def as_(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Do something as a colleague; returns the answer's body. A second passes."""
        self.time.pass_(1)
        async with httpx.AsyncClient(transport=self._inner, base_url="http://desk.test/api/v2") as client:
            answer = await client.request(method, path, json=body, auth=(f"{who}@desk.example/token", f"{who}-token"))
        assert answer.status_code < 300, answer.text
        self.time.pass_(1)
        return answer.json() if answer.content else None

    async def comments(self, ticket: str) -> list[str]:
        """The texts of a ticket's comments, oldest first, as the desk has them."""
        said = await self.as_("ada", "GET", f"/tickets/{ticket}/comments.json")
        return [each["body"] for each in said["comments"]]

    async def ticket(self, ticket: str) -> dict[str, Any]:
        """A ticket as the desk has it."""
        said = await self.as_("ada", "GET", f"/tickets/{ticket}.json")
        found: dict[str, Any] = said["ticket"]
        return found


_applications: list[FastAPI] = []


def _application(database: Database, settings: ServerSettings, seconds: Callable[[], float]) -> FastAPI:
    """The server's application; built once, for its routes take half a second, and given another desk each time."""
    if not _applications:
        _applications.append(create_app(database, settings, seconds))
    application = _applications[0]
    application.state.desk = desk_for(database, settings, seconds)
    return application


def new_account(path: Path) -> None:
    """Make the small account's database at *path*."""
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    load(database, account.reference(), account.stories())
    grant(database, GRANTS)
    database.close()


def copy_account(source: Path, target: Path, time: Time | None = None) -> Database:
    """A database of its own with the account of *source*; it keeps *time*, or the real one."""
    shutil.copy(source, target)
    return Database(f"sqlite:///{target}", now=time.now) if time else Database(f"sqlite:///{target}")


def _short(request: httpx.Request) -> str:
    path = unquote(request.url.path).removeprefix("/api/v2").removesuffix(".json")
    return path.replace("/api/agentconsole/v1", "/extras")
