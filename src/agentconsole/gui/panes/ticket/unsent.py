"""The ticket's changes that the help desk does not have yet: what, in which state, and a way back."""

from __future__ import annotations

from itertools import pairwise

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
        self._rows: dict[WaitingChange, QWidget] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)

    def show_changes(self, changes: tuple[WaitingChange, ...]) -> None:
        """Show *changes*, in the order they will be sent. Rows of those that wait as before are left alone."""
        if changes == self._shown:
            return
        self._shown = changes
        before = self._rows
        self._rows = {change: before.pop(change) if change in before else self._row(change) for change in changes}
        for row in before.values():
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, row in enumerate(self._rows.values()):
            if self._layout.indexOf(row) != place:
                self._layout.insertWidget(place, row)
        buttons = [button for row in self._rows.values() for button in row.findChildren(QToolButton)]
        for button, following in pairwise(buttons):
            QWidget.setTabOrder(button, following)

    def _row(self, change: WaitingChange) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        words = QLabel(row)
        words.setObjectName(f"unsent_{change.key}")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        words.setText(f"{change.text}\n{state_words(change.state, change.reason)}")
        if change.state in NEEDS_AGENT:
            words.setProperty("look", "error")
        line.addWidget(words, 1)
        top = Qt.AlignmentFlag.AlignTop
        if change.state in NEEDS_AGENT:
            line.addWidget(self._button("Decide", "git-merge", "Decide…", change, self.decide_asked, row), 0, top)
            line.addWidget(self._button("Retry", "rotate-ccw", "Try again", change, self.retry_asked, row), 0, top)
        if change.state not in (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.SENT):
            line.addWidget(self._button("Undo", "undo-2", "Take back", change, self.withdraw_asked, row), 0, top)
        return row

    def _button(
        self, name: str, icon: str, words: str, change: WaitingChange, asked: SignalInstance, row: QWidget
    ) -> QToolButton:
        button = QToolButton(row)
        button.setObjectName(f"unsent{name}_{change.key}")
        button.setIconSize(QSize(16, 16))
        self._context.icons.bind(button, icon)
        button.setToolTip(words)
        button.setAccessibleName(f"{words}: {change.text}")
        button.clicked.connect(lambda _checked=False: asked.emit(change.key))
        return button
