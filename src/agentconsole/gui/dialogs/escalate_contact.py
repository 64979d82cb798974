"""Escalates a ticket to a contact of the directory: the steps before are confirmed one by one, and put on record."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from agentconsole.domain.directory import DirectoryContact, EscalationPath, EscalationStepRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.record_form import RecordForm
from agentconsole.gui.dialogs.ticket_choice import TicketChoice


class EscalateContact(RecordForm):
    """Asks for which ticket, which steps were taken, and what the contact has to know.

    Signals:
        escalated: The ticket (object: its id), what was done in words, and the batch that undoes it.
    """

    escalated = Signal(object, str, str)

    def __init__(
        self,
        context: WindowContext,
        contact: DirectoryContact,
        path: EscalationPath | None,
        ticket: TicketId | None,
        parent: QWidget,
    ) -> None:
        locked = path is not None and not path.taken
        super().__init__(
            context,
            "escalateContact",
            f"Escalate to {contact.purpose}",
            path.text if locked and path else contact.when,
            "Record and show the contact" if locked else "Escalate",
            parent,
        )
        self._contact = contact
        self._steps: tuple[EscalationStepRow, ...] = path.steps if locked and path else ()
        self._choice = TicketChoice(context, ticket, self)
        self._choice.changed.connect(self.reflect)
        self.middle.addWidget(self._choice)
        if self._steps:
            heading = QLabel("These steps come first. Confirm each one that was taken.", self)
            heading.setProperty("look", "section")
            self.middle.addSpacing(6)
            self.middle.addWidget(heading)
        self._boxes = self.points([(step.title, step.text) for step in self._steps])
        for box, step in zip(self._boxes, self._steps, strict=True):
            box.setChecked(step.confirmed)
        self.ask_words("What they have to know (optional)")
        self.reflect()
        if not self._choice.begin():
            (self._boxes[0] if self._boxes else self._words).setFocus()

    def refusal(self) -> str:
        if self._choice.ticket is None:
            return "Choose the ticket that needs this contact: what is done is recorded there."
        taken = sum(box.isChecked() for box in self._boxes)
        if taken < len(self._boxes):
            return f"{taken} of {len(self._boxes)} steps confirmed. Space confirms a step, Tab goes to the next."
        return ""

    def effect(self) -> str:
        group = f", moves it to {self._contact.group}" if self._contact.group else ""
        done = f"Writes an internal note to {self._choice.words}{group} and tags it as escalated."
        return f"{done} Nothing goes to the requester."

    def send(self) -> Coroutine[Any, Any, Any]:
        ticket = self._choice.ticket
        assert ticket is not None  # refusal() has seen to it
        return self._context.workspace.directory.escalate(self._contact, ticket, self._steps, self.words)

    def sent(self, result: Any) -> None:
        words = f"{self._choice.words} escalated to {self._contact.purpose}"
        self.escalated.emit(self._choice.ticket, words, str(result))
