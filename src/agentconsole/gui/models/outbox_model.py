"""The outbox as Qt sees it: an array of ids, and the rows of those that were looked at."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.outbox_views import OutboxListing
from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.models.ages import Ages
from agentconsole.gui.models.outbox_words import DONE, STATE_WORDS, next_step, what, where

Index = QModelIndex | QPersistentModelIndex
ReadRows: TypeAlias = Callable[[Sequence[int]], list[OutboxRow]]
_WORDED = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)

PAGE = 64
_KEPT_ROWS = 40 * PAGE
_FEW = 64
"""Above this many single removals a reset is cheaper than the list of them."""


class Ahead(NamedTuple):
    """What was found out for a listing before it is shown: in a thread, while the window goes on.

    ``leaving`` are positions in the list ``before`` that go, None where single removals don't lead there. ``rows`` are
    those that will be looked at.
    """

    before: array[int]
    leaving: list[int] | None
    rows: list[OutboxRow]


def look_ahead(before: array[int], listing: OutboxListing, first: int, read: ReadRows) -> Ahead:
    """Compare *listing* with the list *before*, and read the rows that are on the screen from row *first* on."""
    page = max(0, first - first % PAGE)
    return Ahead(before, _leaving(before, listing.ids), read(listing.ids[page : page + 2 * PAGE]))


def _leaving(before: array[int], ids: array[int]) -> list[int] | None:
    if ids == before:
        return []
    after = set(ids)
    leaving = [position for position, each in enumerate(before) if each not in after]
    if not before or len(leaving) > _FEW:
        return None
    return leaving if array("q", [each for each in before if each in after]) == ids else None


class OutboxModel(QAbstractListModel):
    """Changes in the order given to :meth:`show`; those of one ticket follow each other."""

    def __init__(self, read: ReadRows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids: array[int] = array("q")
        self._tickets: array[int] = array("q")
        self._rows: dict[int, OutboxRow] = {}
        self._now: Instant = 0
        self._ages = Ages()

    @property
    def ids(self) -> array[int]:
        """The ids in their order, as a copy."""
        return self._ids[:]

    def show(self, listing: OutboxListing, now: Instant, ahead: Ahead | None = None) -> bool:
        """Show *listing*; ages are measured from *now*. Returns whether the selection could follow by itself.

        *ahead* is what :func:`look_ahead` has found for it.
        """
        self._now = now
        self._rows.clear()
        if ahead is not None:
            self._rows.update((row.seq, row) for row in ahead.rows)
        is_known = ahead is not None and ahead.before == self._ids
        leaving = ahead.leaving if ahead is not None and is_known else _leaving(self._ids, listing.ids)
        if leaving is None:
            self.beginResetModel()
            self._ids, self._tickets = array("q", listing.ids), array("q", listing.tickets)
            self.endResetModel()
            return False
        for position in reversed(leaving):
            self.beginRemoveRows(QModelIndex(), position, position)
            del self._ids[position], self._tickets[position]
            self.endRemoveRows()
        self._tickets = array("q", listing.tickets)
        if self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))
        return True

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
        """Return the change in words, in full for a screen reader."""
        if role not in _WORDED:
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
        return None

    def tell_time(self, now: Instant) -> bool:
        """It is *now*; return whether ages are told anew."""
        is_later = now // MINUTE != self._now // MINUTE
        if is_later:
            self._now = now
        return is_later

    def age(self, row: OutboxRow) -> str:
        """Return how long ago *row* was made, or done with; told anew once a minute."""
        return self._ages.told(row.ended_at if row.state in DONE and row.ended_at else row.queued_at, self._now)
