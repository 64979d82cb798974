"""The reference server behind the front: its application, in process, on a database of its own."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import anyio.to_thread

from agentconsole.server.app import Application, create_app
from agentconsole.server.database import Database
from agentconsole.server.errors import Problem
from agentconsole.server.settings import Grant, ServerSettings
from agentconsole.server.ticket_input import CommentInput, CustomFieldInput, TicketInput
from agentconsole.server.ticket_writing import TicketWriter
from tests.faults.front import head_of
from tests.faults.stage import Answer, Request
from tests.faults.world import Time
from tests.support import account

SETTINGS = ServerSettings(
    grants=(
        Grant("ada@desk.example", "ada-token", "admin"),
        Grant("ben@desk.example", "ben-token", "agent"),
    )
)
REFERENCE_FIELD = 42
"""A custom field of free text."""

REQUESTERS = (account.DAN, account.EVE)
COLLEAGUE = account.CLEO

STATIC = frozenset(
    {
        *(f"/api/v2/{name}.json" for name in ("groups", "group_memberships", "users", "ticket_fields", "macros")),
        *("/api/v2/views.json", "/api/v2/custom_statuses.json"),
        *(f"/api/agentconsole/v1/{name}" for name in ("contacts", "announcements", "status/summary.json")),
    }
)
"""What no run changes is answered from memory: it is asked for at each sign-in and would take most of the time."""


async def _at_once(function: Callable[..., Any], *arguments: Any, **_options: Any) -> Any:
    """In place of a thread for each step of each request: one request at a time is enough, and three times as fast."""
    return function(*arguments)


@asynccontextmanager
async def serve(template: Path, live: Path, time: Time) -> AsyncIterator[ReferenceDesk]:
    """A server on *live*, which begins each run as *template* has it."""
    anyio.to_thread.run_sync = _at_once  # type: ignore[assignment]
    _restore(template, live)
    database = Database(f"sqlite:///{live}", now=time.now)
    app = create_app(database, SETTINGS, time.seconds)
    routes = app.router.routes
    routes[:] = [*routes[-4:], *routes[:-4]]  # what consoles ask for most is looked for first
    app.prepare()
    yield ReferenceDesk(app, database, template, live, time)


class ReferenceDesk:
    """*app* on *database*, the file *live*."""

    def __init__(self, app: Application, database: Database, template: Path, live: Path, time: Time) -> None:
        self._app = app
        self._database = database
        self._template = template
        self._live = live
        self._time = time
        self._static: dict[tuple[str, bytes], Answer] = {}

    async def reset(self) -> None:
        """Have the database as *template* is."""
        _restore(self._template, self._live)

    async def ask(self, request: Request, dialect: str) -> Answer:
        """Have *request* answered by the application, in *dialect*."""
        path = request.target.partition("?")[0]
        who = next((value for name, value in request.headers if name == b"authorization"), b"")
        is_static = request.method == "GET" and path in STATIC
        if is_static and (known := self._static.get((request.target, who))) is not None:
            return known
        status, headers, parts = 500, [], []
        body_sent = False

        async def receive() -> dict[str, Any]:
            nonlocal body_sent
            if body_sent:
                await asyncio.Event().wait()
            body_sent = True
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                parts.append(message.get("body", b""))

        await self._app(_scope(request, dialect), receive, send)
        answer = Answer(status, self._dated(headers), b"".join(parts))
        if is_static and status == 200:
            self._static[request.target, who] = answer
        return answer

    async def stream(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass an event stream on as it comes, until the client is gone."""
        gone = asyncio.ensure_future(reader.read(1))

        async def receive() -> dict[str, Any]:
            await asyncio.wait([gone])
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                writer.write(head_of(message["status"], [*message["headers"], (b"connection", b"close")]))
            else:
                writer.write(message.get("body", b""))
            await writer.drain()

        try:
            with contextlib.suppress(ConnectionError):
                await self._app(_scope(request, "agentconsole"), receive, send)
        finally:
            gone.cancel()

    def _dated(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        return [*headers, (b"date", format_datetime(self._time.now(), usegmt=True).encode())]

    async def act(self, step: list[Any]) -> None:
        """Do what a requester or a colleague does; nothing where the ticket does not allow it any more."""
        name, ticket, *more = step
        try:
            with self._database.write() as tx:
                colleague = TicketWriter(tx, COLLEAGUE)
                match name:
                    case "writes":
                        words = CommentInput(body=f"From the requester, {more[0]}.", public=True)
                        TicketWriter(tx, REQUESTERS[ticket % 2]).update(ticket, TicketInput(comment=words))
                    case "notes":
                        words = CommentInput(body=f"From a colleague, {more[0]}.", public=False)
                        colleague.update(ticket, TicketInput(comment=words))
                    case "sets" if more[0] == "field":
                        field = CustomFieldInput(id=REFERENCE_FIELD, value=more[1])
                        colleague.update(ticket, TicketInput(custom_fields=[field]))
                    case "sets":
                        colleague.update(ticket, TicketInput(**{more[0]: more[1]}))
                    case "tags":
                        colleague.update(ticket, TicketInput(additional_tags=[f"other{more[0]}"]))
                    case "deletes":
                        colleague.delete(ticket)
                    case "restores":
                        colleague.restore(ticket)
                    case "closes":
                        colleague.update(ticket, TicketInput(status="solved"))
                        colleague.update(ticket, TicketInput(status="closed"))
                    case "merges":
                        words = CommentInput(body="Merged by a colleague.", public=False)
                        colleague.close_as_merged(ticket, more[0], words)
                    case _:
                        raise ValueError(name)
        except Problem:
            return


def _restore(template: Path, live: Path) -> None:
    source, target = sqlite3.connect(template), sqlite3.connect(live)
    source.backup(target)
    source.close()
    target.close()


def _scope(request: Request, dialect: str) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    headers = request.headers
    if dialect == "zendesk" and not (request.method == "POST" and path == "/api/v2/tickets.json"):
        # as the real service does: a key means something where a ticket is created, and nowhere else
        headers = [each for each in headers if each[0] != b"idempotency-key"]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [each for each in headers if each[0] != b"accept-encoding"],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
