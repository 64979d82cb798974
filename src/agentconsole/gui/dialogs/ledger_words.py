"""Why a target is due when it is, in words: for a page and for the clipboard."""

from __future__ import annotations

from datetime import date, tzinfo
from html import escape
from typing import Final, NamedTuple

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import Instant
from agentconsole.domain.ledger import Explanation, LedgerLine, LineKind
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Stage, Status
from agentconsole.gui.models.target_words import NO_SLA_TITLE, pause_reason, state_of, state_words
from agentconsole.gui.panes.ticket.wording import METRIC_WORDS
from agentconsole.gui.spoken_time import exact, local, zone_named
from agentconsole.sla.words import clock, length
from agentconsole.sla.words import day as dated

_STATUS_REASONS: Final = {
    str(Status.NEW): "the ticket is new",
    str(Status.OPEN): "the ticket is open",
    str(Status.PENDING): "waits on the requester",
    str(Status.HOLD): "waits on a third party",
    str(Status.SOLVED): "the ticket was solved",
}
_KINDS: Final = {
    LineKind.START: "Begins",
    LineKind.OPEN: "Counts",
    LineKind.CLOSED: "Closed",
    LineKind.PAUSE: "Paused",
    LineKind.CLOCKS: "Clocks change",
    LineKind.DUE: "Due",
    LineKind.BREACH: "Late after this",
    LineKind.MET: "Met",
    LineKind.NOW: "Now",
}


class Fact(NamedTuple):
    """Something that is said in one line: "Promise: 4 business hours"."""

    label: str
    text: str


class Step(NamedTuple):
    """A line of the ledger in words. ``ours`` is empty where the agent's clock shows the same."""

    kind: LineKind
    there: str
    ours: str
    what: str
    counted: str
    total: str
    planned: bool


class Ledger(NamedTuple):
    """A target and how it came about. ``zone`` is that of ``Step.there``; ``comparison`` is about ``instead``."""

    title: str
    state: str
    light: Light
    whose: str
    facts: tuple[Fact, ...]
    zone: str
    steps: tuple[Step, ...]
    comparison: str = ""
    instead: Ledger | None = None


def ledger_of(told: Explanation, now: Instant, thresholds: Thresholds, ours: tzinfo | None = None) -> Ledger:
    """Return *told* in words, as of *now*; *ours* is the agent's zone, by default that of this computer."""
    target = TicketTarget(
        metric=told.metric,
        stage=told.stage,
        breach_at=told.breach_at,
        source=told.source,
        goal=told.goal,
        due_at=told.due_at,
        paused_since=told.paused_since,
        paused_by=told.paused_by,
    )
    light = state_of(target, now, thresholds)
    state = state_words(target, light, now)
    theirs = zone_named(told.zone) or ours
    year = local(now, ours).year
    return Ledger(
        title=METRIC_WORDS[told.metric] if told.cycle == 1 else f"{METRIC_WORDS[told.metric]} (no. {told.cycle})",
        state=f"{state[:1].upper()}{state[1:]}",
        light=light,
        whose=_whose(told),
        facts=tuple(_facts(told, pause_reason(target), now, theirs, ours)),
        zone=told.zone or (local(now, ours).tzname() or ""),
        # a few instants that the facts have named already are no story
        steps=tuple(_step(line, theirs, ours, year) for line in told.lines) if _tells_more(told.lines) else (),
        comparison=_comparison(told),
        instead=None if told.instead is None else ledger_of(told.instead, now, thresholds, ours),
    )


def _whose(told: Explanation) -> str:
    if not told.source:
        return "The help desk's own target. It says when this breaches, and not how it counted."
    return f"Counted by this console from {told.source_title}."


