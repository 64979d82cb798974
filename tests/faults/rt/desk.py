"""The real Request Tracker behind the front, and what a requester and a colleague do there by REST2."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.faults.rt.crew import Crew
from tests.faults.stage import Answer, Request
from tests.faults.world import TAGS, TICKETS, Time
from tests.support import postgres
from tests.support.rt.server import AGENT_PASSWORD, ROOT, Account, RequestTracker

API = "/REST/2.0"

STATIC = ("/queues/all", "/queue/", "/customfield/", "/users", "/user/", "/rt")
"""What no run changes is answered from memory: it is asked for at each sign-in and would take most of the time."""

_DROPPED = (b"connection", b"keep-alive", b"transfer-encoding", b"content-length")
_STATUSES = {"open": "open", "pending": "stalled", "hold": "waiting for vendor", "solved": "resolved"}
_PRIORITIES = {"low": 0, "normal": 50, "high": 75, "urgent": 100}


@asynccontextmanager
async def serve(server: RequestTracker, crew: Crew, time: Time) -> AsyncIterator[RtDesk]:
    """The *crew*'s queue of *server*."""
    yield RtDesk(server, crew, time)


class RtDesk:
    """One queue of *server*, which only its *crew* sees; *time* is the clock that it goes by."""

    def __init__(self, server: RequestTracker, crew: Crew, time: Time) -> None:
        self._time = time
        self._server = server
        self._crew = crew
        self._known: dict[tuple[str, str, bytes, bytes], Answer] = {}
        self._tickets: list[int] = []

    async def reset(self) -> list[int]:
        """Hide what the run before has left, and open new tickets; returns their ids."""
        connection = psycopg.connect(
            host="127.0.0.1", port=self._server.cluster.port, user=postgres.OWNER, dbname=self._server.database
        )
        with connection:
            connection.execute(
                "UPDATE tickets SET queue = %s WHERE queue = %s", (self._crew.hidden_queue, self._crew.queue)
            )
        connection.close()
        self._tickets = [await self._open(number) for number in range(1, TICKETS + 1)]
        return self._tickets

    async def ask(self, request: Request, dialect: str) -> Answer:
        """Have *request* answered by RT; a sign-in, and what nothing changes, by what was answered before."""
        cookie = next((value for name, value in request.headers if name == b"cookie"), b"")
        path = urlsplit(request.target).path.removeprefix(API)
        is_sign_in = request.method == "POST" and path == "/NoAuth/Login.html"
        is_static = request.method == "GET" and path.startswith(STATIC)
        key = (request.method, request.target, cookie, request.body)
        if not (is_sign_in or is_static):
            return await self._passed(request)
        known = self._known.get(key)
        if known is None:
            known = await self._passed(request)
            if known.status == 200:
                self._known[key] = known
        headers = [each for each in known.headers if each[0] != b"date"]
        return known._replace(headers=[*headers, (b"date", format_datetime(self._time.now(), usegmt=True).encode())])

    async def stream(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RT has none."""
        raise NotImplementedError(request.target)

    async def act(self, step: list[Any]) -> None:
        """Do what a third party does; what RT does not allow, it does not do."""
        name, number, *more = step
        ticket = self._tickets[number - 1]
        cleo = self._crew.cleo
        match name:
            case "writes":
                words = {"Content": f"From the requester, {more[0]}.", "ContentType": "text/plain"}
                await self._say(self._requester(number), "POST", f"/ticket/{ticket}/correspond", words)
            case "notes":
                words = {"Content": f"From a colleague, {more[0]}.", "ContentType": "text/plain"}
                await self._say(cleo, "POST", f"/ticket/{ticket}/comment", words)
            case "sets":
                await self._say(cleo, "PUT", f"/ticket/{ticket}", self._change(*more))
            case "tags":
                said = await self._say(cleo, "GET", f"/ticket/{ticket}", None)
                fields = json.loads(said.body)["CustomFields"]
                tags = next(field["values"] for field in fields if field["name"] == "Tags")
                change = {"CustomFields": {str(self._crew.tags): [*tags, f"other{more[0]}"]}}
                await self._say(cleo, "PUT", f"/ticket/{ticket}", change)
            case "deletes":
                await self._say(cleo, "PUT", f"/ticket/{ticket}", {"Status": "deleted"})
            case "restores":
                said = await self._say(cleo, "GET", f"/ticket/{ticket}", None)
                if json.loads(said.body)["Status"] == "deleted":
                    await self._say(cleo, "PUT", f"/ticket/{ticket}", {"Status": "open"})
            case "closes":
                await self._say(cleo, "PUT", f"/ticket/{ticket}", {"Status": "rejected"})
            case "merges":
                await self._say(cleo, "PUT", f"/ticket/{ticket}", {"MergeInto": self._tickets[more[0] - 1]})
            case _:
                raise ValueError(name)

    def _change(self, what: str, value: str) -> dict[str, Any]:
        match what:
            case "status":
                return {"Status": _STATUSES[value]}
            case "priority":
                return {"Priority": _PRIORITIES[value]}
            case "subject":
                return {"Subject": value}
            case _:
                return {"CustomFields": {str(self._crew.field): value}}

    def _requester(self, number: int) -> Account:
        return Account(self._crew.requesters[number % 2], AGENT_PASSWORD)

    async def _open(self, number: int) -> int:
        ticket = {
            "Queue": self._crew.queue,
            "Subject": f"Trouble {number}",
            "Requestor": self._requester(number).name,
            "Content": f"It hurts {number}.",
            "Status": "open",
            "Priority": 50,
            "CustomFields": {str(self._crew.tags): list(TAGS), str(self._crew.field): "none yet"},
        }
        said = await self._say(ROOT, "POST", "/ticket", ticket)
        return int(json.loads(said.body)["id"])

    async def _say(self, who: Account, method: str, path: str, body: dict[str, Any] | None) -> Answer:
        """Ask RT for something without the front, as *who*."""
        secret = base64.b64encode(f"{who.name}:{who.password}".encode())
        headers = [(b"authorization", b"Basic " + secret), (b"content-type", b"application/json")]
        data = b"" if body is None else json.dumps(body).encode()
        return await self._passed(Request(method, f"{API}{path}", headers, data))

    async def _passed(self, request: Request) -> Answer:
        """Have *request* answered over a connection of its own, which RT closes: nothing is lost with an old one."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port, limit=1 << 20)
        try:
            headers = [each for each in request.headers if each[0] not in (*_DROPPED, b"accept-encoding", b"host")]
            headers += [(b"host", f"127.0.0.1:{self._server.port}".encode())]
            if request.body or request.method != "GET":
                headers.append((b"content-length", str(len(request.body)).encode()))
            lines = [f"{request.method} {request.target} HTTP/1.0".encode(), *(b": ".join(each) for each in headers)]
            writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + request.body)
            await writer.drain()
            return _answer(await reader.read())
        finally:
            writer.close()


def _answer(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    pairs = [line.partition(b":") for line in lines]
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    length = next((int(value) for name, value in headers if name == b"content-length"), len(body))
    if len(body) != length:
        raise ConnectionError(f"Request Tracker answered with {len(body)} of {length} bytes")
    kept = [each for each in headers if each[0] not in _DROPPED]
    return Answer(int(first.split(b" ")[1]), kept, body)
