"""The server's database: SQLite for one machine, PostgreSQL for a team.

All writers queue at one row, the clock. Whoever holds it may change anything and numbers each change; the numbers are
published by the commit that publishes the changes. Hence the order of ``seq`` is the order of commits, and a reader who
has seen everything up to a number will never find something older appear behind its back.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from agentconsole.server.failures import DatabaseUnusable
from agentconsole.server.instants import Now, epoch, from_epoch, to_text, utc_now
from agentconsole.server.schema import clock, presence_clock

FIRST_TICKET_ID = 1
FIRST_ID = 360_000_000_001
CHANNEL = "agentconsole_changes"
"""The PostgreSQL notification channel on which a commit tells the other processes."""


class WriteTransaction:
    """One writer's turn: a connection, the time, and the numbers to hand out.

    ``db`` is the connection. Everything written belongs to one transaction that commits when the block ends well.
    """

    def __init__(self, db: Connection, now: datetime, seq: int, next_ticket_id: int, next_id: int) -> None:
        self.db = db
        self.at = to_text(now)
        self.epoch = int(now.timestamp())
        self.is_presence_changed = False
        self._seq = seq
        self._next_ticket_id = next_ticket_id
        self._next_id = next_id
        self._first = (seq, next_ticket_id, next_id)

    @property
    def seq(self) -> int:
        """The number of the latest change."""
        return self._seq

    @property
    def has_changed_data(self) -> bool:
        return self._seq != self._first[0]

    def next_seq(self) -> int:
        """Number one change."""
        self._seq += 1
        return self._seq

    def new_id(self) -> int:
        """An id for anything but a ticket."""
        self._next_id += 1
        return self._next_id - 1

    def new_ticket_id(self) -> int:
        """Ticket ids are small and count up from 1."""
        self._next_ticket_id += 1
        return self._next_ticket_id - 1

    def reserve_above(self, *, ticket_id: int = 0, other_id: int = 0) -> None:
        """Never hand out ids up to and including these (rows were brought in with ids of their own)."""
        self._next_ticket_id = max(self._next_ticket_id, ticket_id + 1)
        self._next_id = max(self._next_id, other_id + 1)

    def add(self, table: Table, **values: Any) -> int:
        """Insert one row of a tracked table, filling id, times, seq and version; returns the id."""
        row = {"id": values.pop("id", None) or self.new_id(), "seq": self.next_seq(), "version": 1, **values}
        row.setdefault("created_at", self.at)
        if "updated_at" in table.c:
            row.setdefault("updated_at", row["created_at"])
        self.db.execute(insert(table).values(row))
        return int(row["id"])

    def change(self, table: Table, row_id: int, **values: Any) -> None:
        """Update one row of a tracked table, numbering the change.

        Its ``updated_at`` always moves on, by a second at least: safe updates tell changes apart by it, so no two
        changes of a row may share one. After a burst of changes it is a few seconds ahead of the clock. What has to be
        the true time (comments, audits, exports, service levels) does not go by it.
        """
        if "updated_at" not in values:
            before: str | None = self.db.scalar(select(table.c.updated_at).where(table.c.id == row_id))
            values["updated_at"] = self.at if before is None else max(self.at, from_epoch(epoch(before) + 1))
        self.db.execute(
            update(table).where(table.c.id == row_id).values(seq=self.next_seq(), version=table.c.version + 1, **values)
        )

    def counters(self) -> Mapping[str, int] | None:
        """What the clock row must become, or None when no number was taken."""
        if (self._seq, self._next_ticket_id, self._next_id) == self._first:
            return None
        return {"seq": self._seq, "next_ticket_id": self._next_ticket_id, "next_id": self._next_id}


class Database:
    """An engine plus the rules of writing.

    *url* is ``sqlite:///FILE`` or ``postgresql://…``; raises `DatabaseUnusable` for anything else. Listeners given to
    `on_commit` are called, in the thread that wrote, after each commit that changed something.
    """

    def __init__(self, url: str, now: Now = utc_now) -> None:
        self.url = _checked(url)
        self._now = now
        self._listeners: list[Callable[[], None]] = []
        # SQLite lets one writer in and has the others poll; queueing here keeps them fair and quick. Writers of
        # other processes are waited for by the busy timeout.
        self._turn = threading.Lock()
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def now(self) -> datetime:
        """The server's time."""
        return self._now()

    def on_commit(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; whatever was written through it is rolled back."""
        with self.engine.connect() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        """Wait for the turn to write; commit at the end of the block, roll back on any exception."""
        with self._turn, self.engine.connect().execution_options(agentconsole_writes=True) as db, db.begin():
            row = db.execute(
                select(clock.c.seq, clock.c.next_ticket_id, clock.c.next_id).where(clock.c.id == 1).with_for_update()
            ).one()
            tx = WriteTransaction(db, self._now(), row.seq, row.next_ticket_id, row.next_id)
            yield tx
            counters = tx.counters()
            if counters is not None:
                db.execute(update(clock).where(clock.c.id == 1).values(counters))
            if tx.is_presence_changed:
                db.execute(update(presence_clock).values(revision=presence_clock.c.revision + 1))
            is_news = tx.has_changed_data or tx.is_presence_changed
            if is_news and not self.is_sqlite:
                db.execute(text(f"NOTIFY {CHANNEL}"))
        if is_news:
            for listener in self._listeners:
                listener()

    def revisions(self, db: Connection) -> tuple[int, int]:
        """Return (seq of the last committed change, revision of presence)."""
        row = db.execute(
            select(
                select(clock.c.seq).where(clock.c.id == 1).scalar_subquery(),
                select(presence_clock.c.revision).where(presence_clock.c.id == 1).scalar_subquery(),
            )
        ).one()
        return int(row[0]), int(row[1])

    def upgrade(self) -> None:
        """Bring the tables to this version's schema; safe when several processes start at once.

        Raises `SchemaTooNew` when a newer version has been at work here, `DatabaseUnusable` when it cannot be opened.
        """
        from agentconsole.server.migrating import upgrade  # imports Alembic, which a running server needs no more

        try:
            upgrade(self.engine)
        except DatabaseError as fault:
            raise DatabaseUnusable(str(fault.orig).strip()) from fault

    def close(self) -> None:
        self.engine.dispose()


def _checked(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseUnusable("the address is not a URL") from None
    kind = address.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise DatabaseUnusable(f"{kind} is not supported, only sqlite and postgresql are")
    if kind == "sqlite" and address.database in {None, "", ":memory:"}:
        raise DatabaseUnusable("it needs a file: sqlite:///PATH")
    return address


# Parameters are hidden, as what fails is logged and parameters are customers' data.
def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _sqlite_engine(url: URL) -> Engine:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=10, max_overflow=30, connect_args={"timeout": 30.0}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself: it would begin them as readers, and a reader that
        # later wants to write is refused outright ("database is locked") when somebody wrote in between.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        writes = db.get_execution_options().get("agentconsole_writes", False)
        db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
