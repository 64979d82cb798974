"""Keeps the targets that the console counts itself, in the same transaction as whatever they depend on.

The help desk's own targets are preferred, metric by metric. What is counted never rewrites history: a clock that was
fulfilled keeps the target it was fulfilled under, a breach is recorded once and stays, and a new target for a running
clock is recorded as such.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import OrganizationRecord
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import NO_GOAL, ComputedTarget, History, Reckoner
from agentconsole.domain.values import Metric, Ref, Stage, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.clock_facts import TICKET, TicketRow, circumstances_of, ticket_history
from agentconsole.store.columns import sla_columns
from agentconsole.store.keys import STATUSES, UNSOLVED
from agentconsole.store.projecting import decode_record
from agentconsole.store.target_rows import put_computed, shown, targets_of
from agentconsole.store.writer import Transaction

_log = logging.getLogger(__name__)

_CONCERNED = (
    f"(place = {UNSOLVED} OR EXISTS (SELECT 1 FROM target WHERE ticket = id AND source <> '') "
    "OR EXISTS (SELECT 1 FROM outbox WHERE ticket = id))"
)
"""Of a ticket that is unsolved no more: it still has targets here, or was worked on here. Then its own solving ended
the clocks before it was confirmed, and how they ended is to be recorded."""

_SOLVED = (Status.SOLVED, Status.CLOSED)


class TargetKeeping:
    """Counts targets whenever a ticket changes. Without a ``reckoner`` nobody can count: changes are noted.

    All of it runs in the writer's thread.
    """

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self.reckoner: Reckoner | None = None
        self._complained_of: Reckoner | None = None

    def bring_along(self, tx: Transaction) -> None:
        """Count the targets of every ticket that *tx* has touched, before it is committed."""
        if not tx.tickets or tx.counted:
            return
        if self.reckoner is not None:
            self.reckon(tx.db, tx.tickets)
            return
        wanted = (msgspec.json.encode(list(tx.tickets)).decode(),)
        tx.db.execute(
            "INSERT OR IGNORE INTO to_reckon (ticket) "
            f"SELECT id FROM ticket WHERE place = {UNSOLVED} AND id IN (SELECT value FROM json_each(?))",
            wanted,
        )
        self._settle_solved(tx.db, wanted)

    def _settle_solved(self, db: driver.Connection, wanted: tuple[str]) -> None:
        """Solved tickets have no running targets; what they breached before stays on record."""
        for ticket in db.execute(
            f"SELECT DISTINCT t.id FROM ticket t JOIN target g ON g.ticket = t.id WHERE t.place <> {UNSOLVED} "
            "AND g.source <> '' AND t.id IN (SELECT value FROM json_each(?))",
            wanted,
        ).fetchall():
            row = TicketRow(*db.execute(f"{TICKET}= ?", ticket).fetchone())
            self._close(db, row, [target for target in targets_of(db, row.id) if target.source])

    def reckon(self, db: driver.Connection, tickets: Collection[TicketId]) -> list[TicketId]:
        """Count the targets of *tickets*; returns those of which a target changed."""
        if self.reckoner is None:
            return []
        organizations: dict[Ref, OrganizationRecord | None] = {}
        changed = []
        wanted = (msgspec.json.encode(sorted(tickets)).decode(),)
        for values in db.execute(f"{TICKET} IN (SELECT value FROM json_each(?)) AND {_CONCERNED}", wanted).fetchall():
            row = TicketRow(*values)
            kept = targets_of(db, row.id)
            own = [target for target in kept if target.source]
            if row.place != UNSOLVED:
                if own:
                    self._close(db, row, own)
                    changed.append(row.id)
                elif not row.waiting:
                    self._record_end(db, row, organizations)
                continue
            theirs = [target for target in kept if not target.source]
            counted = list(self._counted(db, row, self.reckoner, {target.metric for target in theirs}, organizations))
            if self._keep(db, row, own, counted, theirs):
                changed.append(row.id)
        return changed

    def _counted(
        self,
        db: driver.Connection,
        row: TicketRow,
        reckoner: Reckoner,
        theirs: Collection[Metric],
        organizations: dict[Ref, OrganizationRecord | None],
    ) -> Iterator[ComputedTarget]:
        circumstances = circumstances_of(db, row, organizations)
        history: History | None = None
        try:
            if not reckoner.metrics(circumstances).issubset(theirs):
                history = ticket_history(db, row)
            counted: Sequence[ComputedTarget] = () if history is None else reckoner.reckon(circumstances, history)
        except driver.Error:
            raise
        except Exception:
            # the boundary to who counts: whatever goes wrong there, a ticket's change is committed
            if self._complained_of is not reckoner:
                _log.exception("the targets of a ticket could not be counted; the same of others is not told again")
                self._complained_of = reckoner
            return
        yield from (target for target in counted if target.metric not in theirs)

    def _keep(
        self,
        db: driver.Connection,
        row: TicketRow,
        own: list[TicketTarget],
        counted: list[ComputedTarget],
        theirs: list[TicketTarget],
    ) -> bool:
        """Bring what is kept of the ticket to what was *counted*; returns whether anything changed.

        What an unsent change would make late or met is no fact before the help desk has taken it.
        """
        now = self._clock()
        was_confirmed = row.waiting <= 1
        before = {target.metric: target for target in own}
        after: dict[Metric, TicketTarget] = {}
        is_changed = False
        for computed in counted:
            old, new = before.pop(computed.metric, None), shown(computed)
            if old is not None and _is_settled(old, new):
                after[computed.metric] = old
                continue
            after[computed.metric] = new
            if old != new:
                if old is not None and (old.cycle, old.source, old.goal) != (new.cycle, new.source, new.goal):
                    if was_confirmed:
                        _record_outcome(db, row.id, old, min(now, row.updated_at))
                    if old.cycle == new.cycle:
                        _record(db, row.id, new, "retarget", min(now, row.updated_at))
                put_computed(db, row.id, computed)
                is_changed = True
            if not row.waiting:
                _record_outcome(db, row.id, new, now)
        for metric, gone in before.items():
            if was_confirmed:
                _record_outcome(db, row.id, gone, min(now, row.updated_at))
            db.execute("DELETE FROM target WHERE ticket = ? AND metric = ? AND source <> ''", (row.id, str(metric)))
            is_changed = True
        columns = sla_columns([*theirs, *after.values()])
        if columns != (row.stage, row.breach_at, row.metric, row.sla_key):
            db.execute(
                "UPDATE ticket SET stage = ?, breach_at = ?, metric = ?, sla_key = ? WHERE id = ?", (*columns, row.id)
            )
            is_changed = True
        return is_changed

    def _record_end(
        self, db: driver.Connection, row: TicketRow, organizations: dict[Ref, OrganizationRecord | None]
    ) -> None:
        """Record how the clocks of a ticket ended that was solved here, now that the help desk has taken it."""
        record = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (row.id,)).fetchone()
        if self.reckoner is None or record is None:
            return
        theirs = {target.metric for target in decode_record(record[0]).targets or ()}
        for target in self._counted(db, row, self.reckoner, theirs, organizations):
            _record_outcome(db, row.id, shown(target), self._clock())

    def _close(self, db: driver.Connection, row: TicketRow, own: list[TicketTarget]) -> None:
        """Record how the clocks of a ticket that is unsolved no more have ended."""
        at = min(self._clock(), row.updated_at)
        for target in () if row.waiting else own:
            is_fulfilled = target.metric is Metric.RESOLUTION and STATUSES[row.status] in _SOLVED
            ended = msgspec.structs.replace(target, fulfilled_at=at) if is_fulfilled else target
            _record_outcome(db, row.id, ended, at)
        db.execute("DELETE FROM target WHERE ticket = ? AND source <> ''", (row.id,))


def _is_settled(old: TicketTarget, new: TicketTarget) -> bool:
    """Whether *old* is how its clock ended: what changes later is no business of it."""
    return (
        old.stage is Stage.ACHIEVED
        and new.stage is Stage.ACHIEVED
        and (old.cycle, old.fulfilled_at) == (new.cycle, new.fulfilled_at)
    )


def _record_outcome(db: driver.Connection, ticket: TicketId, target: TicketTarget, now: Instant) -> None:
    """Record that *target* was breached, if it was by *now*, or met; once for a metric, cycle and target.

    A target that was left for another one, or of a clock that nobody fulfilled, has no outcome but a breach.
    """
    if target.goal == NO_GOAL:
        return
    stood_still = target.paused_since if target.fulfilled_at is None else None
    ended = next((end for end in (target.fulfilled_at, stood_still) if end is not None), now)
    if target.breach_at is not None and min(ended, now) > target.breach_at:
        _record(db, ticket, target, "breach", target.breach_at)
    elif target.fulfilled_at is not None:
        _record(db, ticket, target, "met", target.fulfilled_at)


def _record(db: driver.Connection, ticket: TicketId, target: TicketTarget, kind: str, at: Instant) -> None:
    db.execute(
        "INSERT OR IGNORE INTO sla_event (ticket, metric, cycle, kind, at, source, goal) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (ticket, str(target.metric), target.cycle, kind, at, target.source, target.goal),
    )