def _facts(told: Explanation, reason: str, now: Instant, theirs: tzinfo | None, ours: tzinfo | None) -> list[Fact]:
    facts: list[Fact] = []

    def say(label: str, text: str) -> None:
        if text:
            facts.append(Fact(label, text))

    if told.source:
        nothing = f"{NO_SLA_TITLE}: nothing is due, and nothing is ever late"
        say("Promise", nothing if told.goal == NO_GOAL else told.goal)
        say("Rule", f"“{told.rule}”" if told.rule else "")
        say("Document", f"{told.source_title} › {told.heading}" if told.heading else told.source_title)
        say("Applies to", told.because)
        say("Assumed", told.assumed)
        hours = f"{told.schedule} ({told.hours}; {told.zone})" if told.schedule else "Around the clock, every day"
        say("Hours", hours if told.goal != NO_GOAL else "")
        if told.budget is not None:
            left = told.budget - told.elapsed
            rest = f"{length(left)} left" if left >= 0 else f"{length(-left)} over"
            say("Spent", f"{length(told.elapsed)} of {length(told.budget)}, {rest}")
    if told.paused_since is not None:
        since = both_clocks(told.paused_since, theirs, ours)
        say("Paused", f"{length(now - told.paused_since)}, since {since}" + (f": {reason}" if reason else ""))
        if told.due_at is None and told.goal != NO_GOAL:
            say("Due", "Not before the pause has ended: how long it lasts is not known")
    if told.due_at is not None:
        say("Due", both_clocks(told.due_at, theirs, ours))
    if told.breach_at is not None and told.breach_at != told.due_at:
        label = "Late after" if told.due_at is not None else "Breaches"
        say(label, both_clocks(told.breach_at, theirs, ours))
    if told.fulfilled_at is not None:
        say("Met", both_clocks(told.fulfilled_at, theirs, ours))
    return facts


def both_clocks(at: Instant, theirs: tzinfo | None, ours: tzinfo | None) -> str:
    """Return *at* in the schedule's zone, and in brackets in the agent's own where its clock differs."""
    there = exact(at, theirs)
    if local(at, theirs).utcoffset() == local(at, ours).utcoffset():
        return there
    return f"{there}; your time: {exact(at, ours)}"


def _tells_more(lines: tuple[LedgerLine, ...]) -> bool:
    return any(line.kind not in (LineKind.DUE, LineKind.BREACH, LineKind.NOW) for line in lines)


def _step(line: LedgerLine, theirs: tzinfo | None, ours: tzinfo | None, year: int) -> Step:
    same = local(line.at, theirs).utcoffset() == local(line.at, ours).utcoffset()
    words = _STATUS_REASONS.get(line.words, line.words) if line.kind is LineKind.PAUSE else line.words
    what = f"{_KINDS[line.kind]}: {words}" if words else _KINDS[line.kind]
    if line.planned and line.kind is LineKind.OPEN:
        what = f"Will count{f': {words}' if words else ''}"
    return Step(
        kind=line.kind,
        there=_when(line, theirs, year),
        ours="" if same else _when(line, ours, year),
        what=what,
        counted=length(line.counted) if line.counted else "",
        total=length(line.total) if line.kind is LineKind.OPEN else "",
        planned=line.planned,
    )


def _when(line: LedgerLine, zone: tzinfo | None, year: int) -> str:
    """Return when *line* is: an instant, a span within a date, whole dates, or a span over several.

    This *year* goes without saying.
    """

    def day(when: date) -> str:
        return dated(when).removesuffix(f" {year}")

    begin = local(line.at, zone)
    if line.until is None:
        onwards = " on" if line.kind is LineKind.PAUSE else ""
        return f"{day(begin.date())} {clock(begin)}{onwards}"
    end = local(line.until, zone)
    last = local(line.until - 1, zone)
    whole = f"{begin:%H%M%S}{end:%H%M%S}" == "0" * 12
    if whole and begin.date() == last.date():
        return day(begin.date())
    if whole:
        return f"{day(begin.date())} – {day(last.date())}"
    if begin.date() == last.date():
        return f"{day(begin.date())} {clock(begin)}–{'24:00' if f'{end:%H%M%S}' == '000000' else clock(end)}"
    return f"{day(begin.date())} {clock(begin)} – {day(end.date())} {clock(end)}"


