"""Ticket statistics and support activity: what is asked for, and the figures that answer it.

Days are those of the agent's calendar. Every figure says what it counts: ``n`` is how many tickets are behind it, and
:class:`Coverage` from when on the cache knows tickets at all. Durations are real time in microseconds, nights and
weekends included.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from agentconsole.domain.instant import Instant, from_datetime, to_datetime
from agentconsole.domain.values import Metric, Ref

LONGEST = 3660
"""The most days that a report may cover: ten years."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the values of a report."""


class Scope(Value, frozen=True, kw_only=True):
    """Which days, both included, and whose tickets.

    ``group`` and ``organization`` are refs, ``level`` a tier, or a plan where there is no tier; None takes all of
    them, the empty text those without.
    """

    first: date
    last: date
    group: Ref | None = None
    level: str | None = None
    organization: Ref | None = None


class Days(NamedTuple):
    """The days of a scope. ``edges`` are their beginnings and the end of the last: one more than there are days."""

    first: date
    edges: tuple[Instant, ...]

    @property
    def start(self) -> Instant:
        return self.edges[0]

    @property
    def end(self) -> Instant:
        return self.edges[-1]

    def day(self, index: int) -> date:
        """The date of the day *index*."""
        return self.first + timedelta(days=index)


def days_between(first: date, last: date, zone: tzinfo | None = None) -> Days:
    """Return the days from *first* to *last* in *zone*, None for the machine's own.

    A day may have 23 or 25 hours. Raises ValueError when the last comes before the first, or after too many.
    """
    count = (last - first).days + 1
    if count < 1:
        raise ValueError("the last day comes before the first")
    if count > LONGEST:
        raise ValueError(f"a report covers at most {LONGEST:,} days")
    midnights = (datetime.combine(first + timedelta(days=number), time.min, zone) for number in range(count + 1))
    return Days(first, tuple(from_datetime(midnight.astimezone()) for midnight in midnights))


def today(now: Instant, zone: tzinfo | None = None) -> date:
    """Return the date of *now* in *zone*, None for the machine's own."""
    return to_datetime(now).astimezone(zone).date()


class Slice(Value, frozen=True, kw_only=True):
    """How many tickets share a value. ``key`` is the value itself; ``query`` lists just these in the queue."""

    key: str
    title: str
    count: int
    query: str = ""


class OpenNow(Value, frozen=True, kw_only=True):
    """The unsolved tickets at this moment, whatever the days of the scope."""

    total: int
    query: str
    by_status: tuple[Slice, ...]
    by_priority: tuple[Slice, ...]
    by_level: tuple[Slice, ...]
    by_channel: tuple[Slice, ...]
    by_group: tuple[Slice, ...]


class Day(Value, frozen=True, kw_only=True):
    """One day: tickets that came, tickets that were solved, and those open at its end (of today: by now)."""

    day: date
    created: int
    solved: int
    open: int
    query_created: str = ""


class Spell(Value, frozen=True, kw_only=True):
    """How long something took. ``median`` and ``p90`` are None where ``n`` is 0.

    The median of an even number is the mean of the middle two; 90 % took at most ``p90``, and one of them took just
    that. ``waiting`` are tickets for which it has not happened, ``unknown`` those of which the cache can't tell.
    """

    key: str = ""
    title: str = ""
    n: int = 0
    median: int | None = None
    p90: int | None = None
    waiting: int = 0
    unknown: int = 0


Outcome: TypeAlias = Literal["met", "breached", "running", "none", "unknown"]
"""What became of a ticket's targets, or of one of them.

"none" is a ticket without an explicit SLA; "unknown" was ended by the help desk, which doesn't say whether in time.
Plain words: a hundred thousand of them are counted.
"""

OUTCOMES: tuple[Outcome, ...] = ("met", "breached", "running", "none", "unknown")


