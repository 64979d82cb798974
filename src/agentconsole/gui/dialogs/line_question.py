"""A small question with one line for its answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget


class LineQuestion(QDialog):
    """Asks for one line; it can't be answered with nothing.

    Signals:
        answered: What was written, without blanks at its ends (str).
    """

    WIDTH = 420
    answered = Signal(str)

    def __init__(self, title: str, explanation: str, verb: str, parent: QWidget, answer: str = "") -> None:
        """*verb* names the button that answers; *answer* is what is there to begin with."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(self.WIDTH)
        heading = QLabel(title, self)
        heading.setObjectName("lineQuestionTitle")
        heading.setProperty("look", "title")
        why = QLabel(explanation, self)
        why.setObjectName("lineQuestionText")
        why.setTextFormat(Qt.TextFormat.PlainText)
        why.setProperty("look", "muted")
        why.setWordWrap(True)
        self._field = QLineEdit(answer, self)
        self._field.setObjectName("lineQuestionField")
        self._field.setAccessibleName(title)
        self._field.setAccessibleDescription(explanation)
        self._field.selectAll()
        leave = QPushButton("Cancel", self)
        leave.setObjectName("lineQuestionCancel")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self._go = QPushButton(verb, self)
        self._go.setObjectName("lineQuestionAnswer")
        self._go.setProperty("look", "primary")
        self._go.setDefault(True)
        self._go.clicked.connect(self._answer)
        self._field.textChanged.connect(self._show_ready)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(why)
        column.addSpacing(4)
        column.addWidget(self._field)
        column.addSpacing(12)
        column.addLayout(buttons)
        self._show_ready()
        self._field.setFocus()

    def _show_ready(self) -> None:
        self._go.setEnabled(bool(self._field.text().strip()))

    def _answer(self) -> None:
        self.answered.emit(self._field.text().strip())
        self.accept()