def _comparison(told: Explanation) -> str:
    """Return how what the pack would say differs from the help desk's target, which counts."""
    other = told.instead
    if other is None:
        return ""
    if other.goal == NO_GOAL:
        return f"{other.source_title} has no explicit target for this; the help desk's target counts."
    if other.breach_at is None or told.breach_at is None:
        standing = "it is paused there" if other.stage is Stage.PAUSED else "one of the two has no time now"
        return f"{other.source_title} promises {other.goal}; the times can't be compared: {standing}."
    apart = other.breach_at - told.breach_at
    if not apart:
        return f"{other.source_title} comes to the same time."
    way = "later" if apart > 0 else "earlier"
    return f"By {other.source_title} it would breach {length(abs(apart))} {way}; the help desk's target counts."


def as_html(ledger: Ledger) -> str:
    """Return *ledger* as the body of a page; its colours are the page's."""
    parts = [f"<h1>{escape(ledger.title)}</h1>", f"<p><b>{escape(ledger.state)}</b></p>"]
    parts.append(_body_html(ledger))
    if ledger.instead is not None:
        parts.append(f"<h2>What the pack says</h2><p><b>{escape(ledger.comparison)}</b></p>")
        parts.append(_body_html(ledger.instead))
    return "".join(parts)


def _body_html(ledger: Ledger) -> str:
    parts = [f"<p>{escape(ledger.whose)}</p>"]
    if ledger.facts:
        rows = "".join(
            f'<tr><td width="18%"><span class="meta">{escape(fact.label)}</span></td><td>{escape(fact.text)}</td></tr>'
            for fact in ledger.facts
        )
        parts.append(f"<table>{rows}</table>")
    if ledger.steps:
        ours = any(step.ours for step in ledger.steps)
        heads = [f"When, in {ledger.zone}", *(["Your time"] if ours else []), "What", "Counted", "In all"]
        head = "".join(f'<th align="left"><span class="meta">{escape(each)}</span></th>' for each in heads)
        parts.append(f"<h2>Step by step</h2><table><tr>{head}</tr>")
        for step in ledger.steps:
            cells = [step.there, *([step.ours] if ours else []), step.what, step.counted, step.total]
            tag = "b" if step.kind in (LineKind.DUE, LineKind.BREACH, LineKind.NOW) else "span"
            look = ' class="meta"' if step.planned and tag == "span" else ""
            # times stay on their line; what happened may take several
            kept = [escape(cell) if cell == step.what else _unbroken(escape(cell)) for cell in cells]
            parts.append("<tr>" + "".join(f"<td><{tag}{look}>{cell}</{tag}></td>" for cell in kept) + "</tr>")
        parts.append("</table>")
    return "".join(parts)


def _unbroken(html: str) -> str:
    """Return *html* so that only a span of two dates is broken, after its dash."""
    return html.replace(" ", "&nbsp;").replace("–&nbsp;", "– ")


def as_text(ledgers: tuple[Ledger, ...], heading: str) -> str:
    """Return *ledgers* of the ticket *heading* as plain text, for a note or a mail."""
    return "\n\n".join([heading, *("\n".join(_lines(ledger)) for ledger in ledgers)]) + "\n"


def _lines(ledger: Ledger, indent: str = "") -> list[str]:
    lines = [f"{indent}{ledger.title}: {ledger.state}", f"{indent}{ledger.whose}"]
    lines += [f"{indent}{fact.label}: {fact.text}" for fact in ledger.facts]
    if ledger.steps:
        lines.append(f"{indent}Step by step, times in {ledger.zone}:")
    for step in ledger.steps:
        ours = f" (your time {step.ours})" if step.ours else ""
        total = f", {step.total} in all" if step.total else ""
        counted = f" – {step.counted}{total}" if step.counted else ""
        lines.append(f"{indent}  {step.there}{ours}  {step.what}{counted}")
    if ledger.instead is not None:
        lines += [f"{indent}What the pack says: {ledger.comparison}", *_lines(ledger.instead, indent + "  ")]
    return lines
