"""Notes about breaches: before and at it, once each, and never about what is long past."""

from __future__ import annotations

from datetime import time

import pytest

from agentconsole.domain.alarms import FRESH, AlarmKind, AlarmLog, QuietHours, next_due
from agentconsole.domain.instant import DAY, HOUR, MINUTE, SECOND
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Metric, Priority, Stage, Status

NOON = 1_795_176_000 * SECOND
AHEAD = 15 * MINUTE


def target(breach_at: int | None, stage: Stage = Stage.ACTIVE, ticket: int = 1) -> TargetRow:
    return TargetRow(
        ticket,
        str(1000 + ticket),
        "Checkout is down",
        Metric.FIRST_REPLY,
        stage,
        breach_at,
        Priority.HIGH,
        Status.OPEN,
        "Verde Viva",
        "gold",
        "Billing",
        "",
    )


def test_a_target_is_told_of_when_it_comes_close_and_again_when_it_breaches() -> None:
    log, held = AlarmLog(), [target(NOON + HOUR)]
    assert log.due(held, NOON, AHEAD) == []
    at = next_due(held, NOON, AHEAD)
    assert at == NOON + HOUR - AHEAD
    near = log.due(held, at, AHEAD)
    assert [alarm.kind for alarm in near] == [AlarmKind.NEAR]
    log.note(near, at)
    assert log.due(held, at + MINUTE, AHEAD) == []
    at = next_due(held, at, AHEAD)
    assert at == NOON + HOUR + 1
    late = log.due(held, at, AHEAD)
    assert [alarm.kind for alarm in late] == [AlarmKind.BREACH]
    log.note(late, at)
    assert log.due(held, at + MINUTE, AHEAD) == []
    assert next_due(held, at, AHEAD) is None


def test_exactly_at_its_breach_a_target_is_not_late_yet() -> None:
    assert [alarm.kind for alarm in AlarmLog().due([target(NOON)], NOON, AHEAD)] == [AlarmKind.NEAR]


def test_what_was_told_before_a_restart_is_not_told_again() -> None:
    log = AlarmLog()
    log.note(log.due([target(NOON + MINUTE)], NOON, AHEAD), NOON)
    assert AlarmLog(log.told).due([target(NOON + MINUTE)], NOON, AHEAD) == []


def test_a_target_that_was_moved_is_a_new_one() -> None:
    log = AlarmLog()
    log.note(log.due([target(NOON + MINUTE)], NOON, AHEAD), NOON)
    assert len(log.due([target(NOON + 2 * MINUTE)], NOON, AHEAD)) == 1


def test_what_breached_while_nobody_was_here_is_no_news() -> None:
    assert AlarmLog().due([target(NOON - FRESH - 1)], NOON, AHEAD) == []
    assert len(AlarmLog().due([target(NOON - FRESH)], NOON, AHEAD)) == 1


@pytest.mark.parametrize("held", [target(None), target(NOON, Stage.PAUSED), target(NOON, Stage.ACHIEVED)])
def test_what_does_not_run_is_not_told_of(held: TargetRow) -> None:
    assert AlarmLog().due([held], NOON, AHEAD) == []
    assert next_due([held], NOON - HOUR, AHEAD) is None


def test_the_next_breach_comes_first_and_the_log_forgets_what_is_long_past() -> None:
    log = AlarmLog()
    due = log.due([target(NOON + MINUTE, ticket=2), target(NOON - MINUTE, ticket=3)], NOON, AHEAD)
    assert [alarm.ticket for alarm in due] == [3, 2]
    log.note(due, NOON)
    log.note([], NOON + 3 * DAY)
    assert log.told == {}


@pytest.mark.parametrize(
    ("start", "end", "at", "quiet"),
    [
        (time(20), time(7), time(23), True),
        (time(20), time(7), time(6, 59), True),
        (time(20), time(7), time(7), False),
        (time(20), time(7), time(12), False),
        (time(12), time(13), time(12, 30), True),
        (time(12), time(13), time(13), False),
        (time(9), time(9), time(9), False),
    ],
)
def test_quiet_hours_may_run_past_midnight(start: time, end: time, at: time, quiet: bool) -> None:
    assert QuietHours(start, end).holds(at) is quiet
