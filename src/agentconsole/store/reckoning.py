"""Has the targets counted that no change of a ticket brings along: when rules change, and when time passes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, NamedTuple

import msgspec

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

_LATE: Final = (
    f"FROM target g JOIN ticket t ON t.id = g.ticket WHERE g.stage = {ACTIVE} AND g.breach_at < ? AND t.waiting = 0 "
    "AND g.ticket NOT IN (SELECT ticket FROM to_reckon) "
    "AND NOT EXISTS (SELECT 1 FROM sla_event e WHERE e.ticket = g.ticket AND e.metric = g.metric "
    "AND e.cycle = g.cycle AND e.source = g.source AND e.goal = g.goal AND e.kind = 'breach')"
)
"""Active targets, late at an instant, whose breach is not on record. An unsent change may undo theirs."""


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
        """Record the breaches that time has brought; returns how many are new.

        A target that waits to be counted anew may not be in force any more: counting it records what it breached.
        """
        now = self._clock()
        with self._readers.read() as db:
            # looked for beside the writer: most of the time there is nothing for it to do
            found = db.execute(f"SELECT DISTINCT g.ticket {_LATE}", (now,)).fetchall()
        late = msgspec.json.encode([row[0] for row in found]).decode()

        def work(tx: Transaction) -> int:
            rows = tx.db.execute(
                "INSERT INTO sla_event (ticket, metric, cycle, kind, at, source, goal) "
                f"SELECT g.ticket, g.metric, g.cycle, 'breach', g.breach_at, g.source, g.goal {_LATE} "
                "AND g.ticket IN (SELECT value FROM json_each(?)) RETURNING ticket",
                (now, late),
            ).fetchall()
            return len(rows)

        if found:
            return self._writer.submit(Urgency.SYNC, work, "sla")
        nothing: Future[int] = Future()
        nothing.set_result(0)
        return nothing

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
