"""What the countdown says of a target: its state, its goal, whose it is, and all of it in full for a tooltip."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from agentconsole.domain.countdown import Light, Thresholds, countdown_text, light
from agentconsole.domain.instant import MINUTE, SECOND, Instant
from agentconsole.domain.rows import TargetRow, TicketTarget
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Stage, Status
from agentconsole.gui.models.queue_model import METRIC_WORDS
from agentconsole.gui.spoken_time import exact, local, span, zone_named

HELP_DESK = "Help desk"
"""Whose a target is that no pack gave."""

SOURCE_ICONS = ("server", "book-open")
"""What stands beside a help desk's own target, and beside one that the console counts from a pack."""

NO_SLA, NO_SLA_TITLE = "no explicit SLA", "No explicit SLA"
"""A pack that says so has spoken: it is neither an error nor a target that nobody knows."""

_WAITS = {Status.PENDING: "waits on the requester", Status.HOLD: "waits on a third party", Status.NEW: "is new"}
_STILL = (Light.PAUSED, Light.MET, Light.NO_TARGET)
"""States in which no countdown runs."""


def state_of(target: TargetRow | TicketTarget, now: Instant, thresholds: Thresholds) -> Light:
    """Return the state of *target* at *now*; one without an explicit goal stays so while its ticket waits.

    It comes close as its due time does, and it is late after its breach. The two differ where due is a closing time.
    """
    if target.goal == NO_GOAL and target.stage is not Stage.ACHIEVED:
        return Light.NO_TARGET
    state = light(target.stage, target.breach_at, now, thresholds)
    if target.due_at is None or state in _STILL or state is Light.BREACHED:
        return state
    return light(target.stage, max(target.due_at, now), now, thresholds)


def counts_to(target: TargetRow | TicketTarget, now: Instant) -> Instant | None:
    """Return what the countdown of *target* runs to: when it is due, and after that, when it breaches."""
    return target.due_at if target.due_at is not None and now <= target.due_at else target.breach_at


def figures_of(target: TargetRow | TicketTarget, state: Light, now: Instant) -> str:
    """Return the countdown of *target* in wall time, empty while none runs."""
    end = counts_to(target, now)
    return "" if end is None or state in _STILL else countdown_text(end - now)


def state_words(target: TargetRow | TicketTarget, state: Light, now: Instant) -> str:
    """Return the state in words: "due soon", "paused 3 h · waits on the requester", "no explicit SLA"."""
    if state is Light.PAUSED:
        reason = pause_reason(target)
        since = f" {span(now - target.paused_since)}" if target.paused_since is not None else ""
        return f"paused{since} · {reason}" if reason else f"paused{since}"
    if state is Light.NO_TARGET and target.goal == NO_GOAL:
        return NO_SLA
    if state is Light.NO_TARGET and target.goal:
        return "no due time: opening hours unknown"
    if is_at_closing(target, state, now):
        return f"{state.value} · late from {local(target.breach_at or now):%a %H:%M}"
    return state.value


def is_at_closing(target: TargetRow | TicketTarget, state: Light, now: Instant) -> bool:
    """Return whether *target* was due when its opening hours ended, and is not late before they begin again."""
    return state is Light.DUE_NOW and target.due_at is not None and now > target.due_at


def open_countdown(left: int) -> str:
    """Return the open time *left* (microseconds, negative once late) as figures: "9:41", "26h 10m".

    It is never told in days: a day of opening hours is not one of the clock.
    """
    seconds = abs(left) // SECOND
    sign = "-" if left < 0 else ""
    if seconds < 3600:
        return f"{sign}{seconds // 60}:{seconds % 60:02d}"
    return f"{sign}{seconds // 3600}h {seconds % 3600 // 60:02d}m"


def open_span(left: int) -> str:
    """Return a length of open time in words: "45 min", "26 h 10 min"; in hours, as for :func:`open_countdown`."""
    hours, minutes = divmod(abs(left) // MINUTE, 60)
    if not hours:
        return span(left)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def pause_reason(target: TargetRow | TicketTarget) -> str:
    """Return why the clock of *target* stands still: "waits on the requester"; empty when that is not known."""
    status = target.paused_by
    if status is None and isinstance(target, TargetRow):
        status = target.status
    return "" if status is None else _WAITS.get(status, "")


def goal_words(target: TargetRow | TicketTarget) -> str:
    """Return what was promised: "4 business hours"; empty for a help desk's target, which does not say."""
    return NO_SLA if target.goal == NO_GOAL else target.goal


def source_words(target: TargetRow | TicketTarget, titles: Mapping[str, str]) -> str:
    """Return whose *target* is; *titles* are those of the packs by id."""
    return titles.get(target.source, target.source) if target.source else HELP_DESK


def spoken(target: TargetRow | TicketTarget, now: Instant, thresholds: Thresholds) -> str:
    """Return *target* in a sentence, for screen readers."""
    state = state_of(target, now, thresholds)
    metric = METRIC_WORDS[target.metric.value]
    if target.breach_at is None or state in _STILL:
        return f"{metric} {state_words(target, state, now)}"
    figures = figures_of(target, state, now).removeprefix("-")
    if state is Light.BREACHED:
        return f"{metric} breached {figures} ago, at {exact(target.breach_at)}"
    return f"{metric} {state.value}, {figures} left, breaches at {exact(target.breach_at)}"


def in_full(
    target: TargetRow | TicketTarget,
    now: Instant,
    thresholds: Thresholds,
    titles: Mapping[str, str],
    business_left: int | None = None,
    zone: tzinfo | None = None,
) -> str:
    """Return all that is known of *target*, a line each: state, goal, both instants in both zones, and whose it is.

    *zone* is the agent's own, by default that of this computer.
    """
    words = spoken(target, now, thresholds)
    lines = [f"{words[:1].upper()}{words[1:]}"]
    if target.goal and target.goal != NO_GOAL:
        lines.append(f"Goal: {target.goal}")
    lines += _instants(target, zone)
    if target.paused_since is not None:
        lines.append(f"Paused since {exact(target.paused_since, zone)}")
    if business_left is not None:
        late = "over" if business_left < 0 else "left"
        lines.append(f"{open_span(business_left)} {late} in opening hours")
    if target.schedule:
        lines.append(f"Counts in: {target.schedule} ({target.zone})")
    if target.source:
        lines.append(f"Counted by the console from: {source_words(target, titles)}")
    else:
        lines.append("Target from the help desk")
    return "\n".join(lines)


def _instants(target: TargetRow | TicketTarget, zone: tzinfo | None) -> list[str]:
    """Return when *target* is due and when it breaches, where these are two; in its own zone as well."""
    lines: list[str] = []
    theirs = zone_named(target.zone)
    due_at, breach_at = target.due_at, target.breach_at
    for word, at in (("Due", due_at), ("Breaches after" if due_at is not None else "Breaches", breach_at)):
        if at is not None and not (word != "Due" and at == due_at):
            lines.append(f"{word} {exact(at, zone)}")
            if theirs is not None and exact(at, theirs) != exact(at, zone):
                lines.append(f"  there: {exact(at, theirs)}")
    return lines
