"""Thousands of cases against answers that this project did not compute.

Each oracle is asked only where it is known to be right:

* ``businesstimedelta`` (on pytz) counts real seconds of daytime hours with lunch breaks, across clock changes, forwards
  and backwards. It misreads night shifts and holidays near midnight, so it gets neither.
* PostgreSQL's multiranges, with its own time zone engine, unite the open intervals (nights, overlaps, split days), cut
  holidays out, cut pauses out, intersect and sum. It reads a wall time that occurs twice as the second occurrence and
  we as the first, so no case opens or closes within a repeated hour; nights *across* it are in. Needs its program.
* numpy's business days check which date is the Nth business day, with holidays.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import businesstimedelta
import numpy as np
import psycopg
import pytest
import pytz

from agentconsole.sla import Schedule
from agentconsole.sla.hours import WEEKDAYS
from tests.support.postgres import OWNER, NotInstalled, cluster

ZONES = ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Singapore", "Australia/Sydney")
CHANGES = (  # dates near which clocks change in one of the zones
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2018, 11, 4),
    date(2018, 2, 18),
)


def moment(random_: random.Random) -> datetime:
    """Any second near a clock change, or of six years."""
    if random_.random() < 0.5:
        day = random_.choice(CHANGES)
        base = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=6)
        return base + timedelta(seconds=random_.randrange(9 * 86_400))
    return datetime(2022, 1, 1, tzinfo=UTC) + timedelta(seconds=random_.randrange(6 * 365 * 86_400))


# ---------------------------------------------------------------------- daytime hours: businesstimedelta


def test_elapsed_and_due_agree_with_businesstimedelta() -> None:
    random_ = random.Random(20261122)
    compared = 0
    for _ in range(60):
        zone = random_.choice(ZONES)
        days = sorted(random_.sample(range(7), random_.randint(1, 7)))
        opens, lunch, back, closes = sorted(random_.sample(range(4 * 60, 23 * 60), 4))
        tz = pytz.timezone(zone)
        rules = businesstimedelta.Rules(
            [
                businesstimedelta.WorkDayRule(wall(opens), wall(closes), days, tz=tz),
                businesstimedelta.LunchTimeRule(wall(lunch), wall(back), days, tz=tz),
            ]
        )
        hours = [(text(opens), text(lunch)), (text(back), text(closes))]
        schedule = Schedule(zone, {WEEKDAYS[day]: hours for day in days})
        for _ in range(40):
            start = moment(random_)
            end = start + timedelta(seconds=random_.randrange(8 * 86_400))
            difference = rules.difference(start, end).timedelta
            assert schedule.elapsed(start, end) == difference.total_seconds(), (zone, days, hours, start, end)
            seconds = random_.randrange(1, 60 * 3600)
            due = start + businesstimedelta.BusinessTimeDelta(rules, seconds=seconds)
            assert schedule.due(start, seconds) == due.astimezone(UTC), (zone, days, hours, start, seconds)
            compared += 2
    assert compared == 4800


def wall(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# ---------------------------------------------------------------------- business days: numpy


def test_business_days_agree_with_numpy() -> None:
    random_ = random.Random(3)
    for _ in range(2000):
        zone = random_.choice(ZONES)
        days = sorted(random_.sample(range(7), random_.randint(1, 7)))
        received = moment(random_)
        local = received.astimezone(pytz.timezone(zone)).date()
        holidays = [local + timedelta(days=random_.randrange(-3, 20)) for _ in range(random_.randrange(6))]
        number = random_.randint(1, 15)
        schedule = Schedule(zone, {WEEKDAYS[day]: [("09:00", "17:00")] for day in days}, holidays)
        mask = [day in days for day in range(7)]
        # numpy counts the date itself when it is a business day; "backward" from a closed one gives the same start
        expected = np.busday_offset(local, number, roll="backward", weekmask=mask, holidays=holidays).astype(object)
        closing = pytz.timezone(zone).localize(datetime.combine(expected, time(17)))
        assert schedule.due_business_days(received, number) == closing.astimezone(UTC)


# ---------------------------------------------------------------------- nights, holidays, pauses: PostgreSQL


class Case(NamedTuple):
    """One schedule and one question. Times are ISO 8601 in UTC; ``weekly`` is by weekday, Monday 0, in minutes."""

    zone: str
    weekly: dict[int, list[tuple[int, int]]]
    holidays: list[str]
    pauses: list[tuple[str, str]]
    start: str
    end: str


ELAPSED = """
WITH asked AS (
    SELECT n, one->>0 AS zone, one->1 AS weekly, one->2 AS holidays, one->3 AS pauses,
           (one->>4)::timestamptz AS since, (one->>5)::timestamptz AS until
    FROM json_array_elements(%s::json) WITH ORDINALITY AS list (one, n)
)
SELECT coalesce(extract(epoch FROM (
    SELECT sum(upper(span) - lower(span)) FROM unnest(
        (coalesce((
            SELECT range_agg(tstzrange(opens AT TIME ZONE zone, closes AT TIME ZONE zone))
            FROM generate_series((since AT TIME ZONE zone)::date - 3, (until AT TIME ZONE zone)::date + 3,
                                 interval '1 day') AS day,
                 json_array_elements(weekly -> (extract(isodow FROM day) - 1)::text) AS hours,
                 LATERAL (SELECT day::timestamp + (hours->>0)::int * interval '1 minute' AS opens,
                                 day::timestamp + (hours->>1)::int * interval '1 minute' AS closes) AS walls
            WHERE opens AT TIME ZONE zone < closes AT TIME ZONE zone
        ), '{}'::tstzmultirange)
        - coalesce((
            SELECT range_agg(tstzrange(day::date::timestamp AT TIME ZONE zone,
                                       (day::date + 1)::timestamp AT TIME ZONE zone))
            FROM json_array_elements_text(holidays) AS day
        ), '{}'::tstzmultirange)
        - coalesce((
            SELECT range_agg(tstzrange((pause->>0)::timestamptz, (pause->>1)::timestamptz))
            FROM json_array_elements(pauses) AS pause
        ), '{}'::tstzmultirange))
        * tstzmultirange(tstzrange(since, until))
    ) AS span
)), 0)::bigint
FROM asked ORDER BY n
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection]:
    try:
        with (
            cluster() as running,
            psycopg.connect(host="127.0.0.1", port=running.port, user=OWNER, dbname="postgres") as connection,
        ):
            yield connection
    except NotInstalled as missing:
        pytest.fail(str(missing), pytrace=False)


