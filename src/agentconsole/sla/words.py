"""Times and lengths of time in words, the same in every language of the system: strftime's depend on it."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Final

from agentconsole.domain.instant import SECOND, Instant, to_datetime

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def length(amount: int) -> str:
    """Return *amount* microseconds, rounded down to seconds: "2 h 30 min", "45 min", "30 s"."""
    sign = "-" if amount < 0 else ""
    seconds = abs(amount) // SECOND
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return sign + (" ".join(parts) or "0 s")


def day(when: date) -> str:
    """Return "Fri 6 Mar 2026"."""
    return f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]} {when.year}"


def clock(when: datetime) -> str:
    """Return "16:00", with seconds where there are any."""
    return f"{when:%H:%M}" if not when.second else f"{when:%H:%M:%S}"


def moment(at: Instant, zone: tzinfo, reader: tzinfo | None) -> str:
    """Return *at* as the clocks of *zone* show it, and in brackets as those of the *reader* do where they differ.

    Without a *reader*, the reader is where this machine is.
    """
    there = to_datetime(at).astimezone(zone)
    here = to_datetime(at).astimezone(reader)
    text = f"{day(there.date())} {clock(there)} {there.tzname()}"
    if here.utcoffset() == there.utcoffset():
        return text
    ours = clock(here) if here.date() == there.date() else f"{day(here.date())} {clock(here)}"
    return f"{text} ({ours} your time)"
