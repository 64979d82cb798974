"""What is kept here and what is taken along, on stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from agentconsole.domain.cache_scope import CacheCovers, CacheScope, CacheUse, ScopeEffect, SweepReport
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.trips import TripChoice, TripPhase, TripPlan, TripProblem, TripStatus
from agentconsole.domain.values import TicketId

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace


class StagedCache:
    """A scope that is remembered; its effects are made up."""

    def __init__(self, workspace: StagedWorkspace) -> None:
        self._workspace = workspace
        self.chosen = CacheScope()
        self.left_out = 0
        self.most = 2 * 1024**3
        self.swept = 0

    def scope(self) -> CacheScope:
        return self.chosen

    def leaves_out(self) -> bool:
        return self.left_out > 0

    async def effect(self, scope: CacheScope) -> ScopeEffect:
        if scope.is_everything:
            return ScopeEffect(fetched=self.left_out)
        share = 1 - min((scope.days or 365) / 365, 1.0)
        return ScopeEffect(go=int(18_400 * share), bytes=int(96_000_000 * share), protected=23)

    async def choose(self, scope: CacheScope) -> None:
        self.chosen = scope
        self.left_out = 0 if scope.is_everything else 14_210
        self._workspace.publish(Change(topics=frozenset({"cache"}), initiator="agent"))

    async def covers(self) -> CacheCovers:
        days = self.chosen.days
        return CacheCovers(
            tickets=6_204,
            left_out=self.left_out,
            done_since=self._workspace.now() - days * DAY if days and self.left_out else None,
        )

    async def use(self) -> CacheUse:
        return CacheUse(database=214_000_000, free=8_000_000, attachments=84_000_000, files=61)

    async def sweep(self, got_on: Callable[[int], object] | None = None) -> SweepReport:
        self.swept += 1
        return SweepReport(tickets=12_190, comments=48_000, freed=91_000_000)

    def most_attachments(self) -> int:
        return self.most

    async def limit_attachments(self, most: int) -> int:
        self.most = most
        return 3


class StagedTrips:
    """A trip that gets on as a test says."""

    def __init__(self, workspace: StagedWorkspace) -> None:
        self._workspace = workspace
        self.now: TripStatus | None = None
        self.told: tuple[TripProblem, ...] = ()
        self.members: set[TicketId] = set()
        self.asked: list[TripChoice] = []
        self.retried: list[bool] = []

    def lasts(self) -> bool:
        return self.now is not None

    def views(self) -> tuple[str, ...]:
        return () if self.now is None else self.now.choice.views

    def taken(self, tickets: Iterable[TicketId]) -> frozenset[TicketId]:
        return frozenset(tickets) & self.members

    async def plan(self, choice: TripChoice) -> TripPlan:
        self.asked.append(choice)
        count = 0
        for view in choice.views:
            count += len(await self._workspace.queue.all_ids(QueueQuery(view=view)))
        count += 7 * len(choice.searches)
        large = 2 if choice.most_file and count else 0
        return TripPlan(
            tickets=count,
            conversations=count // 3,
            conversation_bytes=count // 3 * 9_000,
            files=count * 2,
            missing_files=count * 2 - large,
            missing_bytes=count * 1_400_000,
            here_bytes=2_400_000,
            large_files=large,
            large_bytes=large * 71_000_000,
            seconds=count * 3.4,
            elsewhere=self._workspace.cache.left_out,
        )

    async def start(self, choice: TripChoice, ends_at: Instant | None = None) -> None:
        plan = await self.plan(choice)
        self.get_on(
            TripStatus(
                id=1,
                choice=choice,
                phase=TripPhase.FETCHING,
                begun_at=self._workspace.now(),
                ends_at=ends_at,
                tickets=plan.tickets,
                files=plan.files,
                bytes=plan.missing_bytes,
                seconds=plan.seconds,
            )
        )

    def get_on(self, status: TripStatus | None) -> None:
        """Let the trip stand as *status* says, and tell."""
        turns = (self.now is None) != (status is None)
        self.now = status
        topics = frozenset({"trip", "cache"} if turns else {"trip"})
        self._workspace.publish(Change(topics=topics, everything=turns, initiator="agent" if turns else "trip"))

    async def status(self) -> TripStatus | None:
        return self.now

    async def problems(self) -> tuple[TripProblem, ...]:
        return self.told

    async def pause(self, *, paused: bool) -> None:
        assert self.now is not None
        phase = TripPhase.PAUSED if paused else TripPhase.FETCHING
        self.get_on(msgspec.structs.replace(self.now, phase=phase))

    async def retry(self, *, large: bool = False) -> int:
        self.retried.append(large)
        return len(self.told)

    async def set_end(self, ends_at: Instant | None) -> None:
        assert self.now is not None
        self.get_on(msgspec.structs.replace(self.now, ends_at=ends_at))

    async def end(self) -> None:
        self.get_on(None)

    async def fetch(self) -> None:
        """Nothing is fetched on a stage."""
