"""The dialogs that go on from what the side panel says: checking a PIN, deciding on conduct, privacy."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agentconsole.domain.rows import MacroEffect, TicketDetail
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.composing_words import refusal_words
from agentconsole.triage.values import TicketGuidance


class GuidanceDialogs(QObject):
    """Opens one dialog at a time for the ticket that is shown; what it decides is told like any other change.

    Signals:
        text_ready: A text for the composer (a :class:`MacroEffect`, as object).
        read_again: What the packs say has changed by what was decided.
    """

    text_ready = Signal(object)
    read_again = Signal()

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window

    def check_pin(self, ticket: TicketDetail | None, guidance: TicketGuidance | None) -> None:
        """Ask for the requester's PIN, or say why it can't be checked."""
        from agentconsole.gui.dialogs.pin_check import PinCheck

        pin = guidance.pin if guidance else None
        if ticket is None or pin is None:
            self._context.messages.tell("There is no Support PIN here", "No policy pack of this ticket knows one.")
        elif pin.state == "unavailable":
            self._context.messages.tell("The PIN can’t be checked", pin.reason)
        else:
            dialog = PinCheck(self._context, ticket.id, _name(ticket), pin, self._window)
            dialog.checked.connect(lambda _state: self.read_again.emit())
            dialog.open()

    def decide_conduct(self, ticket: TicketDetail | None, guidance: TicketGuidance | None) -> None:
        """Open the requester's conduct, or say why nothing can be recorded."""
        from agentconsole.gui.dialogs.conduct_record import ConductRecord

        conduct = guidance.conduct if guidance else None
        refusal = refusal_words(self._context, ticket)
        if ticket is None or conduct is None:
            self._context.messages.tell("There is no conduct policy here", "No policy pack of this ticket has one.")
        elif refusal:
            self._context.messages.tell("Nothing can be recorded", refusal)
        else:
            dialog = ConductRecord(self._context, ticket.id, _name(ticket), conduct, self._window)
            dialog.decided.connect(self._decided)
            dialog.text_ready.connect(
                lambda text: self.text_ready.emit(MacroEffect(macro="", values={}, body=text, public=True))
            )
            dialog.open()

    def record_privacy(self, ticket: TicketDetail | None, guidance: TicketGuidance | None) -> None:
        """Ask what the requester wants to happen to their data, and put it on record."""
        from agentconsole.gui.dialogs.privacy_request import PrivacyRequest

        asked = next((each for each in guidance.proposals if each.kind == "privacy"), None) if guidance else None
        if ticket is None or asked is None or refusal_words(self._context, ticket):
            return
        dialog = PrivacyRequest(self._context, ticket.id, _name(ticket), asked, self._window)
        dialog.recorded.connect(lambda batch: self._decided("Privacy request recorded", batch))
        dialog.open()

    def _decided(self, words: str, batch: str) -> None:
        self._context.messages.undoable(words, batch)
        self.read_again.emit()


def _name(ticket: TicketDetail) -> str:
    return ticket.requester.name if ticket.requester else "the requester"
