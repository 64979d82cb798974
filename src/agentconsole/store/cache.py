"""What of the help desk is kept here: the chosen scope, how far it reaches, and what is to be fetched again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

import msgspec

from agentconsole.domain.cache_scope import CacheCovers, CacheScope, Cut
from agentconsole.domain.instant import HOUR, Instant
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.admitting import SCOPE, SQUEEZED, stored_cut, stored_scope
from agentconsole.store.evicting import Evicting
from agentconsole.store.facts import put_fact
from agentconsole.store.keys import DONE, UNSOLVED
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.writer import Transaction, Urgency, Writer

_ROWS_AT_A_TIME = 500
_WORTH_NOTING = HOUR
"""An opening is noted again only after so long: it would be a write for every look."""

_COMPLETE = (
    "(t.whole OR coalesce(t.comments >= (SELECT json_extract(CAST(record AS TEXT), '$.comment_count') "
    "FROM ticket_record WHERE ticket = t.id), 0))"
)
"""Whether all that was said in ``ticket t`` is here."""


class Cache:
    """Reads for any thread; writes are committed when their future resolves. ``evicting`` makes room."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock
        self.evicting = Evicting(readers, writer, clock)

    def scope(self) -> CacheScope:
        """What the agent chose; everything while nobody did."""
        with self._readers.read() as db:
            return stored_scope(db)

    def choose(self, scope: CacheScope) -> Future[None]:
        """Keep *scope* from now on. What it leaves out goes with the next sweep; see :meth:`want_again`."""

        def work(tx: Transaction) -> None:
            old = stored_scope(tx.db)
            put_fact(tx, SCOPE, msgspec.json.encode(scope).decode())
            if not scope.most_bytes or scope.most_bytes > old.most_bytes:
                put_fact(tx, SQUEEZED, None)  # there is room again for what went because of the size
            tx.touch("cache")

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def want_again(self, *, views_changed: bool = False) -> int:
        """Note what the stored scope keeps and what is not here as wanted; returns how much is. Blocks.

        *views_changed*: what a view holds can be asked only of what is here, so all that is unsolved is wanted.
        """
        with self._readers.read() as db:
            cut = stored_cut(db, stored_scope(db), self._clock())
        after: str | None = ""
        while after is not None:
            after = self._writer.submit(
                Urgency.SYNC, partial(_want, cut=cut, after=after, unsolved=views_changed), "cache"
            ).result()
        return self.wanted_count()

    def would_want(self, scope: CacheScope) -> int:
        """How many of the tickets that are left out *scope* would have fetched; walks all of them."""
        with self._readers.read() as db:
            cut = stored_cut(db, scope, self._clock())
            rows = db.execute("SELECT updated_at, done, group_ref, assignee FROM left_out")
            return sum(
                cut.keeps(done=bool(done), updated_at=at, group=group, assignee=assignee)
                for at, done, group, assignee in rows
            )

    def share_of(self, tickets: Sequence[TicketId]) -> float:
        """About which share of the database *tickets* and their comments take; sums over all of them."""
        wanted = (msgspec.json.encode(list(tickets)).decode(),)
        with self._readers.snapshot() as db:
            rows = "coalesce(sum(comments), 0) + count(*)"
            all_rows = db.execute(f"SELECT {rows} FROM ticket").fetchone()[0]
            going = db.execute(
                f"SELECT {rows} FROM ticket WHERE id IN (SELECT value FROM json_each(?))", wanted
            ).fetchone()[0]
        return float(going / all_rows) if all_rows else 0.0

    def covers(self) -> CacheCovers:
        """How far the cache reaches; counts, so not for every keystroke."""
        with self._readers.snapshot() as db:
            scope = stored_scope(db)
            cut = stored_cut(db, scope, self._clock())
            left, wanted, done = db.execute(
                "SELECT count(*), coalesce(sum(wanted), 0), coalesce(sum(done AND NOT wanted), 0) FROM left_out"
            ).fetchone()
            tickets = db.execute(
                f"SELECT (SELECT count(*) FROM ticket INDEXED BY ticket_by_sla WHERE place = {UNSOLVED}) + "
                f"(SELECT count(*) FROM ticket INDEXED BY ticket_done WHERE place = {DONE})"
            ).fetchone()[0]
            groups = None if scope.groups is None else _group_names(db, scope.groups)
        return CacheCovers(
            tickets=tickets,
            left_out=left,
            wanted=wanted,
            done_since=cut.before if cut.before and done else None,
            groups=groups,
        )

    def leaves_out(self) -> bool:
        """Whether anything of the help desk is not here; one look at an index."""
        with self._readers.read() as db:
            return db.execute("SELECT 1 FROM left_out LIMIT 1").fetchone() is not None

    def note_opened(self, ticket: TicketId) -> Future[None]:
        """Note that *ticket* is on a screen: no process removes it for a day."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "INSERT INTO opened (ticket, at) SELECT id, ?2 FROM ticket WHERE id = ?1 "
                "ON CONFLICT (ticket) DO UPDATE SET at = excluded.at WHERE at < excluded.at - ?3",
                (standing_for(tx.db, ticket), now, _WORTH_NOTING),
            )

        return self._writer.submit(Urgency.SYNC, work, "agent")

    # what is to be fetched again

    def wanted_count(self) -> int:
        """How many tickets are to be fetched whole again."""
        with self._readers.read() as db:
            return int(db.execute("SELECT count(*) FROM left_out WHERE wanted > 0").fetchone()[0])

    def wanted(self, most_tries: int, limit: int = 50) -> list[Ref]:
        """The next tickets to be fetched whole, those that failed least often and changed last first."""
        with self._readers.read() as db:
            return [
                row[0]
                for row in db.execute(
                    "SELECT ref FROM left_out WHERE wanted > 0 AND tries < ? ORDER BY tries, updated_at DESC LIMIT ?",
                    (most_tries, limit),
                )
            ]

    def settle_wanted(self) -> Future[int]:
        """Forget what was wanted and is here whole by now; returns how much that was."""

        def work(tx: Transaction) -> int:
            count = tx.db.execute(
                "DELETE FROM left_out WHERE wanted > 0 AND EXISTS "
                f"(SELECT 1 FROM ticket t WHERE t.ref = left_out.ref AND {_COMPLETE})"
            ).rowcount
            if count:
                tx.touch("cache")
            return int(count)

        return self._writer.submit(Urgency.SYNC, work, "cache")

    def not_fetched(self, ref: Ref, reason: str, most_tries: int, *, gone: bool = False) -> Future[None]:
        """Note that the wanted *ref* could not be had; after *most_tries* it stays at the help desk, and is told so.

        *gone*: the help desk does not know it any more.
        """

        def work(tx: Transaction) -> None:
            if gone:
                tx.db.execute("DELETE FROM left_out WHERE ref = ?", (ref,))
            else:
                tx.db.execute(
                    "UPDATE left_out SET tries = tries + 1, reason = ?1, wanted = tries + 1 < ?2 WHERE ref = ?3",
                    (reason, most_tries, ref),
                )
                # of one that is here in part, opening it asks for the rest
                tx.db.execute(
                    "DELETE FROM left_out WHERE ref = ?1 AND NOT wanted "
                    "AND EXISTS (SELECT 1 FROM ticket WHERE ref = ?1)",
                    (ref,),
                )
            tx.touch("cache")

        return self._writer.submit(Urgency.SYNC, work, "cache")


def _want(tx: Transaction, *, cut: Cut, after: str, unsolved: bool) -> str | None:
    """Mark what *cut* keeps of the next rows behind *after* as wanted; returns where to go on, None at the end."""
    rows = tx.db.execute(
        "SELECT ref, updated_at, done, group_ref, assignee, wanted FROM left_out WHERE ref > ? ORDER BY ref LIMIT ?",
        (after, _ROWS_AT_A_TIME),
    ).fetchall()
    changed = []
    for ref, updated_at, done, group, assignee, wanted in rows:
        kept = cut.keeps(done=bool(done), updated_at=updated_at, group=group, assignee=assignee)
        wants = kept or (unsolved and not done)
        if wants or wanted:
            changed.append((int(wants), ref))
    tx.db.executemany("UPDATE left_out SET wanted = ?, tries = 0, reason = '' WHERE ref = ?", changed)
    return rows[-1][0] if len(rows) == _ROWS_AT_A_TIME else None


def _group_names(db: driver.Connection, groups: tuple[Ref, ...]) -> tuple[str, ...]:
    names = dict(db.execute("SELECT ref, title FROM reference WHERE kind = 'group'").fetchall())
    return tuple(sorted(names.get(ref, ref) for ref in groups))
