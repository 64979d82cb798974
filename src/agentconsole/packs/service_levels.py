"""A pack's targets as a policy that can be asked about tickets: its rules, and the opening hours they count in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from agentconsole.domain.values import Metric, Priority, Status
from agentconsole.packs.groups import group_for
from agentconsole.packs.model import Pack, ScheduleRule, TargetRule
from agentconsole.packs.schedules import clock_of, in_region
from agentconsole.packs.standing import Standing
from agentconsole.sla.holidays import public_holidays
from agentconsole.sla.hours import WEEKDAYS
from agentconsole.sla.policy import Hours, Policy, Rule, Subject
from agentconsole.sla.schedule import Schedule
from agentconsole.sla.targets import read_target

REGION = "region"
_ROUND_THE_CLOCK = {day: [("00:00", "24:00")] for day in WEEKDAYS}


def policy_of(pack: Pack, years: Iterable[int]) -> Policy | None:
    """Return the service levels of *pack*, whose public holidays are known in *years*; None when it has no targets.

    The pack has been checked: a target or schedule that can't be read raises ValueError.
    """
    if not pack.sla.targets:
        return None
    span = tuple(years)
    rules = {rule.id: rule for rule in pack.schedules}
    regions = {region.id: region for region in pack.regions}

    @cache
    def hours_of(schedule: str, region_id: str) -> Hours | None:
        region = regions.get(region_id)
        centre = rules.get(region.schedule) if region else None
        if schedule == REGION:
            rule = centre
        elif schedule:
            rule = rules.get(schedule)
        else:
            rule = next(iter(pack.schedules), None)
        if rule is None:
            return None
        if rule.always:
            return Hours(rule.id, rule.title, Schedule(rule.zone or "UTC", _ROUND_THE_CLOCK))
        zone = rule.zone or (region.zone if region else "")
        if not zone:
            return None
        rule = in_region(rule, centre)
        return Hours(rule.id, rule.title, clock_of(rule, zone, span), _names(rule, span))

    return Policy(
        name=pack.pack.id,
        title=pack.pack.title,
        rules=[_rule(each) for each in pack.sla.targets],
        pausing={Metric(name): frozenset(map(Status, statuses)) for name, statuses in pack.sla.pauses.items()},
        hours_of=hours_of,
        level_word=pack.pack.level,
        levels={level.id: level.title for level in pack.levels},
    )


def subject_of(standing: Standing, priority: Priority | None, group: str) -> Subject:
    """Return what the rules of a pack look at, for a ticket of *group* that stands under it.

    Where a rule means the group by a desk's name ("Billing" for "Europe · Billing"), the subject has that name.
    """
    level, region = standing.level, standing.region
    desk = next((name for name in _desks(standing.pack) if group and group_for(name, (group,)) == group), group)
    return Subject("" if level is None else level.id, "" if region is None else region.id, priority, desk)


def _desks(pack: Pack) -> Iterable[str]:
    return (name for rule in pack.sla.targets for name in rule.groups)


def _rule(rule: TargetRule) -> Rule:
    return Rule(
        metric=Metric(rule.metric),
        target=read_target(rule.target),
        schedule=rule.schedule,
        levels=frozenset(rule.levels),
        priorities=frozenset(map(Priority, rule.priorities)),
        groups=frozenset(rule.groups),
        text=rule.text,
        source=rule.source,
        assumed=rule.assumed,
    )


def _names(rule: ScheduleRule, years: tuple[int, ...]) -> dict[date, str]:
    named: dict[date, str] = {}
    for calendar in rule.holidays:
        named |= public_holidays(calendar, years)
    return named
