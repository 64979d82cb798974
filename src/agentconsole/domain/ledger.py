"""Why a target is due when it is: its rule, its hours, and everything that counted or did not, line by line."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Metric, Stage, Status


class LineKind(StrEnum):
    """What a line of a ledger tells."""

    START = "start"
    """The clock began: ``words`` say by what."""
    OPEN = "open"
    """Time that counted (``counted``), from ``at`` to ``until``, within one date of the target's zone."""
    CLOSED = "closed"
    """A date, or several, without open time: ``words`` name the holiday, or are empty for a day off."""
    PAUSE = "pause"
    """The clock stood still from ``at`` to ``until`` (None: it still does): ``words`` say why."""
    CLOCKS = "clocks"
    """The clocks of the zone were changed at ``at``: ``words`` say by how much."""
    DUE = "due"
    BREACH = "breach"
    MET = "met"
    NOW = "now"


class LedgerLine(NamedTuple):
    """One line. ``counted`` and ``total`` are microseconds on the target's own clock: of the line, and up to its end.

    What lies ahead of the moment of asking is ``planned``: it comes so if nothing happens.
    """

    kind: LineKind
    at: Instant
    until: Instant | None = None
    counted: int = 0
    total: int = 0
    words: str = ""
    planned: bool = False


class Explanation(NamedTuple):
    """One target and how it came about, in the order of time.

    ``source`` is empty for the help desk's own target (it does not say how it counted: ``lines`` are few), else the
    pack's id; ``source_title`` names either. ``rule`` is the pack's sentence, ``heading`` where the document has it,
    ``assumed`` what was read into it, ``because`` which level, priority and group it is for ("Gold · urgent").
    ``goal`` is the target in words ("none" is "no explicit target"). ``schedule`` is the title of the opening hours,
    ``hours`` those in words, ``zone`` theirs; all three empty around the clock. ``budget`` and ``elapsed`` are
    microseconds on the target's own clock, at the moment of asking. ``instead`` is what the pack would say where the
    help desk's target counts.
    """

    metric: Metric
    stage: Stage
    source: str
    source_title: str
    goal: str = ""
    cycle: int = 1
    rule: str = ""
    heading: str = ""
    assumed: str = ""
    because: str = ""
    schedule: str = ""
    hours: str = ""
    zone: str = ""
    started_at: Instant | None = None
    due_at: Instant | None = None
    breach_at: Instant | None = None
    fulfilled_at: Instant | None = None
    paused_since: Instant | None = None
    paused_by: Status | None = None
    budget: int | None = None
    elapsed: int = 0
    lines: tuple[LedgerLine, ...] = ()
    instead: Explanation | None = None
