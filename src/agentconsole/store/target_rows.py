"""Rows of the table ``target`` as values."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import ComputedTarget
from agentconsole.domain.values import Status, TicketId
from agentconsole.store import driver
from agentconsole.store.keys import METRICS, STAGE_CODE, STAGES

KNOWN = "source, goal, due_at, started_at, cycle, schedule, zone, paused_since, paused_by, fulfilled_at"
"""What is known of a target beside its stage and breach, in the order of the rows that are shown."""

_SELECT = f"SELECT metric, stage, breach_at, {KNOWN} FROM target WHERE ticket = ?"


def known(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values of :data:`KNOWN` as a row for the screen holds them."""
    return (*row[:8], None if row[8] is None else Status(row[8]), row[9])


def targets_of(db: driver.Connection, ticket: TicketId) -> list[TicketTarget]:
    """Return all targets that are kept of *ticket*."""
    return [_target(row) for row in db.execute(_SELECT, (ticket,))]


def computed_targets(db: driver.Connection, ticket: TicketId) -> list[TicketTarget]:
    """Return the targets of *ticket* that the console counts itself."""
    return [_target(row) for row in db.execute(f"{_SELECT} AND source <> ''", (ticket,))]


def _target(row: tuple[Any, ...]) -> TicketTarget:
    names = ("source", "goal", "due_at", "started_at", "cycle", "schedule", "zone")
    return TicketTarget(
        metric=METRICS[row[0]],
        stage=STAGES[row[1]],
        breach_at=row[2],
        **dict(zip((*names, "paused_since", "paused_by", "fulfilled_at"), known(row[3:]), strict=True)),
    )


def shown(target: ComputedTarget) -> TicketTarget:
    """Return a target that was just counted as the store would give it back."""
    return TicketTarget(**target._asdict())


def put_computed(db: driver.Connection, ticket: TicketId, target: ComputedTarget) -> None:
    """Keep *target* as what the console counts for its metric of *ticket*."""
    db.execute(
        f"INSERT OR REPLACE INTO target (ticket, metric, stage, breach_at, {KNOWN}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ticket,
            str(target.metric),
            STAGE_CODE[target.stage],
            target.breach_at,
            target.source,
            target.goal,
            target.due_at,
            target.started_at,
            target.cycle,
            target.schedule,
            target.zone,
            target.paused_since,
            None if target.paused_by is None else str(target.paused_by),
            target.fulfilled_at,
        ),
    )
