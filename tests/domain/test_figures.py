"""Figures of reports, checked by hand and against counting the slow way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.attainment import of_ticket, outcome, outcomes_of
from agentconsole.domain.cases import Case, CaseTarget, Names, Replies, quoted
from agentconsole.domain.figures import report
from agentconsole.domain.instant import DAY, HOUR, MINUTE, Instant, from_datetime
from agentconsole.domain.query import Condition, parse
from agentconsole.domain.reports import Coverage, Days, Report, Scope, days_between, median, p90, today
from agentconsole.domain.values import Metric, Stage

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = Names(groups={"g1": "Tier 1", "g2": 'The "A" team'}, people={"a1": "Ada", "a2": "Bo"})


def at(text: str) -> Instant:
    """An instant of Berlin's clocks."""
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=BERLIN))


NOW = at("2026-10-27 12:00")
SCOPE = Scope(first=date(2026, 10, 24), last=date(2026, 10, 27))
DAYS = days_between(SCOPE.first, SCOPE.last, BERLIN)


def case(created: str, solved: str | None = None, **more: Any) -> Case:
    given: dict[str, Any] = {
        "status": "solved" if solved else "open",
        "priority": "normal",
        "by_plan": False,
        "level": "gold",
        "channel": "email",
        "group": "g1",
        "assignee": "a1",
        "created_at": at(created),
        "solved_at": at(solved) if solved else None,
        "first_reply_at": None,
        "answered_at": None,
        "told": True,
    }
    return Case(**{**given, **more})


def made(*cases: Case, replies: tuple[Replies, ...] = (), scope: Scope = SCOPE, days: Days = DAYS) -> Report:
    coverage = Coverage(begins=min((each.created_at for each in cases), default=None), tickets=len(cases), comments=0)
    return report(scope, days, NOW, cases, replies, NAMES, coverage)


