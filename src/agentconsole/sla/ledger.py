"""Tells how a target came about: what counted, what did not, and what lies ahead, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from agentconsole.domain.instant import HOUR, Instant, to_datetime
from agentconsole.domain.ledger import Explanation, LedgerLine, LineKind
from agentconsole.domain.values import Metric
from agentconsole.sla import words
from agentconsole.sla.hours import Interval, midnight, without
from agentconsole.sla.open_time import OpenTime, normal_pauses
from agentconsole.sla.policy import Hours, Policy, Reckoned, Subject, used
from agentconsole.sla.targets import Kind

Span = tuple[Instant, Instant]

_DAYS_TOLD: Final = 60
"""Later dates are summed up in one line: no target of a document takes so long, and nobody reads on."""

_STARTS: Final = {
    Metric.FIRST_REPLY: "the ticket was created",
    Metric.NEXT_REPLY: "the oldest comment that is not answered was written",
    Metric.RESOLUTION: "the ticket was created",
}
_ORDER: Final = {kind: number for number, kind in enumerate(LineKind)}


def explain(one: Reckoned, policy: Policy, subject: Subject, now: Instant) -> Explanation:
    """Return how *one* came about, as of *now*; *subject* is what the rules of *policy* looked at."""
    progress, (rule, hours), stage, (due_at, breach_at) = one
    opening = None if hours is None else hours.schedule.hours
    is_known = opening is not None or not rule.target.needs_schedule
    return Explanation(
        metric=progress.metric,
        stage=stage,
        source=policy.name,
        source_title=policy.title,
        goal=rule.target.in_words(),
        cycle=progress.cycle,
        rule=rule.text,
        heading=rule.source,
        assumed=rule.assumed,
        because=_because(one, policy, subject),
        schedule="" if hours is None else hours.title,
        hours="" if opening is None else hours_in_words(opening.week),
        zone="" if hours is None else hours.schedule.tz,
        started_at=progress.started_at,
        due_at=due_at,
        breach_at=breach_at,
        fulfilled_at=progress.fulfilled_at,
        paused_since=progress.paused_since,
        paused_by=progress.paused_by,
        budget=rule.target.budget(progress.started_at, opening) if is_known else None,
        elapsed=used(one, now),
        lines=tuple(sorted(_lines(one, now), key=lambda line: (line.at, line.planned, _ORDER[line.kind]))),
    )


def _because(one: Reckoned, policy: Policy, subject: Subject) -> str:
    """What of the ticket the rule asked for: "Gold · urgent"."""
    rule = one.assigned.rule
    parts = []
    if rule.levels:
        parts.append(policy.levels.get(subject.level, subject.level))
    if rule.priorities and subject.priority is not None:
        parts.append(str(subject.priority))
    if rule.groups:
        parts.append(subject.group)
    return " · ".join(parts)


def _lines(one: Reckoned, now: Instant) -> Iterator[LedgerLine]:
    progress, (rule, hours), _, (due_at, breach_at) = one
    start = progress.started_at
    yield LedgerLine(LineKind.START, start, words=_STARTS.get(progress.metric, "the clock was started"))
    until = next((at for at in (progress.fulfilled_at, due_at) if at is not None), max(now, start))
    if rule.target.kind is not Kind.NONE and (hours is not None or not rule.target.needs_schedule):
        yield from _counted(one, hours, until, now)
    if hours is not None:
        yield from _closed(hours, start, until, now)
        yield from _clock_changes(hours.schedule.hours, start, until, now)
    for (begin, end), reason in zip(progress.pauses, progress.reasons, strict=True):
        yield LedgerLine(LineKind.PAUSE, begin, end, words=str(reason or ""))
    if progress.first_fulfilled_at is not None and progress.fulfilled_at is None:
        yield LedgerLine(LineKind.MET, progress.first_fulfilled_at, words="it was reopened since")
    if due_at is not None:
        yield LedgerLine(LineKind.DUE, due_at, planned=due_at > now)
    if breach_at is not None and breach_at != due_at:
        no_time = "no time counts between the two"
        yield LedgerLine(LineKind.BREACH, breach_at, words=no_time, planned=breach_at > now)
    if progress.fulfilled_at is not None:
        yield LedgerLine(LineKind.MET, progress.fulfilled_at, words="too late" if one.is_late else "in time")
    else:
        yield LedgerLine(LineKind.NOW, now)


def _counted(one: Reckoned, hours: Hours | None, until: Instant, now: Instant) -> Iterator[LedgerLine]:
    """Yield what counted, cut at the zone's midnights and at *now*, with the running total."""
    start = one.progress.started_at
    spans = [(start, until)] if hours is None else hours.schedule.hours.spans(start, until)
    pauses = [(begin, until if end is None else end) for begin, end in normal_pauses(one.progress.pauses, start)]
    cuts = {now}
    edge = until
    if hours is not None:
        midnights = list(_midnights(hours.schedule.hours, start, until))
        cuts.update(begins for _, begins, _ in midnights)
        edge = midnights[-1][2] if midnights else until
    total = 0
    for begin, end in _cut(without(spans, pauses), sorted(cuts)):
        if begin >= edge:
            break
        total += end - begin
        yield LedgerLine(LineKind.OPEN, begin, end, end - begin, total, planned=begin >= now)
    if edge < until and hours is not None:
        rest = hours.schedule.hours.elapsed(edge, until, one.progress.pauses)
        if rest:
            yield LedgerLine(LineKind.OPEN, edge, until, rest, total + rest, "in sum", planned=edge >= now)


