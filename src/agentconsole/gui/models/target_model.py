"""Running SLA targets as Qt sees them: the next breach first, optionally under a heading for each team, agent or tier.

Active targets come sorted by their breach, so that the number in each state at an instant is found by bisection and a
tick never walks the list.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.countdown import Light, Thresholds, countdown_text, light
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Metric, Stage, Status, TicketId
from agentconsole.gui.models.queue_model import METRIC_WORDS
from agentconsole.gui.spoken_time import exact

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex

_NOTHING = QModelIndex()


class TargetColumn(IntEnum):
    """Columns of the countdown, in the order of a fresh profile."""

    LEFT = 0
    STATE = 1
    METRIC = 2
    TICKET = 3
    ORGANIZATION = 4
    ASSIGNEE = 5
    GROUP = 6


TITLES = ("Due", "State", "Target", "Ticket", "Organization", "Assignee", "Group")


class Grouping(StrEnum):
    """What the headings stand for."""

    NONE = "none"
    TEAM = "team"
    AGENT = "agent"
    TIER = "tier"


class GroupHeading(NamedTuple):
    """The line above the targets of one team, agent or tier."""

    title: str
    targets: tuple[TargetRow, ...]


class TargetModel(QAbstractTableModel):
    """Targets in the order of :meth:`show_targets`, with headings among them where grouped."""

    def __init__(self, now: Instant, thresholds: Thresholds, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self.thresholds = thresholds
        self._targets: tuple[TargetRow, ...] = ()
        self._lines: list[TargetRow | GroupHeading] = []
        self._breaches: list[Instant] = []
        self._idle: Counter[Light] = Counter()
        self._grouping = Grouping.NONE
        self._told: list[tuple[Light, str] | None] = []
        self._told_from = -1

    @property
    def grouping(self) -> Grouping:
        """What the headings stand for now."""
        return self._grouping

    def show_targets(self, targets: Sequence[TargetRow]) -> None:
        """Show *targets* (active ones sorted by breach, then the others); equal ones leave everything as it is."""
        if tuple(targets) == self._targets:
            return
        self._targets = tuple(targets)
        running = [each for each in self._targets if each.stage is Stage.ACTIVE and each.breach_at is not None]
        self._breaches = [each.breach_at for each in running if each.breach_at is not None]
        self._idle = Counter(
            light(each.stage, each.breach_at, 0, self.thresholds)
            for each in self._targets
            if each.stage is not Stage.ACTIVE or each.breach_at is None
        )
        self._lay_out()

    def group_by(self, grouping: Grouping) -> None:
        """Put the targets under headings, the group with the next breach first."""
        if grouping is not self._grouping:
            self._grouping = grouping
            self._lay_out()

    def _lay_out(self) -> None:
        lines: list[TargetRow | GroupHeading] = []
        if self._grouping is Grouping.NONE:
            lines.extend(self._targets)
        else:
            groups: dict[str, list[TargetRow]] = {}
            for target in self._targets:
                groups.setdefault(self._group_of(target), []).append(target)
            for title, members in groups.items():
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
            case Grouping.NONE:
                return ""

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
        """How many of the targets held here are in each state now."""
        return self._count(self._breaches) | dict(self._idle)

    def _count(self, breaches: list[Instant]) -> dict[Light, int]:
        breached = bisect_left(breaches, self.now)
        now_due = bisect_right(breaches, self.now + self.thresholds.due_now)
        soon_due = bisect_right(breaches, self.now + max(self.thresholds.due_soon, self.thresholds.due_now))
        return {
            Light.BREACHED: breached,
            Light.DUE_NOW: now_due - breached,
            Light.DUE_SOON: soon_due - now_due,
            Light.ON_TRACK: len(breaches) - soon_due,
        }

    def forecast(self, ahead: Sequence[int]) -> tuple[int, ...]:
        """How many of the targets held here breach within each of *ahead* (microseconds) from now, unless answered."""
        breached = bisect_left(self._breaches, self.now)
        return tuple(bisect_right(self._breaches, self.now + length) - breached for length in ahead)

    def tally_of(self, heading: GroupHeading) -> dict[Light, int]:
        """How many targets below *heading* are in each state now."""
        active = [
            each.breach_at for each in heading.targets if each.stage is Stage.ACTIVE and each.breach_at is not None
        ]
        return self._count(active) | {Light.PAUSED: sum(each.stage is Stage.PAUSED for each in heading.targets)}

    def countdown_of(self, target: TargetRow) -> tuple[Light, str]:
        """The state of *target* and the figures of its countdown ("" while none runs)."""
        state = light(target.stage, target.breach_at, self.now, self.thresholds)
        runs = target.breach_at is not None and state not in (Light.PAUSED, Light.MET, Light.NO_TARGET)
        return state, countdown_text(target.breach_at - self.now) if runs and target.breach_at is not None else ""

    def tick(self, now: Instant, first: int, last: int) -> bool:
        """Move the countdowns on to *now*; lines *first* to *last* are on screen. Returns whether anything shows it."""
        self.now = now
        last = min(last, len(self._lines) - 1)
        if first < 0 or last < first:
            return False
        told: list[tuple[Light, str] | None] = [
            self.countdown_of(line) if isinstance(line, TargetRow) else None for line in self._lines[first : last + 1]
        ]
        if self._told_from == first and len(told) == len(self._told):
            moved = [n for n, pair in enumerate(zip(told, self._told, strict=True)) if pair[0] != pair[1]]
            states = [n for n in moved if _state(told[n]) is not _state(self._told[n])]
        else:
            moved = states = [0, len(told) - 1]
        self._told, self._told_from = told, first
        if moved:
            right = TargetColumn.STATE if states else TargetColumn.LEFT
            self.dataChanged.emit(
                self.createIndex(first + moved[0], TargetColumn.LEFT),
                self.createIndex(first + moved[-1], right),
                [Qt.ItemDataRole.DisplayRole],
            )
        return bool(moved)

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
            side = Qt.AlignmentFlag.AlignRight if section == TargetColumn.LEFT else Qt.AlignmentFlag.AlignLeft
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
            return explain_target(line, self.now, self.thresholds) if column == 0 else self.text_of(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column is TargetColumn.TICKET:
                return line.subject
            words = explain_target(line, self.now, self.thresholds)
            return f"{words[:1].upper()}{words[1:]}\nTarget from the help desk"
        return None

    def text_of(self, target: TargetRow, column: TargetColumn) -> str:
        """What the cell of *target* in *column* says."""
        match column:
            case TargetColumn.LEFT:
                return self.countdown_of(target)[1] or "–"
            case TargetColumn.STATE:
                return state_words(target, self.countdown_of(target)[0])
            case TargetColumn.METRIC:
                return METRIC_WORDS[target.metric.value].capitalize()
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


def _state(told: tuple[Light, str] | None) -> Light | None:
    return told[0] if told else None


def state_words(target: TargetRow, state: Light) -> str:
    """Return the state in words: "due soon", "paused · waits on the requester"."""
    if state is Light.PAUSED:
        if target.status is Status.PENDING:
            return "paused · waits on the requester"
        if target.status is Status.HOLD:
            return "paused · waits on a third party"
    return state.value


def explain_target(target: TargetRow, now: Instant, thresholds: Thresholds) -> str:
    """Return the target in a sentence, for tooltips and screen readers."""
    state = light(target.stage, target.breach_at, now, thresholds)
    metric = METRIC_WORDS[target.metric.value]
    if target.breach_at is None or state in (Light.PAUSED, Light.MET, Light.NO_TARGET):
        return f"{metric} {state_words(target, state)}"
    figures = countdown_text(target.breach_at - now).removeprefix("-")
    if state is Light.BREACHED:
        return f"{metric} breached {figures} ago, at {exact(target.breach_at)}"
    return f"{metric} {state.value}, {figures} left, breaches at {exact(target.breach_at)}"
