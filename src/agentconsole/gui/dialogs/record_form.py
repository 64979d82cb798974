"""The form that puts something on record: what it is, points to confirm, words, and what recording it will do."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.context import WindowContext
from agentconsole.gui.upright import upright


class RecordForm(QDialog):
    """Base of the dialogs that write a note.

    A subclass adds its parts to :attr:`middle`, says in :meth:`refusal` what is missing, in :meth:`effect` what will
    happen, and starts it with :meth:`send`.
    """

    WIDTH = 520
    MOST_POINTS = 300
    """Height (pixels) from which on the points scroll: the form has to fit a small screen."""

    def __init__(self, context: WindowContext, name: str, title: str, explanation: str, verb: str, parent: QWidget):
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(self.WIDTH)
        self._context = context
        self._busy = False
        self._points: QScrollArea | None = None
        self.title = _text(title, "title", f"{name}Title", self)
        self._why = _text(explanation, "muted", f"{name}Why", self)
        self.middle = QVBoxLayout()
        self.middle.setSpacing(6)
        self._words = QPlainTextEdit(self)
        self._words.setObjectName(f"{name}Words")
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(88)
        self._words.textChanged.connect(self.reflect)
        self._effect = _text("", "meta", f"{name}Effect", self)
        self._problem = _text("", "error", f"{name}Problem", self)
        leave = QPushButton("Cancel", self)
        leave.setObjectName(f"{name}Cancel")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self._go = QPushButton(verb, self)
        self._go.setObjectName(f"{name}Go")
        self._go.setProperty("look", "primary")
        self._go.setAutoDefault(False)
        self._go.setToolTip(f"{verb}  (Ctrl+Enter)")
        self._go.clicked.connect(lambda _checked=False: self.go())
        key = QLabel("Ctrl+Enter", self)
        key.setProperty("look", "key")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.go)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(key)
        buttons.addWidget(leave)
        buttons.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self._why)
        self._why.setVisible(bool(explanation))
        column.addLayout(self.middle)
        column.addWidget(self._words)
        column.addWidget(self._effect)
        column.addWidget(self._problem)
        column.addSpacing(4)
        column.addLayout(buttons)

    @property
    def words(self) -> str:
        """What the agent wrote."""
        return self._words.toPlainText().strip()

    def ask_words(self, prompt: str) -> None:
        """Name the field for words by *prompt*."""
        self._words.setPlaceholderText(prompt)
        self._words.setAccessibleName(prompt)

    def points(self, listed: Sequence[tuple[str, str]]) -> list[QCheckBox]:
        """Add a box to tick for each of *listed* (text, what it means), and return the boxes; many of them scroll."""
        if not listed:
            return []
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        boxes = []
        for place, (text, more) in enumerate(listed):
            box = QCheckBox(text.replace("&", "&&"), inner)
            box.setObjectName(f"{self.objectName()}Point_{place}")
            box.setAccessibleDescription(more)
            box.toggled.connect(lambda _on: self.reflect())
            column.addWidget(box)
            if more:
                told = _text(more, "meta", f"{self.objectName()}PointMore_{place}", inner)
                told.setContentsMargins(24, 0, 0, 4)
                column.addWidget(told)
            boxes.append(box)
        column.addStretch(1)
        scroll = upright(inner, f"{self.objectName()}Points", self)
        self.middle.addWidget(scroll)
        self._points = scroll
        return boxes

    def refusal(self) -> str:
        """Return what is still missing, "" when it can be recorded."""
        return ""

    def effect(self) -> str:
        """Return what recording does, in a sentence."""
        return ""

    def send(self) -> Coroutine[Any, Any, Any]:
        """Return the coroutine that records."""
        raise NotImplementedError

    def sent(self, result: Any) -> None:
        """Tell what was recorded; *result* is what :meth:`send` came to."""

    def fit(self) -> None:
        """Be as high as everything in the form needs at its width: wrapped lines don't say so by themselves."""
        column = self.layout()
        inner = self._points.widget() if self._points else None
        if self._points is not None and inner is not None:
            needed = max(inner.heightForWidth(self.WIDTH - 56), inner.sizeHint().height())
            self._points.setFixedHeight(min(needed + 2, self.MOST_POINTS))
        if column is not None:
            column.activate()
            self.setFixedHeight(column.totalHeightForWidth(self.WIDTH))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def reflect(self) -> None:
        """Show what is missing, and what recording would do."""
        missing = self.refusal()
        self._go.setEnabled(not missing and not self._busy)
        self._effect.setText(missing or self.effect())
        self._problem.hide()
        if self.isVisible():
            self.fit()

    def go(self) -> None:
        """Record, when nothing is missing."""
        if self._busy or self.refusal():
            self.reflect()
            return
        self._busy = True
        self._go.setEnabled(False)

        def done(result: Any) -> None:
            self.sent(result)
            self.accept()

        def failed(error: BaseException) -> None:
            self._busy = False
            title = str(getattr(error, "title", "")) or "This could not be recorded"
            self.reflect()
            self._problem.setText(f"{title}. {getattr(error, 'advice', '') or 'Try again.'}")
            self._problem.show()
            self.fit()

        self._context.tasks.run(self.send(), done, failed)


def _text(words: str, look: str, name: str, parent: QWidget) -> QLabel:
    label = QLabel(words, parent)
    label.setObjectName(name)
    label.setProperty("look", look)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
