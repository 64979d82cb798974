"""Figures for Prometheus: what is asked and how long it takes, who listens, how full the tables are.

They are served apart from the API, on a port of their own, so that no reverse proxy shows them to everybody. Several
workers of one server each write theirs to files of one folder (``PROMETHEUS_MULTIPROC_DIR``); whoever serves the
figures adds them up. That variable decides when the library is imported: it is imported here, when figures are wanted.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIServer

from sqlalchemy import event, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agentconsole import __version__
from agentconsole.server.database import Database
from agentconsole.server.failures import AddressUnavailable
from agentconsole.server.schema import access_tokens, clock, idempotency, job_statuses, presence, tickets, uploads

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers write their figures; the library reads it when it is imported."""

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""

_STREAM = "/api/agentconsole/v1/events"
_NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_OTHER_METHOD = "other"
"""Anybody may send any word as a method, and every word that is a label is kept for ever."""


class Metrics:
    """What one process counts. *seconds* is a monotonic clock."""

    def __init__(self, database: Database, seconds: Callable[[], float] = time.perf_counter) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._seconds = seconds
        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "agentconsole_requests",
            "Requests by route and status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._latency = Histogram(
            "agentconsole_request_seconds",
            "Seconds until a request was answered whole; event streams are not among them.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._streams = Gauge(
            "agentconsole_streams",
            "Consoles that hold an event stream open.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._connections = Gauge(
            "agentconsole_database_connections",
            "Connections to the database that are in use.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        workers = Gauge("agentconsole_workers", "Processes that serve.", registry=registry, multiprocess_mode="livesum")
        workers.set(1)
        event.listen(database.engine, "checkout", self._checked_out)
        event.listen(database.engine, "checkin", self._checked_in)

    def measured(self, app: ASGIApp) -> ASGIApp:
        """Return *app* with every request counted."""

        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began, status = self._seconds(), 500
            is_stream = scope["path"] == _STREAM

            async def noting(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            if is_stream:
                self._streams.inc()
            try:
                await app(scope, receive, noting)
            finally:
                if is_stream:
                    self._streams.dec()
                # the pattern of the path, not the path: ids and search words are nobody's business here
                route = getattr(scope.get("route"), "path", _NO_ROUTE)
                method = scope["method"] if scope["method"] in _METHODS else _OTHER_METHOD
                self._requests.labels(method, route, str(status)).inc()
                if not is_stream:
                    self._latency.labels(method, route).observe(self._seconds() - began)

        return call

    def _checked_out(self, *_about: Any) -> None:
        self._connections.inc()

    def _checked_in(self, *_about: Any) -> None:
        self._connections.dec()


class Sizes:
    """How much there is in *database*, asked when somebody wants to know."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Yield the sizes; when the database is away only that it is."""
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        yield InfoMetricFamily("agentconsole_build", "Which server this is.", {"version": __version__})
        try:
            found = self._read()
        except SQLAlchemyError:
            yield GaugeMetricFamily("agentconsole_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("agentconsole_database_up", "Whether the database answers.", 1)
        by_status = GaugeMetricFamily("agentconsole_tickets", "Tickets by status.", labels=("status",))
        for status, count in found.pop("tickets").items():
            by_status.add_metric((status,), count)
        yield by_status
        for name, value in found.items():
            yield GaugeMetricFamily(f"agentconsole_{name}", _SIZES[name], value)

    def _read(self) -> dict[str, Any]:
        with self._database.read() as db:

            def count(table: Any) -> int:
                return int(db.scalar(select(func.count()).select_from(table)) or 0)

            rows = db.execute(
                select(tickets.c.status, func.count()).where(tickets.c.deleted_at.is_(None)).group_by(tickets.c.status)
            )
            return {
                "tickets": {str(status): int(number) for status, number in rows},
                "idempotency_keys": count(idempotency),
                "uploads_waiting": count(uploads),
                "jobs": count(job_statuses),
                "presences": count(presence),
                "tokens": count(access_tokens),
                "changes": int(db.scalar(select(clock.c.seq).where(clock.c.id == 1)) or 0),
            }


_SIZES = {
    "idempotency_keys": "Answers that are remembered, so that a repeated write takes effect once.",
    "uploads_waiting": "Uploaded files that no comment has taken yet.",
    "jobs": "Bulk changes that are remembered.",
    "presences": "Tickets that somebody has open.",
    "tokens": "Tokens that open this server.",
    "changes": "The number of the last change.",
}


class MetricsServer:
    """Serves the figures of this process, or of all workers, on a port of their own, from a thread."""

    def __init__(self, database: Database, host: str, port: int, own: Metrics | None) -> None:
        """*own* are this process's figures; without them the workers' are added up. Raises `AddressUnavailable`."""
        from prometheus_client import start_http_server

        registry = own.registry if own is not None else self._of_workers()
        registry.register(Sizes(database))
        self.registry: CollectorRegistry = registry
        try:
            self._server, self._thread = start_http_server(port, host, registry)
        except OSError as fault:
            raise AddressUnavailable(f"{host} port {port} for metrics: {fault.strerror or fault}") from fault

    @property
    def port(self) -> int:
        """The port that was taken."""
        server: WSGIServer = self._server
        return int(server.server_address[1])

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        thread: threading.Thread = self._thread
        thread.join()

    @staticmethod
    def _of_workers() -> CollectorRegistry:
        from prometheus_client import CollectorRegistry, multiprocess

        registry = CollectorRegistry()
        # prometheus_client is typed, but for this module of it
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry


def forget_worker(pid: int) -> None:
    """A worker has ended: what it held open is held no more."""
    if os.environ.get(FOLDER_VARIABLE):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]  # as above
