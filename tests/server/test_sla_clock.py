"""What starts, pauses and fulfils each metric, and which policy decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agentconsole.server.business_hours import BusinessClock
from agentconsole.server.instants import epoch
from agentconsole.server.sla_clock import MetricState, Moment, Policy, SlaState, TicketFacts, compute, to_wire

MINUTE, HOUR, DAY = 60, 3_600, 86_400
T0 = epoch("2026-11-17T10:00:00Z")
"""A Tuesday."""

FIRST, NEXT, WAIT, WORK, TOTAL = (
    "first_reply_time",
    "next_reply_time",
    "requester_wait_time",
    "agent_work_time",
    "total_resolution_time",
)


def policy(
    *metrics: tuple[str, int],
    business: bool = False,
    number: int = 1,
    priority: str = "high",
    all_of: Iterable[dict[str, Any]] = (),
    any_of: Iterable[dict[str, Any]] = (),
) -> Policy:
    """A policy with targets in minutes."""
    return Policy.from_wire(
        {
            "id": number,
            "position": number,
            "filter": {"all": list(all_of), "any": list(any_of)},
            "policy_metrics": [
                {"priority": priority, "metric": metric, "target": minutes, "business_hours": business}
                for metric, minutes in metrics
            ],
        }
    )


def ticket(status: str = "open", priority: str | None = "high", **more: Any) -> TicketFacts:
    facts: dict[str, Any] = {
        "type": None,
        "channel": "email",
        "group_id": 7,
        "organization_id": 9,
        "tags": frozenset({"checkout"}),
        "organization_fields": {"tier": "platinum"},
        "organization_tags": frozenset(),
    }
    return TicketFacts(T0, status, priority, **(facts | more))


def status(minutes: int, value: str) -> Moment:
    return Moment(T0 + minutes * MINUTE, "status", value)


def asked(minutes: int) -> Moment:
    return Moment(T0 + minutes * MINUTE, "requester_comment")


def answered(minutes: int) -> Moment:
    return Moment(T0 + minutes * MINUTE, "agent_reply")


def one(history: list[Moment], rule: Policy, now: str = "open") -> MetricState | None:
    """The only metric of a policy with one target."""
    metrics = compute(ticket(now), history, [rule], {}).metrics
    return metrics[0] if metrics else None


def at(minutes: int) -> int:
    return T0 + minutes * MINUTE


OPENED = [status(0, "new"), asked(0)]


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        (OPENED, "active"),
        ([*OPENED, asked(5), status(6, "pending")], "active"),
        ([*OPENED, answered(5)], "achieved"),
        ([*OPENED, status(5, "solved")], "achieved"),
        ([*OPENED, answered(5), asked(6), status(7, "open")], "achieved"),
        ([status(0, "new"), answered(0)], "active"),
        ([status(0, "new"), answered(0), answered(4)], "achieved"),
        ([status(0, "solved"), answered(0)], "achieved"),
    ],
    ids=["waiting", "pending", "replied", "solved", "never again", "agent opened", "agent's second", "created solved"],
)
def test_first_reply(history: list[Moment], stage: str) -> None:
    assert one(history, policy((FIRST, 30))) == MetricState(FIRST, stage, at(30))


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([*OPENED, asked(9)], None),
        ([*OPENED, answered(5)], None),
        ([*OPENED, answered(5), asked(10), asked(20)], MetricState(NEXT, "active", at(40))),
        ([*OPENED, answered(5), asked(10), answered(20)], MetricState(NEXT, "achieved", at(40))),
        ([*OPENED, answered(5), asked(10), status(11, "solved")], MetricState(NEXT, "achieved", at(40))),
        ([*OPENED, answered(5), asked(10), answered(20), asked(50)], MetricState(NEXT, "active", at(80))),
        ([*OPENED, answered(5), asked(10), status(11, "pending")], MetricState(NEXT, "active", at(40))),
        ([*OPENED, status(5, "solved"), asked(60), status(60, "open")], MetricState(NEXT, "active", at(90))),
    ],
    ids=[
        "before the first",
        "nothing asked",
        "oldest counts",
        "answered",
        "solved",
        "second cycle",
        "pending",
        "reopen",
    ],
)
def test_next_reply(history: list[Moment], expected: MetricState | None) -> None:
    assert one(history, policy((NEXT, 30))) == expected


@pytest.mark.parametrize(
    ("metric", "history", "expected"),
    [
        (WAIT, [status(0, "new")], ("active", 60)),
        (WAIT, [status(0, "new"), status(10, "open"), status(20, "hold")], ("active", 60)),
        (WAIT, [status(0, "new"), status(20, "pending")], ("paused", None)),
        (WAIT, [status(0, "new"), status(20, "pending"), status(120, "open")], ("active", 160)),
        (WAIT, [status(0, "new"), status(90, "pending")], ("paused", 60)),
        (WAIT, [status(0, "pending")], ("paused", None)),
        (WAIT, [status(0, "pending"), status(30, "open")], ("active", 90)),
        (WAIT, [status(0, "new"), status(20, "pending"), status(50, "solved")], ("achieved", 60)),
        (WAIT, [status(0, "new"), status(20, "solved"), status(120, "open")], ("active", 160)),
        (WORK, [status(0, "new"), status(10, "hold")], ("paused", None)),
        (WORK, [status(0, "new"), status(10, "hold"), status(40, "open")], ("active", 90)),
        (TOTAL, [status(0, "new"), status(10, "pending"), status(40, "hold")], ("active", 60)),
        (TOTAL, [status(0, "new"), status(10, "solved")], ("achieved", 60)),
        (TOTAL, [status(0, "new"), status(10, "solved"), status(500, "open")], ("active", 550)),
        (TOTAL, [status(0, "new"), status(90, "solved"), status(95, "closed")], ("achieved", 60)),
    ],
)
def test_time_in_status(metric: str, history: list[Moment], expected: tuple[str, int | None]) -> None:
    stage, minutes = expected
    state = one(history, policy((metric, 60)))
    assert state == MetricState(metric, stage, None if minutes is None else at(minutes))


def test_business_targets_pause_outside_the_schedule() -> None:
    clock = BusinessClock(ZoneInfo("Etc/UTC"), [(day * 1_440 + 540, day * 1_440 + 1_020) for day in range(1, 6)])
    state = compute(ticket(), OPENED, [policy((FIRST, 8 * 60), business=True)], {4: clock})
    assert state.metrics[0].breach_at == T0 + DAY, "seven hours are left of Tuesday, the eighth is Wednesday's first"


def test_a_ticket_uses_its_own_schedule_and_else_the_first() -> None:
    early = BusinessClock(ZoneInfo("Etc/UTC"), [(2 * 1_440 + 11 * 60, 2 * 1_440 + 12 * 60)])
    late = BusinessClock(ZoneInfo("Etc/UTC"), [(2 * 1_440 + 14 * 60, 2 * 1_440 + 15 * 60)])
    rule = policy((FIRST, 30), business=True)
    mine = compute(ticket(schedule_id=2), OPENED, [rule], {1: early, 2: late})
    default = compute(ticket(), OPENED, [rule], {1: early, 2: late})
    assert (mine.next_breach_at, default.next_breach_at) == (at(270), at(90))


def test_a_higher_priority_tightens_the_target_from_the_same_start() -> None:
    both = Policy.from_wire(
        {
            "id": 1,
            "policy_metrics": [
                {"priority": "urgent", "metric": FIRST, "target": 15, "business_hours": False},
                {"priority": "low", "metric": FIRST, "target": 600, "business_hours": False},
            ],
        }
    )
    assert compute(ticket(priority="low"), OPENED, [both], {}).next_breach_at == at(600)
    assert compute(ticket(priority="urgent"), OPENED, [both], {}).next_breach_at == at(15)
    assert compute(ticket(priority=None), OPENED, [both], {}) == SlaState(None, (), None)
    assert compute(ticket(priority="high"), OPENED, [both], {}) == SlaState(1, (), None)


def test_the_next_breach_is_the_earliest_of_what_still_runs() -> None:
    rule = policy((FIRST, 10), (NEXT, 30), (TOTAL, 600))
    history = [*OPENED, answered(5), asked(100)]
    state = compute(ticket(), history, [rule], {})
    assert [(m.metric, m.stage) for m in state.metrics] == [(FIRST, "achieved"), (NEXT, "active"), (TOTAL, "active")]
    assert state.next_breach_at == at(130)


def test_nothing_is_due_on_a_deleted_ticket() -> None:
    assert compute(ticket("deleted"), OPENED, [policy((FIRST, 10))], {}) == SlaState(None, (), None)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"field": "organization.custom_fields.tier", "operator": "is", "value": "platinum"}, True),
        ({"field": "organization.custom_fields.tier", "operator": "is_not", "value": "platinum"}, False),
        ({"field": "organization.custom_fields.plan", "operator": "present"}, False),
        ({"field": "current_tags", "operator": "includes", "value": "refund checkout"}, True),
        ({"field": "current_tags", "operator": "not_includes", "value": "checkout"}, False),
        ({"field": "organization_id", "operator": "is", "value": "9"}, True),
        ({"field": "group_id", "operator": "is", "value": ["3", "7"]}, True),
        ({"field": "via_id", "operator": "is", "value": "web"}, False),
        ({"field": "phase_of_the_moon", "operator": "is_not", "value": "full"}, False),
    ],
)
def test_conditions(condition: dict[str, Any], fits: bool) -> None:
    assert policy(all_of=[condition]).fits(ticket()) is fits
    assert policy(any_of=[condition]).fits(ticket()) is fits


def test_the_first_policy_that_fits_decides() -> None:
    tier = {"field": "organization.custom_fields.tier", "operator": "is"}
    gold = policy((FIRST, 60), number=1, all_of=[tier | {"value": "gold"}])
    platinum = policy((FIRST, 15), number=2, all_of=[tier | {"value": "platinum"}])
    rest = policy((FIRST, 600), number=3)
    assert compute(ticket(), OPENED, [gold, platinum, rest], {}).policy_id == 2


@pytest.mark.parametrize(
    ("left", "shown"),
    [(90, {"minutes": 1}), (-90, {"minutes": -1}), (2 * HOUR + 59 * MINUTE, {"hours": 2}), (-3 * DAY, {"days": -3})],
)
def test_time_left_is_said_in_one_unit(left: int, shown: dict[str, int]) -> None:
    state = SlaState(1, (MetricState(FIRST, "active", T0),), T0)
    assert to_wire(state, T0 - left) == {
        "policy_metrics": [{"metric": FIRST, "stage": "active", "breach_at": "2026-11-17T10:00:00Z"} | shown]
    }