def test_days_follow_the_calendar_over_the_clock_change() -> None:
    lengths = [(end - start) // HOUR for start, end in zip(DAYS.edges, DAYS.edges[1:], strict=False)]
    assert lengths == [24, 25, 24, 24]
    assert today(at("2026-10-25 23:59"), BERLIN) == date(2026, 10, 25)
    with pytest.raises(ValueError, match="before the first"):
        days_between(date(2026, 1, 2), date(2026, 1, 1))


def test_a_ticket_counts_on_the_day_of_the_agents_calendar() -> None:
    counted = made(
        case("2026-10-23 10:00"),
        case("2026-10-24 00:00", "2026-10-25 02:30"),
        case("2026-10-25 23:59", "2026-10-26 00:00"),
        case("2026-10-27 09:00"),
    )
    assert [(day.created, day.solved, day.open) for day in counted.days] == [
        (1, 0, 2),
        (1, 1, 2),
        (0, 1, 1),
        (1, 0, 2),
    ]
    assert (counted.created, counted.solved, counted.open.total) == (3, 2, 2)
    assert counted.coverage.begins_within is False
    assert counted.days[1].query_created == "created:2026-10-25"


def test_open_tickets_by_everything() -> None:
    counted = made(
        case("2026-10-01 10:00", status="new", priority="urgent", group=None, channel=""),
        case("2026-10-02 10:00", status="pending", priority="none", level="", group="g2"),
        case("2026-10-03 10:00", status="pending", level="pro", by_plan=True, channel="web"),
        case("2026-10-24 10:00", "2026-10-24 11:00"),
    )
    still = counted.open
    assert [(each.key, each.count) for each in still.by_status] == [
        ("new", 1),
        ("open", 0),
        ("pending", 2),
        ("hold", 0),
    ]
    assert [each.count for each in still.by_priority] == [1, 0, 1, 0, 1]
    assert [(each.title, each.query) for each in still.by_level] == [
        ("Gold", "is:unsolved tier:gold"),
        ("Pro", "is:unsolved tier:none plan:pro"),
        ("No tier or plan", "is:unsolved tier:none plan:none"),
    ]
    assert [(each.title, each.query) for each in still.by_group] == [
        ('The "A" team', 'is:unsolved group:"The  A  team"'),
        ("Tier 1", 'is:unsolved group:"Tier 1"'),
        ("No group", "is:unsolved group:none"),
    ]
    assert {each.title: each.count for each in still.by_channel} == {"E-mail": 1, "Web": 1, "No channel": 1}


def test_times_by_hand() -> None:
    def replied(minutes: int, **more: Any) -> Case:
        start = at("2026-10-24 10:00")
        return case("2026-10-24 10:00", first_reply_at=start + minutes * MINUTE, **more)

    counted = made(
        *(replied(minutes) for minutes in (10, 20, 30, 40)),
        replied(5, priority="urgent"),
        replied(99, merged=True),
        case("2026-10-24 11:00"),
        case("2026-10-24 11:00", told=False),
        case("2026-10-24 11:00", "2026-10-24 12:00"),
        case("2026-10-20 10:00", first_reply_at=at("2026-10-24 10:00")),
    )
    reply = counted.first_reply
    assert (reply.n, reply.median, reply.p90) == (5, 20 * MINUTE, 40 * MINUTE)
    assert (reply.waiting, reply.unknown) == (1, 1)
    urgent, _high, normal, _low, none = counted.first_reply_by_priority
    assert (urgent.n, urgent.median, urgent.p90) == (1, 5 * MINUTE, 5 * MINUTE)
    assert (normal.n, normal.median) == (4, 25 * MINUTE)
    assert (none.n, none.median, none.p90) == (0, None, None)


def test_resolution_spans_clock_changes_in_real_time_and_leaves_merges_out() -> None:
    counted = made(
        case("2026-10-24 12:00", "2026-10-25 12:00"),
        case("2026-10-24 12:00", "2026-10-26 12:00", merged=True),
        case("2026-09-01 12:00", "2026-10-24 12:00"),
    )
    assert counted.resolution.n == 2
    assert counted.resolution_by_priority[2].median == (25 * HOUR + 53 * 24 * HOUR) // 2
    assert counted.solved == 3


@pytest.mark.parametrize(
    ("target", "more", "expected"),
    [
        ((Metric.FIRST_REPLY, Stage.ACTIVE, "2026-10-28 10:00"), {}, "running"),
        ((Metric.FIRST_REPLY, Stage.ACTIVE, "2026-10-27 11:59"), {}, "breached"),
        ((Metric.FIRST_REPLY, Stage.ACTIVE, "2026-10-27 12:00"), {}, "running"),
        ((Metric.RESOLUTION, Stage.PAUSED, None), {}, "running"),
        ((Metric.FIRST_REPLY, Stage.ACHIEVED, "2026-10-24 11:00"), {"first_reply_at": "2026-10-24 11:00"}, "met"),
        ((Metric.FIRST_REPLY, Stage.ACHIEVED, "2026-10-24 11:00"), {"first_reply_at": "2026-10-24 11:01"}, "breached"),
        ((Metric.FIRST_REPLY, Stage.ACHIEVED, "2026-10-24 11:00"), {"solved_at": "2026-10-24 10:30"}, "met"),
        ((Metric.FIRST_REPLY, Stage.ACHIEVED, "2026-10-24 11:00"), {}, "unknown"),
        ((Metric.FIRST_REPLY, Stage.ACHIEVED, None), {"first_reply_at": "2026-10-24 10:01"}, "unknown"),
        ((Metric.NEXT_REPLY, Stage.ACHIEVED, "2026-10-25 11:00"), {"answered_at": "2026-10-25 10:00"}, "met"),
        ((Metric.NEXT_REPLY, Stage.ACHIEVED, "2026-10-25 11:00"), {"answered_at": "2026-10-25 12:00"}, "breached"),
        ((Metric.RESOLUTION, Stage.ACHIEVED, "2026-10-25 11:00"), {"solved_at": "2026-10-25 11:00"}, "met"),
        ((Metric.RESOLUTION, Stage.ACHIEVED, "2026-10-25 11:00"), {"solved_at": "2026-10-25 11:01"}, "breached"),
        ((Metric.AGENT_WORK, Stage.ACHIEVED, "2026-10-25 11:00"), {"solved_at": "2026-10-25 11:01"}, "unknown"),
        ((Metric.AGENT_WORK, Stage.ACHIEVED, "2026-10-25 11:00"), {"solved_at": "2026-10-25 10:01"}, "met"),
    ],
)
def test_what_became_of_a_target(target: tuple[Metric, Stage, str | None], more: dict[str, str], expected: str) -> None:
    metric, stage, breach = target
    asked = CaseTarget(metric=metric, stage=stage, breach_at=at(breach) if breach else None)
    moments: dict[str, Any] = {name: at(when) for name, when in more.items()}
    told = case("2026-10-24 10:00")._replace(**moments)
    assert outcome(asked, told, NOW) == expected


def test_attainment_by_tier_and_priority() -> None:
    met = CaseTarget(metric=Metric.RESOLUTION, stage=Stage.ACHIEVED, breach_at=at("2026-10-26 10:00"))
    late = CaseTarget(metric=Metric.FIRST_REPLY, stage=Stage.ACTIVE, breach_at=at("2026-10-26 10:00"))
    runs = CaseTarget(metric=Metric.FIRST_REPLY, stage=Stage.ACTIVE, breach_at=at("2026-10-29 10:00"))
    runs_long = CaseTarget(metric=Metric.RESOLUTION, stage=Stage.ACTIVE, breach_at=at("2026-10-29 10:00"))
    counted = made(
        case("2026-10-24 10:00", "2026-10-24 12:00", targets=(met,)),
        case("2026-10-24 10:00", "2026-10-24 12:00", targets=(met,), level="silver"),
        case("2026-10-24 10:00", targets=(late, runs_long)),
        case("2026-10-24 10:00", targets=(runs,), priority="urgent"),
        case("2026-10-24 10:00", targets=()),
        case("2026-10-24 10:00", targets=None),
        case("2026-10-24 10:00", "2026-10-24 12:00", targets=(late,), merged=True),
        case("2026-10-01 10:00", targets=(late,)),
    )
    levels = counted.service_levels
    total = levels.total
    assert (total.met, total.breached, total.running, total.none, total.unknown) == (2, 1, 1, 2, 0)
    assert total.rate == pytest.approx(2 / 3)
    assert [(each.key, each.n, each.rate) for each in levels.by_level] == [("gold", 5, 0.5), ("silver", 1, 1.0)]
    assert [(each.key, each.n) for each in levels.by_priority] == [("urgent", 1), ("normal", 5)]
    assert {each.title: (each.met, each.breached, each.running) for each in levels.by_metric} == {
        "First reply": (0, 1, 1),
        "Resolution": (2, 0, 1),
    }
    assert levels.by_level[0].query == "created>=2026-10-24 created<=2026-10-27 tier:gold"
    assert of_ticket([]) == "none"
    assert of_ticket(["met", "unknown"]) == "unknown"


def test_a_breach_that_was_seen_stays_and_what_was_seen_ends_doubt() -> None:
    late = at("2026-10-25 10:00")
    unsure = CaseTarget(metric=Metric.AGENT_WORK, stage=Stage.ACHIEVED, breach_at=late)
    moved = CaseTarget(metric=Metric.RESOLUTION, stage=Stage.ACTIVE, breach_at=at("2026-11-25 10:00"))
    doubtful = case("2026-10-24 10:00", "2026-10-26 10:00", targets=(unsure,))
    assert outcomes_of(doubtful, NOW) == {Metric.AGENT_WORK: "unknown"}
    for seen in ("met", "breached"):
        told = doubtful._replace(decided=((Metric.AGENT_WORK, seen),))
        assert outcomes_of(told, NOW) == {Metric.AGENT_WORK: seen}
    extended = case("2026-10-24 10:00", targets=(moved,), decided=((Metric.RESOLUTION, "breached"),))
    assert outcomes_of(extended, NOW) == {Metric.RESOLUTION: "breached"}
    running = extended._replace(decided=((Metric.RESOLUTION, "met"), (Metric.FIRST_REPLY, "met")))
    assert outcomes_of(running, NOW) == {Metric.RESOLUTION: "running", Metric.FIRST_REPLY: "met"}


def test_satisfaction_of_what_was_solved_in_the_range() -> None:
    counted = made(
        case("2026-10-20 10:00", "2026-10-24 12:00", satisfaction="good"),
        case("2026-10-20 10:00", "2026-10-24 13:00", satisfaction="good_with_comment"),
        case("2026-10-20 10:00", "2026-10-26 13:00", satisfaction="bad"),
        case("2026-10-20 10:00", "2026-10-26 13:00", satisfaction="offered"),
        case("2026-10-20 10:00", "2026-10-26 13:00"),
        case("2026-10-10 10:00", "2026-10-20 13:00", satisfaction="bad"),
    )
    assert (counted.ratings.good, counted.ratings.bad, counted.ratings.offered) == (2, 1, 1)
    assert counted.ratings.rate == pytest.approx(2 / 3)
    assert [each.rate for each in counted.ratings_by_day] == [1.0, None, 0.0, None]


def test_activity_by_agent() -> None:
    counted = made(
        case("2026-10-20 10:00", "2026-10-24 12:00", assignee="a2"),
        case("2026-10-20 10:00", "2026-10-24 12:00", assignee="a2", merged=True),
        case("2026-10-20 10:00", "2026-10-24 12:00", assignee=None),
        replies=(Replies("a1", 5, 3), Replies("gone", 1, 1)),
    )
    assert [(each.name, each.replies, each.tickets, each.solved) for each in counted.agents] == [
        ("Ada", 5, 3, 0),
        ("Agent gone", 1, 1, 0),
        ("Bo", 0, 0, 1),
    ]


def test_an_empty_cache_has_no_figures_and_no_division_by_zero() -> None:
    counted = made()
    assert counted.coverage.begins_within
    assert counted.open.total == counted.created == counted.solved == 0
    assert (counted.first_reply.median, counted.ratings.rate, counted.service_levels.total.rate) == (None, None, None)
    assert [day.open for day in counted.days] == [0, 0, 0, 0]


def test_a_narrowed_scope_is_in_every_query() -> None:
    scope = Scope(first=SCOPE.first, last=SCOPE.last, group="g1", level="gold", organization="o1")
    counted = made(case("2026-10-24 10:00"), scope=scope)
    narrowed = 'group:"Tier 1" tier:gold org:o1'
    assert counted.open.query == f"is:unsolved {narrowed}"
    assert counted.days[0].query_created == f"created:2026-10-24 {narrowed}"
    assert counted.service_levels.total.query == f"created>=2026-10-24 created<=2026-10-27 {narrowed}"
    without = Scope(first=SCOPE.first, last=SCOPE.last, group="", level="", organization="")
    assert made(scope=without).open.query == "is:unsolved group:none tier:none plan:none org:none"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_a_quoted_value_reads_as_one_value(text: str) -> None:
    parsed = parse(f"group:{quoted(text)} is:unsolved")
    wanted = text.replace('"', " ").strip()
    if wanted:
        assert parsed.terms[0] == Condition("group", "=", (wanted,))
        assert len(parsed.terms) == 2


@given(st.lists(st.integers(-1000, 1000)))
def test_median_and_90th_percentile(values: list[int]) -> None:
    ordered = sorted(values)
    low, high = median(ordered), p90(ordered)
    if low is None or high is None:
        assert not values
        return
    assert sum(value <= low for value in values) * 2 >= len(values)
    assert sum(value < low for value in values) * 2 <= len(values)
    assert high in values
    assert sum(value <= high for value in values) * 10 >= len(values) * 9
    assert sum(value < high for value in values) * 10 < len(values) * 9


_MOMENTS = st.integers(DAYS.start - 3 * DAY, NOW)


@given(
    st.lists(
        st.tuples(_MOMENTS, st.none() | st.integers(0, 5 * DAY), st.sampled_from(["urgent", "low", "none"])),
        max_size=30,
    )
)
def test_days_and_totals_agree_with_counting_each_ticket_each_day(rows: list[tuple[int, int | None, str]]) -> None:
    cases = [
        case("2026-10-24 10:00")._replace(
            created_at=came,
            priority=priority,
            solved_at=None if took is None or came + took > NOW else came + took,
        )
        for came, took, priority in rows
    ]
    counted = made(*cases)
    for number, day in enumerate(counted.days):
        start, end = DAYS.edges[number], DAYS.edges[number + 1]
        assert day.created == sum(start <= each.created_at < end for each in cases)
        assert day.solved == sum(each.solved_at is not None and start <= each.solved_at < end for each in cases)
        assert day.open == sum(
            each.created_at < end and (each.solved_at is None or each.solved_at >= end) for each in cases
        )
    assert counted.days[-1].open == counted.open.total
    assert counted.created == sum(day.created for day in counted.days) == sum(s.count for s in counted.by_channel)
    assert counted.solved == sum(day.solved for day in counted.days)
    assert counted.open.total == sum(each.count for each in counted.open.by_priority)
    assert counted.service_levels.total.n == counted.created
    assert counted.resolution.n == sum(each.n for each in counted.resolution_by_priority) == counted.solved


def test_a_day_without_midnight_has_an_edge_all_the_same() -> None:
    # in Beirut clocks skip the first hour of this Sunday
    days = days_between(date(2026, 3, 28), date(2026, 3, 30), ZoneInfo("Asia/Beirut"))
    assert list(days.edges) == sorted(set(days.edges))
    assert days.start == from_datetime(datetime(2026, 3, 27, 22, tzinfo=UTC))
    assert days.day(2) - days.day(0) == timedelta(days=2)
