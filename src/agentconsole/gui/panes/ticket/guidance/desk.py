"""Fetches the guidance of the ticket that is shown, and carries out what the agent decides about it."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, QTimer, Signal

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import MacroEffect
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.services.api import Guidance
from agentconsole.triage.values import Applied, Proposal, TicketGuidance

_TOPICS = frozenset({"tickets", "people", "packs", "outbox", "reference"})

_SETTLES_MS = 60
"""News of a ticket come in bursts; triage reads it once they have settled."""


class GuidanceDesk(QObject):
    """Keeps the guidance of one ticket up to date. Reading it never holds a frame: it is computed on another thread.

    Signals:
        changed: The :class:`TicketGuidance` to show, None while there is none (object).
        text_ready: A text for the composer (a :class:`MacroEffect`, as object).
        link_asked: address, words (str, str).
        merge_asked: The ticket (int, as object) that this one seems to be the same as.
        contact_asked: A pack's id and the id of a contact of it (str, str).
        dialog_asked: The name of the dialog that goes on from here (str).
    """

    changed = Signal(object)
    text_ready = Signal(object)
    link_asked = Signal(str, str)
    merge_asked = Signal(object)
    contact_asked = Signal(str, str)
    dialog_asked = Signal(str)

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._ticket: TicketId | None = None
        self._shown: TicketGuidance | None = None
        self._service: Guidance | None = None
        self._reading = self._stale = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLES_MS)
        self._settle.timeout.connect(self._read)
        context.bridge.turn(self).changed.connect(self._changed)

    @property
    def guidance(self) -> TicketGuidance | None:
        """What is shown."""
        return self._shown

    @property
    def first(self) -> Proposal | None:
        """The proposal that one key applies."""
        return self._shown.proposals[0] if self._shown and self._shown.proposals else None

    def show_ticket(self, ticket: TicketId | None) -> None:
        """Be about *ticket* from now on. What is known is told at once, the rest when it has been read."""
        if ticket == self._ticket:
            return
        self._ticket = ticket
        self._settle.stop()
        self._tell(None if ticket is None or self._service is None else self._service.known(ticket))
        if ticket is not None:
            # who walks through the queue does not wait for, or pay for, the guidance of what is passed
            self._settle.start()

    def apply(self, key: str) -> None:
        """Do what the proposal *key* says. What it queues can be undone; texts go to the composer, nothing is sent."""
        ticket, proposal = self._ticket, self._shown.proposal(key) if self._shown else None
        if ticket is None or proposal is None:
            return
        self._context.tasks.run(
            self._context.workspace.guidance.apply(ticket, key),
            done=lambda applied: self._applied(ticket, proposal, applied),
        )

    def dismiss(self, key: str) -> None:
        """Don't show the proposal *key* again until its ground has changed."""
        ticket = self._ticket
        if ticket is None:
            return
        self._context.tasks.run(
            self._context.workspace.guidance.dismiss(ticket, key), done=lambda _none: self._read_again(ticket)
        )

    def read_again(self) -> None:
        """Read what the packs say anew."""
        self._read()

    def restore(self) -> None:
        """Show dismissed proposals again."""
        ticket = self._ticket
        if ticket is not None:
            self._context.tasks.run(
                self._context.workspace.guidance.restore(ticket), done=lambda _count: self._read_again(ticket)
            )

    def write(self, text: str) -> None:
        """Put *text* into the composer as a public reply; nothing is sent."""
        self.text_ready.emit(MacroEffect(macro="", values={}, body=text, public=True))

    def tick(self, demand: str, *, done: bool) -> None:
        """Say that the lifecycle's *demand* is met, or not."""
        ticket = self._ticket
        if ticket is None:
            return
        words = "Ticked for every colleague" if done else "No longer ticked"
        self._context.tasks.run(
            self._context.workspace.guidance.tick(ticket, demand, done=done),
            done=lambda batch: self._context.messages.undoable(words, batch) if batch else None,
        )

    def _applied(self, ticket: TicketId, proposal: Proposal, applied: Applied) -> None:
        if applied.batch:
            self._context.messages.undoable(proposal.title, applied.batch)
        if ticket != self._ticket:
            return
        if applied.draft:
            self.text_ready.emit(MacroEffect(macro="", values={}, body=applied.draft, public=applied.draft_public))
        if applied.link:
            self.link_asked.emit(applied.link, "")
        if applied.contact and not (applied.batch or applied.draft or applied.dialog):
            # whoever did what there was to do stays with the ticket; its desk is named in the panel
            self.contact_asked.emit(applied.pack, applied.contact)
        if applied.merge_into is not None:
            self.merge_asked.emit(applied.merge_into)
        elif applied.dialog:
            self.dialog_asked.emit(applied.dialog)
        self._read_again(ticket)

    def _changed(self, change: Change) -> None:
        if self._ticket is None:
            return
        mine = change.everything or self._ticket in change.tickets or not change.tickets
        if mine and (change.everything or not change.topics or change.topics & _TOPICS):
            self._settle.start()

    def _read_again(self, ticket: TicketId) -> None:
        if ticket == self._ticket:
            self._read()

    def _read(self) -> None:
        ticket = self._ticket
        if ticket is None:
            return
        if self._reading:
            self._stale = True
            return
        self._reading, self._stale = True, False

        def done(found: TicketGuidance | None) -> None:
            self._reading = False
            if ticket == self._ticket:
                self._tell(found)
            if self._stale or ticket != self._ticket:
                self._read()

        def failed(_error: BaseException) -> None:
            # the ticket itself can be read and answered; that its rules can't be is told by the packs' own notice
            self._reading = False
            if ticket == self._ticket:
                self._tell(None)

        in_its_frame = self._context.bridge.frames.spaced(self, done)
        self._context.tasks.run(self._ask(ticket), done=in_its_frame, failed=failed)

    async def _ask(self, ticket: TicketId) -> TicketGuidance | None:
        if self._service is None:
            # the first time rules and packs are imported and read: no frame waits for that
            self._service = await asyncio.to_thread(lambda: self._context.workspace.guidance)
        return await self._service.of(ticket)

    def _tell(self, guidance: TicketGuidance | None) -> None:
        if guidance != self._shown:
            self._shown = guidance
            self.changed.emit(guidance)
