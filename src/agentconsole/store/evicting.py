"""Makes room: takes out of the store what the chosen scope leaves at the help desk, and gives the room to the disk.

Nothing that is unsent ever goes. A ticket is let go only when, in the very transaction that removes it, it has nothing
in the outbox (so no file of it waits), no draft and no version of one, is nothing that a merge goes into, is not taken
along on a trip, was not open lately, and is known to the help desk. What goes is noted in ``left_out``, so that the
help desk need not be asked what is missing here.

Each transaction is a few milliseconds long: the writer takes an agent's change between any two of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

import msgspec

from agentconsole.domain.cache_scope import CacheScope, Cut, SweepReport
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.values import TicketId
from agentconsole.store import driver
from agentconsole.store.admitting import SQUEEZED, stored_cut, stored_scope
from agentconsole.store.conversing import remove_comments, span
from agentconsole.store.facts import put_fact
from agentconsole.store.keys import DOCUMENT_BITS, DONE, HIDDEN
from agentconsole.store.projecting import unindex
from agentconsole.store.reading import Readers
from agentconsole.store.writer import Transaction, Urgency, Writer

OPEN_FOR = DAY
"""A ticket that somebody had open within this time stays: another process may still show it."""

DIES_WITH_TICKET = (
    "ticket_record",
    "ticket_tag",
    "target",
    "status_history",
    "sla_event",
    "to_reckon",
    "dismissal",
    "demand_tick",
    "opened",
)
"""Tables of what the help desk or a pack can tell again, or that is about nothing once the ticket is gone."""

KEEPS_TICKET = ("outbox", "draft", "draft_version", "trip_ticket", "trip_file")
"""Tables of which a row keeps its ticket here. Of the outbox also what was sent or withdrawn: it is still told of for a
while, a discarded change can be put back, and the store removes both by itself."""

ON_RECORD = ("conduct_record", "privacy_request", "profile_change")
"""Tags of tickets that bear what agents put on record about a customer: packs look it up in the store."""

_AT_A_TIME = 1000
"""Rows that are read at once: in between, other threads go on."""

_MOST_WORK = 0.012
"""Seconds that one transaction should take at most; the number of tickets in it follows."""

_PAGES_AT_A_TIME = 100
_MERGE_AT_A_TIME = 40
_TOLD_EVERY = 2.0
"""Seconds between what the change feed hears: each time, every list is read anew."""


class _Free(NamedTuple):
    """How many bytes of the file are used, and how many lie idle."""

    used: int
    idle: int


def may_go(now: Instant) -> tuple[str, tuple[int, ...]]:
    """Return the condition over ``ticket t`` that nothing here needs it, with its parameters."""
    kept = " ".join(f"AND NOT EXISTS (SELECT 1 FROM {table} WHERE ticket = t.id)" for table in KEEPS_TICKET)
    tags = ", ".join(f"'{tag}'" for tag in ON_RECORD)
    return (
        "t.ref IS NOT NULL AND t.moved_to IS NULL AND t.waiting = 0 AND t.draft = 0 "
        # the highest number must not be given to another ticket: a window may still name this one by it
        "AND t.id < (SELECT max(id) FROM ticket) "
        "AND EXISTS (SELECT 1 FROM ticket_record WHERE ticket = t.id) "
        f"{kept} "
        "AND NOT EXISTS (SELECT 1 FROM opened WHERE ticket = t.id AND at > ?) "
        "AND NOT EXISTS (SELECT 1 FROM ticket m WHERE m.moved_to = t.id) "
        f"AND NOT EXISTS (SELECT 1 FROM ticket_tag WHERE ticket = t.id AND tag IN ({tags}))"
    ), (now - OPEN_FOR,)


def merged_into(db: driver.Connection) -> frozenset[TicketId]:
    """Return the tickets that merges in the outbox go into; they may not go either."""
    found = db.execute("SELECT json_extract(CAST(command AS TEXT), '$.into') FROM outbox WHERE kind = 'merge'")
    return frozenset(int(row[0]) for row in found if row[0] is not None)


def outside(cut: Cut) -> tuple[str, tuple[str | int, ...]]:
    """Return the condition over ``ticket t`` that *cut* does not keep it (see ``Cut.keeps``), with its parameters."""
    old = f"(t.place = {DONE} AND t.updated_at < ?)"
    values: tuple[str | int, ...] = (cut.before,)
    if cut.groups is None:
        # a deleted ticket shows nothing, and goes with those of its age
        return f"({old} OR (t.place = {HIDDEN} AND t.deleted AND t.updated_at < ?))", (*values, cut.before)
    groups = msgspec.json.encode(sorted(cut.groups)).decode()
    mine = "" if cut.me is None else " AND coalesce(t.assignee, '') <> ?"
    other = (
        f"(t.place <> {HIDDEN} AND t.group_ref IS NOT NULL "
        f"AND t.group_ref NOT IN (SELECT value FROM json_each(?)){mine})"
    )
    values = (*values, groups, *(() if cut.me is None else (cut.me,)))
    return f"({old} OR {other} OR (t.place = {HIDDEN} AND t.deleted AND t.updated_at < ?))", (*values, cut.before)


class Evicting:
    """Sweeps. All methods block and are for a thread of their own."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock

    def sweep(
        self,
        kept: Collection[TicketId] = (),
        *,
        stopped: Callable[[], bool] = lambda: False,
        got_on: Callable[[int], object] = lambda _tickets: None,
    ) -> SweepReport:
        """Remove what the stored scope does not keep, and give the room back; *kept* stay, whatever it says.

        *got_on* hears how many tickets have gone. Ends early once *stopped* says so. Raises StoreError.
        """
        with self._readers.read() as db:
            scope = stored_scope(db)
            cut = stored_cut(db, scope, self._clock())
        sweeping = _Sweep(self, frozenset(kept), stopped, got_on)
        if not scope.is_everything:
            sweeping.remove(*outside(cut))
        over = self._squeeze(scope, cut, sweeping) if scope.most_bytes else 0
        sweeping.give_back()
        return SweepReport(
            tickets=sweeping.tickets,
            comments=sweeping.comments,
            freed=sweeping.freed,
            over=over,
            stopped=stopped(),
        )

    def outside(self, scope: CacheScope, kept: Collection[TicketId] = ()) -> tuple[list[TicketId], int]:
        """Return the tickets that *scope* (its limit aside) would remove, and how many outside of it would stay."""
        with self._readers.snapshot() as db:
            now = self._clock()
            condition, values = outside(stored_cut(db, scope, now))
            free, moment = may_go(now)
            spared = merged_into(db) | set(kept)
            going = [
                row[0]
                for row in db.execute(f"SELECT t.id FROM ticket t WHERE {condition} AND {free}", (*values, *moment))
            ]
            every = db.execute(f"SELECT count(*) FROM ticket t WHERE {condition}", values).fetchone()[0]
        gone = [ticket for ticket in going if ticket not in spared]
        return gone, every - len(gone)

    def space(self) -> _Free:
        """How the database's bytes are used."""
        with self._readers.read() as db:
            size = driver.pragma_number(db, "page_size")
            pages, idle = driver.pragma_number(db, "page_count"), driver.pragma_number(db, "freelist_count")
        return _Free((pages - idle) * size, idle * size)

    def _squeeze(self, scope: CacheScope, cut: Cut, sweeping: _Sweep) -> int:
        """Remove solved tickets, those first that changed longest ago, while it is too large; returns what is over."""
        over = self.space().used - scope.most_bytes
        if over <= 0 or sweeping.stopped():
            return max(0, over)
        reached = sweeping.remove(
            f"t.place = {DONE} AND t.updated_at >= ?",
            (cut.before,),
            enough=lambda: self.space().used <= scope.most_bytes,
        )
        if reached:

            def remember(tx: Transaction) -> None:
                put_fact(tx, SQUEEZED, str(reached + 1))

            self._writer.submit(Urgency.SYNC, remember, "cache").result()
        return max(0, self.space().used - scope.most_bytes)

    # what a sweep uses

    def candidates(self, condition: str, values: Sequence[str | int]) -> list[tuple[Instant, TicketId]]:
        """Return what meets *condition* and may go, as (last change, ticket), what changed longest ago first."""
        free, moment = may_go(self._clock())
        found: list[tuple[Instant, TicketId]] = []
        with self._readers.snapshot() as db:
            targets = merged_into(db)
            rows = db.execute(
                f"SELECT t.updated_at, t.id FROM ticket t WHERE {condition} AND {free}", (*values, *moment)
            )
            while piece := rows.fetchmany(_AT_A_TIME):
                found.extend((row[0], row[1]) for row in piece if row[1] not in targets)
        found.sort()
        return found

    def remove(self, tickets: Sequence[TicketId], tell: bool) -> tuple[int, int]:
        """Remove those of *tickets* that may still go, in one transaction; returns how many, and their comments."""

        def work(tx: Transaction) -> tuple[int, int]:
            removed = comments = 0
            free, moment = may_go(self._clock())
            targets = merged_into(tx.db)
            for ticket in tickets:
                if ticket in targets:
                    continue
                row = tx.db.execute(
                    "SELECT ref, updated_at, place, deleted, group_ref, assignee, comments, seen_at, subject "
                    f"FROM ticket t WHERE t.id = ? AND {free}",
                    (ticket, *moment),
                ).fetchone()
                if row is not None:
                    removed += 1
                    comments += _remove(tx.db, ticket, *row)
            tx.counted = True  # nothing is left that could have a target
            if tell:
                tx.everything = True
            return removed, comments

        return self._writer.submit(Urgency.SYNC, work, "cache").result()

    def tell(self) -> None:
        """Have every list read anew."""

        def work(tx: Transaction) -> None:
            tx.everything = True
            tx.counted = True

        self._writer.submit(Urgency.SYNC, work, "cache").result()

    def merge_words(self) -> bool:
        """Merge a little of the index of words, so that what was taken out of it takes no room; False: all is done."""

        def work(tx: Transaction) -> bool:
            before = _changes(tx.db)
            tx.db.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (_MERGE_AT_A_TIME,))
            return _changes(tx.db) - before >= 2

        return self._writer.submit(Urgency.SYNC, work, "cache").result()

    def begin_merging(self) -> None:
        """Have the next :meth:`merge_words` take in all parts of the index, however few they are."""

        def work(tx: Transaction) -> None:
            tx.db.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (-_MERGE_AT_A_TIME,))

        self._writer.submit(Urgency.SYNC, work, "cache").result()

    def shrink(self) -> bool:
        """Give some idle pages back to the disk; False when there are none, or when this file can't."""

        def work(tx: Transaction) -> bool:
            if driver.pragma_number(tx.db, "auto_vacuum") != 2:
                return False
            idle = driver.pragma_number(tx.db, "freelist_count")
            if idle:
                tx.db.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_A_TIME})").fetchall()
            return idle > _PAGES_AT_A_TIME

        return self._writer.submit(Urgency.SYNC, work, "cache").result()


