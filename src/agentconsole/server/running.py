"""Run one server process, from the first line of its database's schema to the last stream it ends."""

import contextlib
import signal
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from agentconsole.server.access import grant
from agentconsole.server.app import create_app
from agentconsole.server.closing import closing
from agentconsole.server.database import Database
from agentconsole.server.desk import Desk
from agentconsole.server.failures import AddressUnavailable
from agentconsole.server.settings import ServerSettings
from agentconsole.server.telling import tell_service_manager

if TYPE_CHECKING:
    from agentconsole.server.metrics import Metrics

GRACE = 5
"""Seconds that requests under way get after the order to stop."""

Announce = Callable[[str], None]


def announce_on_stdout(address: str) -> None:
    """The line that scripts wait for."""
    sys.stdout.write(f"serving {address}\n")
    sys.stdout.flush()


def open_database(settings: ServerSettings) -> Database:
    """Open the database of *settings*, bring its schema up to date and let the grants in."""
    database = Database(settings.database_url)
    database.upgrade()
    grant(database, settings.grants)
    return database


class TicketServer(uvicorn.Server):
    """A server that says when it is ready, and ends its event streams when it is told to stop."""

    def __init__(
        self,
        database: Database,
        settings: ServerSettings,
        announce: Announce,
        *,
        listening: socket.socket | None = None,
        metrics: "Metrics | None" = None,
    ) -> None:
        """Take the port at once, or serve at *listening*, which others may share. Raises `AddressUnavailable`."""
        self._socket = listening or bound(settings.host, settings.port)
        self.address = address_of(settings.host, self._socket)
        app = create_app(database, settings, measured=None if metrics is None else metrics.measured)
        app.prepare()
        self._desk: Desk = app.state.desk
        self._announce = announce
        self._beside = contextlib.AsyncExitStack()
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,  # how to log is the program's decision
                log_level="warning",
                access_log=False,  # paths carry ids and search words
                lifespan="off",
                timeout_graceful_shutdown=GRACE,
                server_header=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await self._beside.enter_async_context(closing(self._desk.database, self._desk.settings.close_after))
            self._announce(self.address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        tell_service_manager("STOPPING=1")
        # An event stream never ends by itself; waiting for it would keep the process for ever.
        self._desk.feed.close()
        await self._beside.aclose()
        await super().shutdown(sockets)

    def serve_until_told(self) -> None:
        """Serve until a signal comes or ``should_exit`` is set."""
        self.run(sockets=[self._socket])


def address_of(host: str, listening: socket.socket) -> str:
    """Return where *listening* is reached, as a URL."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}"


def bound(host: str, port: int) -> socket.socket:
    """Take *port* of *host*. Raises `AddressUnavailable`."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        # A port whose last connections are still fading away may be taken again at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError) as fault:
        listening.close()
        raise AddressUnavailable(f"{host} port {port}: {getattr(fault, 'strerror', None) or fault}") from fault
    return listening


def check_address(host: str, port: int) -> None:
    """Raise `AddressUnavailable` when nobody could be served there; long preparations ask before they begin."""
    bound(host, port).close()


def run(settings: ServerSettings, announce: Announce = announce_on_stdout) -> int:
    """Serve until SIGTERM or SIGINT, then return 0, or 1 when serving never began. Raises `CannotServe`."""
    if settings.workers > 1:
        from agentconsole.server.workers import supervise

        return supervise(settings, announce)
    database = open_database(settings)
    with contextlib.ExitStack() as beside:
        beside.callback(database.close)
        metrics = None
        if settings.metrics_port is not None:
            from agentconsole.server.metrics import Metrics, MetricsServer

            metrics = Metrics(database)
            serving = MetricsServer(database, settings.metrics_host, settings.metrics_port, metrics)
            beside.callback(serving.close)

        def ready(address: str) -> None:
            announce(address)
            tell_service_manager("READY=1", f"STATUS=Serving {address}")

        server = TicketServer(database, settings, ready, metrics=metrics)
        mean_nothing_afterwards()
        server.serve_until_told()
        return 0 if server.started else 1


def mean_nothing_afterwards() -> None:
    """Have the signals to stop mean nothing once the server has stopped by them: uvicorn raises them again then."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
