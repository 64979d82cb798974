"""Follow tickets by the time of their change, oldest first, where a desk has no cursor of its own.

A page of the list is asked for from a time on, never by its number: a ticket that changes while the list is walked
moves to the end, and every page behind it would be one short. Only where more tickets than a page holds changed in the
same second (a bulk edit) is there a second page; then the second is walked again until nothing new is found in it.

What is kept between pulls is the newest change seen. A pull begins a little below it, since a change that took long
to be written may be listed late. What was read there already and has the same time of change is not read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from agentconsole.connectors.api import ConnectorError, Forbidden, Missing
from agentconsole.domain.instant import MINUTE, SECOND, Instant
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref

_log = logging.getLogger(__name__)

R = TypeVar("R")
D = TypeVar("D")

OVERLAP = MINUTE
"""How far below the newest known change a pull begins."""

INCLUSIVE = SECOND
"""Taken off every time that is asked for: no vendor says whether "since" takes the second itself in."""

UNDER_WAY = 5 * SECOND
"""How long a second is not trusted to be over: clocks differ, and answers are under way."""

AT_ONCE = 25
"""Tickets of which everything is read for one page: each costs a request, and a page is lost when it is cut off."""

SIDE_BY_SIDE = 4
DEEPEST_PAGE = 300
"""No list is asked for pages beyond."""


class Row(NamedTuple, Generic[R]):
    """A line of the list: whose, when changed, and the line itself."""

    ref: Ref
    changed_at: Instant
    row: R


class Walk(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a walk stands. ``known_to`` is the newest change seen, ``since`` from when the next page is asked for.

    At rest, ``since`` is None. ``found`` says that something new was met since the second at ``since`` was begun.
    ``pages`` counts the pages that brought anything: so no two of them leave the same cursor behind.
    """

    known_to: Instant = 0
    since: Instant | None = None
    page: int = 1
    found: bool = False
    pages: int = 0

    @property
    def begins(self) -> Instant:
        """From when the list is walked now."""
        return max(0, self.known_to - OVERLAP) if self.since is None else self.since

    def step(self, rows: Sequence[Row[R]], done: int | None, *, is_end: bool, new: bool) -> tuple[Walk, bool]:
        """Where to go on after a page, and whether there is more.

        *rows* were listed, oldest first; *is_end* says that the list ended with them. Of these the first *done* were
        dealt with (None: all). *new*: something was read.
        """
        since = self.begins
        pages = self.pages + new
        handled = rows if done is None else rows[:done]
        last = max((row.changed_at for row in handled), default=since)
        known_to = max(self.known_to, last) if handled else self.known_to
        found = self.found or new
        if done is not None and done < len(rows):
            reached = last if self.page == 1 and last > since else since
            return Walk(known_to=known_to, since=reached, page=self.page, found=found, pages=pages), True
        if (is_end or last > since) and self.page > 1 and found:
            # while its pages were walked, tickets may have moved from one to another
            return Walk(known_to=known_to, since=since, pages=pages), True
        if is_end:
            return Walk(known_to=known_to, pages=pages), False
        if last > since:
            return Walk(known_to=known_to, since=last, pages=pages), True
        if self.page >= DEEPEST_PAGE:
            return Walk(known_to=known_to, since=since + SECOND, pages=pages), True
        return Walk(known_to=known_to, since=since, page=self.page + 1, found=found, pages=pages), True


def read_walk(cursor: str | None) -> Walk:
    """The walk that *cursor* stands for; a new one for None, or for the cursor of another time."""
    if cursor is None:
        return Walk()
    try:
        return msgspec.json.decode(cursor, type=Walk)
    except msgspec.DecodeError:
        return Walk()


def write_walk(walk: Walk) -> str:
    """*walk* as a cursor."""
    return msgspec.json.encode(walk).decode()


class Read:
    """Which tickets need not be read again: what was given out with them is stored by now, or about to be.

    A page counts while the next one is asked for with its cursor. When an older cursor comes back, something was not
    stored, and all is read again.
    """

    def __init__(self) -> None:
        self._cursor: str | None = None
        self._seen: dict[Ref, tuple[Instant, bool]] = {}

    def go_on(self, cursor: str | None, walk: Walk) -> None:
        """The page after *cursor* is asked for."""
        if cursor is None or cursor != self._cursor:
            self._seen.clear()
            return
        floor = min(walk.known_to - OVERLAP, walk.begins) - INCLUSIVE
        # at rest, what was read in a second that was not over may have changed again under the same time
        is_new_walk = walk.since is None
        self._seen = {
            ref: (at, over) for ref, (at, over) in self._seen.items() if at >= floor and (over or not is_new_walk)
        }

    def has(self, row: Row[R]) -> bool:
        """Say whether *row* was read as it is."""
        seen = self._seen.get(row.ref)
        return seen is not None and seen[0] == row.changed_at

    def gave(self, cursor: str, rows: Iterable[Row[R]], over: Instant) -> None:
        """*rows* were given out with *cursor*; whatever changed before *over* can't change unseen."""
        self._cursor = cursor
        self._seen |= {row.ref: (row.changed_at, row.changed_at < over) for row in rows}


