"""The question mark: every key on one page."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.gui.actions import Actions, Entry
from agentconsole.gui.overlay import Overlay


class CheatSheet(Overlay):
    """Lists what has a key, by section, in columns."""

    COLUMNS = 3

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window, "cheatSheet", 1080)
        self._actions = actions
        title = QLabel("Keyboard", self.panel)
        title.setProperty("look", "title")
        hint = QLabel("Every key can be changed in Preferences. Escape closes this page.", self.panel)
        hint.setProperty("look", "muted")
        self._area = QScrollArea(self.panel)
        self._area.setObjectName("cheatSheetList")
        self._area.setAccessibleName("Keys by section")
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 20, 12, 16)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(hint)
        column.addSpacing(8)
        column.addWidget(self._area, 1)

    def open(self) -> None:
        """Write the page anew: keys may have been changed."""
        self._write()
        super().open()
        self._area.setFocus(Qt.FocusReason.PopupFocusReason)

    def height_of_panel(self, available: int) -> int:
        """As high as its content, if there is room."""
        page = self._area.widget()
        return min(available, 110 + (page.sizeHint().height() if page else 0))

    def _write(self) -> None:
        sections: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._actions.entries():
            if entry.keys:
                sections[entry.section].append(entry)
        page = QWidget()
        page.setObjectName("cheatSheetPage")
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(32)
        columns = [QVBoxLayout() for _ in range(self.COLUMNS)]
        heights = [0] * self.COLUMNS
        for column in columns:
            column.setSpacing(0)
            row.addLayout(column, 1)
        for section, entries in sorted(sections.items(), key=lambda item: -len(item[1])):
            shortest = heights.index(min(heights))
            heights[shortest] += len(entries) + 2
            _write_section(columns[shortest], section, entries)
        for column in columns:
            column.addStretch(1)
        self._area.setWidget(page)


def _write_section(column: QVBoxLayout, section: str, entries: list[Entry]) -> None:
    heading = QLabel(section)
    heading.setProperty("look", "section")
    heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    column.addWidget(heading)
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    grid.setContentsMargins(0, 4, 0, 0)
    grid.setColumnStretch(0, 1)
    for line, entry in enumerate(entries):
        grid.addWidget(QLabel(entry.text.rstrip("…")), line, 0)
        keys = QHBoxLayout()
        keys.setSpacing(4)
        keys.addStretch(1)
        for part in _parts(entry.key_text):
            cap = QLabel(part)
            cap.setProperty("look", "key")
            keys.addWidget(cap)
        grid.addLayout(keys, line, 1)
    column.addLayout(grid)
    column.addSpacing(16)


def _parts(key: str) -> list[str]:
    return [key] if key in ("", "+") else key.split("+")