def ask(postgres: psycopg.Connection, cases: list[Case]) -> list[int]:
    return [int(row[0]) for row in postgres.execute(ELAPSED, (json.dumps(cases),))]


def hours_outside_of_repeated_ones(random_: random.Random) -> tuple[int, int]:
    """Opening and closing in minutes of the day; the end may lie in the next day. None between 00:00 and 03:01."""
    start = random_.randrange(3 * 60 + 1, 23 * 60)
    end = random_.randrange(3 * 60 + 1, 24 * 60)
    return start, end if end > start else end + 24 * 60


def scheduled(random_: random.Random) -> tuple[Schedule, Case]:
    zone = random_.choice(ZONES[:1] + ZONES[1:2] + ZONES[3:])  # São Paulo's clocks changed at midnight, on holidays too
    start = moment(random_)
    end = start + timedelta(seconds=random_.randrange(30 * 86_400))
    weekly = {
        day: [hours_outside_of_repeated_ones(random_) for _ in range(random_.randint(1, 3))]
        for day in random_.sample(range(7), random_.randint(1, 7))
    }
    if random_.random() < 0.1:
        weekly = {day: [(0, 24 * 60)] for day in range(7)}
    holidays = [(start + timedelta(days=random_.randrange(-2, 25))).date() for _ in range(random_.randrange(5))]
    pauses = []
    for _ in range(random_.randrange(4)):
        begin = start + timedelta(seconds=random_.randrange(-5 * 86_400, 30 * 86_400))
        pauses.append((begin, begin + timedelta(seconds=random_.randrange(6 * 86_400))))
    schedule = Schedule(
        zone,
        {
            WEEKDAYS[day]: [(text(first), text(last % 1440) if last != 1440 else "24:00") for first, last in hours]
            for day, hours in weekly.items()
        },
        holidays,
    )
    return schedule, Case(
        zone,
        weekly,
        [str(day) for day in holidays],
        [(begin.isoformat(), finish.isoformat()) for begin, finish in pauses],
        start.isoformat(),
        end.isoformat(),
    )


def pauses_of(case: Case) -> list[tuple[datetime, datetime | None]]:
    return [(datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in case.pauses]


@pytest.mark.postgres
def test_elapsed_agrees_with_postgresql(postgres: psycopg.Connection) -> None:
    random_ = random.Random(7)
    made = [scheduled(random_) for _ in range(2000)]
    expected = ask(postgres, [case for _, case in made])
    nights = 0
    for (schedule, case), seconds in zip(made, expected, strict=True):
        start, end = datetime.fromisoformat(case.start), datetime.fromisoformat(case.end)
        assert schedule.elapsed(start, end, pauses_of(case)) == seconds, case
        nights += any(last > 24 * 60 for hours in case.weekly.values() for _, last in hours)
    assert nights > 700


@pytest.mark.postgres
def test_due_and_breach_are_the_edges_of_what_postgresql_counts(postgres: psycopg.Connection) -> None:
    """At due the target has elapsed, a second earlier not yet; at breach_at it has, a second later it is exceeded."""
    random_ = random.Random(11)
    cases: list[Case] = []
    wanted: list[tuple[int, int]] = []
    while len(cases) < 4 * 800:
        schedule, case = scheduled(random_)
        start, seconds = datetime.fromisoformat(case.start), random_.randrange(2, 40 * 3600)
        pauses = pauses_of(case)
        due, breach = schedule.due(start, seconds, pauses), schedule.breach_at(start, seconds, pauses)
        assert due is not None
        assert breach is not None
        assert start < due <= breach
        second = timedelta(seconds=1)
        cases += [case._replace(end=each.isoformat()) for each in (due - second, due, breach, breach + second)]
        wanted.append((seconds, len(cases)))
    counted = ask(postgres, cases)
    for seconds, end in wanted:
        assert counted[end - 4 : end] == [seconds - 1, seconds, seconds, seconds + 1], cases[end - 4 : end]
