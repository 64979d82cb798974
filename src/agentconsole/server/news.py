"""What is new, read once for all streams of a process: a team's worth of them must not each ask the database.

A reader follows the feed while anybody listens. After each commit it reads what changed, who has what open, and whether
anything about access did; the streams take from that what is after the number each has reached. Who is further behind
than is kept here reads for themselves (`changes_after`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.exc import SQLAlchemyError

from agentconsole.server.database import Database
from agentconsole.server.feed import Feed, Revisions
from agentconsole.server.instants import to_text
from agentconsole.server.schema import ID, SYNCED, access_tokens, comments, presence, revoked_tokens, users

MOST_AT_ONCE: Final = 2_000
"""Numbers of changes in one read; who is further behind gets them in several."""

KEPT: Final = 5_000
"""Changes that are kept for streams that are slow."""

_AGAIN_AFTER = 1.0
"""Seconds until a database that is away is asked again."""

Presence = dict[int, dict[str, Any]]
"""Tickets that somebody has open, by id, as they go out."""

Access = tuple[int, int, int]
"""Changes whenever somebody may not be let in any more."""

_log = logging.getLogger(__name__)


class Look(NamedTuple):
    """One look at the database: up to where it is complete, what is new since the last, and who may come in."""

    reached: int
    newest: int
    changes: list[tuple[int, bytes]]
    presence: Presence
    access: Access


class Reader:
    """Reads for all streams of one event loop.

    Attributes:
        newest: the number of the last change that is known.
        floor: what is kept begins after this number.
        presence: who has what open.
        access: see `Access`.
    """

    def __init__(self, database: Database, feed: Feed, look_every: float) -> None:
        self._database = database
        self._feed = feed
        self._look_every = look_every
        self._kept: deque[tuple[int, bytes]] = deque()
        self._followers: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None
        self._began = asyncio.Event()
        self._seen: Revisions | None = None
        self._looked_at = 0.0
        self.newest = self.floor = 0
        self.presence: Presence = {}
        self.access: Access = (0, 0, 0)

    @property
    def is_followed(self) -> bool:
        """Whether any stream listens."""
        return bool(self._followers)

    @contextlib.asynccontextmanager
    async def followed(self) -> AsyncIterator[asyncio.Event]:
        """Yield an event that is set whenever there is something to look at; clear it before looking."""
        follower = asyncio.Event()
        self._followers.add(follower)
        if self._task is None:
            self._task = asyncio.create_task(self._read_on())
        try:
            await self._began.wait()
            yield follower
        finally:
            self._followers.discard(follower)
            if not self._followers and self._task is not None:
                task, self._task = self._task, None
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def since(self, after: int) -> bytes:
        """Return the events of what is kept after number *after*, which is not below `floor`."""
        found = []
        for seq, event in reversed(self._kept):
            if seq <= after:
                break
            found.append(event)
        return b"".join(reversed(found))

    async def _read_on(self) -> None:
        with self._feed.listening() as waker:
            while not self._feed.is_closed:
                waker.clear()
                try:
                    look = await asyncio.to_thread(self._look)
                except SQLAlchemyError as fault:
                    # it restarts, or is busy: the streams stay, and hear of everything once it is back
                    _log.warning("news can't be read now: %s", type(fault).__name__)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(waker.wait(), _AGAIN_AFTER)
                    continue
                if look is not None:
                    self._take(look)
                    if look.reached < look.newest:
                        continue
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(waker.wait(), self._look_every)
        self._tell()

    def _look(self) -> Look | None:
        """Look at the database; None when nothing was committed since. What runs out by itself is looked at anyway."""
        with self._database.read() as db:
            revisions = self._database.revisions(db)
            newest, now = revisions[0], time.monotonic()
            if revisions == self._seen and newest <= self.newest and now - self._looked_at < self._look_every:
                # a commit of this process wakes us, and the database tells of it once more
                return None
            self._seen, self._looked_at = revisions, now
            if not self._began.is_set():
                return Look(newest, newest, [], presence_now(db, self._database), _access(db))
            reached, changes = changes_after(db, self.newest, newest)
            found = [(int(change["seq"]), event("change", change, change["seq"])) for change in changes]
            return Look(reached, newest, found, presence_now(db, self._database), _access(db))

    def _take(self, look: Look) -> None:
        if not self._began.is_set():
            self.floor = look.reached
        self._kept.extend(look.changes)
        while len(self._kept) > KEPT:
            self.floor = self._kept.popleft()[0]
        is_news = (look.reached, look.presence, look.access) != (self.newest, self.presence, self.access)
        self.newest, self.presence, self.access = look.reached, look.presence, look.access
        self._began.set()
        if is_news:
            self._tell()

    def _tell(self) -> None:
        self._began.set()
        for follower in self._followers:
            follower.set()


class News:
    """The readers of a process, one an event loop: there is one, but for tests."""

    def __init__(self, database: Database, feed: Feed, look_every: float) -> None:
        """*look_every*: seconds after which presence that has run out, and access, are looked at anyway."""
        self._database = database
        self._feed = feed
        self._look_every = look_every
        self._readers: dict[asyncio.AbstractEventLoop, Reader] = {}

    @property
    def is_closed(self) -> bool:
        """Whether all streams are to end."""
        return self._feed.is_closed

    @contextlib.asynccontextmanager
    async def followed(self) -> AsyncIterator[tuple[Reader, asyncio.Event]]:
        """Yield the reader of this loop, and an event that is set whenever it has something to look at."""
        loop = asyncio.get_running_loop()
        reader = self._readers.get(loop)
        if reader is None:
            reader = self._readers[loop] = Reader(self._database, self._feed, self._look_every)
        try:
            async with reader.followed() as follower:
                yield reader, follower
        finally:
            if not reader.is_followed:
                self._readers.pop(loop, None)


def event(name: str, data: dict[str, Any], number: int | None = None) -> bytes:
    """Return a server-sent event."""
    head = f"event: {name}\n" if number is None else f"event: {name}\nid: {number}\n"
    return head.encode() + b"data: " + msgspec.json.encode(data) + b"\n\n"


def changes_after(db: Connection, after: int, newest: int) -> tuple[int, list[dict[str, Any]]]:
    """What changed in (after, newest], oldest first, and up to where that is complete: so many numbers at once."""
    reached = min(newest, after + MOST_AT_ONCE)
    if reached <= after:
        return after, []
    found = []
    for row in db.execute(_CHANGES, {"after": after, "reached": reached}):
        change = {"seq": row.seq, "kind": row.kind, "id": row.id, "version": row.version}
        if row.ticket_id is not None:
            change["ticket_id"] = row.ticket_id
        found.append(change)
    return reached, found


def _changed(kind: str, table: Table) -> Select[Any]:
    """The changes of one *table* after one number, up to another."""
    ticket: ColumnElement[Any] = table.c.ticket_id if table is comments else table.c.id if kind == "ticket" else null()
    return select(
        table.c.seq, literal(kind).label("kind"), table.c.id, table.c.version, cast(ticket, ID).label("ticket_id")
    ).where(table.c.seq > bindparam("after"), table.c.seq <= bindparam("reached"))


# one question for all tables: seventeen took most of the time between a commit and the first stream's hearing of it
_CHANGES: Final = union_all(*(_changed(kind, table) for kind, table in SYNCED)).order_by("seq")


def presence_now(db: Connection, database: Database) -> Presence:
    """Tickets that somebody has open, by id."""
    rows = db.execute(
        select(presence.c.ticket_id, presence.c.user_id, presence.c.mode, presence.c.since, users.c.name)
        .join(users, users.c.id == presence.c.user_id)
        .where(presence.c.expires_at > to_text(database.now()))
        .order_by(presence.c.ticket_id, presence.c.since, presence.c.user_id)
    )
    found: Presence = {}
    for row in rows:
        entry = found.setdefault(row.ticket_id, {"ticket_id": row.ticket_id, "users": []})
        entry["users"].append({"id": row.user_id, "name": row.name, "mode": row.mode, "since": row.since})
    return found


def _access(db: Connection) -> Access:
    row = db.execute(
        select(
            select(func.count()).select_from(access_tokens).scalar_subquery(),
            select(func.count()).select_from(revoked_tokens).scalar_subquery(),
            select(func.max(users.c.seq)).scalar_subquery(),
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2] or 0)
