"""Has the help desk check a requester's Support PIN. What is typed is kept nowhere."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.guidance.verification import is_locked, is_verified, pin_words
from agentconsole.triage.values import PinState


class PinCheck(QDialog):
    """Takes the PIN that the requester tells and says what the help desk thinks of it.

    Signals:
        checked: The :class:`PinState` that came back (object).
    """

    checked = Signal(object)
    WIDTH = 420
    LONGEST = 64

    def __init__(
        self, context: WindowContext, ticket: TicketId, requester: str, pin: PinState, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pinCheck")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Check Support PIN")
        self.setFixedWidth(self.WIDTH)
        self._context, self._ticket = context, ticket
        self._busy = False
        heading = QLabel(f"Check the Support PIN of {requester}", self)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        heading.setProperty("look", "title")
        where = f" They find it under {pin.where}." if pin.where else ""
        why = QLabel(
            f"{pin.text or 'The help desk compares it.'}{where} It is not kept here, only the result is.", self
        )
        why.setTextFormat(Qt.TextFormat.PlainText)
        why.setProperty("look", "muted")
        why.setWordWrap(True)
        self._field = QLineEdit(self)
        self._field.setObjectName("pinField")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(self.LONGEST)
        self._field.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhHiddenText
        )
        self._field.setAccessibleName("Support PIN")
        self._result = QLabel(self)
        self._result.setObjectName("pinResult")
        self._result.setTextFormat(Qt.TextFormat.PlainText)
        self._result.setWordWrap(True)
        close = QPushButton("Close", self)
        close.setObjectName("pinClose")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self._go = QPushButton("Check", self)
        self._go.setObjectName("pinGo")
        self._go.setProperty("look", "primary")
        self._go.setDefault(True)
        self._go.clicked.connect(self.check)
        self._field.textChanged.connect(self._show_ready)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        for part in (heading, why, self._field, self._result):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(buttons)
        self._pin = pin
        if pin.state != "unverified":
            self._result.setText(pin_words(pin, context.clock.now()))
        self._show_ready()
        self._field.setFocus()

    def check(self) -> None:
        """Send what is typed to the help desk, and forget it."""
        pin = self._field.text().strip()
        if not pin or self._busy:
            return
        self._field.clear()
        self._busy = True
        self._result.setText("Asking the help desk…")
        self._show_ready()

        def done(state: PinState) -> None:
            self._busy = False
            self._pin = state
            now = self._context.clock.now()
            self._result.setText(pin_words(state, now))
            self.checked.emit(state)
            self._show_ready()
            if is_verified(state, now):
                self.accept()
            else:
                self._field.setFocus()

        def failed(error: BaseException) -> None:
            self._busy = False
            title = str(getattr(error, "title", "")) or "The PIN could not be checked"
            advice = str(getattr(error, "advice", "")) or "Try again."
            self._result.setText(f"{title}. Only the help desk can check a PIN, so nothing was decided. {advice}")
            self._show_ready()
            self._field.setFocus()

        self._context.tasks.run(self._context.workspace.guidance.check_pin(self._ticket, pin), done=done, failed=failed)

    def _show_ready(self) -> None:
        locked = is_locked(self._pin, self._context.clock.now())
        self._field.setEnabled(not locked and not self._busy)
        self._go.setEnabled(bool(self._field.text().strip()) and not locked and not self._busy)
