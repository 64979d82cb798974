"""Running SLA targets as Qt sees them: what is due next first, optionally under headings, optionally only some.

The instants of active targets are kept sorted, so that the number in each state at an instant is found by bisection and
a tick never walks the list. Only where some states are left out is it laid out anew, when one of these numbers changed.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Metric, Stage, TicketId
from agentconsole.gui.models.queue_model import METRIC_WORDS
from agentconsole.gui.models.target_words import (
    NO_SLA,
    NO_SLA_TITLE,
    figures_of,
    goal_words,
    in_full,
    open_countdown,
    source_words,
    spoken,
    state_of,
    state_words,
)

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex

_NOTHING = QModelIndex()


class TargetColumn(IntEnum):
    """Columns of the countdown, in the order of a fresh profile."""

    LEFT = 0
    OPEN = 1
    STATE = 2
    METRIC = 3
    TICKET = 4
    ORGANIZATION = 5
    ASSIGNEE = 6
    GROUP = 7
    SOURCE = 8


TITLES = ("Due", "Open hours", "State", "Target", "Ticket", "Organization", "Assignee", "Group", "From")
_FIGURES = (TargetColumn.LEFT, TargetColumn.OPEN)


class Grouping(StrEnum):
    """What the headings stand for."""

    NONE = "none"
    TEAM = "team"
    AGENT = "agent"
    TIER = "tier"
    POLICY = "policy"


class GroupHeading(NamedTuple):
    """The line above the targets of one team, agent, tier or policy, and above those without an explicit target."""

    title: str
    targets: tuple[TargetRow, ...]


class Told(NamedTuple):
    """What the line of a target says that time changes: its state, the countdown, and that in opening hours."""

    state: Light
    figures: str
    open_figures: str


class TargetModel(QAbstractTableModel):
    """Targets in the order of :meth:`show_targets`, with headings among them where grouped."""

    def __init__(
        self,
        now: Instant,
        thresholds: Thresholds,
        parent: QObject | None = None,
        *,
        business_left: Callable[[TargetRow, Instant], int | None] | None = None,
    ) -> None:
        """*business_left* tells how much open time a target has (see ``api.Sla``); without it none is shown."""
        super().__init__(parent)
        self.now = now
        self.thresholds = thresholds
        self.titles: Mapping[str, str] = {}
        """Titles of the packs by their id."""
        self._business_left = business_left
        self._all: tuple[TargetRow, ...] = ()
        self._targets: tuple[TargetRow, ...] = ()
        self._lines: list[TargetRow | GroupHeading] = []
        self._breaches: list[Instant] = []
        self._dues: list[Instant] = []
        self._idle: Counter[Light] = Counter()
        self._grouping = Grouping.NONE
        self._lights: frozenset[Light] = frozenset()
        self._assignee = ""
        self._laid_out_for: dict[Light, int] = {}
        self._told: list[Told | None] = []
        self._told_from = -1

    @property
    def grouping(self) -> Grouping:
        """What the headings stand for now."""
        return self._grouping

    @property
    def counts_open_hours(self) -> bool:
        """Whether opening hours bind any of the targets."""
        return any(each.schedule for each in self._targets)

    @property
    def lights(self) -> frozenset[Light]:
        """The states that are shown; empty for all."""
        return self._lights

    @property
    def assignee(self) -> str:
        """Whose targets are shown; empty for everybody's."""
        return self._assignee

    def show_targets(self, targets: Sequence[TargetRow]) -> None:
        """Show *targets*, those that are due next first; equal ones leave everything as it is."""
        if tuple(targets) != self._all:
            self._all = tuple(sorted(targets, key=_order))
            self._choose()

    def show_only(self, lights: Collection[Light] = (), assignee: str = "") -> None:
        """Leave out what is in none of the states *lights* (empty: no state) and, if given, not *assignee*'s."""
        if (frozenset(lights), assignee) != (self._lights, self._assignee):
            self._lights, self._assignee = frozenset(lights), assignee
            self._choose()

    def _choose(self) -> None:
        whose = self._assignee
        self._targets = tuple(each for each in self._all if each.assignee == whose) if whose else self._all
        running = [each for each in self._targets if _runs(each)]
        self._breaches = sorted(each.breach_at for each in running if each.breach_at is not None)
        self._dues = sorted(each.due_at or each.breach_at or 0 for each in running)
        self._idle = Counter(state_of(each, 0, self.thresholds) for each in self._targets if not _runs(each))
        self._lay_out()

    def group_by(self, grouping: Grouping) -> None:
        """Put the targets under headings, the group with the next breach first."""
        if grouping is not self._grouping:
            self._grouping = grouping
            self._lay_out()

    def _lay_out(self) -> None:
        self._laid_out_for = self.tally()
        chosen: Sequence[TargetRow] = self._targets
        if self._lights:
            chosen = [each for each in chosen if state_of(each, self.now, self.thresholds) in self._lights]
        lines: list[TargetRow | GroupHeading] = []
        groups: dict[str, list[TargetRow]] = {}
        for target in chosen:
            groups.setdefault(self._group_of(target), []).append(target)
        for title, members in groups.items():
            if title:
                lines.append(GroupHeading(title, tuple(members)))
            lines.extend(members)
        self._replace_lines(lines)

    def _replace_lines(self, lines: list[TargetRow | GroupHeading]) -> None:
        self._told_from = -1
        if len(lines) == len(self._lines):
            # the same number of lines: what is selected by position is put right by the pane, nothing scrolls
            self._lines = lines
            if lines:
                corner = self.createIndex(len(lines) - 1, len(TITLES) - 1)
                self.dataChanged.emit(self.createIndex(0, 0), corner)
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def _group_of(self, target: TargetRow) -> str:
        match self._grouping:
            case Grouping.TEAM:
                return target.group or "No group"
            case Grouping.AGENT:
                return target.assignee or "Unassigned"
            case Grouping.TIER:
                return target.tier or "No tier"
            case Grouping.POLICY:
                return source_words(target, self.titles)
            case Grouping.NONE:
                # a state of its own, apart from what somebody waits for
                return NO_SLA_TITLE if target.goal == NO_GOAL else ""

    def line_at(self, position: int) -> TargetRow | GroupHeading:
        """The heading or target on line *position*."""
        return self._lines[position]

    def target_at(self, position: int) -> TargetRow | None:
        """The target on line *position*, None for a heading or outside the list."""
        line = self._lines[position] if 0 <= position < len(self._lines) else None
        return line if isinstance(line, TargetRow) else None

    def position_of(self, ticket: TicketId, metric: Metric) -> int:
        """The line of that target, -1 when it is not running any more."""
        for position, line in enumerate(self._lines):
            if isinstance(line, TargetRow) and line.ticket == ticket and line.metric is metric:
                return position
        return -1

    def targets(self) -> tuple[TargetRow, ...]:
        """All targets, next breach first."""
        return self._targets

    def tally(self) -> dict[Light, int]:
        """How many of the targets held here are in each state now, whichever states are shown."""
        return self._count(self._breaches, self._dues) | dict(self._idle)

    def _count(self, breaches: list[Instant], dues: list[Instant]) -> dict[Light, int]:
        breached = bisect_left(breaches, self.now)
        now_due = bisect_right(dues, self.now + self.thresholds.due_now)
        soon_due = bisect_right(dues, self.now + max(self.thresholds.due_soon, self.thresholds.due_now))
        return {
            Light.BREACHED: breached,
            Light.DUE_NOW: now_due - breached,
            Light.DUE_SOON: soon_due - now_due,
            Light.ON_TRACK: len(dues) - soon_due,
        }

    def forecast(self, ahead: Sequence[int]) -> tuple[int, ...]:
        """How many of the targets held here breach within each of *ahead* (microseconds) from now, unless answered."""
        breached = bisect_left(self._breaches, self.now)
        return tuple(bisect_right(self._breaches, self.now + length) - breached for length in ahead)

    def breaches_in(self, length: int, buckets: int) -> list[int]:
        """How many of the targets held here breach in each of *buckets* equal spans of the next *length* (µs)."""
        edges = [bisect_left(self._breaches, self.now + length * n // buckets) for n in range(buckets + 1)]
        return [after - before for before, after in itertools.pairwise(edges)]

    def tally_of(self, heading: GroupHeading) -> dict[Light, int]:
        """How many targets below *heading* are in each state now."""
        running = [each for each in heading.targets if _runs(each)]
        idle = Counter(state_of(each, 0, self.thresholds) for each in heading.targets if not _runs(each))
        breaches = sorted(each.breach_at for each in running if each.breach_at is not None)
        return self._count(breaches, sorted(each.due_at or each.breach_at or 0 for each in running)) | dict(idle)

    def countdown_of(self, target: TargetRow) -> tuple[Light, str]:
        """The state of *target* and the figures of its countdown ("" while none runs)."""
        state = state_of(target, self.now, self.thresholds)
        return state, figures_of(target, state, self.now)

    def business_left(self, target: TargetRow) -> int | None:
        """The open time (microseconds) until *target* is due; None where opening hours don't bind it."""
        if self._business_left is None or not target.schedule or not _runs(target):
            return None
        return self._business_left(target, self.now)

    def open_figures(self, target: TargetRow) -> str:
        """The countdown of *target* in its opening hours, "" where these don't bind it."""
        left = self.business_left(target)
        return "" if left is None else open_countdown(left)

    def tick(self, now: Instant, first: int, last: int) -> bool:
        """Move the countdowns on to *now*; lines *first* to *last* are on screen. Returns whether anything shows it."""
        self.now = now
        if self._lights and self.tally() != self._laid_out_for:
            self._lay_out()
        last = min(last, len(self._lines) - 1)
        if first < 0 or last < first:
            return False
        told = [self._told_of(line) for line in self._lines[first : last + 1]]
        if self._told_from == first and len(told) == len(self._told):
            moved = [n for n, pair in enumerate(zip(told, self._told, strict=True)) if pair[0] != pair[1]]
            right = max((_right_of(told[n], self._told[n]) for n in moved), default=TargetColumn.LEFT)
        else:
            moved, right = [0, len(told) - 1], TargetColumn.STATE
        if moved:
            self.dataChanged.emit(
                self.createIndex(first + moved[0], TargetColumn.LEFT),
                self.createIndex(first + moved[-1], right),
                [Qt.ItemDataRole.DisplayRole],
            )
        self._told, self._told_from = told, first
        return bool(moved)

    def _told_of(self, line: TargetRow | GroupHeading) -> Told | None:
        return Told(*self.countdown_of(line), self.open_figures(line)) if isinstance(line, TargetRow) else None

    # Qt's side

    def rowCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._lines[index.row()], GroupHeading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(TITLES):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _FIGURES else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        column = TargetColumn(index.column())
        if isinstance(line, GroupHeading):
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) and column == 0:
                return f"{line.title}, {len(line.targets)} targets"
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_of(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(line, self.now, self.thresholds) if column == 0 else self.text_of(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column is TargetColumn.TICKET:
                return line.subject
            return in_full(line, self.now, self.thresholds, self.titles, self.business_left(line))
        return None

    def text_of(self, target: TargetRow, column: TargetColumn) -> str:
        """What the cell of *target* in *column* says."""
        match column:
            case TargetColumn.LEFT:
                return self.countdown_of(target)[1] or "–"
            case TargetColumn.OPEN:
                return self.open_figures(target) or "–"
            case TargetColumn.STATE:
                return state_words(target, self.countdown_of(target)[0], self.now)
            case TargetColumn.METRIC:
                metric, goal = METRIC_WORDS[target.metric.value].capitalize(), goal_words(target)
                return f"{metric} · {goal}" if goal and goal != NO_SLA else metric
            case TargetColumn.SOURCE:
                return source_words(target, self.titles)
            case TargetColumn.TICKET:
                return f"#{target.ref}  {target.subject}" if target.ref else target.subject
            case TargetColumn.ORGANIZATION:
                if target.organization and target.tier:
                    return f"{target.organization} · {target.tier}"
                return target.organization
            case TargetColumn.ASSIGNEE:
                return target.assignee
            case TargetColumn.GROUP:
                return target.group


def _runs(target: TargetRow) -> bool:
    """Return whether the countdown of *target* runs towards an instant."""
    return target.stage is Stage.ACTIVE and target.breach_at is not None and target.goal != NO_GOAL


def _order(target: TargetRow) -> tuple[int, Instant]:
    """Sort what runs by when it is due; then what waits, and last what has no explicit target."""
    if _runs(target):
        return 0, target.due_at or target.breach_at or 0
    return (2 if target.goal == NO_GOAL else 1), 0


def _right_of(told: Told | None, before: Told | None) -> TargetColumn:
    """Return the last column that reads differently."""
    if told is None or before is None or told.state is not before.state:
        return TargetColumn.STATE
    return TargetColumn.OPEN if told.open_figures != before.open_figures else TargetColumn.LEFT
