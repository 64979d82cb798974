"""What stands between consoles and the help desk: real sockets, and whatever can happen to a request on its way.

It reads each request whole, decides by its number what becomes of it, and has it answered by the real server's
application. What is put on the wire is written byte by byte, so that answers can be cut, garbled or never sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from email.utils import format_datetime
from typing import Any, NamedTuple

import msgspec

from agentconsole.server.app import Application
from tests.faults.world import Time

STATIC = frozenset(
    {
        *(f"/api/v2/{name}.json" for name in ("groups", "group_memberships", "users", "ticket_fields", "macros")),
        *("/api/v2/views.json", "/api/v2/custom_statuses.json"),
        *(f"/api/agentconsole/v1/{name}" for name in ("contacts", "announcements", "status/summary.json")),
    }
)
"""What no run changes is answered from memory: it is asked for at each sign-in and would take most of the time."""

HTML = b"<!doctype html><html><body><h1>Welcome to our network</h1><p>Please sign in.</p></body></html>"
STALL = 2.0
"""Seconds that an answer is kept back when the client does not give up before."""


class Request(NamedTuple):
    """One request, read whole."""

    method: str
    target: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Answer(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Kill(msgspec.Struct):
    """Kill process *pid* at request *number*: before the help desk heard it, after, or amid the answer."""

    pid: int
    number: int
    where: str


class Front:
    """Listens on loopback and passes on to *app*, badly when told to."""

    def __init__(self, app: Application, time: Time) -> None:
        self._app = app
        self._time = time
        self._static: dict[tuple[str, bytes], Answer] = {}
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.port = 0
        self.begin({}, "agentconsole", None)

    async def start(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]

    def begin(self, faults: dict[int, str], dialect: str, kill: Kill | None) -> None:
        """From now on requests are counted anew and meet *faults* by number."""
        self._faults = faults
        self._dialect = dialect
        self._kill = kill
        self._count = 0
        self._dark = 0
        self._late: list[tuple[int, Request]] = []
        self.met: Counter[str] = Counter()
        self.heard: list[str] = []
        """Every request and what became of it, to be kept with a run that failed."""
        self.killed = False

    async def settle(self) -> None:
        """Return once nothing is on its way any more, late requests included."""
        while self._late or self._under_way:
            for _, request in self._late:
                await self._ask(request)
            self._late.clear()
            await self._idle.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing() and (request := await _read(reader)) is not None:
                self._under_way += 1
                self._idle.clear()
                try:
                    goes_on = await self._meet(request, reader, writer)
                finally:
                    self._under_way -= 1
                    if not self._under_way:
                        self._idle.set()
                if not goes_on:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort()

    async def _meet(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Let happen to *request* what happens to it; whether the connection stays."""
        if self._dark > 0:
            self._dark -= 1
            return False
        number = self._count
        self._count += 1
        for due, late in [each for each in self._late if each[0] <= number]:
            self._late.remove((due, late))
            await self._ask(late)
        kill = self._kill
        if kill is not None and number >= kill.number and not self.killed:
            return await self._die(kill, request, writer)
        if request.target.endswith("/events"):
            await self._stream(request, reader, writer)
            return False
        fault = self._faults.get(number, "")
        self.heard.append(f"{number} {request.method} {request.target} {fault}")
        if fault:
            self.met[fault.split()[0]] += 1
            return await self._spoil(fault, request, reader, writer, number)
        await _write(writer, await self._ask(request))
        return True

    async def _die(self, kill: Kill, request: Request, writer: asyncio.StreamWriter) -> bool:
        self.killed = True
        self.heard.append(f"{self._count - 1} {request.method} {request.target} killed {kill.where}")
        if kill.where != "unheard":
            answer = await self._ask(request)
            if kill.where == "mid":
                data = _bytes(answer)
                writer.write(data[: len(data) // 2])
                with contextlib.suppress(ConnectionError):
                    await writer.drain()
        with contextlib.suppress(ProcessLookupError):
            os.kill(kill.pid, signal.SIGKILL)
        return False

    async def _spoil(
        self, fault: str, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> bool:
        name, _, figure = fault.partition(" ")
        match name:
            case "drop":
                return False
            case "dark":
                self._dark = int(figure)
                return False
            case "late":
                self._late.append((number + 1 + number % 5, request))
                return False
            case "stall":
                if number % 2:
                    await self._ask(request)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), STALL)
                return False
            case "html":
                await _write(writer, Answer(200, [(b"content-type", b"text/html")], HTML))
                return True
            case "429":
                wait = str(1 + number % 40).encode()
                await _write(writer, Answer(429, [(b"retry-after", wait)], b'{"error":"TooManyRequests"}'))
                return True
            case "500" | "502" | "503":
                await _write(writer, Answer(int(name), [(b"content-type", b"text/html")], b"<html>Bad</html>"))
                return True
        answer = await self._ask(request)
        data = _bytes(answer)
        match name:
            case "eat":
                return False
            case "slow":
                await asyncio.sleep(0.002 * (1 + number % 10))
                writer.write(data)
            case "cut":
                writer.write(data[: max(1, len(data) * (number % 9 + 1) // 10)])
            case "half":
                await _write(writer, answer._replace(body=answer.body[: len(answer.body) // 2]))
            case "long":
                writer.write(_bytes(answer, length=len(answer.body) + 100))
            case "short":
                writer.write(_bytes(answer, length=max(0, len(answer.body) - 40)))
            case "html_heard":
                await _write(writer, Answer(200, [(b"content-type", b"text/html")], HTML))
            case "500_heard" | "502_heard":
                await _write(writer, Answer(int(name[:3]), [], b"<html>Bad gateway</html>"))
            case _:
                raise ValueError(name)
        await writer.drain()
        if name in ("cut", "long", "short"):
            writer.close()  # what was written goes out first
            return False
        return True

    async def _ask(self, request: Request) -> Answer:
        """Have *request* answered by the help desk."""
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

        await self._app(self._scope(request), receive, send)
        answer = Answer(status, self._dated(headers), b"".join(parts))
        if is_static and status == 200:
            self._static[request.target, who] = answer
        return answer

    async def _stream(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass an event stream on as it comes, until the client is gone."""
        self._under_way -= 1  # nobody waits for its end
        gone = asyncio.ensure_future(reader.read(1))

        async def receive() -> dict[str, Any]:
            await asyncio.wait([gone])
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                head = _head(message["status"], [*message["headers"], (b"connection", b"close")])
                writer.write(head)
            else:
                writer.write(message.get("body", b""))
            await writer.drain()

        try:
            with contextlib.suppress(ConnectionError):
                await self._app(self._scope(request), receive, send)
        finally:
            gone.cancel()
            self._under_way += 1

    def _scope(self, request: Request) -> dict[str, Any]:
        path, _, query = request.target.partition("?")
        headers = request.headers
        if self._dialect == "zendesk" and not (request.method == "POST" and path == "/api/v2/tickets.json"):
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
            "server": ("127.0.0.1", self.port),
        }

    def _dated(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        return [*headers, (b"date", format_datetime(self._time.now(), usegmt=True).encode())]


async def _read(reader: asyncio.StreamReader) -> Request | None:
    """The next request, None when the client has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head[:-4].split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = []
    length = 0
    for line in lines:
        name, _, value = line.partition(b":")
        headers.append((name.strip().lower(), value.strip()))
        if headers[-1][0] == b"content-length":
            length = int(value)
    return Request(method, target, headers, await reader.readexactly(length) if length else b"")


async def _write(writer: asyncio.StreamWriter, answer: Answer) -> None:
    writer.write(_bytes(answer))
    await writer.drain()


def _bytes(answer: Answer, length: int | None = None) -> bytes:
    headers = [each for each in answer.headers if each[0] != b"content-length"]
    size = len(answer.body) if length is None else length
    return _head(answer.status, [*headers, (b"content-length", str(size).encode())]) + answer.body


def _head(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
