"""Hear what a web browser brings back to this computer: one request to a fixed port, answered with a page to read."""

from __future__ import annotations

import asyncio
import html
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qsl, urlsplit

from agentconsole.connectors.api import ConnectorError

HOST = "127.0.0.1"
LONGEST_REQUEST = 16 * 1024
PATIENCE = 10.0
"""Seconds that a request may take to arrive."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1b1f24;
background:#fff}}@media (prefers-color-scheme:dark){{body{{color:#e6e9ee;background:#14171b}}}}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


class PortTaken(ConnectorError):
    """Another program has the port that the browser is to come back to."""

    title = "The browser could not come back to the console"
    advice = (
        "Another program on this computer uses the port that signing in needs. Another window of the console may be "
        "signing in at this moment: finish or cancel that first. Else close the other program, and try again."
    )


Judge = Callable[[Mapping[str, str]], tuple[str, str] | None]
"""Looks at the parameters of a request: title and text of the page that answers it, or None if it means nothing."""


@asynccontextmanager
async def listening(port: int, path: str, judge: Judge) -> AsyncIterator[None]:
    """Answer requests for *path* on *port* of this computer as *judge* says, and all others with 404. PortTaken."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_answer(head, path, judge))
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    try:
        server = await asyncio.start_server(answer, HOST, port, limit=LONGEST_REQUEST)
    except OSError as error:
        raise PortTaken(f"Port {port} of this computer is used by another program.") from error
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


def _answer(head: bytes, path: str, judge: Judge) -> bytes:
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    page: tuple[str, str] | None = None
    if len(words) == 3 and words[0] == "GET":
        asked = urlsplit(words[1])
        if asked.path == path:
            page = judge(dict(parse_qsl(asked.query)))
    status = "404 Not Found" if page is None else "200 OK"
    title, text = page or ("Nothing is here", "Go back to the console.")
    body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
    headers = (
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
        "Referrer-Policy: no-referrer",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(headers).encode() + b"\r\n\r\n" + body