class _Sweep:
    """One sweep: what it has removed so far, and whether it is to go on."""

    def __init__(
        self,
        evicting: Evicting,
        kept: frozenset[TicketId],
        stopped: Callable[[], bool],
        got_on: Callable[[int], object],
    ) -> None:
        self._evicting = evicting
        self._kept = kept
        self.stopped = stopped
        self._got_on = got_on
        self._size = 4
        self._told_at = time.monotonic()
        self.tickets = 0
        self.comments = 0
        self.freed = 0

    def remove(
        self, condition: str, values: Sequence[str | int], enough: Callable[[], bool] = lambda: False
    ) -> Instant:
        """Remove what meets *condition* until there is *enough*; returns the last change of the newest that went."""
        reached: Instant = 0
        for stamps in self._pieces(condition, values):
            began = time.monotonic()
            tell = began - self._told_at > _TOLD_EVERY
            gone, comments = self._evicting.remove([ticket for _, ticket in stamps], tell)
            took = time.monotonic() - began
            if tell:
                self._told_at = began
            self.tickets += gone
            self.comments += comments
            if gone:
                reached = max(reached, stamps[-1][0])
                self._got_on(self.tickets)
            self._size = max(1, self._size // 2) if took > _MOST_WORK else min(64, self._size + 2)
            if self.stopped() or enough():
                break
        return reached

    def give_back(self) -> None:
        """Tell the lists, and give the room of what went back to the disk."""
        if self.tickets:
            self._evicting.tell()
        before = self._evicting.space()
        if self.tickets and not self.stopped():
            self._evicting.begin_merging()
            while not self.stopped() and self._evicting.merge_words():
                pass
        while not self.stopped() and self._evicting.shrink():
            pass
        after = self._evicting.space()
        self.freed = max(0, before.used + before.idle - after.used - after.idle)

    def _pieces(self, condition: str, values: Sequence[str | int]) -> Iterator[list[tuple[Instant, TicketId]]]:
        going = [stamp for stamp in self._evicting.candidates(condition, values) if stamp[1] not in self._kept]
        start = 0
        while start < len(going):
            size = self._size
            yield going[start : start + size]
            start += size


def _remove(
    db: driver.Connection,
    ticket: TicketId,
    ref: str,
    updated_at: Instant,
    place: int,
    deleted: int,
    group: str | None,
    assignee: str | None,
    comments: int,
    seen_at: Instant,
    subject: str,
) -> int:
    """Remove one ticket and all that is about it; returns how many comments went."""
    numbers = [row[0] for row in db.execute("SELECT id FROM comment WHERE id BETWEEN ? AND ?", span(ticket))]
    remove_comments(db, ticket, numbers)
    if subject:
        unindex(db, [(ticket << DOCUMENT_BITS, subject)])
    for table in DIES_WITH_TICKET:
        db.execute(f"DELETE FROM {table} WHERE ticket = ?", (ticket,))
    db.execute("DELETE FROM ticket WHERE id = ?", (ticket,))
    if not deleted:
        db.execute(
            "INSERT INTO left_out (ref, updated_at, done, group_ref, assignee, comments, seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET updated_at = excluded.updated_at, "
            "done = excluded.done, group_ref = excluded.group_ref, assignee = excluded.assignee, "
            "comments = excluded.comments, seen_at = excluded.seen_at, wanted = 0, tries = 0, reason = ''",
            (ref, updated_at, int(place == DONE), group, assignee, comments, seen_at),
        )
    return len(numbers)


def _changes(db: driver.Connection) -> int:
    return int(db.execute("SELECT total_changes()").fetchone()[0])
