"""Several processes behind one address: they share the listening socket, and the system gives each what it can take.

The parent prepares the database, lets the grants in, takes the port, and from then on only watches: a worker that
ends by itself is replaced. What the workers tell one another goes through the database (`feed.Feed`). Each counts rate
limits for itself.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from agentconsole.server.database import Database
from agentconsole.server.metrics import FOLDER_VARIABLE, Metrics, MetricsServer, forget_worker
from agentconsole.server.running import (
    GRACE,
    Announce,
    TicketServer,
    address_of,
    bound,
    mean_nothing_afterwards,
    open_database,
)
from agentconsole.server.settings import ServerSettings
from agentconsole.server.telling import tell_service_manager

STARTS_WITHIN = 60.0
"""Seconds after which a worker that has not said that it is ready is given up."""

RESTARTS, PER_SECONDS = 5, 60.0
"""A server whose workers end by themselves more often than that has a fault that starting anew does not mend."""

_SLACK = 5.0
"""Seconds that a worker gets on top of the grace of its requests, before it is killed."""

_log = logging.getLogger(__name__)


class Worker:
    """One process that serves at *listening*."""

    def __init__(self, settings: ServerSettings, listening: socket.socket) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._heard, told = spawn.Pipe(duplex=False)
        self.process: SpawnProcess = spawn.Process(target=_work, args=(settings, listening, told), name="worker")
        self.process.start()
        told.close()

    def is_ready(self, within: float) -> bool:
        """Say whether it serves; False when it ended, or has not begun within so many seconds."""
        wait([self._heard, self.process.sentinel], within)
        return self._heard.poll(0) and self.process.is_alive()

    def stop(self) -> None:
        """Ask it to end; it finishes what it is at."""
        if self.process.is_alive():
            self.process.terminate()

    def end(self) -> None:
        """Wait until it is gone; kill it when it takes too long."""
        self.process.join(GRACE + _SLACK)
        if self.process.is_alive():
            _log.warning("worker %s did not end in time and was killed", self.process.pid)
            self.process.kill()
            self.process.join()
        if self.process.pid is not None:
            forget_worker(self.process.pid)
        self._heard.close()


def supervise(settings: ServerSettings, announce: Announce) -> int:
    """Serve with ``settings.workers`` processes until SIGTERM or SIGINT; 0, or 1 when they could not go on serving.

    Raises `CannotServe`.
    """
    with contextlib.ExitStack() as beside:
        if settings.metrics_port is not None:
            os.environ[FOLDER_VARIABLE] = beside.enter_context(tempfile.TemporaryDirectory(prefix="agentconsole-"))
        database = open_database(settings)
        beside.callback(database.close)
        listening = bound(settings.host, settings.port)
        beside.callback(listening.close)
        listening.listen(2048)
        if settings.metrics_port is not None:
            serving = MetricsServer(database, settings.metrics_host, settings.metrics_port, None)
            beside.callback(serving.close)
        told_to_stop = beside.enter_context(_signals())
        return _Supervisor(settings, listening, told_to_stop).run(announce)


class _Supervisor:
    def __init__(self, settings: ServerSettings, listening: socket.socket, told_to_stop: Connection) -> None:
        self._settings = settings
        self._listening = listening
        self._told_to_stop = told_to_stop
        self._workers: list[Worker] = []
        self._restarted: list[float] = []

    def run(self, announce: Announce) -> int:
        try:
            for _ in range(self._settings.workers):
                self._workers.append(Worker(self._settings, self._listening))
            deadline = time.monotonic() + STARTS_WITHIN
            if not all(worker.is_ready(max(0.0, deadline - time.monotonic())) for worker in self._workers):
                return 0 if self._told_to_stop.poll(0) else 1
            address = address_of(self._settings.host, self._listening)
            announce(address)
            tell_service_manager("READY=1", f"STATUS={len(self._workers)} workers serve {address}")
            return self._watch()
        finally:
            tell_service_manager("STOPPING=1")
            for worker in self._workers:
                worker.stop()
            for worker in self._workers:
                worker.end()

    def _watch(self) -> int:
        while True:
            sentinels = {worker.process.sentinel: worker for worker in self._workers}
            for ended in wait([self._told_to_stop, *sentinels]):
                if ended is self._told_to_stop:
                    return 0
                worker = sentinels[ended]  # type: ignore[index]  # what is not the pipe is a sentinel
                _log.error("worker %s ended with %s", worker.process.pid, worker.process.exitcode)
                self._workers.remove(worker)
                worker.end()
                now = time.monotonic()
                self._restarted = [at for at in self._restarted if now - at < PER_SECONDS] + [now]
                if len(self._restarted) > RESTARTS:
                    _log.error("the workers end again and again: giving up")
                    return 1
                self._workers.append(Worker(self._settings, self._listening))


@contextlib.contextmanager
def _signals() -> Iterator[Connection]:
    """Yield what becomes readable once SIGTERM or SIGINT has come."""
    heard, told = multiprocessing.Pipe(duplex=False)
    once = threading.Lock()

    def tell(_number: int, _frame: object) -> None:
        if once.acquire(blocking=False):
            told.send_bytes(b"stop")

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        told.close()
        heard.close()


def _work(settings: ServerSettings, listening: socket.socket, told: Connection) -> None:
    """What a worker does: serve until it is told to end, or until its parent is gone."""
    os.umask(0o077)
    # Ctrl+C in a terminal goes to everybody: the parent sees to it that all end in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    database = Database(settings.database_url)
    metrics = Metrics(database) if settings.metrics_port is not None else None

    def ready(_address: str) -> None:
        told.send_bytes(b"ready")

    try:
        server = TicketServer(database, settings, ready, listening=listening, metrics=metrics)
        mean_nothing_afterwards()
        _end_with_parent(lambda: setattr(server, "should_exit", True))
        server.serve_until_told()
    finally:
        database.close()


def _end_with_parent(end: Callable[[], object]) -> None:
    """Call *end* once the parent is gone: nobody would stop this worker any more."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        end()

    threading.Thread(target=watch, name="parent", daemon=True).start()
