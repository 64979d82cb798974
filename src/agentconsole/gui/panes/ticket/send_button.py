"""The button that sends, with the statuses that can be set in the same breath beside it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from agentconsole.domain.values import Status
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS

SEND_STATUSES = (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED)


class SendButton(QWidget):
    """Asks to send.

    Signals:
        asked: Send, and set this status (a Status, or None to leave it as it is).
    """

    asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._send = QPushButton("Send", self)
        self._send.setObjectName("replySend")
        self._send.setProperty("look", "primary")
        self._send.setToolTip("Send  (Ctrl+Return)")
        self._send.clicked.connect(lambda _checked=False: self.asked.emit(None))
        self._and = QToolButton(self)
        self._and.setObjectName("replySendAnd")
        self._and.setProperty("look", "chip")
        self._and.setAccessibleName("Send and set status")
        self._and.setToolTip("Send and set the status")
        self._and.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._and.setFixedHeight(28)
        context.icons.bind(self._and, "chevron-down")
        menu = QMenu(self._and)
        for status in SEND_STATUSES:
            action = QAction(f"Send and set {STATUS_WORDS[status].lower()}", menu)
            if status is Status.SOLVED:
                action.setText("Send and solve\tCtrl+Shift+Return")
            action.setObjectName(f"replySend_{status.value}")
            action.triggered.connect(lambda _checked=False, status=status: self.asked.emit(status))
            action.setData(status)
            menu.addAction(action)
        menu.setToolTipsVisible(True)
        # what the help desk offers may only be known once it was reached
        menu.aboutToShow.connect(self._refuse_what_is_lacking)
        self._context = context
        self._and.setMenu(menu)
        self._refuse_what_is_lacking()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._send)
        layout.addWidget(self._and)

    def _refuse_what_is_lacking(self) -> None:
        for action in self._and.menu().actions():
            refusal = self._context.workspace.tickets.lack(f"statuses:{action.data()}")
            action.setEnabled(not refusal)
            action.setToolTip(refusal or action.text())

    def set_words(self, words: str) -> None:
        """Say what sending does now."""
        self._send.setText(words)

    def be_ready(self, ready: bool, *, menu: bool) -> None:
        """Let it be pressed, or not; the *menu* may be open to use without words (it then only sets the status)."""
        self._send.setEnabled(ready)
        self._and.setEnabled(menu)
