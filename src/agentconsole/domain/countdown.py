"""What a running SLA target means at one instant, in the seven states that the console shows."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from agentconsole.domain.instant import HOUR, MINUTE, SECOND, Instant
from agentconsole.domain.values import Stage


class Light(StrEnum):
    """The state of a target, told by colour, shape and word."""

    BREACHED = "breached"
    DUE_NOW = "due now"
    DUE_SOON = "due soon"
    ON_TRACK = "on track"
    PAUSED = "paused"
    MET = "met"
    NO_TARGET = "no target"


class Thresholds(msgspec.Struct, frozen=True):
    """How long before its breach a target counts as due now and as due soon, in microseconds."""

    due_now: int = 15 * MINUTE
    due_soon: int = 2 * HOUR


def light(stage: Stage | None, breach_at: Instant | None, now: Instant, thresholds: Thresholds) -> Light:
    """Return the state at *now* of a target in *stage* that breaches at *breach_at*. No stage means no target."""
    if stage is None:
        return Light.NO_TARGET
    if stage is Stage.ACHIEVED:
        return Light.MET
    if stage is Stage.PAUSED:
        return Light.PAUSED
    if breach_at is None:
        return Light.NO_TARGET
    left = breach_at - now
    if left < 0:
        return Light.BREACHED
    if left <= thresholds.due_now:
        return Light.DUE_NOW
    if left <= thresholds.due_soon:
        return Light.DUE_SOON
    return Light.ON_TRACK


def countdown_text(left: int) -> str:
    """Return the time *left* (microseconds, negative once late) in at most seven characters: 9:41, 2h 10m, -3d 04h.

    Below one hour minutes and seconds tick; above, seconds would only distract.
    """
    sign = "-" if left < 0 else ""
    # a deadline is late only once it has passed, so what is left is rounded up and what is late is rounded down
    seconds = (-left) // SECOND if left < 0 else -(-left // SECOND)
    if seconds < 3600:
        return f"{sign}{seconds // 60}:{seconds % 60:02d}"
    if seconds < 86_400:
        return f"{sign}{seconds // 3600}h {seconds % 3600 // 60:02d}m"
    return f"{sign}{seconds // 86_400}d {seconds % 86_400 // 3600:02d}h"