class Attainment(Value, frozen=True, kw_only=True):
    """Outcomes, counted. ``rate`` is met among those decided, None where none is."""

    key: str
    title: str
    met: int = 0
    breached: int = 0
    running: int = 0
    none: int = 0
    unknown: int = 0
    query: str = ""

    @property
    def n(self) -> int:
        """All that were counted."""
        return self.met + self.breached + self.running + self.none + self.unknown

    @property
    def rate(self) -> float | None:
        decided = self.met + self.breached
        return self.met / decided if decided else None


class ServiceLevels(Value, frozen=True, kw_only=True):
    """SLA attainment of the tickets that came in the scope's days.

    A ticket is breached when one of its targets is, else running while one runs, else met. ``by_metric`` counts
    targets instead.
    """

    total: Attainment
    by_metric: tuple[Attainment, ...]
    by_level: tuple[Attainment, ...]
    by_priority: tuple[Attainment, ...]


class Ratings(Value, frozen=True, kw_only=True):
    """What requesters said of tickets that were solved on ``day``, or in the whole scope (None).

    ``offered`` were asked and have not answered; ``rate`` is good among the answers.
    """

    day: date | None = None
    good: int = 0
    bad: int = 0
    offered: int = 0

    @property
    def n(self) -> int:
        """All answers."""
        return self.good + self.bad

    @property
    def rate(self) -> float | None:
        return self.good / self.n if self.n else None


class Activity(Value, frozen=True, kw_only=True):
    """What an agent did in the scope's days: public replies, in how many tickets, and tickets solved as assignee."""

    ref: Ref
    name: str
    replies: int = 0
    tickets: int = 0
    solved: int = 0


class Coverage(Value, frozen=True, kw_only=True):
    """What the figures are made from.

    ``begins`` is when the oldest cached ticket came, None in an empty cache; ``begins_within``: after the scope's first
    day. ``without_conversation`` are tickets of the scope's days of which no comment is cached: nobody can tell here
    when they were answered. ``left_out`` tickets of the help desk are not kept on this computer, and in no figure.
    """

    begins: Instant | None
    tickets: int
    comments: int
    begins_within: bool = False
    without_conversation: int = 0
    data_as_of: Instant | None = None
    left_out: int = 0


class Report(Value, frozen=True, kw_only=True):
    """All figures of a scope, of one moment of the cache."""

    scope: Scope
    made_at: Instant
    coverage: Coverage
    open: OpenNow
    days: tuple[Day, ...]
    created: int
    solved: int
    by_channel: tuple[Slice, ...]
    first_reply: Spell
    first_reply_by_priority: tuple[Spell, ...]
    resolution: Spell
    resolution_by_priority: tuple[Spell, ...]
    service_levels: ServiceLevels
    ratings: Ratings
    ratings_by_day: tuple[Ratings, ...]
    agents: tuple[Activity, ...]


class Choice(NamedTuple):
    """Something to narrow a scope to: its key in the :class:`Scope`, and its name."""

    key: str
    title: str


class Choices(NamedTuple):
    """What a scope can be narrowed to."""

    groups: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    organizations: tuple[Choice, ...]


METRIC_TITLES = {
    Metric.FIRST_REPLY: "First reply",
    Metric.NEXT_REPLY: "Next reply",
    Metric.RESOLUTION: "Resolution",
    Metric.REQUESTER_WAIT: "Requester's wait",
    Metric.AGENT_WORK: "Agent's work",
    Metric.PERIODIC_UPDATE: "Periodic update",
    Metric.PAUSABLE_UPDATE: "Pausable update",
}


def median(ordered: Sequence[int]) -> int | None:
    """Return the median of *ordered* values, of an even number the mean of the middle two; None without any."""
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


def p90(ordered: Sequence[int]) -> int | None:
    """Return the smallest of *ordered* values that 90 % are not above (nearest rank); None without any."""
    return ordered[-(-len(ordered) * 9 // 10) - 1] if ordered else None
