"""A pack's schedules as clocks: its weekly hours in a zone, less the holidays of its calendars and its own dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from agentconsole.packs.model import ScheduleRule
from agentconsole.sla import Schedule
from agentconsole.sla.holidays import public_holidays


def clock_of(rule: ScheduleRule, zone: str, years: Iterable[int]) -> Schedule:
    """Return *rule*, which is not ``always``, as it is read in *zone*, with the holidays of *years*.

    ValueError for a zone, hours or a calendar that is not one.
    """
    return Schedule(zone, rule.weekly, closed_dates(rule, years))


def closed_dates(rule: ScheduleRule, years: Iterable[int]) -> frozenset[date]:
    """Return the local dates in *years* on which *rule* is closed; its own dates whatever their year."""
    span = tuple(years)
    public = {day for calendar in rule.holidays for day in public_holidays(calendar, span)}
    own = {date.fromisoformat(day) for day in rule.closed}
    return frozenset((public | own) - {date.fromisoformat(day) for day in rule.open})


def in_region(rule: ScheduleRule, centre: ScheduleRule | None) -> ScheduleRule:
    """Return *rule* as it is read in a region whose own schedule is *centre*.

    Hours "in your region" that name no holidays rest on those of the region.
    """
    if rule.zone or rule.always or rule.holidays or centre is None or centre is rule:
        return rule
    return replace(
        rule,
        holidays=centre.holidays,
        closed=(*rule.closed, *centre.closed),
        open=(*rule.open, *centre.open),
    )
