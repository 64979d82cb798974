"""The console's clocks and the reference server's were written apart from each other; where both count, they agree.

The server knows no pauses of replies and calls a first reply achieved by solving, where the console drops it; its
resolution metrics are others. So first and next reply are compared, and solved first replies only as no longer running.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.instant import SECOND
from agentconsole.domain.service_levels import Said, history_of
from agentconsole.domain.values import Metric, Stage, Status
from agentconsole.server.business_hours import BusinessClock
from agentconsole.server.sla_clock import Moment, TicketFacts, compute
from agentconsole.server.sla_clock import Policy as ServerPolicy
from agentconsole.server.sla_clock import Target as ServerTarget
from agentconsole.sla import Schedule
from agentconsole.sla.hours import WEEKDAYS
from agentconsole.sla.policy import Hours, Policy, Rule, Subject
from agentconsole.sla.targets import Kind, Target

ZONES = ("Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu")
START = 1_772_000_000  # 25 February 2026: clocks change in all but one of the zones within the next weeks
HOURS = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(60, 1440))  # the server looks five years ahead
HOLIDAYS = st.sets(st.integers(0, 60).map(lambda days: date(2026, 2, 20) + timedelta(days=days)), max_size=6)
SECONDS = st.integers(1, 40 * 3600)


def clocks(zone: str, hours: list[tuple[int, int, int]], holidays: set[date]) -> tuple[Schedule, BusinessClock]:
    """The same opening hours for both: (weekday from Monday on, first minute, minutes), which may pass midnight."""
    weekly: dict[str, list[tuple[str, str]]] = {}
    minutes = []
    for weekday, start, length in hours:
        end = (start + length) % 1440
        weekly.setdefault(WEEKDAYS[weekday], []).append((_text(start), _text(end)))
        since_sunday = (weekday + 1) % 7 * 1440 + start
        minutes.append((since_sunday, since_sunday + length))
    return Schedule(zone, weekly, holidays), BusinessClock(ZoneInfo(zone), minutes, holidays)


def _text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(ZONES), st.lists(HOURS, min_size=1, max_size=5), HOLIDAYS, st.integers(0, 50 * 86_400), SECONDS)
def test_business_time_is_the_same(
    zone: str, hours: list[tuple[int, int, int]], holidays: set[date], offset: int, seconds: int
) -> None:
    ours, theirs = clocks(zone, hours, holidays)
    start = START + offset
    due = ours.hours.due(start * SECOND, seconds * SECOND)
    assert due == (theirs.due(start, seconds) or 0) * SECOND
    later = start + seconds * 5
    assert ours.hours.elapsed(start * SECOND, later * SECOND) == theirs.elapsed(start, later) * SECOND
    assert ours.hours.due(start * SECOND, 0) == (theirs.due(start, 0) or 0) * SECOND


EVENTS = st.lists(
    st.tuples(
        st.integers(1, 20 * 86_400),
        st.sampled_from(["agent_reply", "requester_comment", "open", "pending", "hold", "solved"]),
    ),
    max_size=8,
    unique_by=lambda event: event[0],
)


@settings(deadline=None, max_examples=200)
@given(EVENTS, SECONDS)
def test_replies_are_awaited_alike(events: list[tuple[int, str]], seconds: int) -> None:
    schedule, clock = clocks("Europe/Berlin", [(day, 540, 480) for day in range(5)], set())
    said = [Said(START * SECOND, public=True, by_agent=False)]
    statuses = [(START * SECOND, Status.NEW)]
    moments = [Moment(START, "status", "new"), Moment(START, "requester_comment")]
    for offset, what in sorted(events):
        at = START + offset
        if what in ("agent_reply", "requester_comment"):
            said.append(Said(at * SECOND, public=True, by_agent=what == "agent_reply"))
            moments.append(Moment(at, what))
        elif statuses[-1][1] != what:  # setting what is set is no change
            statuses.append((at * SECOND, Status(what)))
            moments.append(Moment(at, "status", what))
    hours = Hours("h", "Hours", schedule)
    target = Target(Kind.BUSINESS, seconds)
    ours = Policy(
        name="ours",
        title="Ours",
        rules=[Rule(Metric.FIRST_REPLY, target), Rule(Metric.NEXT_REPLY, target)],
        pausing={},
        hours_of=lambda schedule_, region: hours,
    )
    asked = [ServerTarget("first_reply_time", seconds, True), ServerTarget("next_reply_time", seconds, True)]
    facts = TicketFacts(
        START, str(statuses[-1][1]), "high", None, "web", None, None, frozenset(), {}, frozenset(), None
    )
    state = compute(facts, moments, [ServerPolicy(1, 1, (), (), {"high": tuple(asked)})], {1: clock})
    theirs = {metric.metric.removesuffix("_time"): metric for metric in state.metrics}
    found = {
        str(one.progress.metric): one for one in ours.reckon(history_of(START * SECOND, said, statuses), Subject())
    }
    running = {name for name, metric in theirs.items() if metric.stage == "active"}
    assert {name for name, one in found.items() if one.stage is Stage.ACTIVE} == running
    for name in found:
        assert found[name].deadline.due_at == (theirs[name].breach_at or 0) * SECOND
