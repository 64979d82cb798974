"""Rows for tests of the models: everything believable, nothing random."""

from __future__ import annotations

from agentconsole.domain.instant import HOUR, MINUTE, Instant, from_iso
from agentconsole.domain.rows import QueueRow, TargetRow
from agentconsole.domain.values import Metric, Priority, Stage, Status

NOW: Instant = from_iso("2026-11-22T12:00:00Z")


def queue_row(
    ticket: int, *, breach_in: int | None = HOUR, stage: Stage | None = Stage.ACTIVE, **changes: object
) -> QueueRow:
    """Return a row of *ticket* whose target breaches *breach_in* microseconds after :data:`NOW`."""
    row = QueueRow(
        id=ticket,
        ref=str(1000 + ticket),
        subject=f"Printer {ticket} smokes",
        status=Status.OPEN,
        priority=Priority.HIGH,
        requester="Ana Ruiz",
        organization="Acme",
        tier="Platinum",
        group="Tier 1",
        assignee="Bo Lind",
        channel="email",
        created_at=NOW - 3 * HOUR,
        updated_at=NOW - 90 * MINUTE,
        stage=stage,
        breach_at=None if breach_in is None else NOW + breach_in,
        metric=Metric.FIRST_REPLY,
        unread=False,
        waiting=0,
        has_draft=False,
    )
    return row._replace(**changes)  # type: ignore[arg-type]


def target_row(ticket: int, breach_in: int | None, *, stage: Stage = Stage.ACTIVE, **changes: object) -> TargetRow:
    """Return a target of *ticket* that breaches *breach_in* microseconds after :data:`NOW`."""
    row = TargetRow(
        ticket=ticket,
        ref=str(1000 + ticket),
        subject=f"Printer {ticket} smokes",
        metric=Metric.FIRST_REPLY,
        stage=stage,
        breach_at=None if breach_in is None else NOW + breach_in,
        priority=Priority.HIGH,
        status=Status.OPEN,
        organization="Acme",
        tier="Platinum",
        group="Tier 1",
        assignee="Bo Lind",
    )
    return row._replace(**changes)  # type: ignore[arg-type]
