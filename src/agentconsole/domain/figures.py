"""Counts tickets into a report. Pure: the same cases give the same figures.

What is counted, and when a ticket counts as what:

* *open* is every status but solved and closed, unsent changes included, as in the queue.
* *solved at* is when the status was seen to change. Where that was not seen it is the ticket's last comment: people
  solve with a reply, and a help desk's later touch (closing after some days, a rating) is no work. Without a cached
  comment it is the last change.
* *first reply* is the first public comment, after the opening, of somebody of the desk who isn't the requester.
* A ticket that was merged into another was not answered and not resolved by itself: it has no times.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

import msgspec

from agentconsole.domain.attainment import service_levels
from agentconsole.domain.cases import (
    PRIORITIES,
    Case,
    Names,
    Replies,
    channel_title,
    group_query,
    joined,
    level_query,
    level_title,
    narrowing,
    priority_title,
    quoted,
)
from agentconsole.domain.instant import Instant
from agentconsole.domain.reports import (
    Activity,
    Coverage,
    Day,
    Days,
    OpenNow,
    Ratings,
    Report,
    Scope,
    Slice,
    Spell,
    median,
    p90,
)
from agentconsole.domain.values import UNSOLVED, Status


def report(
    scope: Scope,
    days: Days,
    now: Instant,
    cases: Sequence[Case],
    replies: Iterable[Replies],
    names: Names,
    coverage: Coverage,
) -> Report:
    """Count *cases*: all unsolved tickets of *scope*, and of the others at least those that came or changed since.

    "Since" is the beginning of *days*; others are neither open in them nor solved.
    """
    narrowed = narrowing(scope, names, by_plan=bool(cases) and all(case.by_plan for case in cases))
    start, end = days.start, days.end
    came = [case for case in cases if start <= case.created_at < end]
    solved = [case for case in cases if case.solved_at is not None and start <= case.solved_at < end]
    within = joined(f"created>={scope.first} created<={scope.last}", narrowed)
    resolved = [case for case in solved if not case.merged]
    return Report(
        scope=scope,
        made_at=now,
        coverage=msgspec.structs.replace(
            coverage,
            begins_within=coverage.begins is None or coverage.begins >= days.edges[1],
            without_conversation=sum(not case.told for case in came),
        ),
        open=_open_now([case for case in cases if case.solved_at is None], names, narrowed),
        days=_by_day(cases, days, narrowed),
        created=len(came),
        solved=len(solved),
        by_channel=_channels(came, within),
        first_reply=_first_reply(came),
        first_reply_by_priority=_by_priority(came, _first_reply),
        resolution=_resolution(resolved),
        resolution_by_priority=_by_priority(resolved, _resolution),
        service_levels=service_levels([case for case in came if not case.merged], now, within),
        ratings=_ratings(solved),
        ratings_by_day=_ratings_by_day(solved, days),
        agents=_activity(solved, replies, names),
    )


# Open now


def _open_now(cases: Sequence[Case], names: Names, narrowed: str) -> OpenNow:
    base = joined("is:unsolved", narrowed)
    statuses = Counter(case.status for case in cases)
    priorities = Counter(case.priority for case in cases)
    channels = Counter(case.channel for case in cases)
    groups = Counter(case.group for case in cases)
    return OpenNow(
        total=len(cases),
        query=base,
        by_status=tuple(
            Slice(
                key=status,
                title="On hold" if status is Status.HOLD else status.capitalize(),
                count=statuses[status],
                query=joined(f"status:{status}", narrowed),
            )
            for status in UNSOLVED
        ),
        by_priority=tuple(
            Slice(
                key=priority,
                title=priority_title(priority),
                count=priorities[priority],
                query=joined(base, f"priority:{priority}"),
            )
            for priority in PRIORITIES
        ),
        by_level=tuple(
            Slice(key=level or "none", title=level_title(level), count=count, query=joined(base, query))
            for level, query, count in _levels(cases)
        ),
        by_channel=_channel_slices(channels, base),
        by_group=_ordered(
            Slice(
                key=group or "none",
                title=names.groups.get(group, group) if group else "No group",
                count=count,
                query=joined(base, group_query(group, names)),
            )
            for group, count in groups.items()
        ),
    )


def _levels(cases: Iterable[Case]) -> list[tuple[str, str, int]]:
    """Return (level, its query, how many), most first."""
    counted = Counter((case.level, case.by_plan) for case in cases)
    rows = [(level, level_query(level, by_plan=plan), count) for (level, plan), count in counted.items()]
    return sorted(rows, key=lambda row: (not row[0], -row[2], row[0]))


def _channels(cases: Iterable[Case], within: str) -> tuple[Slice, ...]:
    return _channel_slices(Counter(case.channel for case in cases), within)


def _channel_slices(counted: Mapping[str, int], base: str) -> tuple[Slice, ...]:
    return _ordered(
        Slice(
            key=channel or "none",
            title=channel_title(channel),
            count=count,
            query=joined(base, f"channel:{quoted(channel) if channel else 'none'}"),
        )
        for channel, count in counted.items()
    )


def _ordered(slices: Iterable[Slice]) -> tuple[Slice, ...]:
    """The largest first; those without a value stand last, as they are no kind of their own."""
    return tuple(sorted(slices, key=lambda each: (each.key == "none", -each.count, each.title)))


# Days


def _by_day(cases: Iterable[Case], days: Days, narrowed: str) -> tuple[Day, ...]:
    edges = days.edges
    # 0 is what lies before the first day, number n + 1 what lies after the last
    created: Counter[int] = Counter()
    solved: Counter[int] = Counter()
    for case in cases:
        created[bisect_right(edges, case.created_at)] += 1
        if case.solved_at is not None:
            # who looks into a day that a skewed clock put the solving before must not find fewer than none
            solved[bisect_right(edges, max(case.solved_at, case.created_at))] += 1
    numbers = range(len(edges))
    left = list(accumulate(created[number] - solved[number] for number in numbers))
    return tuple(
        Day(
            day=days.day(number - 1),
            created=created[number],
            solved=solved[number],
            open=left[number],
            query_created=joined(f"created:{days.day(number - 1)}", narrowed),
        )
        for number in numbers[1:]
    )


# Times


def _spell(lengths: Iterable[int], *, waiting: int = 0, unknown: int = 0) -> Spell:
    ordered = sorted(lengths)
    return Spell(n=len(ordered), median=median(ordered), p90=p90(ordered), waiting=waiting, unknown=unknown)


def _first_reply(cases: Iterable[Case]) -> Spell:
    lengths: list[int] = []
    waiting = unknown = 0
    for case in cases:
        if case.merged:
            continue
        if case.first_reply_at is not None:
            lengths.append(case.first_reply_at - case.created_at)
        elif not case.told:
            unknown += 1
        elif case.solved_at is None:
            waiting += 1
    return _spell(lengths, waiting=waiting, unknown=unknown)


def _resolution(cases: Iterable[Case]) -> Spell:
    return _spell(max(0, case.solved_at - case.created_at) for case in cases if case.solved_at is not None)


def _by_priority(cases: Sequence[Case], measure: Callable[[Iterable[Case]], Spell]) -> tuple[Spell, ...]:
    sorted_out: dict[str, list[Case]] = {priority: [] for priority in PRIORITIES}
    for case in cases:
        sorted_out[case.priority].append(case)
    return tuple(
        msgspec.structs.replace(measure(of_priority), key=priority, title=priority_title(priority))
        for priority, of_priority in sorted_out.items()
    )


# Satisfaction and activity


def _said(cases: Iterable[Case]) -> Counter[str]:
    # some desks tell in the same word whether a text came with it: "good_with_comment"
    return Counter(case.satisfaction.partition("_")[0] for case in cases if case.satisfaction)


def _ratings(solved: Iterable[Case]) -> Ratings:
    said = _said(solved)
    return Ratings(good=said["good"], bad=said["bad"], offered=said["offered"])


def _ratings_by_day(solved: Iterable[Case], days: Days) -> tuple[Ratings, ...]:
    of_day: dict[int, list[Case]] = {}
    for case in solved:
        if case.satisfaction and case.solved_at is not None:
            of_day.setdefault(bisect_right(days.edges, case.solved_at) - 1, []).append(case)
    found = []
    for number in range(len(days.edges) - 1):
        said = _said(of_day.get(number, ()))
        found.append(Ratings(day=days.day(number), good=said["good"], bad=said["bad"], offered=said["offered"]))
    return tuple(found)


def _activity(solved: Iterable[Case], replies: Iterable[Replies], names: Names) -> tuple[Activity, ...]:
    done = Counter(case.assignee for case in solved if case.assignee and not case.merged)
    wrote = {each.author: each for each in replies}
    found = []
    for ref in {*done, *wrote}:
        written = wrote.get(ref)
        found.append(
            Activity(
                ref=ref,
                name=names.people.get(ref, "") or f"Agent {ref}",
                replies=written.replies if written else 0,
                tickets=written.tickets if written else 0,
                solved=done[ref],
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.replies, -each.solved, each.name)))
