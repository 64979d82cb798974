"""Reports of the stage: the real figures, counted from the staged tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agentconsole.domain.cases import Case, CaseTarget, Names, Replies
from agentconsole.domain.figures import report
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.reports import Choice, Choices, Coverage, Report, Scope, days_between
from agentconsole.domain.rows import QueueRow
from agentconsole.domain.values import UNSOLVED, Metric, Stage
from agentconsole.services import api

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace


class StagedReports(api.Reports):
    """``asked`` collects the scopes; ``error`` is raised instead of an answer."""

    def __init__(self, workspace: StagedWorkspace) -> None:
        self._workspace = workspace
        self.asked: list[Scope] = []
        self.error: Exception | None = None

    async def report(self, scope: Scope, got_on: Callable[[float], object] | None = None) -> Report:
        self.asked.append(scope)
        if self.error is not None:
            raise self.error
        if got_on is not None:
            got_on(0.5)
        rows = [
            row
            for row in self._workspace.rows.values()
            if scope.group in (None, row.group) and scope.level in (None, row.tier)
        ]
        coverage = Coverage(
            begins=min((row.created_at for row in rows), default=None), tickets=len(rows), comments=4 * len(rows)
        )
        people = {row.assignee: row.assignee for row in rows if row.assignee}
        groups = {row.group: row.group for row in rows if row.group}
        replies = [Replies(name, 7 * number + 3, 5 * number + 2) for number, name in enumerate(sorted(people))]
        days = days_between(scope.first, scope.last)
        now = self._workspace.now()
        return report(scope, days, now, [_case(row) for row in rows], replies, Names(groups, people), coverage)

    async def choices(self) -> Choices:
        rows = self._workspace.rows.values()
        return Choices(
            groups=tuple(Choice(name, name) for name in sorted({row.group for row in rows if row.group})),
            levels=tuple(Choice(name, name.capitalize()) for name in sorted({row.tier for row in rows if row.tier})),
            organizations=tuple(
                Choice(name, name) for name in sorted({row.organization for row in rows if row.organization})
            ),
        )


def _case(row: QueueRow) -> Case:
    solved_at = None if row.status in UNSOLVED else row.updated_at
    replied_at = row.created_at + (row.id % 9 + 1) * 11 * MINUTE if row.id % 4 else None
    stage = Stage.ACTIVE if solved_at is None else Stage.ACHIEVED
    return Case(
        status=str(row.status),
        priority=str(row.priority or "none"),
        by_plan=False,
        level=row.tier,
        channel=row.channel,
        group=row.group or None,
        assignee=row.assignee or None,
        created_at=row.created_at,
        solved_at=solved_at,
        first_reply_at=replied_at,
        answered_at=replied_at,
        told=True,
        satisfaction=("good", "bad", "offered", None)[row.id % 4] if solved_at else None,
        targets=(CaseTarget(metric=Metric.RESOLUTION, stage=stage, breach_at=row.created_at + 30 * HOUR),),
    )
