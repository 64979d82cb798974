"""How soon something must happen. Five kinds that are never converted into one another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

from agentconsole.domain.instant import DAY, SECOND, Instant
from agentconsole.sla.open_time import AlwaysOpen, Clock, Deadline, OpenTime, Pause

_UNITS: Final = {"second": 1, "minute": 60, "hour": 3600}
_TARGET: Final = re.compile(
    r"(?P<amount>\d+) (?P<clock>business |calendar )?(?P<unit>second|minute|hour|day|week)s?", re.ASCII
)
_FORMS: Final = (
    '"4 business hours", "30 business minutes", "1 hour", "2 business days", "next business day", "2 weeks" or "none"'
)
_ALWAYS: Final = AlwaysOpen()


class Kind(Enum):
    """What is counted."""

    CALENDAR = "calendar"  # real seconds around the clock
    BUSINESS = "business"  # seconds of a schedule's open time
    BUSINESS_DAYS = "business days"  # dates with open time after the date of receipt; due at the last one's end
    WEEKS = "weeks"  # of 168 real hours
    NONE = "none"  # no explicit target: nothing is ever due, nothing is ever late


NO_DEADLINE: Final = Deadline(None, None)

# looked up once: enumerations take their time
_CALENDAR, _BUSINESS, _BUSINESS_DAYS, _WEEKS, _NONE = Kind


class Target(NamedTuple):
    """A target as a policy states it. ``amount`` counts seconds, business days or weeks, as ``kind`` says."""

    kind: Kind
    amount: int = 0

    @property
    def needs_schedule(self) -> bool:
        """Whether it can't be counted without opening hours."""
        return self.kind in (_BUSINESS, _BUSINESS_DAYS)

    def in_words(self) -> str:
        """Return what :func:`read_target` reads, in its shortest form."""
        if self.kind is _NONE:
            return "none"
        if self.kind is _BUSINESS_DAYS:
            return "next business day" if self.amount == 1 else f"{self.amount} business days"
        if self.kind is _WEEKS:
            return _counted(self.amount, "week")
        clock = "business " if self.kind is _BUSINESS else ""
        unit = next(unit for unit in ("hour", "minute", "second") if self.amount % _UNITS[unit] == 0)
        return _counted(self.amount // _UNITS[unit], clock + unit)

    def budget(self, start: Instant, hours: OpenTime | None) -> int | None:
        """Return how many microseconds may pass on the target's clock from *start*; None without an end.

        ValueError when the target needs a schedule and *hours* is None.
        """
        if self.kind is _CALENDAR:
            return self.amount * SECOND
        if self.kind is _WEEKS:
            return self.amount * 7 * DAY
        if self.kind is _NONE:
            return None
        if hours is None:
            raise ValueError(f"{self.in_words()} can't be counted without a schedule")
        if self.kind is _BUSINESS:
            return self.amount * SECOND
        return hours.budget(start, self.amount)

    def clock(self, hours: OpenTime | None) -> Clock:
        """Return what it counts with: *hours*, or every second."""
        return hours if hours is not None and self.needs_schedule else _ALWAYS

    def deadline(self, start: Instant, hours: OpenTime | None, pauses: Iterable[Pause] = ()) -> Deadline:
        """Return when it is due that began to count at *start*; ValueError as for :meth:`budget`."""
        if self.kind is _BUSINESS_DAYS and hours is not None:
            return hours.deadline_on_business_day(start, self.amount, tuple(pauses))
        budget = self.budget(start, hours)
        if budget is None:
            return NO_DEADLINE
        return self.clock(hours).deadline(start, budget, tuple(pauses))


NO_TARGET: Final = Target(_NONE)


def read_target(text: str) -> Target:
    """Return the target that *text* states; ValueError says what is wrong and what can be written."""
    words = " ".join(text.lower().split())
    if words == "none":
        return NO_TARGET
    if words == "next business day":
        return Target(Kind.BUSINESS_DAYS, 1)
    found = _TARGET.fullmatch(words)
    if found is None:
        raise ValueError(f"{text!r} is not a target: write {_FORMS}")
    amount, clock, unit = int(found["amount"]), (found["clock"] or "").strip(), found["unit"]
    if unit == "day":
        if clock != "business":
            raise ValueError(f"{text!r} could be {amount * 24} hours or {amount} business days: write which")
        if amount < 1:
            raise ValueError(f'{text!r}: the first business day is "next business day"')
        return Target(Kind.BUSINESS_DAYS, amount)
    if unit == "week":
        if clock == "business":
            raise ValueError(
                f'{text!r}: weeks are 168 hours each; write "{amount * 5} business days" if those are meant'
            )
        return Target(Kind.WEEKS, amount)
    return Target(Kind.BUSINESS if clock == "business" else Kind.CALENDAR, amount * _UNITS[unit])


def _counted(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
