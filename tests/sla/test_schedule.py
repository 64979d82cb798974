"""What open time, due and late mean, each by a case small enough to check by hand.

In 2026 Berlin's clocks go forward on 29 March at 02:00 and back on 25 October at 03:00; both are Sundays.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole.sla import Schedule
from tests.sla.making import EVERY_DAY, at, berlin, office, week

HOUR = 3600


# ---------------------------------------------------------------------- what a schedule takes


@pytest.mark.parametrize("tz", ["CET", "AEST", "EST", "Berlin", "Europe/Nowhere", "", "+01:00", "../etc/passwd"])
def test_abbreviations_and_unknown_zones_are_refused(tz: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Schedule(tz, {})


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        ({"monday": [("09:00", "17:00")]}, "'monday' is not a day"),
        ({"mon": [("9:00", "17:00")]}, "'9:00' is not a time of day"),
        ({"mon": [("09:00", "24:01")]}, "'24:01' is not a time of day"),
        ({"mon": [("09:60", "17:00")]}, "'09:60' is not a time of day"),
        ({"mon": [("24:00", "06:00")]}, '"24:00" can end a day, not begin one'),
        ({"mon": [("09:00",)]}, "is not a pair of times"),
        ({"mon": ["09:00-17:00"]}, "is not a pair of times"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_by_name(weekly: dict[str, list[tuple[str, str]]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Schedule("Europe/Berlin", weekly)


def test_a_holiday_is_a_date_and_not_a_moment() -> None:
    with pytest.raises(ValueError, match="is not a date"):
        Schedule("Europe/Berlin", {}, [datetime(2026, 12, 25, tzinfo=UTC)])


def test_datetimes_without_a_zone_raise_everywhere() -> None:
    naive, aware = datetime(2026, 3, 2, 9), at("2026-03-02 09:00")  # noqa: DTZ001
    schedule = office()
    for ask in (
        lambda: schedule.elapsed(naive, aware),
        lambda: schedule.elapsed(aware, naive),
        lambda: schedule.elapsed(aware, aware, [(naive, None)]),
        lambda: schedule.elapsed(aware, aware, [(aware, naive)]),
        lambda: schedule.due(naive, 1),
        lambda: schedule.due(aware, 1, [(aware, naive)]),
        lambda: schedule.breach_at(naive, 1),
        lambda: schedule.due_business_days(naive, 1),
        lambda: schedule.is_open(naive),
        lambda: schedule.next_open(naive),
        lambda: schedule.next_close(naive),
    ):
        with pytest.raises(ValueError, match="no time zone"):
            ask()


def test_negative_amounts_and_the_zeroth_business_day_are_refused() -> None:
    with pytest.raises(ValueError, match="can't elapse"):
        office().due(at("2026-03-02 09:00"), -1)
    with pytest.raises(ValueError, match="the next one is 1"):
        office().due_business_days(at("2026-03-02 09:00"), 0)


def test_answers_are_aware_and_in_utc_whatever_zone_asked() -> None:
    due = office().due(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Singapore")), HOUR)
    assert due == berlin("2026-03-02 10:00")
    assert due is not None
    assert due.tzinfo is UTC


# ---------------------------------------------------------------------- open time


def test_opening_belongs_to_open_time_and_closing_does_not() -> None:
    schedule = office()
    assert schedule.is_open(berlin("2026-03-02 09:00"))
    assert schedule.is_open(berlin("2026-03-02 16:59:59"))
    assert not schedule.is_open(berlin("2026-03-02 17:00"))


def test_intervals_that_overlap_or_touch_are_one() -> None:
    schedule = Schedule("Europe/Berlin", {"mon": [("12:00", "15:00"), ("09:00", "12:30"), ("15:00", "17:00")]})
    assert schedule.elapsed(berlin("2026-03-02 00:00"), berlin("2026-03-03 00:00")) == 8 * HOUR
    assert schedule.next_close(berlin("2026-03-02 09:00")) == berlin("2026-03-02 17:00")


def test_an_end_at_or_before_its_start_runs_past_midnight() -> None:
    night = Schedule("Europe/Berlin", {"fri": [("22:00", "06:00")]})
    assert night.elapsed(berlin("2026-03-06 00:00"), berlin("2026-03-08 00:00")) == 8 * HOUR
    whole_day = Schedule("Europe/Berlin", {"fri": [("09:00", "09:00")]})
    assert whole_day.elapsed(berlin("2026-03-06 00:00"), berlin("2026-03-08 00:00")) == 24 * HOUR


@pytest.mark.parametrize("end", ["24:00", "00:00"])
def test_midnight_may_end_a_day(end: str) -> None:
    schedule = Schedule("Europe/Berlin", {"fri": [("22:00", end)]})
    assert schedule.next_close(berlin("2026-03-06 22:00")) == berlin("2026-03-07 00:00")


def test_a_night_shift_over_the_spring_change_is_an_hour_shorter() -> None:
    night = Schedule("Europe/Berlin", {"sat": [("22:00", "06:00")]})
    assert night.elapsed(berlin("2026-03-28 12:00"), berlin("2026-03-29 12:00")) == 7 * HOUR


def test_a_night_shift_over_the_autumn_change_is_an_hour_longer() -> None:
    night = Schedule("Europe/Berlin", {"sat": [("22:00", "06:00")]})
    assert night.elapsed(berlin("2026-10-24 12:00"), berlin("2026-10-25 12:00")) == 9 * HOUR


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        (("02:30", "04:00"), "2026-03-29 03:30", "2026-03-29 04:00"),  # 02:30 is read with winter's offset: 03:30
        (("01:00", "02:30"), "2026-03-29 01:00", "2026-03-29 03:30"),
    ],
)
def test_a_skipped_wall_time_is_read_with_the_offset_before(hours: tuple[str, str], opens: str, closes: str) -> None:
    schedule = Schedule("Europe/Berlin", {"sun": [hours]})
    assert schedule.next_open(berlin("2026-03-29 00:00")) == berlin(opens)
    assert schedule.next_close(berlin("2026-03-29 00:00")) == berlin(closes)


def test_hours_within_the_skipped_hour_do_not_take_place() -> None:
    schedule = Schedule("Europe/Berlin", {"sun": [("02:45", "03:15")]})
    assert schedule.elapsed(berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")) == 0


def test_a_wall_time_that_occurs_twice_is_the_first() -> None:
    schedule = Schedule("Europe/Berlin", {"sun": [("02:30", "04:00")]})
    assert schedule.next_open(berlin("2026-10-25 00:00")) == berlin("2026-10-25 02:30", fold=0)
    assert schedule.elapsed(berlin("2026-10-25 00:00"), berlin("2026-10-25 12:00")) == 5 * HOUR // 2


def test_a_holiday_is_closed_from_midnight_to_midnight() -> None:
    schedule = Schedule("Europe/Berlin", week(("00:00", "24:00"), days=EVERY_DAY), [date(2026, 12, 25)])
    start, end = berlin("2026-12-24 00:00"), berlin("2026-12-27 00:00")
    assert schedule.elapsed(start, end) == 2 * 24 * HOUR
    assert schedule.is_open(berlin("2026-12-24 23:59:59"))
    assert not schedule.is_open(berlin("2026-12-25 00:00"))
    assert schedule.is_open(berlin("2026-12-26 00:00"))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 3, 30), 24), (date(2026, 10, 25), 25)])
def test_a_holiday_takes_its_date_whatever_its_length(day: date, hours: int) -> None:
    always = week(("00:00", "24:00"), days=EVERY_DAY)
    start = berlin(f"{day} 00:00") - timedelta(days=2)
    end = start + timedelta(days=5)
    closed = Schedule("Europe/Berlin", always).elapsed(start, end) - Schedule("Europe/Berlin", always, [day]).elapsed(
        start, end
    )
    assert closed == hours * HOUR


def test_a_night_shift_is_cut_at_a_holidays_midnight_and_its_other_half_stays() -> None:
    nights = week(("22:00", "06:00"), days=("thu", "fri"))
    schedule = Schedule("Europe/Berlin", nights, [date(2026, 3, 6)])  # the Friday
    assert schedule.elapsed(berlin("2026-03-05 12:00"), berlin("2026-03-06 12:00")) == 2 * HOUR
    assert schedule.elapsed(berlin("2026-03-06 12:00"), berlin("2026-03-07 12:00")) == 6 * HOUR
    assert schedule.next_open(berlin("2026-03-06 12:00")) == berlin("2026-03-07 00:00")


def test_a_date_that_a_zone_skipped_can_be_a_holiday() -> None:
    # Samoa went from 29 to 31 December 2011
    schedule = Schedule("Pacific/Apia", week(("00:00", "24:00"), days=EVERY_DAY), [date(2011, 12, 30)])
    start, end = at("2011-12-29 00:00", "Pacific/Apia"), at("2012-01-01 00:00", "Pacific/Apia")
    assert schedule.elapsed(start, end) == 48 * HOUR


def test_midnights_that_do_not_exist_and_ones_that_occur_twice() -> None:
    always = week(("00:00", "24:00"), days=EVERY_DAY)
    # São Paulo skipped 00:00 to 01:00 on 4 November 2018; Havana repeats 00:00 to 01:00 on 1 November 2026
    skipped = Schedule("America/Sao_Paulo", always, [date(2018, 11, 4)])
    assert skipped.next_close(at("2018-11-03 12:00", "America/Sao_Paulo")) == at("2018-11-04 03:00")
    repeated = Schedule("America/Havana", always, [date(2026, 11, 1)])
    closes = repeated.next_close(at("2026-10-31 12:00", "America/Havana"))
    opens = repeated.next_open(at("2026-10-31 12:00", "America/Havana"))
    assert closes is not None
    assert opens is not None
    assert opens - closes == timedelta(hours=25)


# ---------------------------------------------------------------------- openings and closings


def test_the_next_opening_and_closing_are_after_the_moment_asked_for() -> None:
    schedule = office()
    assert schedule.next_open(berlin("2026-03-06 12:00")) == berlin("2026-03-09 09:00")
    assert schedule.next_open(berlin("2026-03-09 09:00")) == berlin("2026-03-10 09:00")
    assert schedule.next_close(berlin("2026-03-06 12:00")) == berlin("2026-03-06 17:00")
    assert schedule.next_close(berlin("2026-03-06 17:00")) == berlin("2026-03-09 17:00")


def test_what_never_closes_closes_on_its_holidays_only() -> None:
    always = week(("00:00", "24:00"), days=EVERY_DAY)
    forever = Schedule("UTC", always)
    assert forever.next_close(at("2026-03-02 00:00")) is None
    assert forever.next_open(at("2026-03-02 00:00")) is None
    one_day_off = Schedule("UTC", always, [date(2040, 1, 1)])
    assert one_day_off.next_close(at("2026-03-02 00:00")) == at("2040-01-01 00:00")
    assert one_day_off.next_open(at("2026-03-02 00:00")) == at("2040-01-02 00:00")
    assert one_day_off.next_close(at("2040-01-01 00:00")) is None


def test_what_never_opens_has_no_due_time() -> None:
    shut = Schedule("UTC", {})
    start = at("2026-03-02 00:00")
    assert not shut.is_open(start)
    assert shut.next_open(start) is None
    assert shut.next_close(start) is None
    assert shut.due(start, 0) is None
    assert shut.breach_at(start, 1) is None
    assert shut.due_business_days(start, 1) is None
    assert shut.elapsed(start, start + timedelta(days=400)) == 0


# ---------------------------------------------------------------------- elapsed and due


def test_elapsed_is_whole_seconds_and_never_negative() -> None:
    schedule = office()
    start = berlin("2026-03-02 09:00")
    assert schedule.elapsed(start, start + timedelta(seconds=61, microseconds=999_999)) == 61
    assert schedule.elapsed(start, start - timedelta(days=3)) == 0


def test_due_and_breach_are_the_same_within_open_time() -> None:
    schedule = office()
    start = berlin("2026-03-06 16:00")
    assert schedule.due(start, 2 * HOUR) == schedule.breach_at(start, 2 * HOUR) == berlin("2026-03-09 10:00")


def test_at_a_closing_time_it_is_due_then_and_late_after_the_next_opening() -> None:
    schedule = office()
    start = berlin("2026-03-06 16:00")
    assert schedule.due(start, HOUR) == berlin("2026-03-06 17:00")
    assert schedule.breach_at(start, HOUR) == berlin("2026-03-09 09:00")


def test_zero_is_due_at_the_first_open_unpaused_instant() -> None:
    schedule = office()
    assert schedule.due(berlin("2026-03-02 10:00"), 0) == berlin("2026-03-02 10:00")
    assert schedule.due(berlin("2026-03-02 17:00"), 0) == berlin("2026-03-03 09:00")
    pause = (berlin("2026-03-03 08:00"), berlin("2026-03-03 11:00"))
    assert schedule.due(berlin("2026-03-02 17:00"), 0, [pause]) == berlin("2026-03-03 11:00")
    assert schedule.due(berlin("2026-03-03 10:00"), 0, [(pause[0], None)]) is None


def test_clock_changes_count_real_seconds() -> None:
    always = Schedule("Europe/Berlin", week(("00:00", "24:00"), days=EVERY_DAY))
    assert always.due(berlin("2026-03-28 12:00"), 24 * HOUR) == berlin("2026-03-29 13:00")
    assert always.due(berlin("2026-10-24 12:00"), 24 * HOUR) == berlin("2026-10-25 11:00")


def test_starts_before_and_after_all_that_was_asked_so_far() -> None:
    schedule = office()
    for year in (2026, 1999, 2031, 2012):
        assert schedule.due(berlin(f"{year}-12-31 23:00"), 0) == schedule.next_open(berlin(f"{year}-12-31 23:00"))
    assert schedule.elapsed(berlin("1999-01-01 00:00"), berlin("2031-01-01 00:00")) == sum(
        8 * HOUR
        for number in range((date(2031, 1, 1) - date(1999, 1, 1)).days)
        if (date(1999, 1, 1) + timedelta(days=number)).weekday() < 5
    )


def test_a_night_over_new_year_is_one_interval() -> None:
    night = Schedule("UTC", {"thu": [("22:00", "06:00")]})  # 31 December 2026 is a Thursday
    assert night.elapsed(at("2026-12-31 00:00"), at("2027-01-02 00:00")) == 8 * HOUR
    assert night.next_close(at("2026-12-31 23:00")) == at("2027-01-01 06:00")
    assert night.due(at("2026-12-31 23:00"), 3 * HOUR) == at("2027-01-01 02:00")


def test_several_threads_may_ask_for_different_years_at_once() -> None:
    schedule = office()
    years = list(range(1995, 2035)) * 3

    def ask(year: int) -> datetime | None:
        return schedule.due(berlin(f"{year}-05-15 20:00"), 100 * HOUR)

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, years))
    assert asked == [office().due(berlin(f"{year}-05-15 20:00"), 100 * HOUR) for year in years]


# ---------------------------------------------------------------------- pauses


def test_a_pause_adds_the_open_time_in_it_and_not_wall_time() -> None:
    # frappe/helpdesk #2449: paused Friday 16:00 to Monday 10:00 is two open hours, not 66
    schedule = office()
    pause = (berlin("2026-03-06 16:00"), berlin("2026-03-09 10:00"))
    assert schedule.due(berlin("2026-03-06 15:00"), 3 * HOUR, [pause]) == berlin("2026-03-09 12:00")


def test_pauses_may_overlap_touch_be_empty_unsorted_or_lie_outside() -> None:
    schedule = office()
    start, end = berlin("2026-03-02 09:00"), berlin("2026-03-02 17:00")
    pauses = [
        (berlin("2026-03-02 13:00"), berlin("2026-03-02 14:00")),
        (berlin("2026-03-02 10:00"), berlin("2026-03-02 11:00")),
        (berlin("2026-03-02 10:30"), berlin("2026-03-02 11:30")),  # overlaps
        (berlin("2026-03-02 11:30"), berlin("2026-03-02 12:00")),  # touches
        (berlin("2026-03-02 15:00"), berlin("2026-03-02 15:00")),  # empty
        (berlin("2026-03-01 10:00"), berlin("2026-03-01 12:00")),  # before the start
        (berlin("2026-03-02 18:00"), berlin("2026-03-02 23:00")),  # in closed time
    ]
    assert schedule.elapsed(start, end, pauses) == 5 * HOUR
    assert schedule.due(start, 5 * HOUR, pauses) == end
    assert schedule.due(start, 5 * HOUR, iter(pauses)) == end


def test_pauses_of_seconds_count_in_seconds() -> None:
    # Zammad cuts them to whole minutes
    schedule = office()
    start = berlin("2026-03-02 09:00")
    pauses = [(start + timedelta(minutes=n, seconds=10), start + timedelta(minutes=n, seconds=55)) for n in range(10)]
    assert schedule.elapsed(start, start + timedelta(minutes=10), pauses) == 600 - 450
    assert schedule.due(start, 600, pauses) == start + timedelta(seconds=600 + 450)


def test_behind_a_pause_that_lasts_nothing_is_due() -> None:
    schedule = office()
    start = berlin("2026-03-02 09:00")
    lasting = (berlin("2026-03-02 10:00"), None)
    assert schedule.due(start, 2 * HOUR, [lasting]) is None
    assert schedule.breach_at(start, 2 * HOUR, [lasting]) is None
    assert schedule.elapsed(start, berlin("2026-03-05 00:00"), [lasting]) == HOUR
    assert schedule.due(start, HOUR // 2, [lasting]) == berlin("2026-03-02 09:30")


def test_a_pause_that_begins_exactly_when_it_is_due_does_not_move_it() -> None:
    schedule = office()
    start, pause = berlin("2026-03-02 09:00"), (berlin("2026-03-02 10:00"), berlin("2026-03-02 12:00"))
    assert schedule.due(start, HOUR, [pause]) == berlin("2026-03-02 10:00")
    assert schedule.breach_at(start, HOUR, [pause]) == berlin("2026-03-02 12:00")
    assert schedule.due(start, HOUR, [(pause[0], None)]) == berlin("2026-03-02 10:00")
    assert schedule.breach_at(start, HOUR, [(pause[0], None)]) is None


def test_what_starts_paused_burns_no_time() -> None:
    # alga-psa #3091
    schedule = office()
    start = berlin("2026-03-02 10:00")
    assert schedule.due(start, HOUR, [(start, berlin("2026-03-02 14:00"))]) == berlin("2026-03-02 15:00")
    assert schedule.elapsed(start, berlin("2026-03-02 14:00"), [(start, None)]) == 0


# ---------------------------------------------------------------------- business days


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-03-02 10:00", 1, "2026-03-03 17:00"),  # a Monday
        ("2026-03-02 03:00", 1, "2026-03-03 17:00"),  # at night: from its own date
        ("2026-03-02 23:30", 1, "2026-03-03 17:00"),
        ("2026-03-06 10:00", 1, "2026-03-09 17:00"),  # a Friday
        ("2026-03-07 10:00", 1, "2026-03-09 17:00"),  # a Saturday: from its own date, so Monday is the first
        ("2026-03-02 10:00", 3, "2026-03-05 17:00"),
        ("2026-03-05 10:00", 3, "2026-03-10 17:00"),
    ],
)
def test_business_days_count_from_the_local_date_of_receipt(received: str, days: int, due: str) -> None:
    assert office().due_business_days(berlin(received), days) == berlin(due)


def test_the_date_of_receipt_is_the_schedules_and_not_the_askers() -> None:
    # 23:30 on Monday in UTC is Tuesday in Berlin
    assert office().due_business_days(at("2026-03-02 23:30"), 1) == berlin("2026-03-04 17:00")


def test_holidays_are_no_business_days_and_half_holidays_are() -> None:
    weekly = week(("09:00", "17:00")) | {"wed": [("09:00", "12:00")]}
    schedule = Schedule("Europe/Berlin", weekly, [date(2026, 3, 3)])
    assert schedule.due_business_days(berlin("2026-03-02 10:00"), 1) == berlin("2026-03-04 12:00")


def test_a_business_day_that_runs_past_midnight_ends_at_midnight() -> None:
    nights = Schedule("Europe/Berlin", week(("22:00", "06:00"), days=("mon", "tue")))
    assert nights.due_business_days(berlin("2026-03-02 10:00"), 1) == berlin("2026-03-04 00:00")
    assert nights.due_business_days(berlin("2026-03-02 10:00"), 2) == berlin("2026-03-04 06:00")


def test_a_pause_moves_business_days_by_the_budget_that_was_fixed() -> None:
    schedule = office()
    received = berlin("2026-03-02 16:00")  # one open hour on Monday and eight on Tuesday
    pause = (berlin("2026-03-03 09:00"), berlin("2026-03-03 12:00"))
    assert schedule.due_business_days(received, 1, [pause]) == berlin("2026-03-04 12:00")
    assert schedule.due_business_days(received, 1, [(pause[0], None)]) is None
