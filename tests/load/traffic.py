"""Consoles as the server sees them: streams that listen, and writers; plain sockets, so that the server is measured."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

TOKEN = "load-token"
EMAIL = "load@desk.example"

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_NEW_TICKET = re.compile(rb'"kind":"ticket","id":(\d+),"version":1\b')


class Heard(NamedTuple):
    """When each stream heard of each ticket, and when the request for it was sent (seconds of one clock)."""

    sent: dict[int, float]
    answered: dict[int, float]
    arrived: dict[int, list[float]]

    def delays(self) -> list[float]:
        """Seconds from sending a request to each stream's hearing of it, sorted."""
        return sorted(
            at - self.sent[ticket] for ticket, times in self.arrived.items() for at in times if ticket in self.sent
        )

    def answers(self) -> list[float]:
        """Seconds from sending a request to its answer, sorted."""
        return sorted(at - self.sent[ticket] for ticket, at in self.answered.items())


async def listen(port: int, heard: Heard, connected: Callable[[], object]) -> None:
    """Hold one event stream open and note when news of tickets arrive; until it is cancelled."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            b"GET /api/agentconsole/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + f"Authorization: Bearer {TOKEN}\r\n\r\n".encode()
        )
        rest = b""
        while b"hello" not in rest:
            rest += await reader.read(65536)
        connected()
        while piece := await reader.read(65536):
            now = time.perf_counter()
            rest = (rest + piece)[-200_000:]
            for found in _NEW_TICKET.finditer(rest):
                heard.arrived.setdefault(int(found[1]), []).append(now)
            # an event may be cut in two: what is behind the last one is looked at again
            rest = rest[rest.rfind(b"\n\n") + 2 :]
    finally:
        writer.close()


async def write(port: int, heard: Heard, until: float, pause: Callable[[], Awaitable[None]]) -> None:
    """Make tickets one after another over one connection, *pause* between them, until the clock shows *until*."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < until:
            body = json.dumps(
                {"ticket": {"subject": "The printer is on fire", "comment": {"body": "Smoke comes out of it. " * 10}}}
            ).encode()
            began = time.perf_counter()
            writer.write(
                f"POST /api/v2/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            assert head.startswith(b"HTTP/1.1 201"), head
            assert length is not None, head
            ticket = json.loads(await reader.readexactly(int(length[1])))["ticket"]["id"]
            heard.sent[ticket] = began
            heard.answered[ticket] = time.perf_counter()
            await pause()
    finally:
        writer.close()
