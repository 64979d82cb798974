"""A relay in front of the ticket server that drops, cuts, garbles and refuses at random, and can tell when to kill."""

from __future__ import annotations

import http.server
import random
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType

import httpx

FATES = (*["pass"] * 36, "drop", "eat", "eat", "cut", "html", "502", "502 heard", "429", "half")
_HOP_BY_HOP = {"connection", "content-encoding", "content-length", "date", "host", "server", "transfer-encoding"}
_HTML = b"<!doctype html><html><body>Please sign in to our network.</body></html>"


class BadRelay:
    """Passes requests on to *target*, badly; a context manager. What happens to each is decided by *dice*.

    ``at_request`` is called with each request's number, counted anew by ``count_from``, once before the help desk has
    heard it and once after, with True.
    """

    def __init__(self, target: str, dice: random.Random) -> None:
        self._target = target
        self._dice = dice
        self._lock = threading.Lock()
        self._count = 0
        self.well = False
        """Whether nothing goes wrong from now on."""
        self.at_request: Callable[[int, bool], None] = lambda _number, _heard: None
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                relay._meet(self)

            do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815  # the library's names

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the library's name
                """Keep the test's output clean."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        # whoever was killed does not read its answer: that is the point, and no news
        self._server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def count_from(self, number: int) -> None:
        """Give the next request this number."""
        with self._lock:
            self._count = number

    def _meet(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        with self._lock:
            number = self._count
            self._count += 1
            fate = "pass" if self.well else self._dice.choice(FATES)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.at_request(number, False)
        match fate:
            case "drop":
                return _abort(handler)
            case "html":
                return _answer(handler, 200, {"Content-Type": "text/html"}, _HTML)
            case "502":
                return _answer(handler, 502, {}, b"<html>Bad gateway</html>")
            case "429":
                return _answer(handler, 429, {"Retry-After": "1"}, b"{}")
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in _HOP_BY_HOP}
        answer = httpx.request(handler.command, f"{self._target}{handler.path}", headers=headers, content=body)
        self.at_request(number, True)
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
        match fate:
            case "eat":
                return _abort(handler)
            case "502 heard":
                return _answer(handler, 502, {}, b"<html>Bad gateway</html>")
            case "half":
                return _answer(handler, answer.status_code, kept, answer.content[: len(answer.content) // 2])
            case "cut":
                _answer(handler, answer.status_code, kept, answer.content, cut=True)
                return _abort(handler)
        return _answer(handler, answer.status_code, kept, answer.content)

    def __enter__(self) -> BadRelay:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _answer(
    handler: http.server.BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False
) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if cut else body)


def _abort(handler: http.server.BaseHTTPRequestHandler) -> None:
    """End the connection as one that breaks does, not as one that is closed."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
