"""Clocks that count business time: schedules with a zone, weekly hours and holidays, in whole UTC epoch seconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MINUTES_A_DAY: Final = 24 * 60
_MINUTES_A_WEEK: Final = 7 * _MINUTES_A_DAY

RAILS_ZONES: Final[Mapping[str, str]] = {
    "UTC": "Etc/UTC",
    "London": "Europe/London",
    "Dublin": "Europe/Dublin",
    "Edinburgh": "Europe/London",
    "Lisbon": "Europe/Lisbon",
    "Amsterdam": "Europe/Amsterdam",
    "Berlin": "Europe/Berlin",
    "Bern": "Europe/Zurich",
    "Brussels": "Europe/Brussels",
    "Copenhagen": "Europe/Copenhagen",
    "Madrid": "Europe/Madrid",
    "Paris": "Europe/Paris",
    "Prague": "Europe/Prague",
    "Rome": "Europe/Rome",
    "Stockholm": "Europe/Stockholm",
    "Vienna": "Europe/Vienna",
    "Warsaw": "Europe/Warsaw",
    "Zurich": "Europe/Zurich",
    "Athens": "Europe/Athens",
    "Bucharest": "Europe/Bucharest",
    "Helsinki": "Europe/Helsinki",
    "Istanbul": "Europe/Istanbul",
    "Jerusalem": "Asia/Jerusalem",
    "Cairo": "Africa/Cairo",
    "Pretoria": "Africa/Johannesburg",
    "Nairobi": "Africa/Nairobi",
    "Riyadh": "Asia/Riyadh",
    "Abu Dhabi": "Asia/Muscat",
    "Karachi": "Asia/Karachi",
    "Chennai": "Asia/Kolkata",
    "Kolkata": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata",
    "Kathmandu": "Asia/Kathmandu",
    "Dhaka": "Asia/Dhaka",
    "Bangkok": "Asia/Bangkok",
    "Jakarta": "Asia/Jakarta",
    "Singapore": "Asia/Singapore",
    "Hong Kong": "Asia/Hong_Kong",
    "Beijing": "Asia/Shanghai",
    "Taipei": "Asia/Taipei",
    "Perth": "Australia/Perth",
    "Tokyo": "Asia/Tokyo",
    "Osaka": "Asia/Tokyo",
    "Seoul": "Asia/Seoul",
    "Adelaide": "Australia/Adelaide",
    "Darwin": "Australia/Darwin",
    "Brisbane": "Australia/Brisbane",
    "Canberra": "Australia/Canberra",
    "Hobart": "Australia/Hobart",
    "Melbourne": "Australia/Melbourne",
    "Sydney": "Australia/Sydney",
    "Auckland": "Pacific/Auckland",
    "Wellington": "Pacific/Auckland",
    "Brasilia": "America/Sao_Paulo",
    "Buenos Aires": "America/Argentina/Buenos_Aires",
    "Santiago": "America/Santiago",
    "Bogota": "America/Bogota",
    "Lima": "America/Lima",
    "Mexico City": "America/Mexico_City",
    "Newfoundland": "America/St_Johns",
    "Atlantic Time (Canada)": "America/Halifax",
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "Alaska": "America/Juneau",
    "Hawaii": "Pacific/Honolulu",
}
"""The zone names that schedules carry in this dialect, and the IANA zone behind each."""


def zone_named(name: str) -> ZoneInfo:
    """The zone of a Rails or IANA name; ValueError for anything else, abbreviations included."""
    iana = RAILS_ZONES.get(name, name)
    if "/" not in iana:
        raise ValueError(f"{name!r} is not a time zone")
    try:
        return ZoneInfo(iana)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"{name!r} is not a time zone") from unknown


class Clock(Protocol):
    """Something that counts seconds between two instants."""

    def elapsed(self, start: int, end: int) -> int:
        """Counted seconds in [start, end); 0 when end is not after start."""

    def due(self, start: int, seconds: int) -> int | None:
        """The earliest instant by which `seconds` were counted from `start`; None when that never comes."""


class CalendarClock:
    """Counts every second."""

    def elapsed(self, start: int, end: int) -> int:
        """Seconds in [start, end)."""
        return max(0, end - start)

    def due(self, start: int, seconds: int) -> int:
        """`start` plus `seconds`."""
        return start + seconds


class BusinessClock:
    """Counts the seconds inside the weekly hours of one schedule, in its own zone, less its holidays.

    `intervals` are (start, end) in minutes since Sunday 00:00 local, end exclusive; an end past the week's last
    minute runs on into Sunday. Open time is expanded once a calendar year and kept as sorted UTC seconds with prefix
    sums, so that each question is two bisections.
    """

    def __init__(self, zone: ZoneInfo, intervals: Iterable[tuple[int, int]], holidays: Collection[date] = ()) -> None:
        self._zone = zone
        self._holidays = frozenset(holidays)
        self._weekly = _by_weekday(intervals)
        self._first_year = self._last_year = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []

    @classmethod
    def from_wire(cls, schedule: Mapping[str, Any], holidays: Iterable[Mapping[str, Any]] = ()) -> BusinessClock:
        """From a schedule row and its holiday rows (inclusive local dates); ValueError when either makes no sense."""
        days: set[date] = set()
        for holiday in holidays:
            day, last = date.fromisoformat(holiday["start_date"]), date.fromisoformat(holiday["end_date"])
            while day <= last:
                days.add(day)
                day += timedelta(days=1)
        pairs = [(int(row["start_time"]), int(row["end_time"])) for row in schedule["intervals"]]
        return cls(zone_named(schedule["time_zone"]), pairs, days)

    def elapsed(self, start: int, end: int) -> int:
        """Open seconds in [start, end)."""
        if end <= start or not self._weekly:
            return 0
        self._cover(start, end)
        return self._counted(end) - self._counted(start)

    def due(self, start: int, seconds: int) -> int | None:
        """The earliest instant with `seconds` of open time since `start`; at a closing time, the closing time itself.

        Zero seconds: the first open instant at or after `start`. None when nothing opens within five years.
        """
        if not self._weekly:
            return None
        self._cover(start, start)
        base = self._counted(start)
        goal = base + max(0, seconds)
        for _ in range(6):
            if goal < self._total() or (seconds > 0 and goal == self._total()):
                break
            self._expand(self._last_year + 1)
        else:
            return None
        if seconds <= 0:
            at = bisect_right(self._ends, start)
            return max(start, self._starts[at])
        at = bisect_left(self._before, goal) - 1
        return self._starts[at] + goal - self._before[at]

    def _total(self) -> int:
        return self._before[-1] + self._ends[-1] - self._starts[-1] if self._starts else 0

    def _counted(self, instant: int) -> int:
        """Open seconds from the beginning of what is expanded up to `instant`."""
        at = bisect_right(self._starts, instant) - 1
        if at < 0:
            return 0
        return self._before[at] + min(instant, self._ends[at]) - self._starts[at]

    def _cover(self, start: int, end: int) -> None:
        # A day's margin on both sides: local years do not begin when UTC's do.
        first = datetime.fromtimestamp(start - 86_400, UTC).year
        last = datetime.fromtimestamp(end + 86_400, UTC).year
        if not self._first_year:
            self._first_year, self._last_year = first, first - 1
            self._expand(first)
        while self._last_year < last:
            self._expand(self._last_year + 1)
        while self._first_year > first:
            self._expand(self._first_year - 1)

    def _expand(self, year: int) -> None:
        opened: list[tuple[int, int]] = []
        day, end = date(year, 1, 1), date(year + 1, 1, 1)
        while day < end:
            if day not in self._holidays:
                for start_minute, end_minute in self._weekly.get(day.isoweekday() % 7, ()):
                    opens, closes = self._instant(day, start_minute), self._instant(day, end_minute)
                    if closes > opens:
                        opened.append((opens, closes))
            day += timedelta(days=1)
        merged = _merged([*zip(self._starts, self._ends, strict=True), *opened])
        self._starts = [opens for opens, _ in merged]
        self._ends = [closes for _, closes in merged]
        self._before, total = [], 0
        for opens, closes in merged:
            self._before.append(total)
            total += closes - opens
        self._first_year, self._last_year = min(self._first_year, year), max(self._last_year, year)

    def _instant(self, day: date, minute: int) -> int:
        """The UTC second of a local wall time; a skipped one by the offset before the gap, a doubled one the first."""
        if minute >= _MINUTES_A_DAY:
            day, minute = day + timedelta(days=1), minute - _MINUTES_A_DAY
        local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=self._zone)
        return int(local.timestamp())


def _by_weekday(intervals: Iterable[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """Weekly intervals cut at midnights: weekday (Sunday 0) → (start, end) in minutes of that day, end ≤ 1440."""
    weekly: dict[int, list[tuple[int, int]]] = {}
    for start, end in intervals:
        if not (0 <= start < _MINUTES_A_WEEK and start < end <= start + _MINUTES_A_WEEK):
            raise ValueError(f"an interval from minute {start} to minute {end} does not fit a week")
        at = start
        while at < end:
            day_end = (at // _MINUTES_A_DAY + 1) * _MINUTES_A_DAY
            stop = min(end, day_end)
            weekday, offset = (at // _MINUTES_A_DAY) % 7, at // _MINUTES_A_DAY * _MINUTES_A_DAY
            weekly.setdefault(weekday, []).append((at - offset, stop - offset))
            at = stop
    return weekly


def _merged(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(intervals):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged
