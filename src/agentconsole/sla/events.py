"""What happened to a ticket's clocks: events that are only ever appended, and the state that follows from them.

first_reply
    Creation to the first public reply of an agent. It never restarts; notes, automatic messages and what an agent wrote
    to open the ticket are no replies. A ticket that is solved without one is not waiting for it any more.
next_reply
    The oldest unanswered comment of a requester after that, to the next public reply. Each answered run is a cycle;
    solving cancels the one that runs.
resolution
    Creation to solved. Reopening goes on with the same clock, the solved time left out; the first fulfilment stays on
    record.

Every clock stands still in the statuses that the policy names for its metric. A merged, suspended or deleted ticket has
no clocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.service_levels import History, Said
from agentconsole.domain.values import Metric, Status
from agentconsole.sla.open_time import Pause


class Happened(StrEnum):
    """What can happen to a clock. The last two depend on what was known at the time, so they are recorded."""

    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    FULFIL = "fulfil"
    CANCEL = "cancel"
    RETARGET = "retarget"
    BREACH = "breach"


class Event(NamedTuple):
    """``cycle`` counts from 1. ``status`` is why it paused or went on."""

    at: Instant
    kind: Happened
    metric: Metric
    cycle: int
    status: Status | None = None


class Progress(NamedTuple):
    """The newest cycle of a clock. While ``paused_since`` is set, the last of ``pauses`` lasts.

    ``reasons`` are the statuses that the ticket was in meanwhile, one for each of ``pauses``.
    ``first_fulfilled_at`` is the original fulfilment of a clock that goes on after reopening.
    """

    metric: Metric
    cycle: int
    started_at: Instant
    pauses: tuple[Pause, ...] = ()
    paused_since: Instant | None = None
    paused_by: Status | None = None
    fulfilled_at: Instant | None = None
    first_fulfilled_at: Instant | None = None
    cancelled_at: Instant | None = None
    reasons: tuple[Status | None, ...] = ()


Pausing = Mapping[Metric, frozenset[Status]]

METRICS: Final = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION)
_FIRST, _NEXT, _RESOLUTION = METRICS
# a member of an enumeration is looked up in many steps: too many where each ticket has dozens
_ACTIVATE, _PAUSE, _RESUME, _FULFIL, _CANCEL, *_ = Happened
_SOLVED: Final = (Status.SOLVED, Status.CLOSED)
_NEVER: Final[frozenset[Status]] = frozenset()


class _Clock:
    """One metric's clock: events move it, and what happens to a ticket makes events."""

    __slots__ = (
        "cancelled_at",
        "cycle",
        "first_fulfilled_at",
        "fulfilled_at",
        "metric",
        "paused_by",
        "paused_since",
        "pauses",
        "pausing",
        "reasons",
        "record",
        "running",
        "started_at",
    )

    def __init__(self, metric: Metric, pausing: frozenset[Status], record: list[Event] | None) -> None:
        self.metric = metric
        self.pausing = pausing
        self.record = record
        self.cycle = 0
        self.running = False

    def apply(self, at: Instant, kind: Happened, status: Status | None = None) -> None:
        """Move the clock by one event, and write it down where a record is kept."""
        if kind is _ACTIVATE:
            self.cycle += 1
            self.started_at = at
            self.pauses: tuple[Pause, ...] = ()
            self.reasons: tuple[Status | None, ...] = ()
            self.paused_since: Instant | None = None
            self.paused_by: Status | None = None
            self.fulfilled_at: Instant | None = None
            self.first_fulfilled_at: Instant | None = None
            self.cancelled_at: Instant | None = None
            self.running = True
        elif kind is _PAUSE:
            self.paused_since, self.paused_by = at, status
        elif kind is _RESUME:
            since, reason = self.paused_since, self.paused_by
            if since is None:
                since, reason = self.fulfilled_at, Status.SOLVED
            if since is not None:
                self.pauses = (*self.pauses, (since, at))
                self.reasons = (*self.reasons, reason)
            self.paused_since = self.paused_by = self.fulfilled_at = None
            self.running = True
        elif kind is _FULFIL:
            self.fulfilled_at = at
            if self.first_fulfilled_at is None:
                self.first_fulfilled_at = at
            self.running = False
        elif kind is _CANCEL:
            self.cancelled_at = at
            self.running = False
        if self.record is not None:
            self.record.append(Event(at, kind, self.metric, self.cycle, status))

    def activate(self, at: Instant, status: Status) -> None:
        self.apply(at, _ACTIVATE)
        if status in self.pausing:
            self.apply(at, _PAUSE, status)

    def mind(self, at: Instant, status: Status) -> None:
        """Pause or go on, as *status* wants."""
        if self.running and (status in self.pausing) is (self.paused_since is None):
            self.apply(at, _RESUME if self.paused_since is not None else _PAUSE, status)

    def end(self, at: Instant, kind: Happened, status: Status | None = None) -> None:
        """Close a pause that lasts, then fulfil or cancel."""
        if self.running:
            if self.paused_since is not None:
                self.apply(at, _RESUME, status)
            self.apply(at, kind, status)

    def reopen(self, at: Instant, status: Status) -> None:
        """Go on after a fulfilment."""
        if self.cycle and not self.running:
            self.apply(at, _RESUME, status)
            self.mind(at, status)

    def progress(self) -> Progress:
        """Where the newest cycle stands."""
        since = self.paused_since
        return Progress(
            self.metric,
            self.cycle,
            self.started_at,
            self.pauses if since is None else (*self.pauses, (since, None)),
            since,
            self.paused_by,
            self.fulfilled_at,
            self.first_fulfilled_at,
            self.cancelled_at,
            self.reasons if since is None else (*self.reasons, self.paused_by),
        )


