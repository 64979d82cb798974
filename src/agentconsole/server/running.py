"""Run one server process, from the first line of its database's schema to the last stream it ends."""

import signal
import socket
import sys
from collections.abc import Callable

import uvicorn

from agentconsole.server.access import grant
from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.desk import Desk
from agentconsole.server.settings import ServerSettings

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

    def __init__(self, database: Database, settings: ServerSettings, announce: Announce) -> None:
        app = create_app(database, settings)
        app.prepare()
        self._desk: Desk = app.state.desk
        self._announce = announce
        self.address = ""
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
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
            port = self.servers[0].sockets[0].getsockname()[1]
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            self.address = f"http://{host}:{port}"
            self._announce(self.address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # An event stream never ends by itself; waiting for it would keep the process for ever.
        self._desk.feed.close()
        await super().shutdown(sockets)


def run(settings: ServerSettings, announce: Announce = announce_on_stdout) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit status: 0 stopped as told, 1 could not start."""
    database = open_database(settings)
    try:
        server = TicketServer(database, settings, announce)
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn raises the signal again once it has stopped; then it means nothing any more.
            signal.signal(number, signal.SIG_IGN)
        server.run()
        return 0 if server.started else 1
    finally:
        database.close()
