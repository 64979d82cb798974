"""Which SLA targets are worth a note of the desktop now: before the breach and at it, each once, never at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from enum import StrEnum
from typing import NamedTuple

from agentconsole.domain.instant import DAY, MINUTE, Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Metric, Ref, Stage, TicketId

FRESH = 10 * MINUTE
"""What breached longer ago than this is no news: it happened while nobody was here, and the countdown shows it."""

_FORGOTTEN = 2 * DAY


class AlarmKind(StrEnum):
    """Before the breach, and at it."""

    NEAR = "near"
    BREACH = "breach"


class Alarm(NamedTuple):
    """One note to be. ``key`` is the same for the same target, breach and kind, whenever it is asked for."""

    key: str
    kind: AlarmKind
    ticket: TicketId
    ref: Ref
    subject: str
    metric: Metric
    organization: str
    breach_at: Instant


class QuietHours(NamedTuple):
    """Hours of the agent's clock in which nothing is shown; an end before the start runs past midnight."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether *at* is within; equal start and end mean never."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


class AlarmLog:
    """Remembers which alarms were told, so that each is told once, also after a restart."""

    def __init__(self, told: Mapping[str, Instant] | None = None) -> None:
        self._told = dict(told or {})

    @property
    def told(self) -> dict[str, Instant]:
        """Keys with the instant of their breach, for the settings."""
        return dict(self._told)

    def due(self, targets: Iterable[TargetRow], now: Instant, ahead: int) -> list[Alarm]:
        """Return the alarms that are due at *now* and were not told yet, in order of their breach.

        *ahead* is how long before its breach a target is worth a note, in microseconds. A breach makes the earlier
        note about the same target needless.
        """
        found = []
        for target in targets:
            if target.stage is not Stage.ACTIVE or target.breach_at is None:
                continue
            late = now > target.breach_at
            if not late and target.breach_at - now > ahead:
                continue
            kind = AlarmKind.BREACH if late else AlarmKind.NEAR
            key = f"{target.ref or target.ticket}/{target.metric}/{target.breach_at}/{kind}"
            if key in self._told or now - target.breach_at > FRESH:
                continue
            found.append(
                Alarm(
                    key,
                    kind,
                    target.ticket,
                    target.ref,
                    target.subject,
                    target.metric,
                    target.organization,
                    target.breach_at,
                )
            )
        return sorted(found, key=lambda alarm: (alarm.breach_at, alarm.ticket))

    def note(self, alarms: Iterable[Alarm], now: Instant) -> None:
        """Remember that *alarms* were told; what is long past is forgotten."""
        self._told.update((alarm.key, alarm.breach_at) for alarm in alarms)
        self._told = {key: at for key, at in self._told.items() if now - at < _FORGOTTEN}


def next_due(targets: Iterable[TargetRow], now: Instant, ahead: int) -> Instant | None:
    """Return when the next alarm of *targets* falls due after *now*, None when none does."""
    moments = []
    for target in targets:
        if target.stage is Stage.ACTIVE and target.breach_at is not None:
            for moment in (target.breach_at - ahead, target.breach_at + 1):
                if moment > now:
                    moments.append(moment)
                    break
    return min(moments, default=None)
