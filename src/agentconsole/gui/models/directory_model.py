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
    """The line above a section. ``note`` stands at its right: which pack it and the following ones are from."""

    title: str
    note: str = ""
    origin: str = ""


class DirectoryModel(QAbstractListModel):
    """Sections and hits in one list; section lines can't be selected."""

    def __init__(self, now: Callable[[], Instant], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._lines: list[Section | DirectoryRow] = []

    def show_rows(self, rows: Sequence[DirectoryRow], *, heading: str = "") -> None:
        """Show *rows* in their order, grouped by section; emergency contacts stand on top under their own heading.

        With *heading* all of them stand under it instead, as they come: the best first.
        """
        lines: list[Section | DirectoryRow] = []
        if heading:
            lines = [Section(heading), *rows] if rows else []
        else:
            for section, members in _grouped(rows).items():
                lines.append(section)
                lines.extend(members)
        if lines == self._lines:
            return
        if [identity(line) for line in lines] == [identity(line) for line in self._lines]:
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
            wanted = identity(row)
            for position, line in enumerate(self._lines):
                if isinstance(line, DirectoryRow) and identity(line) == wanted:
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


def identity(line: Section | DirectoryRow) -> tuple[str, str]:
    """Return what stays the same about *line* while its state changes."""
    if isinstance(line, Section):
        return ("section", f"{line.title} {line.origin}")
    if line.contact is not None:
        return ("contact", line.contact.key)
    if line.guide is not None:
        return ("guide", line.guide.key)
    record = line.person or line.organization
    return (line.section, record.ref if record is not None else line.title)


def _grouped(rows: Sequence[DirectoryRow]) -> dict[Section, list[DirectoryRow]]:
    """Return the sections in order; where contacts come from several packs, the first section of each names it."""
    several = len({row.contact.origin for row in rows if row.contact is not None}) > 1
    groups: dict[tuple[str, str], list[DirectoryRow]] = {}
    urgent: dict[tuple[str, str], DirectoryRow] = {}
    for row in rows:
        if row.contact is not None and row.contact.emergency:
            # who is listed under two headings stands on top once, and under the other heading as well
            urgent.setdefault((row.title, row.contact.printed), row)
    if urgent:
        groups[EMERGENCY, ""] = list(urgent.values())
    for row in rows:
        if row.contact is None:
            groups.setdefault((row.section, ""), []).append(row)
        elif urgent.get((row.title, row.contact.printed)) is not row:
            groups.setdefault((row.section, row.contact.origin.title), []).append(row)
    found, told = {}, ""
    for (title, origin), members in groups.items():
        found[Section(title, origin if several and origin != told else "", origin)] = members
        told = origin or told
    return found
