"""Targets of many tickets, counted by the policy of one pack; nothing of a store or a window."""

from __future__ import annotations

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from agentconsole.domain.instant import HOUR, Instant
from agentconsole.domain.service_levels import History, Said
from agentconsole.domain.values import Metric, Priority, Status
from agentconsole.sla import Schedule
from agentconsole.sla.policy import Hours, Policy, Rule, Subject
from agentconsole.sla.targets import read_target
from tests.bench.samples import Sample

_NEWEST: Instant = 1_790_000_000_000_000
_SUBJECTS = tuple(Subject(priority=priority) for priority in Priority)


def policy() -> Policy:
    """First and next reply, in business hours and in business days."""
    weekly = {day: [("09:00", "12:30"), ("13:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = Hours("office", "Office hours", Schedule("Europe/Berlin", weekly))
    return Policy(
        name="bench",
        title="Bench",
        rules=[
            Rule(Metric.FIRST_REPLY, read_target("4 business hours")),
            Rule(Metric.NEXT_REPLY, read_target("next business day")),
        ],
        pausing={Metric.RESOLUTION: frozenset({Status.PENDING})},
        hours_of=lambda schedule, region: hours,
    )


def histories(tickets: int) -> list[History]:
    """Tickets of a year: half of them unanswered, the others with one or two answers that wait in between."""
    chance = random.Random(1)
    made = []
    for _ in range(tickets):
        created = _NEWEST - chance.randrange(365 * 24) * HOUR
        said, statuses = [Said(created, public=True, by_agent=False)], [(created, Status.NEW)]
        for turn in range(chance.choice((0, 0, 0, 1, 1, 2))):
            answered = created + (2 * turn + 1) * HOUR
            said += [Said(answered, True, True), Said(answered + HOUR, True, False)]
            statuses += [(answered, Status.PENDING), (answered + HOUR, Status.OPEN)]
        made.append(History(created, said, statuses))
    return made


def counted(asked: Policy, tickets: list[History]) -> Sample:
    """Count the targets of all *tickets*."""

    def count() -> None:
        for number, history in enumerate(tickets):
            asked.reckon(history, _SUBJECTS[number & 3])

    return _timed(count)


def searched(asked: Policy, tickets: list[History]) -> Sample:
    """The floor: for each ticket the two searches that no due time can do without."""
    hours = asked.hours_of("", "")
    assert hours is not None
    spans = hours.schedule.hours.spans(_NEWEST - 366 * 24 * HOUR, _NEWEST + 31 * 24 * HOUR)
    opens, before, total = [], [], 0
    for begin, end in spans:
        opens.append(begin)
        before.append(total)
        total += end - begin

    def search() -> None:
        for history in tickets:
            index = bisect_right(opens, history.created_at) - 1
            bisect_left(before, before[index] + 4 * HOUR)

    return _timed(search)


def _timed(work: Callable[[], None]) -> Sample:
    clock, processor = time.perf_counter(), time.thread_time()
    work()
    return Sample((time.perf_counter() - clock) * 1000, (time.thread_time() - processor) * 1000)