def progress_of(history: History, pausing: Pausing, metrics: Collection[Metric] = METRICS) -> dict[Metric, Progress]:
    """Return where the clocks of *metrics* stand, the newest cycle of each; the same as the fold of their events."""
    return {
        clock.metric: clock.progress()
        for clock in _run(history, pausing, None, _RESOLUTION in metrics)
        if clock.cycle and clock.metric in metrics
    }


def events_of(history: History, pausing: Pausing) -> list[Event]:
    """Return what happened to the clocks of a ticket, in the order of time."""
    events: list[Event] = []
    _run(history, pausing, events)
    return events


def fold(events: Iterable[Event]) -> dict[Metric, Progress]:
    """Return where each clock stands after *events*: its newest cycle."""
    clocks = {metric: _Clock(metric, _NEVER, None) for metric in METRICS}
    for at, kind, metric, _, status in events:
        clocks[metric].apply(at, kind, status)
    return {clock.metric: clock.progress() for clock in clocks.values() if clock.cycle}


def _run(
    history: History, pausing: Pausing, record: list[Event] | None, with_resolution: bool = True
) -> tuple[_Clock, _Clock, _Clock]:
    """Let everything that is known of a ticket happen to its clocks; one that is never activated takes no part."""
    clocks = first, following, resolution = (
        _Clock(_FIRST, pausing.get(_FIRST, _NEVER), record),
        _Clock(_NEXT, pausing.get(_NEXT, _NEVER), record),
        _Clock(_RESOLUTION, pausing.get(_RESOLUTION, _NEVER), record),
    )
    created_at, comments, statuses, gone_at = history
    status = statuses[0][1] if statuses else Status.NEW
    first.activate(created_at, status)
    if with_resolution:
        resolution.activate(created_at, status)
    if status in _SOLVED:
        first.end(created_at, _CANCEL, status)
        resolution.end(created_at, _FULFIL, status)
    opening = True
    moments = _in_order(comments, statuses) if len(statuses) > 1 else ((said.at, said, None) for said in comments)
    for at, said, change in moments:
        if gone_at is not None and at > gone_at:
            break
        if said is not None:
            _, public, by_agent, automatic = said
            if not public or automatic:
                continue
            if not by_agent:
                if not first.running and not following.running:
                    following.activate(at, status)
            elif not opening or at > created_at + SECOND:  # a help desk may round one of the two
                first.end(at, _FULFIL)
                following.end(at, _FULFIL)
            opening = False
        elif change is not None and change is not status:
            was_solved, status = status in _SOLVED, change
            if status in _SOLVED:
                first.end(at, _CANCEL, status)
                following.end(at, _CANCEL, status)
                resolution.end(at, _FULFIL, status)
                continue
            if was_solved:
                resolution.reopen(at, status)
            for clock in clocks:
                clock.mind(at, status)
    if gone_at is not None:
        for clock in clocks:
            clock.end(gone_at, _CANCEL)
    return clocks


def _in_order(
    comments: Sequence[Said], statuses: Sequence[tuple[Instant, Status]]
) -> Iterator[tuple[Instant, Said | None, Status | None]]:
    """Yield comments and, after those of the same instant, changes of status; the status at creation is not one."""
    number, last = 1, len(statuses)
    for said in comments:
        while number < last and statuses[number][0] < said.at:
            yield statuses[number][0], None, statuses[number][1]
            number += 1
        yield said.at, said, None
    for at, status in statuses[number:]:
        yield at, None, status
