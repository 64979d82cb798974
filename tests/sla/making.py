"""Words in which the tests of service levels state times and weeks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agentconsole.sla import Schedule

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKDAYS, "sat", "sun")


def week(*hours: tuple[str, str], days: tuple[str, ...] = WORKDAYS) -> dict[str, list[tuple[str, str]]]:
    """The same hours on each of *days*."""
    return {day: list(hours) for day in days}


def office(tz: str = "Europe/Berlin") -> Schedule:
    """Monday to Friday, nine to five."""
    return Schedule(tz, week(("09:00", "17:00")))


def at(text: str, tz: str = "UTC", *, fold: int = 0) -> datetime:
    """A wall time such as "2026-03-27 16:00" in *tz*, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz), fold=fold).astimezone(UTC)


def berlin(text: str, *, fold: int = 0) -> datetime:
    """A wall time in Berlin."""
    return at(text, "Europe/Berlin", fold=fold)
