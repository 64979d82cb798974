"""A line above the conversation that says what is unusual about this ticket as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from agentconsole.domain.rows import TicketDetail


class TicketBanner(QLabel):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ticketBanner")
        self.setWordWrap(True)
        self.setContentsMargins(16, 6, 16, 6)
        self.hide()

    def show_ticket(self, detail: TicketDetail) -> None:
        """Say whether *detail* is deleted, merged away or not whole yet."""
        words = ""
        if detail.deleted:
            words = "This ticket was deleted at the help desk. What you see is the last copy."
        elif detail.merged_into:
            words = f"This ticket was merged into #{detail.merged_into}. Answers belong there."
        elif not detail.comments_complete:
            words = "Older comments have not been fetched yet. They come with the next sync, or press Shift+F5."
        self.setText(words)
        self.setVisible(bool(words))
