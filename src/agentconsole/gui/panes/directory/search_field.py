"""The directory's search field: it edits text, and leaves the directory its keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget


class SearchField(QLineEdit):
    """A line that does not take Ctrl+E for the end of the line (as X11 has it) where *pane* means something by it."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            keys = QKeySequence(event.keyCombination())
            moves = event.matches(QKeySequence.StandardKey.MoveToEndOfLine)
            if moves and any(keys in action.shortcuts() for action in self._pane.actions()):
                event.ignore()
                return False
        return super().event(event)
