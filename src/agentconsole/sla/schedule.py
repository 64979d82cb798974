"""Business hours as people state them: aware datetimes in, aware datetimes in UTC out, seconds as whole numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

from agentconsole.domain.instant import SECOND, Instant, from_datetime, to_datetime
from agentconsole.sla.hours import read_week, zone_named
from agentconsole.sla.open_time import OpenTime, Pause

PauseOfDatetimes: TypeAlias = tuple[datetime, datetime | None]
"""From (included) to (excluded); None while it lasts."""


class Schedule:
    """Weekly hours in an IANA time zone, less holidays.

    *weekly* is ``{"mon": [("09:00", "12:30"), ("13:00", "18:00")], …}``; "24:00" may end a day, and an end at or before
    its start runs past midnight into the next day. *holidays* are local dates, closed from midnight to midnight.
    A wall time that the clocks skip is read with the offset before the gap; one that occurs twice is the first.

    Datetimes without a zone raise ValueError, as do unknown zones, days and times of day, and negative amounts.

    Attributes:
        tz: the zone's name.
        holidays: the closed dates.
        hours: the same schedule counting in instants; what has many tickets to look at uses that.
    """

    def __init__(
        self, tz: str, weekly: Mapping[str, Sequence[tuple[str, str]]], holidays: Collection[date] = ()
    ) -> None:
        for day in holidays:
            if isinstance(day, datetime) or not isinstance(day, date):
                raise ValueError(f"{day!r} is not a date")  # noqa: TRY004  # one kind of error for a schedule's data
        self.tz = tz
        self.holidays = frozenset(holidays)
        self.hours = OpenTime(zone_named(tz), read_week(weekly), self.holidays)

    def __repr__(self) -> str:
        return f"Schedule({self.tz!r})"

    def elapsed(self, start: datetime, at: datetime, pauses: Iterable[PauseOfDatetimes] = ()) -> int:
        """Return the business seconds in [*start*, *at*), pauses excluded; 0 when *at* comes first."""
        return self.hours.elapsed(from_datetime(start), from_datetime(at), _instants(pauses)) // SECOND

    def due(self, start: datetime, seconds: int, pauses: Iterable[PauseOfDatetimes] = ()) -> datetime | None:
        """Return the earliest instant at which *seconds* have elapsed.

        Zero seconds are due at the first open, unpaused instant. None behind a pause that has not ended, and without
        any opening hours.
        """
        return _moment(self.hours.due(from_datetime(start), _amount(seconds), _instants(pauses)))

    def breach_at(self, start: datetime, seconds: int, pauses: Iterable[PauseOfDatetimes] = ()) -> datetime | None:
        """Return the latest instant at which *seconds* have elapsed: it is late after this one.

        Where the last second ends with an open interval, that is when the next one begins.
        """
        return _moment(self.hours.breach_at(from_datetime(start), _amount(seconds), _instants(pauses)))

    def due_business_days(self, start: datetime, days: int, pauses: Iterable[PauseOfDatetimes] = ()) -> datetime | None:
        """Return when open time ends on the *days*-th business day after the local date of *start*.

        A business day is a date with open time left after holidays; an interval that runs past midnight belongs to
        both dates. With pauses, the open time from *start* to that end is what may elapse outside of them.
        """
        return _moment(self.hours.due_on_business_day(from_datetime(start), days, _instants(pauses)))

    def is_open(self, at: datetime) -> bool:
        """Return whether *at* is in open time: an opening instant is, a closing instant is not."""
        return self.hours.is_open(from_datetime(at))

    def next_open(self, at: datetime) -> datetime | None:
        """Return the first opening after *at*; None when it never closes, or never opens."""
        return _moment(self.hours.next_open(from_datetime(at)))

    def next_close(self, at: datetime) -> datetime | None:
        """Return the first closing after *at*; None when it never closes, or never opens."""
        return _moment(self.hours.next_close(from_datetime(at)))


def _amount(seconds: int) -> int:
    if seconds < 0:
        raise ValueError(f"{seconds} seconds can't elapse")
    return seconds * SECOND


def _instants(pauses: Iterable[PauseOfDatetimes]) -> list[Pause]:
    return [(from_datetime(begin), None if end is None else from_datetime(end)) for begin, end in pauses]


def _moment(instant: Instant | None) -> datetime | None:
    return None if instant is None else to_datetime(instant)
