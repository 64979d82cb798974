"""An earlier text beside the one of now: which lines went, which came. Told by signs, and by colour besides."""

from __future__ import annotations

import difflib

from PySide6.QtGui import QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.theming import colour

SAME, GONE, NEW = "  ", "− ", "+ "


def compared(earlier: str, now: str) -> list[tuple[str, str]]:
    """Return the lines of both texts in order, each with its sign: in both, only in *earlier*, only in *now*."""
    before, after = earlier.splitlines(), now.splitlines()
    lines: list[tuple[str, str]] = []
    for what, a0, a1, b0, b1 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [(SAME, line) for line in before[a0:a1]]
        else:
            lines += [(GONE, line) for line in before[a0:a1]]
            lines += [(NEW, line) for line in after[b0:b1]]
    return lines


class TextView(QPlainTextEdit):
    """Shows one text, or two compared."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._signs: list[str] = []
        self.setObjectName("draftText")
        self.setAccessibleName("The text of the draft")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setCursorWidth(0)
        context.theming.changed.connect(self._tint)

    def show_text(self, text: str) -> None:
        """Show *text* alone."""
        self._signs = []
        self.setPlainText(text)
        self._tint()

    def show_compared(self, earlier: str, now: str) -> None:
        """Show what differs between *earlier* and *now*."""
        lines = compared(earlier, now)
        self._signs = [sign for sign, _ in lines]
        self.setPlainText("\n".join(f"{sign}{line}" for sign, line in lines))
        self._tint()

    def _tint(self) -> None:
        theme = self._context.theming.theme
        tints = {GONE: colour(theme.note), NEW: colour(theme.public)}
        marked = []
        for number, sign in enumerate(self._signs):
            if sign in tints:
                selection = QTextEdit.ExtraSelection()
                selection.cursor = QTextCursor(self.document().findBlockByNumber(number))
                selection.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                selection.format.setBackground(tints[sign])
                selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                marked.append(selection)
        self.setExtraSelections(marked)
