"""Weekly opening hours and holidays of one time zone, as half-open intervals of UTC.

Wall times become instants as in RFC 5545, 3.3.5: a time that the clocks skip is read with the offset before the gap,
and one that occurs twice is its first occurrence. Both are what a ``datetime`` with ``fold=0`` means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agentconsole.domain.instant import Instant, from_datetime

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MINUTE: Final = 60
_DAY: Final = 24 * 60 * _MINUTE
_REACH: Final = 3
"""Days beyond a year in which an interval of that year may begin or end: a night, any offset, a skipped day."""


class Interval(NamedTuple):
    """Open time of one date, in wall seconds since its midnight; ``end`` may lie in the next day."""

    start: int
    end: int


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA time zone *name*; ValueError for unknown ones and for abbreviations.

    An abbreviation names an offset, not a place: the zone ``CET`` of old systems is wrong all summer in some places and
    ``EST`` in nearly all.
    """
    if "/" not in name and name != "UTC":
        raise ValueError(f"{name!r} is not a time zone: write an IANA name such as Europe/Amsterdam")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"{name!r} is not a time zone: write an IANA name such as Europe/Amsterdam") from unknown


def read_week(weekly: Mapping[str, Iterable[object]]) -> tuple[tuple[Interval, ...], ...]:
    """Return the intervals of each weekday from Monday on; ValueError says which entry can't be read.

    *weekly* is ``{"mon": [("09:00", "12:30"), ("13:00", "18:00")], …}``.
    """
    unknown = [day for day in weekly if day not in WEEKDAYS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a day: write {', '.join(WEEKDAYS)}")
    return tuple(tuple(_interval(day, entry) for entry in weekly.get(day, ())) for day in WEEKDAYS)


def _interval(day: str, entry: object) -> Interval:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        raise ValueError(f'{day}: {entry!r} is not a pair of times such as ["09:00", "18:00"]')
    start, end = (_wall_seconds(day, text) for text in entry)
    if start == _DAY:
        raise ValueError(f'{day}: "24:00" can end a day, not begin one')
    return Interval(start, end if end > start else end + _DAY)


def _wall_seconds(day: str, text: object) -> int:
    """Read "09:00", "09:00:30" or "24:00"."""
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) in (2, 3) and all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts):
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        total = hours * 3600 + minutes * _MINUTE + seconds
        if minutes < 60 and seconds < 60 and total <= _DAY:
            return total
    raise ValueError(f"{day}: {text!r} is not a time of day between 00:00 and 24:00")


def covers_whole_week(week: Sequence[Sequence[Interval]]) -> bool:
    """Whether there is no closed second in *week*, holidays aside."""
    spans = sorted(
        (number * _DAY + one.start + shift, number * _DAY + one.end + shift)
        for shift in (-7 * _DAY, 0)
        for number, day in enumerate(week)
        for one in day
    )
    reached = 0
    for start, end in spans:
        if start > reached:
            return False
        reached = max(reached, end)
    return reached >= 7 * _DAY


def midnight(zone: ZoneInfo, day: date) -> Instant:
    """Return the instant at which *day* begins in *zone*."""
    return from_datetime(datetime.combine(day, time(), zone))


def year_start(year: int) -> Instant:
    """Return the beginning of *year* in UTC."""
    return midnight(ZoneInfo("UTC"), date(year, 1, 1))


def open_intervals_of_year(
    zone: ZoneInfo, week: Sequence[Sequence[Interval]], holidays: Collection[date], year: int
) -> list[tuple[Instant, Instant]]:
    """Return open time within the UTC *year*: sorted, apart from each other, without the local dates of *holidays*."""
    first = date(year, 1, 1) - timedelta(days=_REACH)
    days = 366 + 2 * _REACH
    opened: list[tuple[Instant, Instant]] = []
    closed: list[tuple[Instant, Instant]] = []
    for number in range(days):
        day = first + timedelta(days=number)
        begins = datetime.combine(day, time(), zone)
        for one in week[day.weekday()]:
            # adding to a datetime moves the hands of the clock on the wall, which is what opening hours mean
            start = from_datetime(begins + timedelta(seconds=one.start))
            end = from_datetime(begins + timedelta(seconds=one.end))
            if start < end:
                opened.append((start, end))
        if day in holidays:
            closed.append((from_datetime(begins), midnight(zone, day + timedelta(days=1))))
    lower, upper = year_start(year), year_start(year + 1)
    clipped = ((max(start, lower), min(end, upper)) for start, end in without(united(opened), united(closed)))
    return [(start, end) for start, end in clipped if start < end]


def united(spans: Collection[tuple[Instant, Instant]]) -> list[tuple[Instant, Instant]]:
    """Return *spans* in order, those that overlap or touch as one, empty ones left out."""
    result: list[tuple[Instant, Instant]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def without(
    spans: Sequence[tuple[Instant, Instant]], cuts: Sequence[tuple[Instant, Instant]]
) -> list[tuple[Instant, Instant]]:
    """Return *spans* less *cuts*; both sorted and apart."""
    result: list[tuple[Instant, Instant]] = []
    position = 0
    for start, end in spans:
        while position < len(cuts) and cuts[position][1] <= start:
            position += 1
        begin, at = start, position
        while at < len(cuts) and cuts[at][0] < end:
            if begin < cuts[at][0]:
                result.append((begin, cuts[at][0]))
            begin = max(begin, cuts[at][1])
            at += 1
        if begin < end:
            result.append((begin, end))
    return result
