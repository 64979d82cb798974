"""A relay in front of the ticket server that can keep an answer to itself, as a broken network does."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from types import TracebackType

import httpx

_HOP_BY_HOP = {"connection", "content-encoding", "content-length", "date", "host", "server", "transfer-encoding"}


class Relay:
    """Passes every request on to *target*; a context manager.

    The answer to the first request that *withholds* names (by method and path) never reaches the client: ``held`` is
    set once the server has given it, and it is dropped when the relay ends. All others are passed on.
    """

    def __init__(self, target: str, withholds: Callable[[str, str], bool]) -> None:
        self.held = threading.Event()
        self._over = threading.Event()
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
                answer = httpx.request(self.command, f"{target}{self.path}", headers=headers, content=body)
                if not relay.held.is_set() and withholds(self.command, self.path):
                    relay.held.set()
                    relay._over.wait()
                    return
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815  # the library's names

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the library's name
                """Keep the test's output clean."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # whoever was killed does not read its answer: that is the point, and no news
        self._server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
