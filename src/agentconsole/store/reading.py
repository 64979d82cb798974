"""Connections that only read, one a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agentconsole.store import driver
from agentconsole.store.errors import StoreClosed, StoreError, translate


class Readers:
    """Hands each thread its own connection; readers never wait for the writer. *failed* hears of every failure."""

    def __init__(
        self,
        path: Path,
        *,
        key: bytes | None,
        reach: driver.Reach = driver.Reach.USUAL,
        failed: Callable[[StoreError], None] = lambda _error: None,
    ) -> None:
        self._path = path
        self._key = key
        self._reach = reach
        self._failed = failed
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, driver.Connection] = {}
        self._closed = False

    @contextmanager
    def read(self) -> Iterator[driver.Connection]:
        """The thread's connection; driver errors leave as StoreError."""
        try:
            yield self._connection()
        except driver.Error as error:
            trouble = translate(error, self._path)
            self._failed(trouble)
            raise trouble from error

    @contextmanager
    def snapshot(self) -> Iterator[driver.Connection]:
        """Like :meth:`read`, and every statement in it sees the same moment."""
        with self.read() as db:
            if db.in_transaction:
                yield db
                return
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection; reads raise StoreClosed from now on."""
        with self._lock:
            self._closed = True
            connections = list(self._open.values())
            self._open.clear()
        for connection in connections:
            connection.close()

    def _connection(self) -> driver.Connection:
        connection: driver.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._closed:
            connection = self._local.connection = self._connect()
        return connection

    def _connect(self) -> driver.Connection:
        with self._lock:
            if self._closed:
                raise StoreClosed("The store is closed")
            for thread in [thread for thread in self._open if not thread.is_alive()]:
                self._open.pop(thread).close()
            connection = self._open[threading.current_thread()] = driver.connect(
                self._path, key=self._key, reach=self._reach
            )
            return connection
