"""The queue's search: a line in the query language that completes, explains and answers while one types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QVBoxLayout, QWidget

from agentconsole.domain.query import QueryProblem
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.queue.query_words import complete, words_of
from agentconsole.gui.theming import colour

_PAUSE_MS = 25
_EXPLAIN_MS = 500
_MOST = 8


class SearchField(QLineEdit):
    """One line of query.

    Signals:
        edited: The text to search for (str), shortly after the last key.
        submitted: Enter or Down: go to the first row.
        left: Escape in an empty field.
        save_requested: Keep the text as a view.
    """

    edited = Signal(str)
    submitted = Signal()
    left = Signal()
    save_requested = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueSearch")
        self.setAccessibleName("Search tickets")
        self.setAccessibleDescription("Words search subjects and comments; status:open, tier:gold or sla<2h narrow.")
        self.setPlaceholderText("Search tickets and comments")
        self._queue = context.workspace.queue
        self._theming = context.theming
        self._problem: QueryProblem | None = None
        self._told = False
        self._asked = ""
        glass = QAction("Search", self)
        context.icons.bind(glass, "search")
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self._trailing(context, "x", "Clear the search (Esc)", self.clear_and_ask)
        self._save = self._trailing(context, "bookmark", "Save as a view", self.save_requested.emit)
        self._help: SearchHelp | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._explain = QTimer(self, singleShot=True, interval=_EXPLAIN_MS)
        self._explain.timeout.connect(self._explain_problem)
        self.textEdited.connect(self._typed)
        self.textChanged.connect(self._text_changed)
        self._theming.changed.connect(self._colour_words)

    def _trailing(self, context: WindowContext, icon: str, words: str, slot: Callable[[], object]) -> QAction:
        action = QAction(words, self)
        action.setToolTip(words)
        context.icons.bind(action, icon)
        action.triggered.connect(lambda: slot())
        self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)
        # only now: the field's own button follows changes of its action, not what it was before
        action.setVisible(False)
        return action

    @property
    def help(self) -> SearchHelp:
        """What floats below the field; made when it is first wanted, which is not before the first letter."""
        if self._help is None:
            self._help = SearchHelp(self)
            self._help.chosen.connect(self._complete_with)
        return self._help

    # What is asked

    def set_query(self, text: str) -> None:
        """Put *text* into the field and ask for it at once; while it is wrong the list stays as it was."""
        self.setText(text)
        self._ask()

    def clear_and_ask(self) -> None:
        """Empty the field and show the whole view again."""
        self.set_query("")

    def flush(self) -> None:
        """Ask now for what was typed, without waiting for a pause in typing."""
        if self._pause.isActive():
            self._ask()

    def _typed(self) -> None:
        self._pause.start()
        self._show_completions()

    def _text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._save.setVisible(bool(text.strip()))
        self._problem = self._queue.check(text) if text.strip() else None
        self._colour_words()
        self._told = False
        if not text:
            self.help.offer([])
        if self._problem is None:
            self.help.explain("")
            self._look("")
        self._explain.start()
        # whoever writes the text without a keyboard (a screen reader, a script) wants an answer as well
        if text != self._asked:
            self._pause.start()

    def _ask(self) -> None:
        self._pause.stop()
        if self._problem is None and self.text() != self._asked:
            self._asked = self.text()
            self.edited.emit(self._asked)

    @property
    def is_unfinished(self) -> bool:
        """Whether the last value is only the beginning of one that is known ("tier:plat"), so far."""
        text = self.text()
        words = words_of(text)
        if not words or words[-1][1] != len(text):
            return False
        last = text[words[-1][0] :].casefold()
        if ":" not in last.strip(":"):
            return False
        known = [word.casefold() for word in self._queue.suggestions(text, len(text))]
        return last not in known and any(word.startswith(last) for word in known)

    # Explaining and completing

    def _explain_problem(self) -> None:
        # while the word can still be completed it is unfinished, not wrong
        if self._problem is not None and not self.help.has_offers:
            self._told = True
            self._look("wrong")
            self._colour_words()
            if self.hasFocus():
                self.help.explain(self._problem.message)

    def _look(self, name: str) -> None:
        if self.property("look") != name:
            self.setProperty("look", name)
            self.style().unpolish(self)
            self.style().polish(self)

    def _show_completions(self) -> None:
        text, cursor = self.text(), self.cursorPosition()
        words = self._queue.suggestions(text, cursor) if text[:cursor].strip() else ()
        start = max((a for a, b in words_of(text) if a <= cursor <= b), default=cursor)
        self.help.offer([word for word in words[:_MOST] if word != text[start:cursor]])

    def _complete_with(self, word: str) -> None:
        text, cursor = complete(self.text(), self.cursorPosition(), word)
        self.setText(text)
        self.setCursorPosition(cursor)
        self._show_completions()

    def _colour_words(self) -> None:
        """Tint the names of fields and underline what is wrong; the line edit takes formats like an input method's."""
        self.inputMethodEvent(QInputMethodEvent("", self._looks() if self.text() else []))

    def _looks(self) -> list[QInputMethodEvent.Attribute]:
        # with the first letter: the first frame does not wait for a hundred and fifty names of text properties
        from PySide6.QtGui import QTextCharFormat, QTextFormat

        theme, text = self._theming.theme, self.text()
        formats: list[QInputMethodEvent.Attribute] = []

        def add(start: int, end: int, look: QTextCharFormat) -> None:
            kind = QInputMethodEvent.AttributeType.TextFormat
            formats.append(QInputMethodEvent.Attribute(kind, start - self.cursorPosition(), end - start, look))

        for start, end in words_of(text):
            word = text[start:end]
            name = next((n for n, sign in enumerate(word) if sign in ":<>=" and n), 0)
            if name and word[:1] != '"':
                look = QTextCharFormat()
                look.setForeground(colour(theme.link))
                add(start, start + name + 1, look)
        if self._problem is not None and self._told:
            wrong = QTextCharFormat()
            wrong.setProperty(QTextFormat.Property.ForegroundBrush, colour(theme.danger_ink))
            wrong.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            wrong.setUnderlineColor(colour(theme.danger_ink))
            add(self._problem.start, max(self._problem.end, self._problem.start + 1), wrong)
        return formats

    # Qt's events

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and self.help.has_offers
        ):
            self.help.take(first=True)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                if self.help.has_offers:
                    self.help.offer([])
                elif self.text():
                    self.clear_and_ask()
                else:
                    self.left.emit()
            case Qt.Key.Key_Down if self.help.has_offers:
                self.help.move(1)
            case Qt.Key.Key_Up if self.help.has_offers:
                self.help.move(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.help.take():
                pass
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down:
                self.flush()
                self.help.offer([])
                self.submitted.emit()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._help is not None:
            self._help.offer([])
            self._help.explain("")


class SearchHelp(QFrame):
    """What floats below the field: what is wrong with the query, and how its last word may go on.

    It takes no focus and moves nothing; the field drives it.

    Signals:
        chosen: A completion (str).
    """

    chosen = Signal(str)

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field.window())
        self._field = field
        self.setObjectName("queueSearchHelp")
        self.setProperty("look", "card")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words = QLabel(self)
        self._words.setObjectName("queueSearchProblem")
        self._words.setProperty("look", "error")
        self._words.setWordWrap(True)
        self._list = QListWidget(self)
        self._list.setObjectName("queueSearchCompletions")
        self._list.setAccessibleName("Completions")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda item: self.chosen.emit(item.text()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addWidget(self._words)
        layout.addWidget(self._list)
        self.hide()

    @property
    def has_offers(self) -> bool:
        """Whether completions are on screen."""
        return self.isVisible() and self._list.count() > 0

    def offer(self, words: list[str]) -> None:
        """Show completions, or none."""
        self._list.clear()
        self._list.addItems(words)
        self._place()

    def explain(self, words: str) -> None:
        """Show what is wrong, or nothing."""
        self._words.setText(words)
        self._place()

    def move(self, steps: int) -> None:  # type: ignore[override]
        """Move the highlight by *steps*."""
        count = self._list.count()
        row = self._list.currentRow() + steps
        self._list.setCurrentRow(row if 0 <= row < count else -1)

    def take(self, *, first: bool = False) -> bool:
        """Choose the highlighted completion (or the first); returns whether there was one."""
        if not self.has_offers:
            return False
        row = 0 if first and self._list.currentRow() < 0 else self._list.currentRow()
        if row < 0:
            return False
        self.chosen.emit(self._list.item(row).text())
        return True

    def _place(self) -> None:
        self._words.setVisible(bool(self._words.text()))
        self._list.setVisible(self._list.count() > 0)
        if not self._words.text() and not self._list.count():
            self.hide()
            return
        if self.parentWidget() is not self._field.window():
            self.setParent(self._field.window())
        self._list.setFixedHeight(max(self._list.sizeHintForRow(0), 20) * self._list.count() + 4)
        width = min(max(self._field.width(), 260), 420)
        self.setFixedWidth(width)
        below = self._field.mapTo(self._field.window(), QPoint(0, self._field.height() + 4))
        self.setGeometry(QRect(below, self.sizeHint().expandedTo(self.minimumSizeHint())))
        self.raise_()
        self.show()
