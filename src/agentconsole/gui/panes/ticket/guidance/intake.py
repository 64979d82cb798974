"""What a request should contain: what the requester gave, what is missing, and the reply that asks for it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.triage.values import IntakeAnswer, IntakeState


class Intake(QWidget):
    """The checklist of one ticket's intake, by pack.

    Signals:
        ask_asked: The requester is to be asked for what is missing: the :class:`IntakeState` (object).
    """

    ask_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketIntake")
        self._context = context
        self._shown: tuple[IntakeState, ...] = ()
        self._facts = Facts("intakeFacts", self)
        self._ask = QPushButton("Ask for what is missing", self)
        self._ask.setObjectName("intakeAsk")
        self._ask.setProperty("look", "inline")
        self._ask.clicked.connect(lambda _checked=False: self.ask())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._facts)
        layout.addWidget(self._ask, 0, Qt.AlignmentFlag.AlignLeft)
        context.theming.changed.connect(self._tell)

    def show_intake(self, states: tuple[IntakeState, ...]) -> None:
        """Show what *states* know, of each pack that asks for something."""
        self._shown = states
        self._tell()

    @property
    def missing(self) -> int:
        """How many things are missing."""
        return sum(len(state.missing) for state in self._shown)

    def ask(self) -> None:
        """Write the reply that asks for what is missing, if anything is."""
        wanting = next((state for state in self._shown if state.reply), None)
        if wanting is not None:
            self.ask_asked.emit(wanting)

    def _tell(self) -> None:
        muted = self._context.theming.theme.muted
        lines: list[str] = []
        for state in self._shown:
            if len(self._shown) > 1:
                lines.append(f'<span style="color:{muted}"><b>{escape(state.pack_title)}</b></span>')
            # what is missing comes first: it is what the agent can do something about
            lines += [_line(item, muted) for item in sorted(state.items, key=lambda each: (each.given, each.optional))]
        self._facts.tell(lines)
        action = next((entry for entry in self._context.actions.entries() if entry.id == "hint.ask_missing"), None)
        key = f"  ({action.key_text})" if action and action.key_text else ""
        self._ask.setToolTip(f"Put the questions into a reply; nothing is sent{key}")
        self._ask.setVisible(any(state.reply for state in self._shown))


def _line(item: IntakeAnswer, muted: str) -> str:
    if item.given:
        known = f'&nbsp; <span style="color:{muted}">{escape(item.known)}</span>' if item.known else ""
        return f'<span style="color:{muted}">✓ {escape(item.text)}</span>{known}'
    if item.optional:
        return f'<span style="color:{muted}">– {escape(item.text)} (if it applies)</span>'
    return f"○ {escape(item.text)}"
