"""Tell connected clients, at once, that something was committed, whichever process committed it.

The feed carries no news itself. It wakes the streams, and each reads from the database what is after the number it saw
last, so that nothing is lost when a stream is slow, reconnects, or is served by another process.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import OperationalError

from agentconsole.server.database import CHANNEL, Database

POLL_EVERY = 0.2
"""Seconds between looks at an SQLite file that other processes may write to."""

LISTEN_FOR = 1.0
"""Seconds for which the PostgreSQL listener waits before it looks whether it is still wanted."""

Revisions = tuple[int, int]
"""(seq of the last commit, revision of presence)."""


class Feed:
    """Wakes the streams of one process.

    Watching the database costs something only while somebody listens.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wakers: set[asyncio.Event] = set()
        self._is_closed = False
        self._watcher: threading.Thread | None = None
        self._stop = threading.Event()
        database.on_commit(self.wake)

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def wake(self) -> None:
        """Something was committed. Callable from any thread."""
        loop = self._loop
        if loop is not None and self._wakers:
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is left to be told
                loop.call_soon_threadsafe(self._wake_all)

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Yield an event that is set at each commit (and when the feed closes); clear it before reading."""
        self._loop = asyncio.get_running_loop()
        waker = asyncio.Event()
        self._wakers.add(waker)
        if self._watcher is None:
            self._stop = threading.Event()
            self._watcher = threading.Thread(target=self._watch, args=(self._stop,), name="feed", daemon=True)
            self._watcher.start()
        if self._is_closed:
            waker.set()
        try:
            yield waker
        finally:
            self._wakers.discard(waker)
            if not self._wakers:
                self._stop.set()
                self._watcher = None

    def close(self) -> None:
        """End all streams; call it from the loop that serves them."""
        self._is_closed = True
        self._stop.set()
        self._wake_all()

    def _wake_all(self) -> None:
        for waker in self._wakers:
            waker.set()

    def _watch(self, stop: threading.Event) -> None:
        if self._database.is_sqlite:
            self._poll(stop)
        else:
            self._listen(stop)

    def _poll(self, stop: threading.Event) -> None:
        seen: Revisions | None = None
        while not stop.wait(POLL_EVERY):
            with self._database.read() as db:
                now = self._database.revisions(db)
            if now != seen:  # also at first: something may have happened while the watch began
                self.wake()
            seen = now

    def _listen(self, stop: threading.Event) -> None:
        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not stop.is_set():
            try:
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.wake()  # for what was committed while nobody listened
                    while not stop.is_set():
                        for _ in connection.notifies(timeout=LISTEN_FOR, stop_after=1):
                            self.wake()
            except (psycopg.OperationalError, OperationalError):
                stop.wait(LISTEN_FOR)  # the database restarts; the streams stay, and hear of it when it is back
