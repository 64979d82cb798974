"""One thread writes; what an agent did goes before what was pulled.

Two writing connections would only wait for each other, and unfairly. A job is one transaction, so between two pages of
a bulk sync an agent's change never waits longer than one page takes.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import Any, Generic, TypeVar

from agentconsole.domain.changes import Change
from agentconsole.domain.values import TicketId
from agentconsole.store import driver
from agentconsole.store.condition import Condition
from agentconsole.store.errors import ReadOnlyDisk, StoreClosed, translate
from agentconsole.store.feed import Feed
from agentconsole.store.journal import Journal
from agentconsole.store.names import Names

_log = logging.getLogger(__name__)

T = TypeVar("T")

_NAMED_AT_MOST = 5000
"""A change that touches more tickets than this is told as ``everything``: repainting all is cheaper than looking."""


class Urgency(IntEnum):
    """Who goes first. AGENT and PUSH are on the disk when their future resolves; SYNC can be pulled again."""

    AGENT = 0
    PUSH = 1
    SYNC = 2


class Transaction:
    """What a job works with: the connection, the names cache, and a note of what it touched."""

    __slots__ = ("counted", "db", "everything", "names", "tickets", "topics")

    def __init__(self, db: driver.Connection, names: Names) -> None:
        self.db = db
        self.names = names
        self.tickets: set[TicketId] = set()
        self.topics: set[str] = set()
        self.everything = False
        self.counted = False  # the targets of the tickets are as they should be already

    def touch(self, *topics: str, tickets: Iterable[TicketId] = ()) -> None:
        """Note what the change feed shall tell once this is committed."""
        self.topics.update(topics)
        self.tickets.update(tickets)


class _Job(Generic[T]):
    __slots__ = ("future", "initiator", "urgency", "work")

    def __init__(self, urgency: Urgency, work: Callable[[Transaction], T], initiator: str) -> None:
        self.urgency = urgency
        self.work = work
        self.initiator = initiator
        self.future: Future[T] = Future()

    def run(self, writer: Writer) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result, change = writer.commit(
                self.work,
                self.initiator,
                durable=self.urgency is not Urgency.SYNC,
                # how far a change has got is asked of the help desk when a store is put together from its copy
                copied=self.urgency is Urgency.AGENT,
            )
        except driver.Error as error:
            trouble = translate(error, writer.path)
            writer.condition.hear(trouble)
            self.future.set_exception(trouble)
        except Exception as error:
            # the boundary between threads: whatever a job raises belongs to who asked for it
            self.future.set_exception(error)
        else:
            writer.condition.committed()
            if change is not None:
                writer.feed.publish(change)
            self.future.set_result(result)

    def refuse(self) -> None:
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(StoreClosed())


class Writer:
    """The thread that owns the only writing connection, and a queue of jobs by urgency.

    It also looks every *poll_interval* seconds whether another process has committed, and tells the feed.
    *before_commit* brings along, in the same transaction, what depends on the tickets that a job has touched.

    Attributes:
        give_way: called before a job that no agent waits for; may wait some milliseconds.
    """

    def __init__(
        self,
        path: Path,
        feed: Feed,
        *,
        key: bytes | None,
        condition: Condition | None = None,
        poll_interval: float = 1.0,
        before_commit: Callable[[Transaction], None] | None = None,
    ) -> None:
        self.path = path
        self.feed = feed
        self.condition = condition or Condition(path, feed)
        self._before_commit = before_commit
        self.give_way: Callable[[], None] | None = None
        self._db = driver.connect(path, key=key, writer=True)
        self._journal = Journal(path, key)
        self._has_begun = False
        self._poll_interval = poll_interval
        self._names = Names(self._db)
        self._seen_version = driver.pragma_number(self._db, "data_version")
        self._queue: queue.PriorityQueue[tuple[int, int, _Job[Any] | None]] = queue.PriorityQueue()
        self._numbers = count()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, urgency: Urgency, work: Callable[[Transaction], T], initiator: str) -> Future[T]:
        """Run *work* in a transaction of its own; the future resolves after the commit, or holds a StoreError."""
        job = _Job(urgency, work, initiator)
        with self._closing:
            if self._closed:
                job.refuse()
            else:
                self._queue.put((urgency, next(self._numbers), job))
        return job.future

    def close(self) -> None:
        """Write everything that was submitted, then stop. Idempotent."""
        with self._closing:
            first = not self._closed
            self._closed = True
            if first:
                self._queue.put((max(Urgency) + 1, next(self._numbers), None))
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def commit(
        self, work: Callable[[Transaction], T], initiator: str, *, durable: bool, copied: bool = True
    ) -> tuple[T, Change | None]:
        """Run *work* between BEGIN IMMEDIATE and COMMIT (the writer's thread only); rolls back when it raises.

        *durable*: it is on the disk when this returns; *copied*: its copy in the journal, too.
        """
        if not self._has_begun:
            self._begin()
        db = self._db
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.execute("BEGIN IMMEDIATE")
        try:
            self._notice_others()
            self._journal.tidy(db)
            transaction = Transaction(db, self._names)
            result = work(transaction)
            if self._before_commit is not None:
                self._before_commit(transaction)
            batch = self._journal.note(db)
            db.execute("COMMIT")
        except BaseException as error:
            self._names.forget()
            if isinstance(error, driver.Error) and db.in_transaction:
                self._journal.keep_words(db)
            # a full disk or an I/O error may have rolled back already
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        if batch is not None:
            # whoever waits hears of it once it is in two places
            self._journal.keep(batch, durable=durable and copied)
        return result, _change(transaction, initiator)

    def _begin(self) -> None:
        """Bring store and journal in step, before anything is written to either."""
        self._has_begun = True
        try:
            self._journal.watch(self._db)
            reading = self._journal.read()
            if self._journal.is_in_step(self._db, reading):
                return

            def work(tx: Transaction) -> None:
                self._journal.begin(tx, reading)

            _, change = self.commit(work, "journal", durable=True)
        except BaseException:
            self._has_begun = False
            raise
        else:
            if change is not None:
                self.feed.publish(change)

    def _run(self) -> None:
        look_at = time.monotonic() + self._poll_interval
        while True:
            wait = max(0.0, look_at - time.monotonic())
            try:
                entry = self._queue.get(timeout=wait)
                if self.give_way is not None and Urgency.AGENT < entry[0] <= max(Urgency):
                    self.give_way()
                    # what an agent did in the meantime goes first
                    self._queue.put(entry)
                    entry = self._queue.get()
                job = entry[2]
            except queue.Empty:
                job = None
            else:
                if job is None:
                    break
                del entry
                job.run(self)
                job = None  # its result must not live until the next job comes
            if time.monotonic() >= look_at:
                self._look()
                look_at = time.monotonic() + self._poll_interval
        self._journal.close()
        try:
            self._db.close()
        except driver.Error:
            _log.warning("the database did not close cleanly")

    def _look(self) -> None:
        try:
            if not self._has_begun:
                self._begin()
            self._notice_others()
        except driver.Error as error:
            _log.warning("could not look for other processes: %s", translate(error, self.path).title)

    def _notice_others(self) -> None:
        """Tell the feed when another connection has committed since the last look."""
        version = driver.pragma_number(self._db, "data_version")
        if version != self._seen_version:
            self._seen_version = version
            self._names.forget()
            self.feed.publish(Change(everything=True, initiator="other process"))


class NoWriter(Writer):
    """Stands where nothing can be written: every change is refused, and says so."""

    def __init__(self, path: Path, feed: Feed, condition: Condition) -> None:
        self.path = path
        self.feed = feed
        self.condition = condition

    def submit(self, urgency: Urgency, work: Callable[[Transaction], T], initiator: str) -> Future[T]:
        """Refuse *work* with ReadOnlyDisk."""
        job = _Job(urgency, work, initiator)
        job.future.set_exception(ReadOnlyDisk())
        return job.future

    def close(self) -> None:
        """Nothing is open."""


def _change(transaction: Transaction, initiator: str) -> Change | None:
    everything = transaction.everything or len(transaction.tickets) > _NAMED_AT_MOST
    if not (everything or transaction.topics or transaction.tickets):
        return None
    topics = set(transaction.topics)
    if transaction.tickets:
        topics.add("tickets")
    return Change(
        tickets=frozenset() if everything else frozenset(transaction.tickets),
        topics=frozenset(topics),
        initiator=initiator,
        everything=everything,
    )
