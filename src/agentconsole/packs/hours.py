"""When things are open under a pack: its schedules, in the zone that a region gives them."""

from __future__ import annotations

from agentconsole.domain.directory import Opening
from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.packs.model import Pack, Region, ScheduleRule
from agentconsole.packs.schedules import clock_of, in_region
from agentconsole.sla import Schedule

REGION = "region"
"""Stands for the schedule of the customer's region."""

ALWAYS = Opening(True, None)
UNKNOWN = Opening(None, None)
_YEARS_AROUND = (-1, 0, 1, 2)


def opening_of(clock: Schedule, moment: Instant) -> Opening:
    """Return whether *clock* is open at *moment*, and when that changes next."""
    is_open = clock.hours.is_open(moment)
    return Opening(is_open, clock.hours.next_close(moment) if is_open else clock.hours.next_open(moment))


class Hours:
    """The schedules of one pack, for any thread. What was told last of each is remembered."""

    def __init__(self, pack: Pack) -> None:
        self._rules = {rule.id: rule for rule in pack.schedules}
        self.regions = pack.regions
        self._told: dict[tuple[str, str], tuple[Instant, Opening]] = {}
        self._clocks: dict[tuple[str, str, int], Schedule] = {}

    def at(self, schedule: str, region: Region | None, moment: Instant) -> Opening:
        """Return whether *schedule* (an id, or "region") is open at *moment* for a customer of *region*.

        It can't be told for a schedule of no zone, or "region", while the region is not known.
        """
        rule, zone = self.resolved(schedule, region)
        if rule is None:
            return UNKNOWN
        if rule.always:
            return ALWAYS
        if not zone:
            return UNKNOWN
        # two regions may share a zone, and have other holidays
        key = (rule.id, "" if rule.zone or region is None else region.id)
        told = self._told.get(key)
        if told is None or told[0] != moment:
            told = self._told[key] = (moment, self._ask(rule, zone, key, moment))
        return told[1]

    def resolved(self, schedule: str, region: Region | None) -> tuple[ScheduleRule | None, str]:
        """Return the rule that *schedule* means for *region*, and the IANA zone it is read in ("" when unknown)."""
        if schedule == REGION:
            schedule = region.schedule if region else ""
        rule = self._rules.get(schedule)
        if rule is None:
            return None, ""
        if region is None:
            return rule, rule.zone
        return in_region(rule, self._rules.get(region.schedule)), rule.zone or region.zone

    def follows_region(self, schedule: str) -> bool:
        """Return whether *schedule* is another one, or read in another zone, for each region."""
        rule = self._rules.get(schedule)
        return schedule == REGION or (rule is not None and not rule.always and not rule.zone)

    def _ask(self, rule: ScheduleRule, zone: str, key: tuple[str, str], moment: Instant) -> Opening:
        year = to_datetime(moment).year
        clock = self._clocks.get((*key, year))
        if clock is None:
            years = [year + offset for offset in _YEARS_AROUND]
            clock = self._clocks[*key, year] = clock_of(rule, zone, years)
        return opening_of(clock, moment)
