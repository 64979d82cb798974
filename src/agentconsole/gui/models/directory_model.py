"""The directory as a list: headings, and under each its hits; emergency contacts first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.panes.directory.contact_words import spoken

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex
EMERGENCY = "In an emergency"
_NOTHING = QModelIndex()


class Section(NamedTuple):
    """The line above a section."""

    title: str


class DirectoryModel(QAbstractListModel):
    """Sections and hits in one list; section lines can't be selected."""

    def __init__(self, now: Callable[[], Instant], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._lines: list[Section | DirectoryRow] = []

    def show_rows(self, rows: Sequence[DirectoryRow]) -> None:
        """Show *rows* in their order, grouped by section; emergency contacts stand on top under their own heading."""
        groups: dict[str, list[DirectoryRow]] = {}
        urgent = [row for row in rows if row.contact is not None and row.contact.emergency]
        if urgent:
            groups[EMERGENCY] = urgent
        for row in rows:
            if row.contact is None or not row.contact.emergency:
                groups.setdefault(row.section, []).append(row)
        lines: list[Section | DirectoryRow] = []
        for title, members in groups.items():
            lines.append(Section(title))
            lines.extend(members)
        if lines == self._lines:
            return
        if [_identity(line) for line in lines] == [_identity(line) for line in self._lines]:
            # the same contacts, only open or closed by now: no reset, which would lose the selection
            self._lines = lines
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line_at(self, position: int) -> Section | DirectoryRow | None:
        """Return what stands on line *position*, None beyond the end."""
        return self._lines[position] if 0 <= position < len(self._lines) else None

    def row_of(self, index: AnyIndex) -> DirectoryRow | None:
        """Return the hit at *index*, None for a heading or nothing."""
        line = self.line_at(index.row()) if index.isValid() else None
        return line if isinstance(line, DirectoryRow) else None

    def first_hit(self) -> QModelIndex:
        """Return the index of the first hit, an invalid one when there is none."""
        return next(
            (self.index(i) for i, line in enumerate(self._lines) if isinstance(line, DirectoryRow)), QModelIndex()
        )

    def find(self, row: DirectoryRow | None) -> QModelIndex:
        """Return where *row* stands now, an invalid index when it is gone."""
        if row is not None:
            wanted = _identity(row)
            for position, line in enumerate(self._lines):
                if isinstance(line, DirectoryRow) and _identity(line) == wanted:
                    return self.index(position)
        return QModelIndex()

    def rowCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if self.row_of(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line_at(index.row()) if index.isValid() else None
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole) and isinstance(line, DirectoryRow):
            return spoken(line, self._now())
        return None


def _identity(line: Section | DirectoryRow) -> tuple[str, str, str]:
    if isinstance(line, Section):
        return ("section", line.title, "")
    record = line.contact or line.person or line.organization
    return (type(record).__name__, record.ref if record is not None else "", line.title)
