"""A ledger tells in the order of time what counted and what did not, and its lines add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.instant import HOUR, MINUTE, Instant, from_datetime, to_datetime
from agentconsole.domain.ledger import Explanation, LineKind
from agentconsole.domain.service_levels import Said, history_of
from agentconsole.domain.values import Metric, Priority, Status
from agentconsole.sla import Schedule
from agentconsole.sla.hours import read_week
from agentconsole.sla.ledger import explain, hours_in_words
from agentconsole.sla.policy import Hours, Policy, Rule, Subject
from agentconsole.sla.targets import read_target
from agentconsole.sla.words import length, moment
from tests.sla.making import berlin, week

FIRST, RESOLUTION = Metric.FIRST_REPLY, Metric.RESOLUTION
CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


def instant(text: str) -> Instant:
    return from_datetime(berlin(text))


def policy(metric: Metric, target: str, holidays: dict[date, str] | None = None) -> Policy:
    closed = CHRISTMAS if holidays is None else holidays
    hours = Hours("office", "Office hours", Schedule("Europe/Berlin", week(("09:00", "17:00")), closed), closed)
    rule = Rule(
        metric,
        read_target(target),
        levels=frozenset({"gold"}),
        priorities=frozenset({Priority.URGENT}),
        text=f"Gold partners: {target}",
        source="Support › Response times",
        assumed="An hour is one of Berlin's.",
    )
    return Policy(
        name="shop",
        title="The shop",
        rules=[rule],
        pausing={RESOLUTION: frozenset({Status.PENDING})},
        hours_of=lambda schedule, region: hours,
        levels={"gold": "Gold"},
    )


SUBJECT = Subject(level="gold", priority=Priority.URGENT)


def told(
    metric: Metric,
    target: str,
    created: str,
    now: str,
    *,
    answered: str = "",
    statuses: tuple[tuple[str, Status], ...] = (),
) -> Explanation:
    made = policy(metric, target)
    said = [Said(instant(answered), public=True, by_agent=True)] if answered else []
    changes = [(instant(created), Status.NEW), *((instant(at), status) for at, status in statuses)]
    (one,) = made.reckon(history_of(instant(created), said, changes), SUBJECT)
    return explain(one, made, SUBJECT, instant(now))


def lines(explanation: Explanation) -> list[tuple[str, str, str]]:
    """(kind, wall time in Berlin, words or hours counted) of each line."""
    zone = ZoneInfo("Europe/Berlin")
    return [
        (
            str(line.kind),
            f"{to_datetime(line.at).astimezone(zone):%m-%d %H:%M}",
            length(line.counted) if line.kind is LineKind.OPEN else line.words,
        )
        for line in explanation.lines
    ]


def test_it_says_which_rule_which_words_and_which_hours() -> None:
    found = told(FIRST, "4 business hours", "2026-03-06 15:00", "2026-03-06 15:30")
    assert (found.source, found.source_title, found.goal) == ("shop", "The shop", "4 business hours")
    assert (found.rule, found.heading) == ("Gold partners: 4 business hours", "Support › Response times")
    assert found.because == "Gold · urgent"
    assert found.assumed == "An hour is one of Berlin's."
    assert (found.schedule, found.hours, found.zone) == ("Office hours", "Mon–Fri 09:00–17:00", "Europe/Berlin")
    assert (found.budget, found.elapsed) == (4 * HOUR, 30 * MINUTE)


def test_it_counts_day_by_day_over_a_weekend() -> None:
    found = told(FIRST, "4 business hours", "2026-03-06 15:00", "2026-03-06 15:30")
    assert lines(found) == [
        ("start", "03-06 15:00", "the ticket was created"),
        ("open", "03-06 15:00", "30 min"),
        ("now", "03-06 15:30", ""),
        ("open", "03-06 15:30", "1 h 30 min"),
        ("closed", "03-07 00:00", ""),
        ("open", "03-09 09:00", "2 h"),
        ("due", "03-09 11:00", ""),
    ]
    assert [line.planned for line in found.lines] == [False, False, False, True, True, True, True]
    assert found.lines[5].total == 4 * HOUR


def test_holidays_are_named_and_stand_for_themselves() -> None:
    found = told(FIRST, "4 business hours", "2026-12-24 15:00", "2026-12-24 15:00")
    assert [(kind, at, words) for kind, at, words in lines(found) if kind == "closed"] == [
        ("closed", "12-25 00:00", "Christmas Day"),
        ("closed", "12-26 00:00", ""),
    ]
    assert found.due_at == instant("2026-12-28 11:00")


def test_pauses_are_told_with_what_they_are_for() -> None:
    found = told(
        RESOLUTION,
        "4 business hours",
        "2026-03-06 10:00",
        "2026-03-06 16:00",
        statuses=(
            ("2026-03-06 11:00", Status.PENDING),
            ("2026-03-06 12:00", Status.OPEN),
            ("2026-03-06 15:00", Status.PENDING),
        ),
    )
    pauses = [line for line in found.lines if line.kind is LineKind.PAUSE]
    assert [(line.at, line.until, line.words) for line in pauses] == [
        (instant("2026-03-06 11:00"), instant("2026-03-06 12:00"), "pending"),
        (instant("2026-03-06 15:00"), None, "pending"),
    ]
    # four hours are used up exactly when the second pause begins: due then, and not late before it ends
    assert found.due_at == instant("2026-03-06 15:00")
    assert found.breach_at is None
    assert found.elapsed == 4 * HOUR


def test_the_time_that_a_ticket_was_solved_is_a_pause_and_the_first_fulfilment_stays() -> None:
    found = told(
        RESOLUTION,
        "4 business hours",
        "2026-03-06 10:00",
        "2026-03-06 16:00",
        statuses=(("2026-03-06 11:00", Status.SOLVED), ("2026-03-06 13:00", Status.OPEN)),
    )
    assert [line for line in lines(found) if line[0] in ("pause", "met")] == [
        ("pause", "03-06 11:00", "solved"),
        ("met", "03-06 11:00", "it was reopened since"),
    ]


def test_clock_changes_are_told_where_they_happen() -> None:
    found = told(FIRST, "12 business hours", "2026-03-27 16:00", "2026-03-27 16:00")
    (change,) = (line for line in found.lines if line.kind is LineKind.CLOCKS)
    assert change.at == from_datetime(datetime.fromisoformat("2026-03-29T01:00:00+00:00"))
    assert change.words == "1 h forward"


def test_due_at_closing_time_says_that_it_is_late_only_from_the_next_opening_on() -> None:
    found = told(FIRST, "1 business hour", "2026-03-06 16:00", "2026-03-06 16:10")
    assert lines(found)[-2:] == [
        ("due", "03-06 17:00", ""),
        ("breach", "03-09 09:00", "no time counts between the two"),
    ]


def test_a_fulfilled_target_ends_where_it_was_fulfilled() -> None:
    found = told(FIRST, "4 business hours", "2026-03-06 15:00", "2026-04-01 12:00", answered="2026-03-06 16:00")
    assert [line for line in lines(found) if line[0] in ("met", "now", "open")] == [
        ("open", "03-06 15:00", "1 h"),
        ("met", "03-06 16:00", "in time"),
    ]
    assert found.elapsed == HOUR
    late = told(FIRST, "4 business hours", "2026-03-06 15:00", "2026-04-01 12:00", answered="2026-03-09 12:00")
    assert ("met", "03-09 12:00", "too late") in lines(late)


def test_no_explicit_target_counts_nothing_down() -> None:
    found = told(FIRST, "none", "2026-03-06 15:00", "2026-03-07 15:00")
    assert (found.goal, found.budget, found.due_at, found.schedule) == ("none", None, None, "")
    assert [kind for kind, _, _ in lines(found)] == ["start", "now"]


def test_weeks_and_hours_of_the_clock_need_no_schedule() -> None:
    found = told(FIRST, "1 week", "2026-03-06 15:00", "2026-03-07 15:00")
    assert (found.schedule, found.zone, found.budget) == ("", "", 168 * HOUR)
    assert [(kind, words) for kind, _, words in lines(found)] == [
        ("start", "the ticket was created"),
        ("open", "24 h"),
        ("now", ""),
        ("open", "144 h"),
        ("due", ""),
    ]


def test_unknown_opening_hours_are_said_and_nothing_is_made_up() -> None:
    made = Policy(
        name="shop",
        title="The shop",
        rules=[Rule(FIRST, read_target("4 business hours"), schedule="region")],
        pausing={},
        hours_of=lambda schedule, region: None,
    )
    (one,) = made.reckon(history_of(instant("2026-03-06 15:00"), [], []), Subject())
    found = explain(one, made, Subject(), instant("2026-03-07 15:00"))
    assert (found.budget, found.due_at, found.schedule) == (None, None, "")


@settings(deadline=None, max_examples=60)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 200)), max_size=3),
    st.integers(0, 600),
)
def test_the_lines_add_up_to_the_target(
    created: datetime, hours: int, pauses: list[tuple[int, int]], passed: int
) -> None:
    start = from_datetime(created.replace(tzinfo=ZoneInfo("Europe/Berlin")))
    changes = [(start, Status.NEW)]
    for offset, span in pauses:
        changes += [(start + offset * HOUR, Status.PENDING), (start + (offset + span) * HOUR, Status.OPEN)]
    made = policy(RESOLUTION, f"{hours} business hours")
    (one,) = made.reckon(history_of(start, [], changes), SUBJECT)
    found = explain(one, made, SUBJECT, start + passed * HOUR)
    counted = [line for line in found.lines if line.kind is LineKind.OPEN]
    assert [line.at for line in found.lines] == sorted(line.at for line in found.lines)
    if found.due_at is not None:
        assert sum(line.counted for line in counted) == hours * HOUR
        assert counted[-1].total == hours * HOUR
        assert counted[-1].until == found.due_at
        assert all(
            line.until is not None and line.until - line.at == line.counted for line in counted if not line.words
        )


# ---------------------------------------------------------------------- words


def test_hours_in_words() -> None:
    weekly = {
        "mon": [("13:00", "18:00"), ("09:00", "12:30")],
        "tue": [("13:00", "18:00"), ("09:00", "12:30")],
        "thu": [("22:00", "06:00")],
        "sat": [("00:00", "24:00")],
    }
    told_ = hours_in_words(read_week(weekly))
    assert told_ == "Mon–Tue 09:00–12:30, 13:00–18:00; Thu 22:00–06:00; Sat 00:00–24:00"


def test_moments_say_the_readers_time_where_it_differs() -> None:
    at = instant("2026-03-06 23:30")
    there, reader = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
    assert moment(at, there, there) == "Fri 6 Mar 2026 23:30 CET"
    assert moment(at, there, reader) == "Fri 6 Mar 2026 23:30 CET (17:30 your time)"
    assert moment(at, there, ZoneInfo("Asia/Singapore")) == "Fri 6 Mar 2026 23:30 CET (Sat 7 Mar 2026 06:30 your time)"


def test_lengths() -> None:
    assert [length(amount) for amount in (0, 30 * MINUTE // 60, 90 * MINUTE, -26 * HOUR)] == [
        "0 s",
        "30 s",
        "1 h 30 min",
        "-26 h",
    ]
    assert length(int(timedelta(hours=1, seconds=1).total_seconds()) * 1_000_000) == "1 h 1 s"
