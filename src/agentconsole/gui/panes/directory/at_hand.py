"""The ticket that the agent works at, as the directory needs it: whose hours and tier count, and what is due."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from agentconsole.domain.directory import DirectoryCard
from agentconsole.domain.rows import DirectoryRow, TicketDetail
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext


class AtHand(QLabel):
    """One line that says for whom the directory speaks; hidden while no ticket is open.

    Attributes:
        ticket: The ticket, None for none.
        detail: What is known of it.
    """

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("directoryAtHand")
        self.setProperty("look", "meta")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._context = context
        self.ticket: TicketId | None = None
        self.detail: TicketDetail | None = None
        self.hide()

    @property
    def name(self) -> str:
        """The ticket's number, "" for no ticket."""
        return f"#{self.detail.ref or 'new'}" if self.detail else ""

    @property
    def customer(self) -> str:
        """The name of its organization, "" where none is known."""
        return self.detail.organization.name if self.detail and self.detail.organization else ""

    @property
    def company(self) -> DirectoryRow | None:
        """Its organization as a hit of the directory."""
        found = self.detail.organization if self.detail else None
        if found is None:
            return None
        return DirectoryRow(title=found.name, subtitle="", section="Organizations", organization=found)

    @property
    def about(self) -> DirectoryCard:
        """What packs and records say of that organization."""
        row = self.company
        return DirectoryCard() if row is None else self._context.workspace.directory.about(row)

    def take(self, ticket: TicketId | None) -> None:
        """Let *ticket* be the one at hand; reads it, also when it is the same."""
        self.ticket = ticket
        self.detail = self._context.workspace.tickets.detail(ticket) if ticket is not None else None
        self.setVisible(self.detail is not None)
        if self.detail is None:
            return
        level = self.detail.tier[:1].upper() + self.detail.tier[1:]
        told = " · ".join(part for part in (self.name, self.customer, level) if part)
        review = self.about.review_due
        due = f" · ▲ due: {review.title} (Ctrl+Shift+R)" if review else ""
        self.setText(f"Hours and tiers as for {told}{due}")
