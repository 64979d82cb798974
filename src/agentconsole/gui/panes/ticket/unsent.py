"""The ticket's changes that the help desk does not have yet: what, in which state, and a way back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from agentconsole.domain.rows import WaitingChange
from agentconsole.domain.values import OutboxState
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.wording import NEEDS_AGENT, state_words


class Unsent(QWidget):
    """Lists waiting changes.

    Signals:
        withdraw_asked, retry_asked, decide_asked: The key of a change (str).
    """

    withdraw_asked = Signal(str)
    retry_asked = Signal(str)
    decide_asked = Signal(str)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("unsentChanges")
        self._context = context
        self._shown: tuple[WaitingChange, ...] = ()
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)

    def show_changes(self, changes: tuple[WaitingChange, ...]) -> None:
        """Show *changes*, in the order they will be sent."""
        if changes == self._shown:
            return
        self._shown = changes
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, change) for number, change in enumerate(changes)]

    def _row(self, number: int, change: WaitingChange) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        words = QLabel(row)
        words.setObjectName(f"unsent{number}")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        words.setText(f"{change.text}\n{state_words(change.state, change.reason)}")
        if change.state in NEEDS_AGENT:
            words.setProperty("look", "error")
        line.addWidget(words, 1)
        top = Qt.AlignmentFlag.AlignTop
        if change.state in NEEDS_AGENT:
            asked = self.retry_asked
            line.addWidget(
                self._button(f"unsentDecide{number}", "git-merge", "Decide…", change, self.decide_asked), 0, top
            )
            line.addWidget(self._button(f"unsentRetry{number}", "rotate-ccw", "Try again", change, asked), 0, top)
        if change.state not in (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.SENT):
            asked = self.withdraw_asked
            line.addWidget(self._button(f"unsentUndo{number}", "undo-2", "Take back", change, asked), 0, top)
        self._layout.addWidget(row)
        return row

    def _button(self, name: str, icon: str, words: str, change: WaitingChange, asked: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIconSize(QSize(16, 16))
        self._context.icons.bind(button, icon)
        button.setToolTip(words)
        button.setAccessibleName(f"{words}: {change.text}")
        button.clicked.connect(lambda _checked=False: asked.emit(change.key))
        return button
