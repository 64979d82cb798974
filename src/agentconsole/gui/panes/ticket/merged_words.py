"""Words that were begun for a ticket which was merged into this one, offered with where they come from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from agentconsole.domain.drafts import DraftItem
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext

_MOST = 160


class MergedWords(QFrame):
    """Hidden while there are none."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mergedWords")
        self._context = context
        self._ticket: TicketId | None = None
        self._item: DraftItem | None = None
        self._words = QLabel(self)
        self._words.setObjectName("mergedWordsText")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._take = QPushButton("Take over", self)
        self._take.setObjectName("mergedWordsTake")
        self._take.setAutoDefault(False)
        self._take.setToolTip("Put the words behind what is written here  (Ctrl+Alt+V)")
        self._take.clicked.connect(lambda _checked=False: self.take())
        self._drop = QPushButton("Discard", self)
        self._drop.setObjectName("mergedWordsDiscard")
        self._drop.setProperty("look", "quiet")
        self._drop.setAutoDefault(False)
        self._drop.clicked.connect(lambda _checked=False: self._discard())
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 2)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._take)
        row.addWidget(self._drop)
        self.hide()

    def show_ticket(self, ticket: TicketId | None) -> None:
        """Offer what was begun for tickets that were merged into *ticket*."""
        self._ticket = ticket
        offered = self._context.workspace.drafts.merged_here(ticket) if ticket is not None else ()
        item = self._item = offered[0] if offered else None
        self.setVisible(item is not None)
        if item is None:
            return
        line = " ".join(item.body.split())
        shown = line if len(line) <= _MOST else f"{line[:_MOST]}…"
        kind = "reply" if item.public else "note"
        more = f" (and {len(offered) - 1} more)" if len(offered) > 1 else ""
        self._words.setText(f"Your {kind} for #{item.ref}, which was merged into this ticket{more}: “{shown}”")
        self._take.setAccessibleName(f"Take over your {kind} for #{item.ref}")
        self._drop.setAccessibleName(f"Discard your {kind} for #{item.ref}")

    def take(self) -> None:
        """Put the offered words behind what is written here; it is marked in the draft's versions."""
        item, ticket = self._item, self._ticket
        if item is None or ticket is None:
            return

        def done(words: str) -> None:
            if words:
                self._context.messages.tell(f"Your words for #{item.ref} are in the composer", level="success")
            self.show_ticket(self._ticket)

        drafts = self._context.workspace.drafts
        self._context.tasks.run(drafts.take_over(item.ticket, ticket, public=item.public), done=done)

    def _discard(self) -> None:
        item, drafts = self._item, self._context.workspace.drafts
        if item is None:
            return

        def done(versions: list[int]) -> None:
            self._context.messages.reversible(
                f"Draft of #{item.ref} discarded", lambda: drafts.restore(versions), detail="It stays under “Drafts”."
            )
            self.show_ticket(self._ticket)

        self._context.tasks.run(drafts.discard([(item.ticket, item.public)]), done=done)
