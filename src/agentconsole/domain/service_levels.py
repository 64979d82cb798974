"""What the clocks of service levels look at, and what comes out: values between those who count and those who keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol

from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Metric, Priority, Ref, Stage, Status

NO_GOAL: Final = "none"
"""The ``goal`` of a target that says there is none: no explicit target is a state of its own."""


class Said(NamedTuple):
    """A comment, as far as clocks mind."""

    at: Instant
    public: bool
    by_agent: bool
    automatic: bool = False


class History(NamedTuple):
    """What is known of a ticket. Both sequences are in the order of time.

    ``statuses`` are (since, status), the first of them at creation. ``gone_at`` is when it was merged or deleted.
    """

    created_at: Instant
    comments: Sequence[Said]
    statuses: Sequence[tuple[Instant, Status]]
    gone_at: Instant | None = None


class Circumstances(NamedTuple):
    """What tells which rules are for a ticket. ``fields`` are the organization's, by the help desk's own keys."""

    organization_ref: Ref | None
    organization: str
    organization_tags: tuple[str, ...]
    fields: dict[str, Any]
    ticket_tags: tuple[str, ...]
    group: str
    priority: Priority | None


class ComputedTarget(NamedTuple):
    """Where a ticket stands on one metric, as the console counts it.

    ``source`` is the policy's id; ``goal`` says the target in words ("4 business hours", :data:`NO_GOAL`). ``schedule``
    and ``zone`` name the opening hours it counts in, empty around the clock. ``due_at`` and ``breach_at`` are None
    while a pause comes before them.
    """

    metric: Metric
    stage: Stage
    due_at: Instant | None
    breach_at: Instant | None
    source: str
    goal: str
    started_at: Instant
    cycle: int = 1
    schedule: str = ""
    zone: str = ""
    paused_since: Instant | None = None
    paused_by: Status | None = None
    fulfilled_at: Instant | None = None


class Reckoner(Protocol):
    """Counts what a help desk does not.

    ``fingerprint`` changes whenever the same ticket could come to another result: other rules, hours or holidays.
    """

    @property
    def fingerprint(self) -> str: ...

    def metrics(self, circumstances: Circumstances) -> frozenset[Metric]:
        """Return the metrics for which a ticket has a rule."""
        ...

    def reckon(self, circumstances: Circumstances, history: History) -> Sequence[ComputedTarget]:
        """Return where a ticket stands on each of them."""
        ...


def history_of(
    created_at: Instant,
    comments: Iterable[Said],
    statuses: Iterable[tuple[Instant, Status]],
    gone_at: Instant | None = None,
) -> History:
    """Return the history of a ticket of which things are known in any order."""
    return History(created_at, sorted(comments, key=_BY_TIME), sorted(statuses, key=_BY_TIME), gone_at)


_BY_TIME: Final = itemgetter(0)