def _closed(hours: Hours, start: Instant, until: Instant, now: Instant) -> Iterator[LedgerLine]:
    """Yield dates without open time: each holiday for itself, days off together."""
    off: Span | None = None
    for day, begins, ends in _midnights(hours.schedule.hours, start, until):
        holiday = day in hours.schedule.holidays
        if holiday or hours.schedule.hours.spans(begins, ends):
            if off is not None:
                yield LedgerLine(LineKind.CLOSED, *off, planned=off[0] >= now)
            off = None
            if holiday:
                name = hours.holidays.get(day, "holiday")
                yield LedgerLine(LineKind.CLOSED, max(begins, start), ends, words=name, planned=begins >= now)
        else:
            off = (max(begins, start) if off is None else off[0], ends)
    if off is not None:
        yield LedgerLine(LineKind.CLOSED, *off, planned=off[0] >= now)


def _clock_changes(opening: OpenTime, start: Instant, until: Instant, now: Instant) -> Iterator[LedgerLine]:
    for _, begins, ends in _midnights(opening, start, until):
        shift = ends - begins - 24 * HOUR
        if shift:
            change = _change_within(opening, begins, ends)
            way = "back" if shift > 0 else "forward"
            text = f"{words.length(abs(shift))} {way}"
            yield LedgerLine(LineKind.CLOCKS, change, words=text, planned=change >= now)


def _change_within(opening: OpenTime, begins: Instant, ends: Instant) -> Instant:
    """The instant between the two at which the zone's offset changes."""

    def offset(at: Instant) -> timedelta | None:
        return to_datetime(at).astimezone(opening.zone).utcoffset()

    before = offset(begins)
    while ends - begins > 1:
        middle = (begins + ends) // 2
        if offset(middle) == before:
            begins = middle
        else:
            ends = middle
    return ends


def _midnights(opening: OpenTime, start: Instant, until: Instant) -> Iterator[tuple[date, Instant, Instant]]:
    """Yield the local dates from *start* to *until*, with the instants at which they begin and end."""
    day = to_datetime(start).astimezone(opening.zone).date()
    begins = midnight(opening.zone, day)
    for _ in range(_DAYS_TOLD):
        if begins >= until:
            return
        following = day + timedelta(days=1)
        ends = midnight(opening.zone, following)
        yield day, begins, ends
        day, begins = following, ends


def _cut(spans: Sequence[Span], cuts: Sequence[Instant]) -> Iterator[Span]:
    """Yield *spans* cut into pieces at *cuts*; both in order."""
    for begin, end in spans:
        at = begin
        for cut in cuts:
            if at < cut < end:
                yield at, cut
                at = cut
        yield at, end


_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours_in_words(week: Sequence[Sequence[Interval]]) -> str:
    """Return opening hours such as "Mon–Fri 09:00–12:30, 13:00–18:00; Sat 10:00–14:00"."""
    told = [", ".join(f"{_wall(one.start)}–{_wall(one.end)}" for one in sorted(day)) for day in week]
    parts = []
    first = 0
    for number in range(1, len(told) + 1):
        if number == len(told) or told[number] != told[first]:
            days = _NAMES[first] if number - first == 1 else f"{_NAMES[first]}–{_NAMES[number - 1]}"
            if told[first]:
                parts.append(f"{days} {told[first]}")
            first = number
    return "; ".join(parts)


def _wall(seconds: int) -> str:
    """The wall time so many seconds after a date's midnight."""
    return "24:00" if seconds == 24 * 3600 else f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}"
