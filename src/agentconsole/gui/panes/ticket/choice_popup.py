"""A short list under a field: type to narrow it, Enter takes, Escape leaves everything as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from agentconsole.gui.delegates.choice_items import HINT, LINE, TAKEN, ChoiceItems

_LINES = 9
_SCROLL_BAR = 10
"""How many lines are seen at once, and what a scroll bar beside more of them takes, in pixels."""

MOST = 200
"""How many matches are listed; typing on is quicker than scrolling further."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose. ``value`` is what the field would get; ``hint`` is said beside it.

    One with a ``refusal`` can't be chosen; the refusal is said in the hint's place.
    """

    title: str
    value: Any
    hint: str = ""
    refusal: str = ""

    @property
    def beside(self) -> str:
        return self.refusal or self.hint


def matches(option: Option, text: str) -> bool:
    """Return whether every word of *text* begins a word of the option's title or hint."""
    words = f"{option.title} {option.hint}".casefold().replace("@", " ").replace(":", " ").split()
    return all(any(word.startswith(part) for word in words) for part in text.casefold().split())


class ChoicePopup(QFrame):
    """Lists *options* and tells the one that was taken; deletes itself when it closes.

    Signals:
        chosen: The ``value`` of the option (object).
    """

    chosen = Signal(object)

    def __init__(self, title: str, options: Sequence[Option], current: Any, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("choicePopup")
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._options, self._current = tuple(options), current
        self._ends_at: int | None = None
        self.filter = QLineEdit(self)
        self.filter.setObjectName("choiceFilter")
        self.filter.setPlaceholderText(title)
        self.filter.setAccessibleName(title)
        self.filter.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setObjectName("choiceList")
        self.list.setAccessibleName(title)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self._items = ChoiceItems(self.list)
        self.list.setItemDelegate(self._items)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.filter)
        layout.addWidget(self.list)
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(self._take)
        self.list.itemClicked.connect(lambda _item: self._take())
        self._narrow("")

    def open_under(self, anchor: QWidget) -> None:
        """Show the list below *anchor*, or above it where there is no room."""
        longest = max((self._items.width_of(each.title, each.beside) for each in self._options[:MOST]), default=0)
        scrolls = len(self._options) > _LINES
        width = min(max(longest + 16 + (_SCROLL_BAR if scrolls else 0), 220), 420)
        self.setFixedWidth(width)
        self._fit()
        at = anchor.mapToGlobal(QPoint(0, anchor.height() + 2))
        screen = anchor.screen().availableGeometry()
        self._ends_at = None
        if at.y() + self.height() > screen.bottom():
            at = anchor.mapToGlobal(QPoint(0, -self.height() - 2))
            self._ends_at = at.y() + self.height()
        at.setX(max(screen.left(), min(at.x(), screen.right() - width)))
        at.setY(max(screen.top(), at.y()))
        self.move(at)
        self.show()
        self.filter.setFocus()

    def _fit(self) -> None:
        """Be as high as the lines that are listed, and stay at the field when some go."""
        self.list.setFixedHeight(min(max(self.list.count(), 1), _LINES) * LINE)
        self.setFixedHeight(self._column.sizeHint().height())
        if self._ends_at is not None:
            self.move(self.x(), self._ends_at - self.height())

    def _narrow(self, text: str) -> None:
        self.list.clear()
        for option in [each for each in self._options if matches(each, text)][:MOST]:
            item = QListWidgetItem(option.title)
            item.setData(Qt.ItemDataRole.UserRole, option)
            item.setData(HINT, option.beside)
            item.setData(TAKEN, option.value == self._current)
            if option.refusal:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            spoken = (option.title, option.beside, "chosen" if option.value == self._current else "")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, spoken)))
            item.setToolTip(option.beside)
            self.list.addItem(item)
            if not text and option.value == self._current:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and self.list.count():
            self.list.setCurrentRow(0)
        if not self.list.count():
            item = QListWidgetItem("Nothing matches")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        if self.isVisible():
            self._fit()

    def _take(self) -> None:
        item = self.list.currentItem()
        # there is none while nothing is chosen, which Qt's type hints don't say
        option = item.data(Qt.ItemDataRole.UserRole) if item is not None else None  # type: ignore[redundant-expr]
        if isinstance(option, Option) and not option.refusal:
            self.close()
            self.chosen.emit(option.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and event.type() == QEvent.Type.ShortcutOverride:
            # every key belongs to the list while it is open, Escape and Ctrl+K too
            event.accept()
            return True
        if watched is self.filter and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if event.key() in steps:
                row = self.list.currentRow() + steps[Qt.Key(event.key())]
                self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
                return True
        return super().eventFilter(watched, event)
