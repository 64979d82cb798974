"""Targets that the console counts itself, staged: rows of every kind, and ledgers that explain them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agentconsole.domain.instant import DAY, HOUR, MINUTE, Instant, from_datetime
from agentconsole.domain.ledger import Explanation, LedgerLine, LineKind
from agentconsole.domain.rows import TargetRow, TicketTarget
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Metric, Priority, Stage, Status, TicketId
from agentconsole.services import api

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace

PACK, PACK_TITLE = "staged", "Staged support"
ZONE = "America/New_York"
SCHEDULE = "Business hours"


def there(text: str) -> Instant:
    """Return the instant of the wall time *text* ("2026-11-19 16:10") in the zone of the staged schedule."""
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)))


def computed_targets(now: Instant) -> list[TargetRow]:
    """Return targets of a pack in each state that a help desk's own does not have."""

    def row(ticket: int, subject: str, metric: Metric, goal: str, **more: object) -> TargetRow:
        known = TargetRow(
            ticket=ticket,
            ref=str(48_000 + ticket),
            subject=subject,
            metric=metric,
            stage=Stage.ACTIVE,
            breach_at=None,
            priority=Priority.HIGH,
            status=Status.OPEN,
            organization="Lanternfish Outfitters",
            tier="Gold",
            group="Tier 1",
            assignee="Noor Haddad",
            source=PACK,
            goal=goal,
            started_at=now - 3 * HOUR,
        )
        return known._replace(**more)  # type: ignore[arg-type]

    bound = {"schedule": SCHEDULE, "zone": ZONE}
    return [
        row(
            501,
            "Payouts are on hold after the bank changed",
            Metric.FIRST_REPLY,
            "4 business hours",
            due_at=now + 100 * MINUTE,
            breach_at=now + 100 * MINUTE,
            **bound,
        ),
        row(
            502,
            "Every checkout fails for customers in Brazil",
            Metric.FIRST_REPLY,
            "1 hour",
            due_at=now + 9 * MINUTE,
            breach_at=now + 9 * MINUTE,
            tier="Platinum",
            priority=Priority.URGENT,
        ),
        row(
            503,
            "Two invoices for the same month",
            Metric.FIRST_REPLY,
            "next business day",
            due_at=there("2026-11-20 18:00"),
            breach_at=there("2026-11-23 09:00"),
            tier="Standard",
            assignee="Keiko Tanabe",
            group="Billing",
            **bound,
        ),
        row(
            504,
            "Which file do you need from us?",
            Metric.RESOLUTION,
            "2 business days",
            stage=Stage.PAUSED,
            status=Status.PENDING,
            paused_since=now - 3 * HOUR,
            paused_by=Status.PENDING,
            **bound,
        ),
        row(
            505,
            "Waiting for the payment provider's answer",
            Metric.RESOLUTION,
            "2 business days",
            stage=Stage.PAUSED,
            status=Status.HOLD,
            paused_since=now - 2 * DAY,
            paused_by=Status.HOLD,
            group="Integrations",
            **bound,
        ),
        row(
            506,
            "A darker theme for the storefront editor, please",
            Metric.FIRST_REPLY,
            NO_GOAL,
            tier="Standard",
            priority=Priority.LOW,
            assignee="",
        ),
    ]


def staged_ledger(now: Instant) -> tuple[Explanation, ...]:
    """Return the ledgers of a ticket with three targets: a pack's, a pack's without a goal, and the help desk's own."""
    first = Explanation(
        metric=Metric.FIRST_REPLY,
        stage=Stage.ACTIVE,
        source=PACK,
        source_title=PACK_TITLE,
        goal="12 business hours",
        rule="Gold: answered within 12 business hours",
        heading="Support Overview › Response Times",
        assumed="The document names no zone for these hours: those of the head office are taken.",
        because="Gold · high",
        schedule=SCHEDULE,
        hours="Mon–Fri 09:00–18:00",
        zone=ZONE,
        started_at=there("2026-11-18 16:10"),
        due_at=there("2026-11-20 13:40"),
        breach_at=there("2026-11-20 13:40"),
        budget=12 * HOUR,
        elapsed=110 * MINUTE + 7 * HOUR,
        lines=(
            LedgerLine(LineKind.START, there("2026-11-18 16:10"), words="Created by Ana Ferreira"),
            LedgerLine(
                LineKind.OPEN,
                there("2026-11-18 16:10"),
                there("2026-11-18 18:00"),
                counted=110 * MINUTE,
                total=110 * MINUTE,
            ),
            LedgerLine(
                LineKind.OPEN,
                there("2026-11-19 09:00"),
                there("2026-11-19 16:00"),
                counted=7 * HOUR,
                total=110 * MINUTE + 7 * HOUR,
            ),
            LedgerLine(
                LineKind.PAUSE,
                there("2026-11-19 16:00"),
                there("2026-11-20 10:30"),
                total=110 * MINUTE + 7 * HOUR,
                words="pending",
            ),
            LedgerLine(LineKind.CLOCKS, there("2026-11-20 02:00"), words="The clocks go back one hour"),
            LedgerLine(
                LineKind.CLOSED, there("2026-11-20 00:00"), there("2026-11-20 09:00"), words="Day of the staged founder"
            ),
            LedgerLine(LineKind.NOW, now, total=110 * MINUTE + 7 * HOUR),
            LedgerLine(
                LineKind.OPEN,
                there("2026-11-20 10:30"),
                there("2026-11-20 13:40"),
                counted=190 * MINUTE,
                total=12 * HOUR,
                planned=True,
            ),
            LedgerLine(LineKind.DUE, there("2026-11-20 13:40"), total=12 * HOUR, planned=True),
        ),
    )
    nothing = Explanation(
        metric=Metric.NEXT_REPLY,
        stage=Stage.ACTIVE,
        source=PACK,
        source_title=PACK_TITLE,
        goal=NO_GOAL,
        rule="Low / Feature requests, every plan: No explicit SLA",
        heading="Response times",
        because="Gold · high",
        started_at=now - 2 * HOUR,
        elapsed=2 * HOUR,
        lines=(LedgerLine(LineKind.START, now - 2 * HOUR, words="The requester wrote"),),
    )
    theirs = Explanation(
        metric=Metric.RESOLUTION,
        stage=Stage.ACTIVE,
        source="",
        source_title="Help desk",
        breach_at=now + 2 * DAY,
        lines=(LedgerLine(LineKind.BREACH, now + 2 * DAY, planned=True),),
        instead=first._replace(metric=Metric.RESOLUTION, goal="3 business days", breach_at=now + 3 * DAY, due_at=None),
    )
    return first, nothing, theirs


class StagedSla(api.Sla):
    """Ledgers that a test sets; open time is half of what the wall clock says."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self.explanations: tuple[Explanation, ...] | None = None
        self.asked: list[TicketId] = []

    async def explain(self, ticket: TicketId) -> tuple[Explanation, ...]:
        self.asked.append(ticket)
        return staged_ledger(self._stage.now()) if self.explanations is None else self.explanations

    def business_left(self, row: TargetRow | TicketTarget, now: Instant) -> int | None:
        end = row.due_at if row.due_at is not None else row.breach_at
        return (end - now) // 2 if row.schedule and end is not None else None
