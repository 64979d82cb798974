"""Has the targets counted that no change of a ticket brings along: when rules change, and when time passes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, NamedTuple

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import Circumstances, History, Reckoner
from agentconsole.domain.values import Metric, TicketId
from agentconsole.store.clock_facts import TICKET, TicketRow, circumstances_of, ticket_history
from agentconsole.store.facts import put_fact
from agentconsole.store.keys import ACTIVE, UNSOLVED
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.target_keeping import TargetKeeping
from agentconsole.store.target_rows import targets_of
from agentconsole.store.writer import Transaction, Urgency, Writer

AT_ONCE: Final = 100
"""An agent's change waits for at most so many tickets."""

_RECKONED_BY: Final = "targets reckoned by"


class Recorded(NamedTuple):
    """``kind`` is "breach", "met", or "retarget": the target that took another one's place. Nothing of it changes."""

    metric: Metric
    cycle: int
    kind: str
    at: Instant
    source: str
    goal: str


class Reckoning:
    """Writes return futures; reads are for any thread."""

    def __init__(self, readers: Readers, writer: Writer, keeping: TargetKeeping, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._keeping = keeping
        self._clock = clock
        self._swept_until = 0

    def use(self, reckoner: Reckoner) -> Future[None]:
        """Count by *reckoner* from now on; if it may come to other results than the last one, everything anew."""

        def work(tx: Transaction) -> None:
            row = tx.db.execute("SELECT value FROM fact WHERE name = ?", (_RECKONED_BY,)).fetchone()
            if row is None or row[0] != reckoner.fingerprint:
                tx.db.execute(
                    f"INSERT OR IGNORE INTO to_reckon (ticket) SELECT id FROM ticket WHERE place = {UNSOLVED}"
                )
                put_fact(tx, _RECKONED_BY, reckoner.fingerprint)
            self._keeping.reckoner = reckoner

        return self._writer.submit(Urgency.SYNC, work, "sla")

    def catch_up(self) -> Future[int]:
        """Count up to 100 of the tickets that wait for it; returns how many those were."""

        def work(tx: Transaction) -> int:
            waiting = [
                row[0] for row in tx.db.execute("SELECT ticket FROM to_reckon ORDER BY ticket LIMIT ?", (AT_ONCE,))
            ]
            changed = self._keeping.reckon(tx.db, waiting)
            tx.db.executemany("DELETE FROM to_reckon WHERE ticket = ?", [(ticket,) for ticket in waiting])
            tx.counted = True
            if changed:
                tx.touch("sla", tickets=changed)
            return len(waiting)

        return self._writer.submit(Urgency.SYNC, work, "sla")

    def is_waiting(self) -> bool:
        """Whether any ticket waits to be counted."""
        with self._readers.read() as db:
            return db.execute("SELECT 1 FROM to_reckon LIMIT 1").fetchone() is not None

    def record_breaches(self) -> Future[int]:
        """Record the breaches that time has brought since the last call; returns how many are new.

        A target that waits to be counted anew may not be in force any more: counting it records what it breached.
        """
        since, now = self._swept_until, self._clock()

        def work(tx: Transaction) -> int:
            rows = tx.db.execute(
                "INSERT OR IGNORE INTO sla_event (ticket, metric, cycle, kind, at, source, goal) "
                "SELECT ticket, metric, cycle, 'breach', breach_at, source, goal FROM target "
                f"WHERE stage = {ACTIVE} AND breach_at >= ? AND breach_at < ? "
                "AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = target.ticket AND t.waiting > 0) "
                "AND ticket NOT IN (SELECT ticket FROM to_reckon) RETURNING ticket",
                (since, now),
            ).fetchall()
            self._swept_until = now
            return len(rows)

        return self._writer.submit(Urgency.SYNC, work, "sla")

    def facts(self, ticket: TicketId) -> tuple[Circumstances, History] | None:
        """What the clocks of *ticket* look at, unsent changes included; None for one that is not there."""
        with self._readers.snapshot() as db:
            row = db.execute(f"{TICKET}= ?", (standing_for(db, ticket),)).fetchone()
            if row is None:
                return None
            known = TicketRow(*row)
            return circumstances_of(db, known, {}), ticket_history(db, known)

    def targets(self, ticket: TicketId) -> list[TicketTarget]:
        """All targets that are kept of *ticket*; none are of a solved one."""
        with self._readers.read() as db:
            return targets_of(db, standing_for(db, ticket))

    def recorded(self, ticket: TicketId) -> list[Recorded]:
        """What was recorded of the targets of *ticket*, oldest first."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT metric, cycle, kind, at, source, goal FROM sla_event WHERE ticket = ? ORDER BY id",
                (standing_for(db, ticket),),
            ).fetchall()
        return [Recorded(Metric(row[0]), *row[1:]) for row in rows]
