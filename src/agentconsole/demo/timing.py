"""When things happen in the demo world: regions, working hours, and the flow of tickets over ninety days.

All instants are whole seconds since 1970 (UTC). Nothing here reads the clock.
"""

import random
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

HOUR = 3600
DAY = 86400
SPAN_DAYS = 90

# Share of the whole flow that arrives in the last two days and in the last three hours: an agent who opens the
# demo must find a desk at work, not an archive.
RECENT_SHARE = 0.065
RUSH_SHARE = 0.02
RECENT = 2 * DAY
RUSH = 3 * HOUR


class Region(NamedTuple):
    """A support region: *opens* and *closes* are local hours, Monday to Friday."""

    key: str
    title: str
    time_zone: str
    opens: int
    closes: int
    share: float


REGIONS = (
    Region("eu", "Europe", "Europe/Amsterdam", 8, 18, 0.36),
    Region("na", "North America", "America/New_York", 8, 20, 0.27),
    Region("apac", "Asia-Pacific", "Asia/Singapore", 9, 19, 0.19),
    Region("latam", "Latin America", "America/Sao_Paulo", 9, 19, 0.10),
    Region("anz", "Australia/NZ", "Australia/Sydney", 9, 18, 0.08),
)
REGION_INDEX = {region.key: index for index, region in enumerate(REGIONS)}

# Relative load of each local hour on a working day.
_HOURLY = (2, 1, 1, 1, 1, 2, 5, 14, 34, 52, 60, 56, 44, 47, 55, 52, 46, 36, 24, 16, 12, 9, 6, 3)


class Calendar:
    """The ninety days before *now*, as tables that answer in constant time.

    Attributes:
        start, now: the span's first and last second.
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("now must carry a time zone")
        self.now = int(now.timestamp())
        self.start = self.now - SPAN_DAYS * DAY
        # Two weeks beyond now: a reply's instant is computed first and dropped when it lies in the future.
        self._base = (self.start // HOUR - 1) * HOUR
        hours = (self.now - self._base) // HOUR + 14 * 24
        self._open = [self._next_openings(region, hours) for region in REGIONS]
        self._worked = [0]
        for index, opening in enumerate(self._open[0]):
            self._worked.append(self._worked[-1] + (HOUR if opening == self._base + index * HOUR else 0))
        self._edges: list[int] = []
        self._cumulative: list[float] = []
        self._mix: list[list[float]] = []
        self._weigh()
        self._days: dict[int, str] = {}

    def _next_openings(self, region: Region, hours: int) -> list[int]:
        """For each hour of the span: the instant itself when the desk is open, else when it next opens."""
        zone = ZoneInfo(region.time_zone)
        openings = [0] * hours
        upcoming = self._base + hours * HOUR
        for index in range(hours - 1, -1, -1):
            instant = self._base + index * HOUR
            local = datetime.fromtimestamp(instant, zone)
            if local.weekday() < 5 and region.opens <= local.hour < region.closes:
                upcoming = instant
            openings[index] = upcoming
        return openings

    def _weigh(self) -> None:
        """Lay out the density of arrivals hour by hour, then lift the last two days and the last three hours."""
        zones = [ZoneInfo(region.time_zone) for region in REGIONS]
        edges = [self.start]
        while edges[-1] + HOUR < self.now - RUSH:
            edges.append(edges[-1] + HOUR)
        edges.append(self.now - RUSH)
        edges += [self.now - RUSH + HOUR, self.now - RUSH + 2 * HOUR]
        weights: list[float] = []
        for edge in edges:
            mix = []
            for region, zone in zip(REGIONS, zones, strict=True):
                local = datetime.fromtimestamp(edge, zone)
                weekend = 0.16 if local.weekday() >= 5 else 1.0
                mix.append(region.share * _HOURLY[local.hour] * weekend)
            self._mix.append(_running(mix))
            weights.append(sum(mix))
        recent = [index for index, edge in enumerate(edges) if self.now - RECENT <= edge < self.now - RUSH]
        rush = [index for index, edge in enumerate(edges) if edge >= self.now - RUSH]
        early = [index for index, edge in enumerate(edges) if edge < self.now - RECENT]
        for part, share in (
            (early, 1 - RECENT_SHARE - RUSH_SHARE),
            (recent, RECENT_SHARE),
            (rush, RUSH_SHARE),
        ):
            total = sum(weights[index] for index in part)
            for index in part:
                weights[index] *= share / total
        self._edges = [*edges, self.now]
        self._cumulative = _running(weights)

    def arrival(self, quantile: float) -> tuple[int, int]:
        """Return (instant, slot) at *quantile* (0 ≤ q < 1) of the flow; later quantiles never come earlier."""
        slot = bisect_right(self._cumulative, quantile)
        low = self._cumulative[slot - 1] if slot else 0.0
        inside = (quantile - low) / (self._cumulative[slot] - low)
        first, last = self._edges[slot], self._edges[slot + 1]
        return first + int(inside * (last - first)), slot

    def region(self, slot: int, draw: float) -> int:
        """Return the index of the region that a ticket of *slot* comes from."""
        return bisect_right(self._mix[slot], draw * 0.999999)

    def working(self, instant: int, region: int) -> int:
        """Return *instant* or, when the region's desk is closed, its next opening."""
        opening = self._open[region][(instant - self._base) // HOUR]
        return opening if opening > instant else instant

    def later(self, instant: int, seconds: float, region: int, around_the_clock: bool) -> int:
        """Return the instant *seconds* of working time after *instant*; sleep is skipped unless *around_the_clock*."""
        if around_the_clock or instant > self.now:
            return instant + int(seconds)
        begun = self.working(instant, region)
        ended = begun + int(seconds)
        if ended > self.now:
            return ended
        rolled = self.working(ended, region)
        # What was left of the evening is done the next morning, not at the first second of it.
        return rolled + int(seconds) % (2 * HOUR) if rolled > ended else ended

    def before_now(self, seconds: float) -> int:
        """Return the instant since which *seconds* of working time have passed in the first region."""
        opened = self._worked[(self.now - self._base) // HOUR] - seconds
        slot = max(0, bisect_right(self._worked, opened) - 1)
        return self._base + slot * HOUR + int(max(0.0, opened - self._worked[slot])) % HOUR

    def iso(self, instant: int) -> str:
        """Return *instant* as the wire's `YYYY-MM-DDTHH:MM:SSZ`."""
        day, second = divmod(instant, DAY)
        prefix = self._days.get(day)
        if prefix is None:
            prefix = self._days[day] = datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%dT")
        minute, second = divmod(second, 60)
        hour, minute = divmod(minute, 60)
        return "%s%02d:%02d:%02dZ" % (prefix, hour, minute, second)  # noqa: UP031 (twice as fast as an f-string here)


def _running(weights: list[float]) -> list[float]:
    total = sum(weights)
    running, result = 0.0, []
    for weight in weights:
        running += weight / total
        result.append(running)
    result[-1] = 1.0
    return result


def human_delay(rng: random.Random, median: float) -> float:
    """Return seconds around *median* with the long tail that people's answers have."""
    return min(median * float(2.718281828 ** rng.gauss(0.0, 0.75)), median * 9)


def _easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous algorithm)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the *number*-th *weekday* (Monday 0) of a month; −1 is the last."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7)


_LUNAR_NEW_YEAR = {
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23),
}  # fmt: skip


