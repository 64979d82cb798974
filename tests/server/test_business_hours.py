"""Business time against wall clocks: changes of the clocks, holidays, night shifts, closing times."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.server.business_hours import BusinessClock, zone_named

HOUR = 3_600
WEEKDAYS = [(day * 1_440 + 540, day * 1_440 + 1_020) for day in range(1, 6)]
"""Monday to Friday, 9:00 to 17:00."""


def at(text: str, zone: str = "America/New_York") -> int:
    """The second of a local wall time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.fixture
def new_york() -> BusinessClock:
    return BusinessClock(ZoneInfo("America/New_York"), WEEKDAYS, {date(2026, 11, 26)})


def test_a_weekend_does_not_count(new_york: BusinessClock) -> None:
    assert new_york.elapsed(at("2026-11-20T16:00"), at("2026-11-23T10:00")) == 2 * HOUR
    assert new_york.due(at("2026-11-20T16:00"), 2 * HOUR) == at("2026-11-23T10:00")


def test_a_holiday_does_not_count(new_york: BusinessClock) -> None:
    assert new_york.due(at("2026-11-25T16:00"), 2 * HOUR) == at("2026-11-27T10:00")
    assert new_york.elapsed(at("2026-11-26T00:00"), at("2026-11-27T00:00")) == 0


def test_a_target_that_ends_at_closing_time_is_due_at_closing_time(new_york: BusinessClock) -> None:
    assert new_york.due(at("2026-11-20T16:00"), HOUR) == at("2026-11-20T17:00")


def test_no_target_seconds_means_the_first_open_instant(new_york: BusinessClock) -> None:
    assert new_york.due(at("2026-11-20T17:00"), 0) == at("2026-11-23T09:00")
    assert new_york.due(at("2026-11-20T11:11"), 0) == at("2026-11-20T11:11")


def test_opening_follows_the_local_clock_across_its_changes(new_york: BusinessClock) -> None:
    before, after = at("2026-03-06T16:00"), at("2026-03-09T10:00")
    assert after - before == 65 * HOUR, "the night of the change is an hour short"
    assert new_york.elapsed(before, after) == 2 * HOUR
    assert new_york.due(before, 2 * HOUR) == after


def test_a_night_shift_over_the_spring_change_is_an_hour_short_and_over_the_autumn_change_an_hour_long() -> None:
    nights = BusinessClock(ZoneInfo("Europe/Berlin"), [(6 * 1_440 + 22 * 60, 7 * 1_440 + 6 * 60)])
    spring = nights.elapsed(at("2026-03-28T12:00", "Europe/Berlin"), at("2026-03-29T12:00", "Europe/Berlin"))
    autumn = nights.elapsed(at("2026-10-24T12:00", "Europe/Berlin"), at("2026-10-25T12:00", "Europe/Berlin"))
    assert (spring, autumn) == (7 * HOUR, 9 * HOUR)


def test_a_holiday_cuts_a_night_shift_at_midnight() -> None:
    nights = BusinessClock(ZoneInfo("Asia/Singapore"), [(1_440 + 22 * 60, 2 * 1_440 + 6 * 60)], {date(2026, 11, 24)})
    start, end = at("2026-11-23T12:00", "Asia/Singapore"), at("2026-11-24T12:00", "Asia/Singapore")
    assert nights.elapsed(start, end) == 2 * HOUR


def test_a_schedule_that_never_opens_has_no_due_time() -> None:
    assert BusinessClock(ZoneInfo("Asia/Singapore"), []).due(0, 60) is None


def test_questions_about_earlier_years_come_right_after_later_ones(new_york: BusinessClock) -> None:
    new_york.elapsed(at("2026-06-01T00:00"), at("2028-06-01T00:00"))
    assert new_york.elapsed(at("2023-06-01T10:00"), at("2023-06-01T12:00")) == 2 * HOUR


@given(start=st.integers(1_735_000_000, 1_800_000_000), seconds=st.integers(1, 5_000_000))
def test_what_is_due_is_the_earliest_instant_with_that_much_elapsed(start: int, seconds: int) -> None:
    clock = BusinessClock(ZoneInfo("Australia/Sydney"), WEEKDAYS, {date(2026, 1, 26)})
    due = clock.due(start, seconds)
    assert due is not None
    assert clock.elapsed(start, due) == seconds
    assert clock.elapsed(start, due - 1) == seconds - 1


def test_zone_names_of_both_kinds() -> None:
    assert zone_named("Eastern Time (US & Canada)").key == "America/New_York"
    assert zone_named("Australia/Sydney").key == "Australia/Sydney"


@pytest.mark.parametrize("name", ["CET", "AEST", "Nowhere/Town", "", "../etc/passwd"])
def test_other_zone_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        zone_named(name)


def test_a_schedule_from_the_wire_counts_inclusive_holidays() -> None:
    clock = BusinessClock.from_wire(
        {"time_zone": "Berlin", "intervals": [{"start_time": start, "end_time": end} for start, end in WEEKDAYS]},
        [{"start_date": "2026-12-24", "end_date": "2026-12-25"}],
    )
    assert clock.due(at("2026-12-23T16:30", "Europe/Berlin"), HOUR) == at("2026-12-28T09:30", "Europe/Berlin")
