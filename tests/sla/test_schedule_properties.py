"""What holds for every schedule, start, amount and pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.instant import SECOND, from_datetime
from agentconsole.sla import Schedule
from agentconsole.sla.hours import WEEKDAYS

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Tehran"]
)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
TIMES = st.integers(0, 24 * 12 - 1).map(lambda step: f"{step // 12:02}:{step % 12 * 5:02}")
WEEKS = st.dictionaries(
    st.sampled_from(WEEKDAYS), st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=3), min_size=1
)
HOLIDAYS = st.sets(st.dates(date(2015, 1, 1), date(2027, 1, 1)), max_size=30)
SCHEDULES = st.builds(Schedule, ZONES, WEEKS, HOLIDAYS)
SECONDS = st.integers(0, 100 * 3600)
LENGTHS = st.one_of(st.none(), st.integers(0, 10 * 86_400))


@st.composite
def pauses_near(draw: st.DrawFn, start: datetime) -> list[tuple[datetime, datetime | None]]:
    made: list[tuple[datetime, datetime | None]] = []
    for offset, length in draw(st.lists(st.tuples(st.integers(-86_400, 20 * 86_400), LENGTHS), max_size=4)):
        begin = start + timedelta(seconds=offset)
        made.append((begin, None if length is None else begin + timedelta(seconds=length)))
    return made


@settings(deadline=None, max_examples=80)
@given(SCHEDULES, MOMENTS, SECONDS, st.data())
def test_due_is_where_elapsed_arrives(schedule: Schedule, start: datetime, seconds: int, data: st.DataObject) -> None:
    pauses = data.draw(pauses_near(start))
    due, breach = schedule.due(start, seconds, pauses), schedule.breach_at(start, seconds, pauses)
    second = timedelta(seconds=1)
    if due is not None:
        assert schedule.elapsed(start, due, pauses) == seconds
        if seconds:
            assert schedule.elapsed(start, due - second, pauses) == seconds - 1
            # never at midnight, on a holiday or in a pause (zammad #4432)
            assert schedule.is_open(due - timedelta(microseconds=1))
    if breach is not None:
        assert due is not None
        assert due <= breach
        assert schedule.elapsed(start, breach, pauses) == seconds
        assert schedule.elapsed(start, breach + second, pauses) == seconds + 1
        assert schedule.is_open(breach)


@settings(deadline=None, max_examples=80)
@given(SCHEDULES, MOMENTS, SECONDS, st.data())
def test_a_pause_never_brings_due_forward(
    schedule: Schedule, start: datetime, seconds: int, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_near(start))
    before = schedule.due(start, seconds, pauses[1:])
    after = schedule.due(start, seconds, pauses)
    assert after is None or (before is not None and before <= after)


@settings(deadline=None, max_examples=60)
@given(ZONES, WEEKS, HOLIDAYS, st.dates(date(2015, 1, 1), date(2027, 1, 1)), MOMENTS, SECONDS)
def test_a_holiday_never_brings_due_forward(
    zone: str,
    weekly: dict[str, list[tuple[str, str]]],
    holidays: set[date],
    another: date,
    start: datetime,
    seconds: int,
) -> None:
    before = Schedule(zone, weekly, holidays).due(start, seconds)
    after = Schedule(zone, weekly, holidays | {another}).due(start, seconds)
    assert before is not None
    assert after is not None
    assert before <= after


@settings(deadline=None, max_examples=60)
@given(ZONES, WEEKS, MOMENTS, MOMENTS, TIMES)
def test_splitting_an_interval_changes_nothing(
    zone: str, weekly: dict[str, list[tuple[str, str]]], start: datetime, end: datetime, cut: str
) -> None:
    split = {
        day: [
            part
            for opens, closes in hours
            for part in ([(opens, cut), (cut, closes)] if opens < cut < closes else [(opens, closes)])
        ]
        for day, hours in weekly.items()
    }
    assert Schedule(zone, split).elapsed(start, end) == Schedule(zone, weekly).elapsed(start, end)


@settings(deadline=None, max_examples=60)
@given(SCHEDULES, MOMENTS, MOMENTS, MOMENTS)
def test_time_adds_up(schedule: Schedule, one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    assert schedule.elapsed(first, third) == schedule.elapsed(first, second) + schedule.elapsed(second, third)
    spans = schedule.hours.spans(from_datetime(first), from_datetime(third))
    assert sum(end - start for start, end in spans) // SECOND == schedule.elapsed(first, third)
    assert all(start < end for start, end in spans)


@settings(deadline=None, max_examples=60)
@given(ZONES, WEEKS, HOLIDAYS, st.lists(MOMENTS, min_size=2, max_size=5), SECONDS)
def test_what_was_asked_before_changes_no_answer(
    zone: str, weekly: dict[str, list[tuple[str, str]]], holidays: set[date], moments: list[datetime], seconds: int
) -> None:
    used = Schedule(zone, weekly, holidays)
    for moment in moments:
        fresh = Schedule(zone, weekly, holidays)
        assert used.due(moment, seconds) == fresh.due(moment, seconds)
        assert used.next_open(moment) == fresh.next_open(moment)
        assert used.due_business_days(moment, 3) == fresh.due_business_days(moment, 3)


@settings(deadline=None, max_examples=60)
@given(SCHEDULES, MOMENTS)
def test_openings_and_closings_take_turns(schedule: Schedule, moment: datetime) -> None:
    opens, closes = schedule.next_open(moment), schedule.next_close(moment)
    if opens is not None and closes is not None:
        assert (closes < opens) == schedule.is_open(moment)
    if closes is not None:
        assert closes > moment
        assert not schedule.is_open(closes)
        assert schedule.is_open(closes - timedelta(microseconds=1))
    if opens is not None:
        assert opens > moment
        assert schedule.is_open(opens)
        assert not schedule.is_open(opens - timedelta(microseconds=1))