def holidays(region: str, year: int) -> list[tuple[str, date]]:
    """Return the public holidays a region's support centre keeps in *year*, in date order."""
    easter = _easter(year)
    days: list[tuple[str, date]] = [("New Year's Day", date(year, 1, 1)), ("Christmas Day", date(year, 12, 25))]
    if region == "na":
        days += [
            ("Martin Luther King Jr. Day", _nth(year, 1, 0, 3)),
            ("Memorial Day", _nth(year, 5, 0, -1)),
            ("Juneteenth", date(year, 6, 19)),
            ("Independence Day", date(year, 7, 4)),
            ("Labor Day", _nth(year, 9, 0, 1)),
            ("Thanksgiving", _nth(year, 11, 3, 4)),
        ]
    elif region == "eu":
        days += [
            ("Good Friday", easter - timedelta(2)),
            ("Easter Monday", easter + timedelta(1)),
            ("King's Day", date(year, 4, 27)),
            ("Labour Day", date(year, 5, 1)),
            ("Ascension Day", easter + timedelta(39)),
            ("Whit Monday", easter + timedelta(50)),
            ("Second Christmas Day", date(year, 12, 26)),
        ]
    elif region == "apac":
        days += [
            ("Good Friday", easter - timedelta(2)),
            ("Labour Day", date(year, 5, 1)),
            ("National Day", date(year, 8, 9)),
        ]
        if year in _LUNAR_NEW_YEAR:
            lunar = date(year, *_LUNAR_NEW_YEAR[year])
            days += [("Lunar New Year", lunar), ("Second day of Lunar New Year", lunar + timedelta(1))]
    elif region == "latam":
        days += [
            ("Carnival Monday", easter - timedelta(48)),
            ("Carnival Tuesday", easter - timedelta(47)),
            ("Good Friday", easter - timedelta(2)),
            ("Tiradentes", date(year, 4, 21)),
            ("Labour Day", date(year, 5, 1)),
            ("Corpus Christi", easter + timedelta(60)),
            ("Independence Day", date(year, 9, 7)),
            ("Our Lady of Aparecida", date(year, 10, 12)),
            ("Republic Day", date(year, 11, 15)),
            ("Black Awareness Day", date(year, 11, 20)),
        ]
    elif region == "anz":
        days += [
            ("Australia Day", date(year, 1, 26)),
            ("Good Friday", easter - timedelta(2)),
            ("Easter Monday", easter + timedelta(1)),
            ("ANZAC Day", date(year, 4, 25)),
            ("King's Birthday", _nth(year, 6, 0, 2)),
            ("Labour Day", _nth(year, 10, 0, 1)),
            ("Boxing Day", date(year, 12, 26)),
        ]
    return sorted(days, key=lambda entry: entry[1])
