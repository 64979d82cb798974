"""The queue's side bar: the views in their sections, each with how many tickets it holds right now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.rows import ViewItem

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex

SECTION_TITLES = {"built-in": "", "saved": "Saved searches", "server": "From the help desk"}
"""What stands above each section; the first needs no words."""

_SAME = {
    "status:hold,new,open,pending": "is:unsolved",
    "assignee:me": "is:mine",
    "assignee:none": "is:unassigned",
}
"""Conditions that a help desk words otherwise than we do."""

_NOTHING = QModelIndex()


class Heading(Struct, frozen=True):
    """The line above a section."""

    title: str


class ViewsModel(QAbstractListModel):
    """Headings and views in one list; headings can't be selected."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Heading | ViewItem] = []
        self._counts: dict[str, int] = {}
        self._taken: frozenset[str] = frozenset()

    def show_views(self, views: Sequence[ViewItem]) -> None:
        """Show *views*, grouped by section in the order built-in, saved, server, others."""
        sections: dict[str, list[ViewItem]] = {name: [] for name in SECTION_TITLES}
        for view in views:
            sections.setdefault(view.section, []).append(view)
        lines: list[Heading | ViewItem] = []
        for name, members in sections.items():
            title = SECTION_TITLES.get(name, name.capitalize())
            if members and title:
                lines.append(Heading(title))
            lines.extend(members)
        if lines == self._lines:
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Tell how many tickets each view holds; lines whose number stays are not touched."""
        before, self._counts = self._counts, dict(counts)
        for position, line in enumerate(self._lines):
            if isinstance(line, ViewItem) and before.get(line.key) != self._counts.get(line.key):
                here = self.createIndex(position, 0)
                self.dataChanged.emit(here, here, [Qt.ItemDataRole.DisplayRole])

    def show_taken(self, keys: frozenset[str]) -> None:
        """Mark the views named *keys* as taken along; lines that stay as they are are not touched."""
        before, self._taken = self._taken, keys
        for position, line in enumerate(self._lines):
            if isinstance(line, ViewItem) and (line.key in before) != (line.key in keys):
                here = self.createIndex(position, 0)
                self.dataChanged.emit(here, here, [Qt.ItemDataRole.DisplayRole])

    def is_taken(self, key: str) -> bool:
        """Whether the view named *key* is taken along."""
        return key in self._taken

    def line_at(self, position: int) -> Heading | ViewItem:
        """The heading or view on line *position*."""
        return self._lines[position]

    def view_at(self, position: int) -> ViewItem | None:
        """The view on line *position*, None for a heading or outside the list."""
        line = self._lines[position] if 0 <= position < len(self._lines) else None
        return line if isinstance(line, ViewItem) else None

    def views(self) -> list[ViewItem]:
        """The views in the order shown."""
        return [line for line in self._lines if isinstance(line, ViewItem)]

    def position_of(self, key: str) -> int:
        """The line of the view named *key*, -1 when there is none."""
        for position, line in enumerate(self._lines):
            if isinstance(line, ViewItem) and line.key == key:
                return position
        return -1

    def count_of(self, key: str) -> int | None:
        """How many tickets the view holds, None until that is known."""
        return self._counts.get(key)

    def rowCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._lines[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            count = None if isinstance(line, Heading) else self._counts.get(line.key)
            said = line.title if count is None else f"{line.title}, {tickets_in_words(count)}"
            return said if isinstance(line, Heading) or line.key not in self._taken else f"{said}, taken along"
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, ViewItem):
            said = f"{line.title}\n{line.query}" if line.query else line.title
            return f"{said}\nTaken along: whole on this computer" if line.key in self._taken else said
        return None


def distinct_views(views: Sequence[ViewItem]) -> tuple[ViewItem, ...]:
    """Leave out those views of the help desk that list what one of ours does, however they word it."""
    own = {_meaning(view.query) for view in views if view.section == "built-in" and view.query}
    return tuple(view for view in views if view.section != "server" or _meaning(view.query) not in own)


def listed_as(views: Sequence[ViewItem], key: str) -> str:
    """Return the key of the line that stands for the view *key*: one of ours when :func:`distinct_views` prefers it."""
    wanted = next((_meaning(view.query) for view in views if view.key == key and view.section == "server"), None)
    if wanted is None:
        return key
    own = (view.key for view in views if view.section == "built-in" and _meaning(view.query) == wanted)
    return next(own, key)


def _meaning(query: str) -> frozenset[str]:
    """Return the conditions of *query* in one wording and no order."""
    found: set[str] = set()
    for condition in query.split():
        field, colon, values = condition.partition(":")
        wording = f"{field}:{','.join(sorted(values.split(',')))}" if colon else condition
        found.add(_SAME.get(wording, wording))
    return frozenset(found)


def tickets_in_words(count: int) -> str:
    """Return "1 ticket" or "12,000 tickets"."""
    return "1 ticket" if count == 1 else f"{count:,} tickets"
