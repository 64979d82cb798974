"""What the pages of the decision window share: a place, an explanation, and buttons that are also keys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.context import WindowContext

_LINES = 9


@dataclass(frozen=True, slots=True)
class Act:
    """What the agent decided: *work* does it (a falsy result: too late), *said* is told then, *undo* takes it back."""

    work: Callable[[], Coroutine[Any, Any, Any]]
    said: str
    detail: str = ""
    undo: Callable[[], Coroutine[Any, Any, int]] | None = None
    then: Callable[[Any], object] | None = None


class DecisionPage(QWidget):
    """One kind of decision.

    Signals:
        decided: An :class:`Act` to run.
        ticket_asked: A ticket's local id (object) to show.
    """

    decided = Signal(object)
    ticket_asked = Signal(object)

    def __init__(self, context: WindowContext, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._context = context
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._keys: list[QShortcut] = []

    def begin(self) -> None:
        """Take the keyboard."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def label(self, name: str, look: str = "", text: str = "") -> QLabel:
        """Return a new label of this page that breaks its lines and takes no markup."""
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if look:
            label.setProperty("look", look)
        return label

    def button(
        self, name: str, text: str, key: str, do: Callable[[], object], *, look: str = "", keys: tuple[str, ...] = ()
    ) -> QPushButton:
        """Return a new button of this page; *key* (and *keys*, not shown) press it too while the page is shown."""
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setToolTip(f"{text}  ({key})")
        if look:
            button.setProperty("look", look)
        button.clicked.connect(lambda _checked=False: do())
        for each in (key, *keys):
            shortcut = QShortcut(QKeySequence(each), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda: button.click() if button.isEnabled() else None)
            self._keys.append(shortcut)
        return button


class Words(QPlainTextEdit):
    """A text to read, as high as it is up to some lines; longer ones scroll."""

    def __init__(self, name: str, title: str, parent: QWidget, *, lines: int = _LINES, focusable: bool = True) -> None:
        super().__init__(parent)
        self._most = lines
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setReadOnly(True)
        self.setProperty("look", "bare")
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        if focusable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursorWidth(0)

    def show_words(self, text: str) -> None:
        """Show *text* from its beginning."""
        self.setPlainText(text)
        self._fit()

    def _fit(self) -> None:
        spacing = self.fontMetrics().lineSpacing()
        layout, block, height = self.document().documentLayout(), self.document().firstBlock(), 0.0
        while block.isValid() and height < self._most * spacing:
            height += layout.blockBoundingRect(block).height()
            block = block.next()
        self.setFixedHeight(min(max(round(height), spacing), self._most * spacing) + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()


def scrolled(name: str, contents: QWidget, parent: QWidget) -> QScrollArea:
    """Return a place that scrolls *contents* on the ground of its page."""
    area = QScrollArea(parent)
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(contents)
    for part in (area.viewport(), contents):  # taking it in has made it fill its background
        part.setAutoFillBackground(False)
    return area


def card(name: str, parent: QWidget) -> tuple[QFrame, QVBoxLayout]:
    """Return a framed place and the column in it."""
    frame = QFrame(parent)
    frame.setObjectName(name)
    frame.setProperty("look", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(6)
    return frame, column
