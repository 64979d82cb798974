"""SLA attainment: what became of the targets of tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from agentconsole.domain.cases import PRIORITIES, Case, CaseTarget, joined, level_query, level_title, priority_title
from agentconsole.domain.instant import Instant
from agentconsole.domain.reports import METRIC_TITLES, OUTCOMES, Attainment, Outcome, ServiceLevels
from agentconsole.domain.values import Metric, Stage

_GRAVEST_FIRST: tuple[Outcome, ...] = ("breached", "running", "unknown", "met")
# a lookup by an enumeration's member costs several times one by a word
_ACHIEVED = str(Stage.ACHIEVED)
_FIRST_REPLY, _NEXT_REPLY = str(Metric.FIRST_REPLY), str(Metric.NEXT_REPLY)
_SURE = (_FIRST_REPLY, _NEXT_REPLY, str(Metric.RESOLUTION))
"""Metrics whose clocks don't stand still: for these, too late is breached."""


def outcome(target: CaseTarget, case: Case, now: Instant) -> Outcome:
    """Say what became of *target* of *case* by *now*.

    It was met when what it asks for came at its breach time at the latest. A reply's target is also ended by solving
    the ticket, as help desks have it. A clock that stood still in between may have ended in time though the ticket was
    solved after the breach time that was last announced: that stays unknown.
    """
    breach_at, ended_at = target.breach_at, case.solved_at
    if ended_at is None and target.stage != _ACHIEVED:
        return "breached" if breach_at is not None and breach_at < now else "running"
    if breach_at is None:
        return "unknown"
    metric = target.metric
    replied_at = None
    if metric == _FIRST_REPLY:
        replied_at = case.first_reply_at
    elif metric == _NEXT_REPLY:
        replied_at = case.answered_at
    if replied_at is not None and (ended_at is None or replied_at < ended_at):
        ended_at = replied_at
    if ended_at is not None and ended_at <= breach_at:
        return "met"
    return "breached" if ended_at is not None and metric in _SURE else "unknown"


def outcomes_of(case: Case, now: Instant) -> dict[str, Outcome]:
    """Say what became of each metric of *case*: what was seen comes before what the present targets let one guess.

    A breach stays, whatever came after it.
    """
    found = {target.metric: outcome(target, case, now) for target in case.targets or ()}
    for metric, result in case.decided:
        if result == "breached" or found.get(metric, "unknown") == "unknown":
            found[metric] = result
    return found


def of_ticket(outcomes: Collection[Outcome]) -> Outcome:
    """Say what became of a ticket whose targets came to *outcomes*."""
    for each in _GRAVEST_FIRST:
        if each in outcomes:
            return each
    return "none"


def service_levels(cases: Iterable[Case], now: Instant, within: str) -> ServiceLevels:
    """Count what became of the targets of *cases*; *within* is the query for all of them."""
    of_tickets: Counter[tuple[str, bool, str, Outcome]] = Counter()
    of_targets: dict[str, list[Outcome]] = {str(metric): [] for metric in METRIC_TITLES}
    for case in cases:
        found = outcomes_of(case, now)
        for metric, result in found.items():
            of_targets[metric].append(result)
        of_tickets[case.level, case.by_plan, case.priority, of_ticket(found.values())] += 1
    by_level: dict[tuple[str, bool], Counter[Outcome]] = {}
    by_priority: dict[str, Counter[Outcome]] = {priority: Counter() for priority in PRIORITIES}
    total: Counter[Outcome] = Counter()
    for (level, by_plan, priority, result), count in of_tickets.items():
        by_level.setdefault((level, by_plan), Counter())[result] += count
        by_priority[priority][result] += count
        total[result] += count
    levels = [(level, level_query(level, by_plan=plan), counts) for (level, plan), counts in by_level.items()]
    levels.sort(key=lambda row: (not row[0], -row[2].total(), row[0]))
    return ServiceLevels(
        total=_attainment("all", "All tickets", total, within),
        by_metric=tuple(
            _attainment(metric, METRIC_TITLES[Metric(metric)], Counter(outcomes), "")
            for metric, outcomes in of_targets.items()
            if outcomes
        ),
        by_level=tuple(
            _attainment(level or "none", level_title(level), counts, joined(within, query))
            for level, query, counts in levels
        ),
        by_priority=tuple(
            _attainment(priority, priority_title(priority), counts, joined(within, f"priority:{priority}"))
            for priority, counts in by_priority.items()
            if counts.total()
        ),
    )


def _attainment(key: str, title: str, counts: Mapping[Outcome, int], query: str) -> Attainment:
    return Attainment(key=key, title=title, query=query, **{each: counts.get(each, 0) for each in OUTCOMES})
