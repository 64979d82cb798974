"""The tags of a ticket as chips, with a line to add more."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolButton, QWidget

from agentconsole.gui.context import WindowContext


class TagsEditor(QWidget):
    """Shows tags; pressing one removes it, typing adds.

    Signals:
        asked: Tags to add and tags to remove (two tuples).
    """

    asked = Signal(object, object)
    GAP, HEIGHT = 4, 24

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketTags")
        self._context = context
        self._tags: tuple[str, ...] | None = None
        self._read_only = False
        self._chips: list[QToolButton] = []
        self._line = QLineEdit(self)
        self._line.setObjectName("addTag")
        self._line.setProperty("look", "bare")
        self._line.setPlaceholderText("Add tag…")
        self._line.setAccessibleName("Add a tag")
        self._line.setToolTip("Press T, type a tag, Return adds it; Backspace takes the last one off")
        self._line.installEventFilter(self)
        self._line.returnPressed.connect(self._add)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def show_tags(self, tags: tuple[str, ...], *, read_only: bool) -> None:
        """Show *tags*; what is being typed stays."""
        if (tags, read_only) == (self._tags, self._read_only):
            return
        self._tags, self._read_only = tags, read_only
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(number, tag) for number, tag in enumerate(tags)]
        self._line.setVisible(not read_only)
        self._place()

    def focus(self) -> None:
        """Go to the line that adds a tag."""
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _chip(self, number: int, tag: str) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName(f"tag{number}")
        chip.setProperty("look", "chip")
        shown = chip.fontMetrics().elidedText(tag, Qt.TextElideMode.ElideRight, 120).replace("&", "&&")
        chip.setText(shown if self._read_only else f"{shown}  ✕")
        chip.setEnabled(not self._read_only)
        chip.setToolTip(tag if self._read_only else f"{tag}\nClick to remove")
        chip.setAccessibleName(f"Tag {tag}" if self._read_only else f"Remove tag {tag}")
        chip.clicked.connect(lambda _checked=False: self.asked.emit((), (tag,)))
        chip.show()
        return chip

    def _add(self) -> None:
        words = tuple(re.sub(r"[^\w\-/:.]", "", word) for word in self._line.text().lower().replace(",", " ").split())
        self._line.clear()
        fresh = tuple(dict.fromkeys(word for word in words if word and word not in (self._tags or ())))
        if fresh:
            self.asked.emit(fresh, ())

    def _place(self) -> None:
        x = y = 0
        for chip in self._chips:
            wide = min(chip.sizeHint().width(), max(self.width(), 40))
            if x and x + wide > self.width():
                x, y = 0, y + self.HEIGHT + self.GAP
            chip.setGeometry(x, y + 1, wide, self.HEIGHT)
            x += wide + self.GAP
        if not self._read_only:
            if x and x + 72 > self.width():
                x, y = 0, y + self.HEIGHT + self.GAP
            self._line.setGeometry(x + 4, y + 1, max(self.width() - x - 4, 60), self.HEIGHT)
        self.setFixedHeight(y + self.HEIGHT + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Comma):
                self._add()
                return True
            if event.key() == Qt.Key.Key_Backspace and not self._line.text() and self._tags:
                self.asked.emit((), (self._tags[-1],))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._line.clear()
                self._line.clearFocus()
                return True
        # Escape would otherwise start the pane's way back before this line hears of it
        over = watched is self._line and event.type() == QEvent.Type.ShortcutOverride
        if over and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
        return super().eventFilter(watched, event)
