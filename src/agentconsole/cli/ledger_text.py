"""The ledger of a target as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.domain.ledger import Explanation, LedgerLine, LineKind
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.sla import words


def moment(at: Instant, zone: str) -> str:
    """Return *at* on the clocks of *zone* (empty: UTC), and on the reader's where they differ."""
    return words.moment(at, _zone(zone), None)


def lines_above(one: Explanation) -> Iterator[str]:
    """Yield what *one* rests on: its rule, what was read into it, its opening hours, and what is used up."""
    goal = "no explicit target" if one.goal == NO_GOAL else one.goal
    if not one.source:
        yield f"{one.source_title}: it counts the time itself, and does not tell how"
        return
    rule = f"“{one.rule}”" if one.rule else goal
    yield f"{one.source_title}: {rule}{f' ({one.heading})' if one.heading else ''}"
    if one.rule and one.goal != NO_GOAL:
        yield f"Target: {goal}{f', for {one.because}' if one.because else ''}"
    elif one.because:
        yield f"For {one.because}"
    if one.assumed:
        yield f"Read as: {one.assumed}"
    if one.schedule:
        yield f"Counted in: {one.schedule} ({one.hours}, {one.zone})"
    elif one.goal != NO_GOAL and one.budget is not None:
        yield "Every hour counts, day and night"
    elif one.goal != NO_GOAL:
        yield "Its opening hours are not known, so it can't be told when it is due"
    if one.budget is not None:
        yield f"Used {words.length(one.elapsed)} of {words.length(one.budget)}"


def line_text(line: LedgerLine, one: Explanation) -> str:
    """Return *line* on the clocks of the target's zone; what is still ahead stands in brackets."""
    zone = _zone(one.zone)
    text = _text(line, zone)
    return f"[{text}]" if line.planned else text


def _text(line: LedgerLine, zone: tzinfo) -> str:
    at = words.moment(line.at, zone, None)
    if line.kind is LineKind.OPEN:
        until = line.at if line.until is None else line.until
        begins, ends = (to_datetime(each).astimezone(zone) for each in (line.at, until))
        if line.words:
            return (
                f"{words.day(begins.date())} and later: {words.length(line.counted)}, {words.length(line.total)} in sum"
            )
        if begins.date() == ends.date() or (ends.hour, ends.minute, ends.second) == (0, 0, 0):
            end = "24:00" if begins.date() != ends.date() else words.clock(ends)
            span = f"{words.day(begins.date())}  {words.clock(begins)}–{end}"
        else:
            span = f"{words.day(begins.date())} {words.clock(begins)} – {words.day(ends.date())} {words.clock(ends)}"
        return f"{span}  {words.length(line.counted)}, {words.length(line.total)} in sum"
    if line.kind is LineKind.CLOSED:
        first = to_datetime(line.at).astimezone(zone).date()
        last = to_datetime((line.until or line.at) - 1).astimezone(zone).date()
        dates = words.day(first) if first >= last else f"{words.day(first)} – {words.day(last)}"
        return f"{dates}  closed{f': {line.words}' if line.words else ''}"
    if line.kind is LineKind.PAUSE:
        until_text = "" if line.until is None else f" to {words.moment(line.until, zone, None)}"
        why = f" ({line.words})" if line.words else ""
        return f"Paused {'since ' if line.until is None else ''}{at}{until_text}{why}"
    if line.kind is LineKind.CLOCKS:
        return f"{at}: the clocks are changed, {line.words}"
    name = {
        LineKind.START: "Start",
        LineKind.DUE: "Due",
        LineKind.BREACH: "Late after",
        LineKind.MET: "Met",
        LineKind.NOW: "Now",
    }[line.kind]
    return f"{name} {at}{f': {line.words}' if line.words else ''}"


def _zone(name: str) -> tzinfo:
    return ZoneInfo(name) if name else UTC
