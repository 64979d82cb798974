"""What stands between consoles and the help desk: real sockets, and whatever can happen to a request on its way.

It reads each request whole, decides by its number what becomes of it, and has it answered by the real help desk behind
it. What is put on the wire is written byte by byte, so that answers can be cut, garbled or never sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from typing import Protocol

from tests.faults.stage import Answer, Kill, Request

HTML = b"<!doctype html><html><body><h1>Welcome to our network</h1><p>Please sign in.</p></body></html>"
STALL = 2.0
"""Seconds that an answer is kept back when the client does not give up before."""


class Behind(Protocol):
    """The help desk itself."""

    async def ask(self, request: Request, dialect: str) -> Answer:
        """Have *request* answered."""
        ...

    async def stream(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass an event stream on as it comes, until the client is gone."""
        ...


class Front:
    """Listens on loopback and passes on to *behind*, badly when told to."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._left: set[asyncio.Task[Answer]] = set()
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
        while self._late or self._left or self._under_way:
            for _, request in self._late:
                await self._ask(request)
            self._late.clear()
            await asyncio.gather(*self._left)
            await self._idle.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing() and (request := await _read(reader)) is not None:
                self._come(1)
                try:
                    goes_on = await self._meet(request, reader, writer)
                finally:
                    self._come(-1)
                if not goes_on:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort()

    def _come(self, requests: int) -> None:
        """So many more are on their way."""
        self._under_way += requests
        if self._under_way:
            self._idle.clear()
        else:
            self._idle.set()

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
        if _is_stream(request):
            await self._stream(request, reader, writer)
            return False
        fault = self._faults.get(number, "")
        self.heard.append(f"{number} {request.method} {request.target} {fault}")
        if fault:
            self.met[fault.split()[0]] += 1
            return await self._spoil(fault, request, reader, writer, number)
        await write_answer(writer, await self._ask(request))
        return True

    async def _die(self, kill: Kill, request: Request, writer: asyncio.StreamWriter) -> bool:
        self.killed = True
        self.heard.append(f"{self._count - 1} {request.method} {request.target} killed {kill.where}")
        # a stream has no answer that could be waited for
        if kill.where != "unheard" and not _is_stream(request):
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
            case "left":
                # nobody listens any more, and the help desk works on
                work = asyncio.ensure_future(self._ask(request))
                self._left.add(work)
                work.add_done_callback(self._left.discard)
                return False
            case "stall":
                if number % 2:
                    await self._ask(request)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), STALL)
                return False
            case "html":
                await write_answer(writer, Answer(200, [(b"content-type", b"text/html")], HTML))
                return True
            case "429":
                wait = str(1 + number % 40).encode()
                await write_answer(writer, Answer(429, [(b"retry-after", wait)], b'{"error":"TooManyRequests"}'))
                return True
            case "500" | "502" | "503":
                await write_answer(writer, Answer(int(name), [(b"content-type", b"text/html")], b"<html>Bad</html>"))
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
                await write_answer(writer, answer._replace(body=answer.body[: len(answer.body) // 2]))
            case "long":
                writer.write(_bytes(answer, length=len(answer.body) + 100))
            case "short":
                writer.write(_bytes(answer, length=max(0, len(answer.body) - 40)))
            case "html_heard":
                await write_answer(writer, Answer(200, [(b"content-type", b"text/html")], HTML))
            case "500_heard" | "502_heard":
                await write_answer(writer, Answer(int(name[:3]), [], b"<html>Bad gateway</html>"))
            case _:
                raise ValueError(name)
        await writer.drain()
        if name in ("cut", "long", "short"):
            writer.close()  # what was written goes out first
            return False
        return True

    async def _ask(self, request: Request) -> Answer:
        return await self._behind.ask(request, self._dialect)

    async def _stream(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._come(-1)  # nobody waits for its end, nor for what is said in the meantime
        try:
            await self._behind.stream(request, reader, writer)
        finally:
            self._come(1)


def _is_stream(request: Request) -> bool:
    return request.target.endswith("/events")


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


async def write_answer(writer: asyncio.StreamWriter, answer: Answer) -> None:
    writer.write(_bytes(answer))
    await writer.drain()


def _bytes(answer: Answer, length: int | None = None) -> bytes:
    headers = [each for each in answer.headers if each[0] != b"content-length"]
    size = len(answer.body) if length is None else length
    return head_of(answer.status, [*headers, (b"content-length", str(size).encode())]) + answer.body


def head_of(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
