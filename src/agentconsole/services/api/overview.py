"""What is looked at across tickets: running targets, how they come about, and figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.digest import Absence, Digest
from agentconsole.domain.instant import Instant
from agentconsole.domain.ledger import Explanation
from agentconsole.domain.rows import TargetRow, TicketTarget
from agentconsole.domain.values import TicketId

if TYPE_CHECKING:
    from agentconsole.domain.reports import Choices, Report, Scope


class Countdown(Protocol):
    """Running SLA targets."""

    def running(self, limit: int = 2000) -> list[TargetRow]:
        """Active targets, the next breach first, then paused ones."""
        ...

    def breaching(self, since: Instant, limit: int = 1000) -> list[TargetRow]:
        """Active targets that breach at *since* or later, the next first."""
        ...

    def watched(self, now: Instant, limit: int = 1000) -> list[TargetRow]:
        """The latest breaches, what breaches next, and what is paused or endless: of each kind *limit* at most.

        However much is late, what can still be saved is among them.
        """
        ...

    async def tally(self, now: Instant, thresholds: Thresholds) -> dict[Light, int]:
        """How many targets are in each state at *now*."""
        ...

    async def strip(self, now: Instant, hours: int = 8, buckets: int = 32) -> list[int]:
        """How many targets breach in each of *buckets* equal spans of the next *hours*."""
        ...


class Away(Protocol):
    """Being away and coming back."""

    def leave(self, since: Instant) -> Absence:
        """What is known now, as what was known at *since*, when the store last agreed with the help desk."""
        ...

    async def digest(self, absence: Absence) -> Digest:
        """What happened since *absence*, by what the store holds now."""
        ...


class Sla(Protocol):
    """How targets come about that this console counts itself."""

    async def explain(self, ticket: TicketId) -> tuple[Explanation, ...]:
        """Every target of *ticket*, each with its ledger; empty for a ticket without any, or that is gone."""
        ...

    def business_left(self, row: TargetRow | TicketTarget, now: Instant) -> int | None:
        """Open time (microseconds) from *now* to when the active target *row* is due, negative once it is late.

        None where opening hours don't bind it, or are not known. No read of the store: it may be asked every second
        for each line on screen.
        """
        ...


class Reports(Protocol):
    """Ticket statistics and support activity of a range of days, from the local store."""

    async def report(self, scope: Scope, got_on: Callable[[float], object] | None = None) -> Report:
        """All figures of *scope*, of one moment; days to come are left out.

        *got_on* hears on the caller's loop how much is done (0 … 1). Cancelling it stops the work. Raises ValueError
        for days in the wrong order, or too many.
        """
        ...

    async def choices(self) -> Choices:
        """What a scope can be narrowed to."""
        ...
