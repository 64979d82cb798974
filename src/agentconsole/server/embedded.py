"""A ticket server inside a program that does other things too: the demo, and tests."""

import threading
from types import TracebackType

from agentconsole.server.database import Database
from agentconsole.server.running import TicketServer
from agentconsole.server.settings import ServerSettings

STARTS_WITHIN = 30.0
"""Seconds after which a server that has not started is given up."""


class EmbeddedServer:
    """Serves *database* from a thread of its own between `start` and `stop`, or for the length of a ``with`` block.

    The port is taken at once: raises `AddressUnavailable`.
    """

    def __init__(self, database: Database, settings: ServerSettings) -> None:
        self._is_ready = threading.Event()
        self._server = TicketServer(database, settings, self._ready)
        self._thread = threading.Thread(target=self._serve, name="ticket-server", daemon=True)

    @property
    def address(self) -> str:
        """``http://HOST:PORT``."""
        return self._server.address

    def start(self) -> str:
        """Start serving; returns the address. Raises RuntimeError when the server does not come up."""
        self._thread.start()
        self._is_ready.wait(STARTS_WITHIN)
        if not self._server.started:
            raise RuntimeError("The ticket server did not start; its log says why")
        return self.address

    def stop(self) -> None:
        """End all requests and streams and wait until the thread is gone."""
        self._server.should_exit = True
        self._thread.join()

    def _ready(self, _address: str) -> None:
        self._is_ready.set()

    def _serve(self) -> None:
        try:
            self._server.serve_until_told()
        finally:
            self._is_ready.set()

    def __enter__(self) -> "EmbeddedServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
