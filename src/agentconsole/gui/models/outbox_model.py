"""The outbox as Qt sees it: an array of ids, and the rows of those that were looked at."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.instant import Instant
from agentconsole.domain.outbox_views import OutboxListing
from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.models.outbox_words import DONE, STATE_WORDS, next_step, what, where
from agentconsole.gui.spoken_time import ago

Index = QModelIndex | QPersistentModelIndex
ReadRows: TypeAlias = Callable[[Sequence[int]], list[OutboxRow]]
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

PAGE = 64
_KEPT_ROWS = 40 * PAGE
_FEW = 64
"""Above this many single removals a reset is cheaper than the list of them."""


class OutboxModel(QAbstractListModel):
    """Changes in the order given to :meth:`show`; those of one ticket follow each other."""

    def __init__(self, read: ReadRows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids: array[int] = array("q")
        self._tickets: array[int] = array("q")
        self._rows: dict[int, OutboxRow] = {}
        self._now: Instant = 0

    def show(self, listing: OutboxListing, now: Instant) -> bool:
        """Show *listing*; ages are measured from *now*. Returns whether the selection could follow by itself."""
        self._now = now
        self._rows.clear()
        old = self._ids
        if listing.ids == old:
            self._tickets = listing.tickets
            if old:
                self.dataChanged.emit(self.index(0), self.index(len(old) - 1))
            return True
        after = set(listing.ids)
        leaving = [position for position, each in enumerate(old) if each not in after]
        stayed = array("q", [each for each in old if each in after])
        if old and len(leaving) <= _FEW and stayed == listing.ids:
            for position in reversed(leaving):
                self.beginRemoveRows(QModelIndex(), position, position)
                del self._ids[position], self._tickets[position]
                self.endRemoveRows()
            if self._ids:
                self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))
            return True
        self.beginResetModel()
        self._ids, self._tickets = array("q", listing.ids), array("q", listing.tickets)
        self.endResetModel()
        return False

    def row(self, number: int) -> OutboxRow | None:
        """Return row *number*, read with its page when need be; None when there is none, or it is gone by now."""
        if not 0 <= number < len(self._ids):
            return None
        found = self._rows.get(self._ids[number])
        if found is None:
            page = number - number % PAGE
            self._fetch(self._ids[page : page + PAGE])
            found = self._rows.get(self._ids[number])
        return found

    def _fetch(self, ids: Iterable[int]) -> None:
        missing = [each for each in ids if each not in self._rows]
        if len(self._rows) + len(missing) > _KEPT_ROWS:
            # dicts keep their order of insertion: the first are the ones read longest ago
            for each in list(self._rows)[: len(self._rows) // 2]:
                del self._rows[each]
        for row in self._read(missing):
            self._rows[row.seq] = row

    def id_at(self, number: int) -> int:
        """Return the id of row *number*, 0 outside the list."""
        return self._ids[number] if 0 <= number < len(self._ids) else 0

    def number_of(self, change: int) -> int:
        """Return where the change of the id *change* is, or -1."""
        try:
            return self._ids.index(change)
        except ValueError:
            return -1

    def begins(self, number: int) -> bool:
        """Whether row *number* is the first of its ticket."""
        return number == 0 or self._tickets[number] != self._tickets[number - 1]

    def ends(self, number: int) -> bool:
        """Whether row *number* is the last of its ticket."""
        return number + 1 >= len(self._tickets) or self._tickets[number] != self._tickets[number + 1]

    # Qt's calls

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the change in words, in full for a screen reader, or the row itself."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
            ROW_ROLE,
        ):
            return None
        row = self.row(index.row())
        if row is None:
            return "Gone" if role == Qt.ItemDataRole.DisplayRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{STATE_WORDS[row.state]}: {what(row)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = (
                    *(STATE_WORDS[row.state], what(row), where(row)),
                    *(self.age(row), row.reason, next_step(row, self._now)),
                )
                return ". ".join(part.rstrip(".") for part in parts if part)
            case Qt.ItemDataRole.ToolTipRole:
                return row.reason or next_step(row, self._now)
        return row

    def age(self, row: OutboxRow) -> str:
        """Return how long ago *row* was made, or done with."""
        return ago(row.ended_at if row.state in DONE and row.ended_at else row.queued_at, self._now)
