"""A menu in which one types: the first letters of an entry go to it, as in a list."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

PAUSE_MS = 1000
"""Letters that follow each other sooner are the beginning of one word."""


class TypedMenu(QMenu):
    """Goes to the entry that begins with the letters typed; the same letter again goes to the next one with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed = ""
        self._since = QElapsedTimer()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            # the focus stays on the widget below, whose keys would take the letters
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if not text.isprintable() or not text.strip():
            super().keyPressEvent(event)
            return
        if not self._since.isValid() or self._since.elapsed() > PAUSE_MS:
            self._typed = ""
        self._since.start()
        self._typed += text.casefold()
        again = len(set(self._typed)) == 1
        found = self._beginning(self._typed) or (self._beginning(text.casefold(), after_active=True) if again else None)
        if found is not None:
            self.setActiveAction(found)

    def _beginning(self, letters: str, *, after_active: bool = False) -> QAction | None:
        entries = [each for each in self.actions() if each.isEnabled() and not each.isSeparator()]
        active = self.activeAction()
        if after_active and active in entries:
            at = entries.index(active) + 1
            entries = entries[at:] + entries[:at]
        return next((each for each in entries if each.text().replace("&", "").casefold().startswith(letters)), None)