class Listed(NamedTuple, Generic[R]):
    """What a list gave for the walk that a cursor stands for, and whether it ended with it."""

    cursor: str
    rows: list[Row[R]]
    is_end: bool


class Follower(Generic[R]):
    """Reads what changed, a page at a time, from any cursor that it gave out before.

    *listing* gives the page of a number of what changed since a time, at most *size* rows, oldest first; *read* reads
    everything of one; *clock* is the help desk's time. A list is asked for once for several pages of what it named.
    """

    def __init__(
        self,
        listing: Callable[[Instant, int], Awaitable[list[Row[R]]]],
        read: Callable[[Row[R]], Awaitable[Page]],
        size: int,
        clock: Callable[[], Instant],
    ) -> None:
        self._listing = listing
        self._read_whole = read
        self._size = size
        self._clock = clock
        self._read = Read()
        self._ahead: Listed[R] | None = None

    async def page(self, cursor: str | None) -> tuple[Page, list[Row[R]]]:
        """The page after *cursor*, and the rows of the list that it deals with."""
        walk = read_walk(cursor)
        self._read.go_on(cursor, walk)
        if self._ahead is not None and self._ahead.cursor == cursor:
            rows, is_end = self._ahead.rows, self._ahead.is_end
            # when these can't be read, the list is asked for anew: it may not name what is in the way any more
            self._ahead = None
        else:
            rows = await self._listing(max(0, walk.begins - INCLUSIVE), walk.page)
            is_end = len(rows) < self._size
        unread = [row for row in rows if not self._read.has(row)]
        pages, count = await read_in_order(unread[:AT_ONCE], self._read_whole)
        done = rows.index(unread[count]) if count < len(unread) else None
        walk, more = walk.step(rows, done, is_end=is_end, new=bool(count))
        written = write_walk(walk)
        self._read.gave(written, unread[:count], self._clock() - UNDER_WAY)
        self._ahead = None if done is None else Listed(written, rows[done:], is_end)
        return msgspec.structs.replace(together(pages), cursor=written, more=more), unread[:count]


async def read_in_order(rows: Sequence[Row[R]], read: Callable[[Row[R]], Awaitable[D]]) -> tuple[list[D], int]:
    """Read everything of *rows*, some side by side; returns what was read, and how many rows that were.

    A ticket that is gone by now brings nothing, nor does one that was moved to where this agent may not look; when they
    may look at none of several, that is told. Where the help desk stops us in between (its limits, the connection),
    what was read before counts: a page of which nothing is kept could fail for ever.
    """
    found: list[D] = []
    done = 0
    forbidden: list[Forbidden] = []
    for start in range(0, len(rows), SIDE_BY_SIDE):
        part = rows[start : start + SIDE_BY_SIDE]
        results = await asyncio.gather(*map(read, part), return_exceptions=True)
        for result in results:
            if isinstance(result, Missing):
                done += 1
            elif isinstance(result, Forbidden):
                done += 1
                forbidden.append(result)
            elif isinstance(result, ConnectorError):
                if done == 0:
                    raise result
                return _without(forbidden, found), done
            elif isinstance(result, BaseException):
                raise result
            else:
                done += 1
                found.append(result)
    return _without(forbidden, found), done


def _without(forbidden: Sequence[Forbidden], found: list[D]) -> list[D]:
    """*found*, beside which some was *forbidden*; Forbidden when that is all of several."""
    if len(forbidden) > 1 and not found:
        raise forbidden[0]
    if forbidden:
        _log.warning("%d listed tickets may not be read and were left out", len(forbidden))
    return found


def together(pages: list[Page]) -> Page:
    """Several pages as one; each person and organization once."""
    return Page(
        people=tuple({row.ref: row for page in pages for row in page.people}.values()),
        organizations=tuple({row.ref: row for page in pages for row in page.organizations}.values()),
        tickets=tuple(row for page in pages for row in page.tickets),
        comments=tuple(row for page in pages for row in page.comments),
        whole_comments_of=tuple(ref for page in pages for ref in page.whole_comments_of),
    )
