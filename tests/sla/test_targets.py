"""The five kinds of targets: how they are written, and that none becomes another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from agentconsole.domain.instant import HOUR, Instant, from_datetime
from agentconsole.sla import Schedule
from agentconsole.sla.holidays import public_holidays
from agentconsole.sla.open_time import Deadline
from agentconsole.sla.targets import NO_DEADLINE, Kind, Target, read_target
from tests.sla.making import berlin, office


def instant(text: str) -> Instant:
    return from_datetime(berlin(text))


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("4 business hours", Target(Kind.BUSINESS, 14_400), "4 business hours"),
        ("30 business minutes", Target(Kind.BUSINESS, 1800), "30 business minutes"),
        ("60 business minutes", Target(Kind.BUSINESS, 3600), "1 business hour"),
        ("1 hour", Target(Kind.CALENDAR, 3600), "1 hour"),
        ("1 calendar hour", Target(Kind.CALENDAR, 3600), "1 hour"),
        ("45 minutes", Target(Kind.CALENDAR, 2700), "45 minutes"),
        ("90  Minutes", Target(Kind.CALENDAR, 5400), "90 minutes"),
        ("2 business days", Target(Kind.BUSINESS_DAYS, 2), "2 business days"),
        ("1 business day", Target(Kind.BUSINESS_DAYS, 1), "next business day"),
        ("next business day", Target(Kind.BUSINESS_DAYS, 1), "next business day"),
        ("1 week", Target(Kind.WEEKS, 1), "1 week"),
        ("2 weeks", Target(Kind.WEEKS, 2), "2 weeks"),
        ("none", Target(Kind.NONE), "none"),
    ],
)
def test_targets_are_read_and_said_in_the_same_words(text: str, target: Target, words: str) -> None:
    assert read_target(text) == target
    assert target.in_words() == words
    assert read_target(words) == target


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "is not a target: write"),
        ("soon", "is not a target: write"),
        ("4h", "is not a target: write"),
        ("-1 hours", "is not a target: write"),
        ("3 days", "72 hours or 3 business days: write which"),
        ("0 business days", "next business day"),
        ("2 business weeks", '"10 business days" if those are meant'),
    ],
)
def test_what_is_no_target_says_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        read_target(text)


def test_a_week_is_168_real_hours_and_not_five_business_days() -> None:
    # received Thursday 26 March; the clocks go forward on the 29th
    start, hours = instant("2026-03-26 16:00"), office().hours
    week = read_target("1 week").deadline(start, hours)
    assert week == Deadline(instant("2026-04-02 17:00"), instant("2026-04-02 17:00"))
    assert week.due_at == start + 168 * HOUR
    days = read_target("5 business days").deadline(start, hours)
    assert days == Deadline(instant("2026-04-02 17:00"), instant("2026-04-03 09:00"))
    assert read_target("1 week").deadline(instant("2026-03-28 03:00"), hours).due_at == instant("2026-04-04 04:00")


def test_calendar_time_ignores_hours_and_holidays_but_not_pauses() -> None:
    shut = Schedule("Europe/Berlin", {}, [date(2026, 3, 7)]).hours
    start = instant("2026-03-07 10:00")
    assert read_target("1 hour").deadline(start, shut).due_at == start + HOUR
    pause = (start + HOUR // 2, start + HOUR)
    assert read_target("1 hour").deadline(start, None, [pause]).due_at == start + HOUR + HOUR // 2
    assert read_target("1 hour").deadline(start, None, [(start, None)]) == NO_DEADLINE


def test_calendar_pauses_that_begin_when_it_is_due() -> None:
    start = instant("2026-03-07 10:00")
    deadline = read_target("1 hour").deadline(start, None, [(start + HOUR, start + 2 * HOUR)])
    assert deadline == Deadline(start + HOUR, start + 2 * HOUR)


def test_none_is_never_due_and_never_late() -> None:
    assert read_target("none").deadline(instant("2026-03-07 10:00"), office().hours) == NO_DEADLINE


@pytest.mark.parametrize("text", ["4 business hours", "next business day"])
def test_business_targets_need_a_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="without a schedule"):
        read_target(text).deadline(instant("2026-03-07 10:00"), None)


def test_next_business_day_is_late_after_the_opening_that_follows() -> None:
    deadline = read_target("next business day").deadline(instant("2026-03-06 10:00"), office().hours)
    assert deadline == Deadline(instant("2026-03-09 17:00"), instant("2026-03-10 09:00"))


# ---------------------------------------------------------------------- holidays of countries


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("NL", date(2026, 4, 27), "King's Day"),
        ("DE-BE", date(2026, 3, 8), "Women's Day"),
        ("us-ny", date(2026, 11, 26), "Thanksgiving Day"),
    ],
)
def test_countries_and_their_parts_have_calendars(code: str, day: date, name: str) -> None:
    assert public_holidays(code, [2026])[day] == name


def test_a_part_has_holidays_that_the_country_does_not() -> None:
    assert set(public_holidays("DE-BE", [2026])) - set(public_holidays("DE", [2026])) == {date(2026, 3, 8)}


def test_no_year_beside_those_asked_for() -> None:
    assert {day.year for day in public_holidays("NL", range(2024, 2027))} == {2024, 2025, 2026}


@pytest.mark.parametrize(("code", "advice"), [("XX", "country's code"), ("NLD", "country's code"), ("DE-XX", "BE, BW")])
def test_unknown_calendars_are_refused_with_what_there_is(code: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        public_holidays(code, [2026])


def test_a_schedule_closes_on_them() -> None:
    schedule = Schedule("Europe/Amsterdam", {"mon": [("09:00", "17:00")]}, public_holidays("NL", [2026]))
    before = berlin("2026-04-25 12:00")
    assert schedule.next_open(before) == berlin("2026-04-27 12:00") + timedelta(days=7, hours=-3)
