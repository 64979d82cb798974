"""Running SLA targets: which breaches next, and how many are late."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import HOUR, Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.store.keys import (
    ACHIEVED,
    ACTIVE,
    METRICS,
    PAUSED,
    PRIORITIES,
    STAGES,
    STATUSES,
    UNSOLVED,
)
from agentconsole.store.reading import Readers
from agentconsole.store.target_rows import KNOWN, known

_KNOWN = ", ".join(f"g.{name}" for name in KNOWN.split(", "))
_SELECT = (
    "SELECT g.ticket, coalesce(t.ref, ''), t.subject, g.metric, g.stage, g.breach_at, t.priority, t.status, "
    f"t.organization_name, t.tier, t.group_name, t.assignee_name, {_KNOWN} "
    "FROM target g INDEXED BY target_clock CROSS JOIN ticket t ON t.id = g.ticket"
)
_IN_ORDER = "ORDER BY g.breach_at, g.ticket, g.metric"


class CountdownReads:
    """Reads the table ``target``, which holds the targets of unsolved tickets."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def running(self, limit: int = 2000) -> list[TargetRow]:
        """Active targets, the next breach first, then active ones whose breach is unknown, paused ones, and last those
        whose policy says that there is no explicit target.
        """
        parts = (
            f"WHERE g.stage = {ACTIVE} AND g.breach_at IS NOT NULL",
            f"WHERE g.stage = {ACTIVE} AND g.breach_at IS NULL AND g.goal <> '{NO_GOAL}'",
            f"WHERE g.stage = {PAUSED} AND g.goal <> '{NO_GOAL}'",
            f"WHERE g.stage IN ({ACTIVE}, {PAUSED}) AND g.breach_at IS NULL AND g.goal = '{NO_GOAL}'",
        )
        rows: list[tuple[Any, ...]] = []
        with self._readers.snapshot() as db:
            for part in parts:
                if len(rows) < limit:
                    rows += db.execute(
                        f"{_SELECT} {part} {_IN_ORDER} LIMIT ?",
                        (limit - len(rows),),
                    ).fetchall()
        return [_target(row) for row in rows]

    def breaching(self, since: Instant, limit: int) -> list[TargetRow]:
        """Active targets that breach at *since* or later, the next first."""
        with self._readers.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE g.stage = {ACTIVE} AND g.breach_at >= ? {_IN_ORDER} LIMIT ?", (since, limit)
            ).fetchall()
        return [_target(row) for row in rows]

    def watched(self, now: Instant, limit: int) -> list[TargetRow]:
        """What is worth watching at *now*, in the order of :meth:`running`: of each kind *limit* at most.

        The kinds are: the latest breaches, what breaches next, and what has no instant ahead of it for now.
        """
        late = f"WHERE g.stage = {ACTIVE} AND g.breach_at < ? ORDER BY g.breach_at DESC LIMIT ?"
        still = (
            f"WHERE g.stage = {ACTIVE} AND g.breach_at IS NULL AND g.goal <> '{NO_GOAL}'",
            f"WHERE g.stage = {PAUSED} AND g.goal <> '{NO_GOAL}'",
            f"WHERE g.stage IN ({ACTIVE}, {PAUSED}) AND g.breach_at IS NULL AND g.goal = '{NO_GOAL}'",
        )
        with self._readers.snapshot() as db:
            rows = db.execute(f"{_SELECT} {late}", (now, limit)).fetchall()[::-1]
            rows += db.execute(
                f"{_SELECT} WHERE g.stage = {ACTIVE} AND g.breach_at >= ? {_IN_ORDER} LIMIT ?", (now, limit)
            ).fetchall()
            for part in still:
                rows += db.execute(f"{_SELECT} {part} {_IN_ORDER} LIMIT ?", (limit,)).fetchall()
        return [_target(row) for row in rows]

    def tally(self, now: Instant, thresholds: Thresholds) -> dict[Light, int]:
        """How many targets of unsolved tickets are in each state at *now*; "no target" counts tickets without any."""
        due_now, due_soon = now + thresholds.due_now, now + max(thresholds.due_now, thresholds.due_soon)
        spans = (
            (Light.BREACHED, "< ?", (now,)),
            (Light.DUE_NOW, "BETWEEN ? AND ?", (now, due_now)),
            (Light.DUE_SOON, "BETWEEN ? AND ?", (due_now + 1, due_soon)),
            (Light.ON_TRACK, "> ?", (due_soon,)),
        )
        counted = "SELECT count(*) FROM target INDEXED BY target_clock WHERE stage = "
        with self._readers.snapshot() as db:
            tally = {
                light: int(db.execute(f"{counted} {ACTIVE} AND breach_at {span}", values).fetchone()[0])
                for light, span, values in spans
            }
            tally[Light.PAUSED] = db.execute(f"{counted} {PAUSED}").fetchone()[0]
            tally[Light.MET] = db.execute(f"{counted} {ACHIEVED}").fetchone()[0]
            endless = db.execute(f"{counted} {ACTIVE} AND breach_at IS NULL").fetchone()[0]
            without = db.execute(
                f"SELECT count(*) FROM ticket INDEXED BY ticket_by_sla WHERE place = {UNSOLVED} AND stage IS NULL"
            ).fetchone()[0]
            tally[Light.NO_TARGET] = endless + without
        return tally

    def strip(self, now: Instant, hours: int = 8, buckets: int = 32) -> list[int]:
        """How many active targets breach in each of *buckets* equal spans of the next *hours*."""
        counts = [0] * buckets
        length = hours * HOUR
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT (breach_at - ?1) * ?2 / ?3, count(*) FROM target INDEXED BY target_clock "
                f"WHERE stage = {ACTIVE} AND breach_at >= ?1 AND breach_at < ?1 + ?3 GROUP BY 1",
                (now, buckets, length),
            )
            for bucket, number in rows:
                counts[bucket] = number
        return counts


def _target(row: tuple[Any, ...]) -> TargetRow:
    return TargetRow._make(
        (
            *row[:3],
            METRICS[row[3]],
            STAGES[row[4]],
            row[5],
            PRIORITIES[row[6]],
            STATUSES[row[7]],
            *row[8:12],
            *known(row[12:]),
        )
    )
