"""Counts open time between instants. Everything here is whole microseconds; people's times are in ``schedule.py``.

The intervals of a year are expanded once, on first need; from then on a question costs one search by bisection in the
running totals.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.sla.hours import Interval, covers_whole_week, midnight, open_intervals_of_year, year_start

Pause: TypeAlias = tuple[Instant, Instant | None]
"""From (included) to (excluded); None while it lasts."""

_FIRST_YEAR: Final = 2
_LAST_YEAR: Final = 9997
_HORIZON: Final = 400
"""Years ahead; what is not reached within them counts as never. It keeps a mistyped target from expanding eternity."""


class Clock(Protocol):
    """Something that counts microseconds between instants."""

    def elapsed(self, start: Instant, at: Instant, pauses: Iterable[Pause] = ()) -> int:
        """How much counted between *start* and *at*, *pauses* left out."""
        ...

    def due(self, start: Instant, amount: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """The earliest instant at which *amount* has elapsed; None if it never does, as things stand."""
        ...

    def breach_at(self, start: Instant, amount: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """The latest such instant: it is late after this one."""
        ...

    def deadline(self, start: Instant, amount: int, pauses: Sequence[Pause] = ()) -> Deadline:
        """Both, for little more than the price of one."""
        ...


class Deadline(NamedTuple):
    """When something is due, and the instant after which it is late; None while, or because, there is none."""

    due_at: Instant | None
    breach_at: Instant | None


def normal_pauses(pauses: Iterable[Pause], start: Instant) -> list[Pause]:
    """Return *pauses* from *start* on: sorted, apart, none empty; only the last may be unfinished."""
    result: list[Pause] = []
    for begin, end in sorted(pauses, key=_beginning):
        if end is not None and (end <= begin or end <= start):
            continue
        begin = max(begin, start)
        if not result:
            result.append((begin, end))
            continue
        last_begin, last_end = result[-1]
        if last_end is None:
            break
        if begin > last_end:
            result.append((begin, end))
        else:
            result[-1] = (last_begin, None if end is None else max(end, last_end))
    return result


def _beginning(pause: Pause) -> Instant:
    return pause[0]


class AlwaysOpen:
    """The 24×7 clock: every second counts that is not paused."""

    def elapsed(self, start: Instant, at: Instant, pauses: Iterable[Pause] = ()) -> int:
        """See :class:`Clock`."""
        counted = max(0, at - start)
        for begin, end in normal_pauses(pauses, start):
            counted -= max(0, (at if end is None else min(end, at)) - begin)
        return counted

    def due(self, start: Instant, amount: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """See :class:`Clock`."""
        due = start + amount
        if pauses:
            for begin, end in normal_pauses(pauses, start):
                if begin > due or (begin == due and amount):
                    break
                if end is None:
                    return None
                due += end - begin
        return due

    def breach_at(self, start: Instant, amount: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """See :class:`Clock`."""
        due = start + amount
        if pauses:
            for begin, end in normal_pauses(pauses, start):
                if begin > due:
                    break
                if end is None:
                    return None
                due += end - begin
        return due

    def deadline(self, start: Instant, amount: int, pauses: Sequence[Pause] = ()) -> Deadline:
        """See :class:`Clock`."""
        if not pauses:
            return Deadline(start + amount, start + amount)
        return Deadline(self.due(start, amount, pauses), self.breach_at(start, amount, pauses))


class _Expansion(NamedTuple):
    """Open time of whole UTC years. ``before[i]`` is how much of it lies before ``opens[i]``; its last is all of it."""

    first_year: int
    last_year: int
    begins: Instant
    ends: Instant
    opens: Sequence[Instant]
    closes: Sequence[Instant]
    before: Sequence[int]
    total: int


class OpenTime:
    """The clock of one zone's weekly hours and holidays.

    May be used by several threads: what it has expanded is replaced as a whole.
    """

    def __init__(self, zone: ZoneInfo, week: Sequence[Sequence[Interval]], holidays: Collection[date]) -> None:
        self.zone = zone
        self.week = week
        self.holidays = frozenset(holidays)
        self._ever_opens = any(week)
        self._ever_closes = not covers_whole_week(week)
        self._last_holiday = max(self.holidays, default=date.min)
        self._years: dict[int, list[tuple[Instant, Instant]]] = {}
        self._known = _Expansion(0, -1, 0, 0, (), (), (), 0)
        self._day_ends: dict[tuple[date, int], Instant | None] = {}
        self._day_deadlines: dict[tuple[date, int], Deadline] = {}

    # ------------------------------------------------------------------ questions

    def elapsed(self, start: Instant, at: Instant, pauses: Iterable[Pause] = ()) -> int:
        """See :class:`Clock`."""
        if at <= start:
            return 0
        known = self._reaching(start, at)
        counted = _until(known, at) - _until(known, start)
        if pauses:
            for begin, end in normal_pauses(pauses, start):
                if begin >= at:
                    break
                stop = at if end is None or end > at else end
                counted -= _until(known, stop) - _until(known, begin)
        return counted

    def due(self, start: Instant, amount: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """See :class:`Clock`. Without an amount: the first open, unpaused instant."""
        if not self._ever_opens:
            return None
        rest = amount
        if pauses:
            for begin, end in normal_pauses(pauses, start):
                left = rest - self.elapsed(start, begin)
                if (left <= 0 and amount) or (not amount and self._opened_before(start, begin)):
                    break
                if end is None:
                    return None
                start, rest = end, left
        return self._after(start, rest, late=not amount)

    def breach_at(self, start: Instant, amount: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """See :class:`Clock`. Where *amount* ends exactly with an open interval, this is when the next one begins."""
        if not self._ever_opens:
            return None
        rest = amount
        if pauses:
            for begin, end in normal_pauses(pauses, start):
                left = rest - self.elapsed(start, begin)
                if left < 0:
                    break
                if end is None:
                    return None
                start, rest = end, left
        return self._after(start, rest, late=True)

    def deadline(self, start: Instant, amount: int, pauses: Sequence[Pause] = ()) -> Deadline:
        """See :class:`Clock`."""
        if amount and not pauses:
            # nearly all questions: each search is done once
            known = self._known
            if not known.begins <= start < known.ends:
                known = self._reaching(start, start)
            _, _, _, _, opens, closes, before, total = known
            index = bisect_right(opens, start) - 1
            if index >= 0:
                wanted = before[index] + min(start, closes[index]) - opens[index] + amount
                if wanted < total:
                    index = bisect_left(before, wanted, index) - 1
                    due = opens[index] + wanted - before[index]
                    return Deadline(due, due if due < closes[index] else opens[index + 1])
        return Deadline(self.due(start, amount, pauses), self.breach_at(start, amount, pauses))

    def deadline_on_business_day(self, start: Instant, days: int, pauses: Sequence[Pause] = ()) -> Deadline:
        """See :meth:`budget`: when that is used up, and the instant after which it is late."""
        if not pauses:
            received = to_datetime(start).astimezone(self.zone).date()
            known = self._day_deadlines.get((received, days))
            if known is None:
                end = self.end_of_business_day(start, days)
                known = Deadline(end, end if end is None or self.is_open(end) else self.next_open(end))
                self._day_deadlines[received, days] = known
            return known
        budget = self.budget(start, days)
        return Deadline(None, None) if budget is None else self.deadline(start, budget, pauses)

    def end_of_business_day(self, start: Instant, days: int) -> Instant | None:
        """When open time ends on the *days*-th date with any, after the local date of *start*.

        An interval that runs past midnight belongs to both dates.
        """
        if not self._ever_opens:
            return None
        received = to_datetime(start).astimezone(self.zone).date()
        asked = (received, days)
        if asked not in self._day_ends:
            self._day_ends[asked] = self._end_of_business_day(received, days)
        return self._day_ends[asked]

    def budget(self, start: Instant, days: int) -> int | None:
        """How much may elapse from *start* until open time ends on the *days*-th business day."""
        if days < 1:
            raise ValueError(f"{days} business days: the next one is 1")
        end = self.end_of_business_day(start, days)
        return None if end is None else self.elapsed(start, end)

    def due_on_business_day(self, start: Instant, days: int, pauses: Iterable[Pause] = ()) -> Instant | None:
        """When the budget of *days* is used up, *pauses* left out."""
        budget = self.budget(start, days)
        return None if budget is None else self.due(start, budget, pauses)

    def _end_of_business_day(self, received: date, days: int) -> Instant | None:
        day = received
        while day.year - received.year < _HORIZON:
            day += timedelta(days=1)
            begins, ends = midnight(self.zone, day), midnight(self.zone, day + timedelta(days=1))
            known = self._reaching(begins, ends)
            at = bisect_left(known.opens, ends) - 1
            if begins < ends and at >= 0 and known.closes[at] > begins:
                days -= 1
                if days == 0:
                    return min(known.closes[at], ends)
        return None

    def is_open(self, at: Instant) -> bool:
        """Whether *at* lies in open time."""
        known = self._reaching(at, at)
        index = bisect_right(known.opens, at) - 1
        return index >= 0 and at < known.closes[index]

    def next_open(self, at: Instant) -> Instant | None:
        """The next instant after *at* at which closed time ends."""
        known: _Expansion | None = self._reaching(at, at)
        while known is not None and self._ever_opens:
            index = bisect_right(known.opens, at)
            if index < len(known.opens):
                return known.opens[index]
            known = self._further(known, at) if self._may_change(known) else None
        return None

    def next_close(self, at: Instant) -> Instant | None:
        """The next instant after *at* at which open time ends."""
        known: _Expansion | None = self._reaching(at, at)
        while known is not None and self._ever_opens:
            index = bisect_right(known.closes, at)
            if index < len(known.closes) and known.closes[index] < known.ends:
                return known.closes[index]
            known = self._further(known, at) if self._may_change(known) else None
        return None

    def _may_change(self, known: _Expansion) -> bool:
        """Whether anything opens or closes after what is *known*."""
        return self._ever_closes or known.last_year <= self._last_holiday.year

    def spans(self, start: Instant, at: Instant) -> list[tuple[Instant, Instant]]:
        """The open intervals within [*start*, *at*), in order."""
        if at <= start:
            return []
        known = self._reaching(start, at)
        first = bisect_right(known.closes, start)
        last = bisect_left(known.opens, at)
        return [
            (max(start, known.opens[index]), min(at, known.closes[index]))
            for index in range(first, last)
            if known.closes[index] > start
        ]

    # ------------------------------------------------------------------ searching

    def _opened_before(self, start: Instant, begin: Instant) -> bool:
        """Whether there is open time in [*start*, *begin*)."""
        return self.elapsed(start, begin) > 0

    def _after(self, start: Instant, amount: int, *, late: bool) -> Instant | None:
        """The earliest (or *late*: the latest) instant at which *amount* of open time has passed since *start*."""
        known = self._reaching(start, start)
        wanted = _until(known, start) + amount
        while wanted >= known.total:
            further = self._further(known, start)
            if further is None:
                return None
            known = further
        index = (bisect_right if late else bisect_left)(known.before, wanted) - 1
        return known.opens[index] + wanted - known.before[index]

    # ------------------------------------------------------------------ expanding

    def _reaching(self, start: Instant, at: Instant) -> _Expansion:
        """An expansion with both instants in it."""
        known = self._known
        if known.begins <= start and at < known.ends:
            return known
        first, last = to_datetime(start).year, to_datetime(at).year
        if known.first_year <= known.last_year:
            first, last = min(first, known.first_year), max(last, known.last_year)
        return self._expand(first, last)

    def _further(self, known: _Expansion, start: Instant) -> _Expansion | None:
        """*known* and as many years again; None where that is too far from *start* to matter."""
        last = min(to_datetime(start).year + _HORIZON, _LAST_YEAR)
        if known.last_year >= last:
            return None
        years = known.last_year - known.first_year + 1
        return self._expand(known.first_year, min(known.last_year + years, last))

    def _expand(self, first: int, last: int) -> _Expansion:
        if first < _FIRST_YEAR or last > _LAST_YEAR:
            raise ValueError(f"schedules reach from the year {_FIRST_YEAR} to {_LAST_YEAR}")
        opens: list[Instant] = []
        closes: list[Instant] = []
        for year in range(first, last + 1):
            spans = self._years.get(year)
            if spans is None:
                spans = open_intervals_of_year(self.zone, self.week, self.holidays, year)
                self._years[year] = spans
            for start, end in spans:
                if closes and closes[-1] == start:
                    closes[-1] = end
                else:
                    opens.append(start)
                    closes.append(end)
        before: list[int] = []
        total = 0
        for start, end in zip(opens, closes, strict=True):
            before.append(total)
            total += end - start
        known = _Expansion(first, last, year_start(first), year_start(last + 1), opens, closes, before, total)
        self._known = known
        return known


def _until(known: _Expansion, at: Instant) -> int:
    """How much open time of *known* lies before *at*."""
    index = bisect_right(known.opens, at) - 1
    if index < 0:
        return 0
    close = known.closes[index]
    return known.before[index] + (at if at < close else close) - known.opens[index]
