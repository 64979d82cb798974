"""Puts a privacy request of a ticket's requester on record, from the ticket they asked in."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QRadioButton, QWidget

from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.record_form import RecordForm
from agentconsole.triage.values import Proposal


class PrivacyRequest(RecordForm):
    """What they want to happen to their data, and their words. It becomes an internal note of the ticket.

    Signals:
        recorded: The batch that undoes it (str).
    """

    recorded = Signal(str)

    def __init__(
        self, context: WindowContext, ticket: TicketId, requester: str, proposal: Proposal, parent: QWidget
    ) -> None:
        super().__init__(
            context, "privacyRequest", f"Privacy request of {requester}", proposal.quote, "Record the request", parent
        )
        self._ticket = ticket
        self._delete = QRadioButton("They want their data deleted", self)
        self._delete.setObjectName("privacyRequestDelete")
        self._change = QRadioButton("They want their data changed", self)
        self._change.setObjectName("privacyRequestChange")
        for choice in (self._delete, self._change):
            self.middle.addWidget(choice)
            choice.toggled.connect(lambda _on: self.reflect())
        self.ask_words("What exactly, in their words")
        self._words.setPlainText("; ".join(f"“{each.text}”" for each in proposal.evidence))
        self.reflect()
        self._delete.setFocus()

    @property
    def wish(self) -> Literal["delete", "change"]:
        """What they want."""
        return "delete" if self._delete.isChecked() else "change"

    def refusal(self) -> str:
        if not (self._delete.isChecked() or self._change.isChecked()):
            return "Say what they want: the arrows choose."
        return "" if self.words else "Say what exactly they want."

    def effect(self) -> str:
        return "Writes an internal note and tags the ticket; the reply waits in the composer."

    def send(self) -> Coroutine[Any, Any, Any]:
        return self._context.workspace.guidance.record_privacy_request(self._ticket, self.wish, self.words)

    def sent(self, result: Any) -> None:
        self.recorded.emit(result)
