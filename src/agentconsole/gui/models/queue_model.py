"""The queue as Qt sees it: an array of ticket ids, and the rows of those that were looked at.

A hundred thousand ids cost 800 kB; rows are read a page at a time when a row is first painted. The model knows no
query and no order of its own: it shows the ids it is given, and turns one arrangement into the next with the smallest
honest set of signals, so that selection and scroll position survive.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.countdown import Light, Thresholds, countdown_text, light
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.rows import QueueRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.models.ages import Ages
from agentconsole.gui.models.queue_columns import COLUMNS, Column
from agentconsole.gui.spoken_time import exact

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex
ReadRows: TypeAlias = Callable[[Sequence[TicketId]], list[QueueRow]]

PAGE = 100
_KEPT_ROWS = 40 * PAGE
_FEW = 64
"""Above this many single inserts and removals a reset is cheaper for every view than the list of them."""

METRIC_WORDS = {
    "first_reply": "first reply",
    "next_reply": "next reply",
    "resolution": "resolution",
    "requester_wait": "requester wait",
    "agent_work": "agent work",
    "periodic_update": "periodic update",
    "pausable_update": "pausable update",
}

_NOTHING = QModelIndex()


class QueueModel(QAbstractTableModel):
    """Tickets in the order given to :meth:`arrange`.

    ``now`` is the instant that countdowns and relative times are told for; :meth:`tick` moves it on.
    ``fresh`` holds the tickets that changed under the agent's eyes since the list was last arranged.
    """

    def __init__(self, read: ReadRows, now: Instant, thresholds: Thresholds, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids: array[int] = array("q")
        self._rows: dict[TicketId, QueueRow] = {}
        self.now = now
        self.thresholds = thresholds
        self.fresh: set[TicketId] = set()
        self._told: list[tuple[Light, str]] = []
        self._told_from = -1
        self._ages = Ages()

    # What is shown

    @property
    def ids(self) -> array[int]:
        """The ids in their present order; treat as read-only."""
        return self._ids

    def ticket_at(self, position: int) -> TicketId | None:
        """The ticket at row *position*, None outside the list."""
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def position_of(self, ticket: TicketId) -> int:
        """The row that shows *ticket*, -1 when none does."""
        try:
            return self._ids.index(ticket)
        except ValueError:
            return -1

    def positions_of(self, tickets: Iterable[TicketId]) -> list[int]:
        """The rows that show *tickets*, ascending; tickets that are not here are left out."""
        wanted = set(tickets)
        if not wanted:
            return []
        return [position for position, ticket in enumerate(self._ids) if ticket in wanted]

    def row_at(self, position: int) -> QueueRow | None:
        """The row at *position*, read with its page when need be; None when the ticket is gone by now."""
        ticket = self._ids[position]
        found = self._rows.get(ticket)
        if found is None:
            page = position - position % PAGE
            self._fetch(self._ids[page : page + PAGE])
            found = self._rows.get(ticket)
        return found

    def _fetch(self, tickets: Iterable[TicketId]) -> None:
        missing = [ticket for ticket in tickets if ticket not in self._rows]
        if len(self._rows) + len(missing) > _KEPT_ROWS:
            # dicts keep their order of insertion: the first are the ones read longest ago
            for ticket in list(self._rows)[: len(self._rows) // 2]:
                del self._rows[ticket]
        for row in self._read(missing):
            self._rows[row.id] = row

    def countdown_at(self, position: int) -> tuple[Light, str]:
        """The state of the row's next target and the words in its countdown cell."""
        row = self.row_at(position)
        return (Light.NO_TARGET, "") if row is None else self.countdown_of(row)

    def countdown_of(self, row: QueueRow) -> tuple[Light, str]:
        """As :meth:`countdown_at`, for a row at hand."""
        state = light(row.stage, row.breach_at, self.now, self.thresholds)
        if state is Light.PAUSED or row.breach_at is None or state is Light.MET:
            return state, "paused" if state is Light.PAUSED else "met" if state is Light.MET else ""
        return state, countdown_text(row.breach_at - self.now)

    def age_of(self, row: QueueRow) -> str:
        """How long ago *row* was changed, in words; told anew once a minute."""
        return self._ages.told(row.updated_at, self.now)

    # Changing what is shown

    def replace(self, ids: array[int]) -> None:
        """Show other tickets altogether (another view, another search): nothing of the old list is kept."""
        self.beginResetModel()
        self._ids = ids
        self.fresh.clear()
        self._told_from = -1
        self.endResetModel()

    def arrange(self, ids: array[int]) -> bool:
        """Show *ids*, a newer answer to the same question; marks of change are cleared.

        Returns whether selection and current row could follow by themselves; False means that the model was reset.
        """
        self._forget_marks()
        self._told_from = -1
        old = self._ids
        if ids == old:
            return True
        if len(ids) > len(old) > 0 and ids[: len(old)] == old:
            self._insert(len(old), ids[len(old) :])
            return True
        before, after = set(old), set(ids)
        leaving, joining = before - after, after - before
        if not old or len(leaving) + len(joining) > _FEW:
            self.replace(ids)
            return False
        for position in reversed(self.positions_of(leaving)):
            self._remove(position)
        stayed = array("q", [ticket for ticket in ids if ticket in before])
        if stayed != self._ids:
            self._permute(stayed)
        for position, ticket in enumerate(ids):
            if ticket in joining:
                self._insert(position, array("q", [ticket]))
        return True

    def _insert(self, position: int, tickets: array[int]) -> None:
        self.beginInsertRows(QModelIndex(), position, position + len(tickets) - 1)
        self._ids = self._ids[:position] + tickets + self._ids[position:]
        self.endInsertRows()

    def _remove(self, position: int) -> None:
        self.beginRemoveRows(QModelIndex(), position, position)
        self._ids = self._ids[:position] + self._ids[position + 1 :]
        self.endRemoveRows()

    def _permute(self, ids: array[int]) -> None:
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        held = [self._ids[index.row()] for index in kept]
        self._ids = ids
        where = {ticket: position for position, ticket in enumerate(ids)} if kept else {}
        moved = [self.createIndex(where[ticket], index.column()) for ticket, index in zip(held, kept, strict=True)]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def drop(self, tickets: frozenset[TicketId]) -> None:
        """Take single *tickets* out of the list, leaving every other row where it is."""
        for position in reversed(self.positions_of(tickets)):
            self._remove(position)

    def touch(self, tickets: frozenset[TicketId] | None, first: int, last: int, *, mark: bool) -> None:
        """Read *tickets* (None: all) anew because they changed; rows *first* to *last* are on screen.

        Rows off screen are only forgotten. With *mark* those that look different are marked as fresh.
        """
        on_screen = self._ids[max(first, 0) : last + 1] if last >= 0 else array("q")
        seen = {ticket: self._rows.get(ticket) for ticket in on_screen if tickets is None or ticket in tickets}
        if tickets is None:
            self._rows.clear()
        else:
            for ticket in tickets:
                self._rows.pop(ticket, None)
            if mark:
                self.fresh |= tickets
        self._fetch(on_screen)
        different = [ticket for ticket, row in seen.items() if self._rows.get(ticket) != row]
        if mark and tickets is None:
            self.fresh.update(ticket for ticket in different if seen[ticket] is not None)
        if different:
            changed = set(different)
            positions = [max(first, 0) + n for n, ticket in enumerate(on_screen) if ticket in changed]
            self._told_from = -1
            self._tell(positions[0], positions[-1], 0, len(COLUMNS) - 1)

    def seen(self, ticket: TicketId) -> None:
        """Take the mark of change off *ticket*: the agent has it before them."""
        if ticket in self.fresh:
            self.fresh.discard(ticket)
            position = self.position_of(ticket)
            if position >= 0:
                self._tell(position, position, 0, len(COLUMNS) - 1)

    def _forget_marks(self) -> None:
        if self.fresh:
            self.fresh.clear()
            if self._ids:
                self._tell(0, len(self._ids) - 1, 0, 0)

    def _tell(self, first: int, last: int, left: int, right: int) -> None:
        self.dataChanged.emit(
            self.createIndex(first, left), self.createIndex(last, right), [Qt.ItemDataRole.DisplayRole]
        )

    def tick(self, now: Instant, first: int, last: int) -> bool:
        """Move the countdowns on to *now*; rows *first* to *last* are on screen. Returns whether anything shows it.

        Says so with one range of the countdown column, which spans just the rows whose words or state differ; once
        a minute also the relative times.
        """
        minute_before, self.now = self.now // MINUTE, now
        last = min(last, len(self._ids) - 1)
        if first < 0 or last < first:
            return False
        told = [self.countdown_at(position) for position in range(first, last + 1)]
        if self._told_from == first and len(told) == len(self._told):
            moved = [n for n, pair in enumerate(zip(told, self._told, strict=True)) if pair[0] != pair[1]]
        else:
            moved = [0, len(told) - 1]
        self._told, self._told_from = told, first
        if moved:
            self._tell(first + moved[0], first + moved[-1], Column.SLA, Column.SLA)
        if now // MINUTE != minute_before:
            self._tell(first, last, Column.UPDATED, Column.UPDATED)
        return bool(moved)

    # Qt's side

    def rowCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return COLUMNS[section].words
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.SLA else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        row = self.row_at(index.row())
        if row is None:
            return ""
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_of(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column)
        return self._tooltip(row, column)

    def text_of(self, row: QueueRow, column: Column) -> str:
        """What the cell of *row* in *column* says."""
        match column:
            case Column.SLA:
                state, words = self.countdown_of(row)
                return words or state.value
            case Column.PRIORITY:
                return row.priority.value if row.priority else ""
            case Column.NUMBER:
                return f"#{row.ref}" if row.ref else "new"
            case Column.SUBJECT:
                return row.subject
            case Column.REQUESTER:
                return row.requester
            case Column.ORGANIZATION:
                return f"{row.organization} · {row.tier}" if row.organization and row.tier else row.organization
            case Column.GROUP:
                return row.group
            case Column.ASSIGNEE:
                return row.assignee
            case Column.STATUS:
                return row.status.value
            case Column.CHANNEL:
                return row.channel
            case Column.UPDATED:
                return self.age_of(row)

    def _spoken(self, row: QueueRow, column: Column) -> str:
        if column is Column.SLA:
            return self.explain(row)
        if column is Column.SUBJECT:
            marks = [
                *(["unread"] if row.unread else []),
                *(["changed"] if row.id in self.fresh else []),
                *([_waiting_words(row.waiting)] if row.waiting else []),
                *(["draft"] if row.has_draft else []),
            ]
            return ", ".join([row.subject, *marks])
        if column is Column.PRIORITY:
            return f"{row.priority.value} priority" if row.priority else "no priority"
        if column is Column.ASSIGNEE:
            return row.assignee or "unassigned"
        return self.text_of(row, column)

    def _tooltip(self, row: QueueRow, column: Column) -> str | None:
        if column in (Column.SLA, Column.PRIORITY):
            return self._spoken(row, column).capitalize()
        if column is Column.UPDATED:
            return f"Updated {exact(row.updated_at)}\nCreated {exact(row.created_at)}"
        if column is Column.SUBJECT:
            marks = [
                *([f"{_waiting_words(row.waiting)}"] if row.waiting else []),
                *(["an unfinished reply"] if row.has_draft else []),
            ]
            return row.subject + (f"\nHolds {' and '.join(marks)}" if marks else "")
        return self.text_of(row, column) or None

    def explain(self, row: QueueRow) -> str:
        """The row's next target in a sentence, for tooltips and screen readers."""
        state, words = self.countdown_of(row)
        metric = METRIC_WORDS.get(row.metric.value, row.metric.value) if row.metric else ""
        if state is Light.NO_TARGET:
            return "no SLA target"
        if state is Light.PAUSED:
            return f"{metric} paused, waits on the requester" if row.status.value == "pending" else f"{metric} paused"
        if state is Light.MET or row.breach_at is None:
            return f"{metric} met".strip()
        if state is Light.BREACHED:
            return f"{metric} breached {words.removeprefix('-')} ago, at {exact(row.breach_at)}"
        return f"{metric} {state.value}, {words} left, breaches at {exact(row.breach_at)}"


def _waiting_words(count: int) -> str:
    return "1 unsent change" if count == 1 else f"{count} unsent changes"
