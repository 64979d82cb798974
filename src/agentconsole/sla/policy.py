"""Which target a ticket has: rules by level, priority and group, and the opening hours that each counts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from agentconsole.domain.instant import Instant
from agentconsole.domain.service_levels import History
from agentconsole.domain.values import Metric, Priority, Stage
from agentconsole.sla.events import Pausing, Progress, progress_of
from agentconsole.sla.open_time import Deadline
from agentconsole.sla.schedule import Schedule
from agentconsole.sla.targets import NO_DEADLINE, Kind, Target

_ACTIVE, _PAUSED, _ACHIEVED = Stage
_NO_TARGET = Kind.NONE


class Rule(NamedTuple):
    """A target and whom it is for: no levels, priorities or groups means all of them.

    ``schedule`` is the policy's own name for opening hours. ``text`` is how the document says it, ``source`` where;
    ``assumed`` is what was read into it.
    """

    metric: Metric
    target: Target
    schedule: str = ""
    levels: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    groups: frozenset[str] = frozenset()
    text: str = ""
    source: str = ""
    assumed: str = ""

    def fits(self, subject: Subject) -> bool:
        """Whether it is for a ticket like *subject*; an unknown level or priority fits no rule that asks for one."""
        return (
            (not self.levels or subject.level in self.levels)
            and (not self.priorities or subject.priority in self.priorities)
            and (not self.groups or subject.group in self.groups)
        )


class Subject(NamedTuple):
    """What rules look at: ids of the customer's level and region, the ticket's priority, its group's name."""

    level: str = ""
    region: str = ""
    priority: Priority | None = None
    group: str = ""


class Hours(NamedTuple):
    """Opening hours with their name, and the names of their holidays."""

    id: str
    title: str
    schedule: Schedule
    holidays: Mapping[date, str] = {}


class Assigned(NamedTuple):
    """The rule that counts for a metric of a ticket, and its opening hours where it needs any."""

    rule: Rule
    hours: Hours | None


class Reckoned(NamedTuple):
    """Where a ticket stands on one metric. ``deadline`` is empty while a pause comes before it, or for no target."""

    progress: Progress
    assigned: Assigned
    stage: Stage
    deadline: Deadline

    @property
    def is_late(self) -> bool:
        """Whether it was fulfilled after its breach."""
        at, breach_at = self.progress.fulfilled_at, self.deadline.breach_at
        return at is not None and breach_at is not None and at > breach_at


class Policy:
    """The rules of one support organization, ready to be asked about many tickets.

    *hours_of* tells the opening hours that a rule's schedule means for a region's id ("" when it is not known), None
    where it can't be told. *levels* are titles by id. Answers are remembered: a policy is asked about few kinds of
    tickets, many times.
    """

    def __init__(
        self,
        *,
        name: str,
        title: str,
        rules: Sequence[Rule],
        pausing: Pausing,
        hours_of: Callable[[str, str], Hours | None],
        level_word: str = "tier",
        levels: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.rules = tuple(rules)
        self.pausing = pausing
        self.level_word = level_word
        self.levels = levels or {}
        self.hours_of = hours_of
        self._known: dict[Subject, dict[Metric, Assigned]] = {}

    def assigned(self, subject: Subject) -> Mapping[Metric, Assigned]:
        """Return, by metric, the first rule that fits *subject*; a metric without one is left out."""
        found = self._known.get(subject)
        if found is None:
            found = self._known[subject] = {}
            for rule in self.rules:
                if rule.metric not in found and rule.fits(subject):
                    needed = rule.target.needs_schedule
                    found[rule.metric] = Assigned(
                        rule, self.hours_of(rule.schedule, subject.region) if needed else None
                    )
        return found

    def reckon(self, history: History, subject: Subject) -> list[Reckoned]:
        """Return where a ticket stands on each metric that has a rule and a clock that was not cancelled."""
        assigned = self.assigned(subject)
        if not assigned:
            return []
        state = progress_of(history, self.pausing, assigned)
        return [
            reckoned(progress, assigned[metric]) for metric, progress in state.items() if progress.cancelled_at is None
        ]


def reckoned(progress: Progress, assigned: Assigned) -> Reckoned:
    """Return where *progress* stands with the target of *assigned*."""
    stage = (
        _ACHIEVED if progress.fulfilled_at is not None else _PAUSED if progress.paused_since is not None else _ACTIVE
    )
    target, hours = assigned.rule.target, assigned.hours
    if target.kind is _NO_TARGET or (hours is None and target.needs_schedule):
        return Reckoned(progress, assigned, stage, NO_DEADLINE)
    opening = None if hours is None else hours.schedule.hours
    return Reckoned(progress, assigned, stage, target.deadline(progress.started_at, opening, progress.pauses))


def used(one: Reckoned, now: Instant) -> int:
    """Return how many microseconds have passed at *now* on the target's own clock; 0 where its hours are not known.

    A clock that was fulfilled, or stands still, has used what it had when it stopped.
    """
    target, hours = one.assigned.rule.target, one.assigned.hours
    opening = None if hours is None else hours.schedule.hours
    if opening is None and target.needs_schedule:
        return 0
    progress = one.progress
    until = now if progress.fulfilled_at is None else progress.fulfilled_at
    return target.clock(opening).elapsed(progress.started_at, until, progress.pauses)
