"""A change that the help desk did not take: its reason, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentconsole.domain.commands import AddComment
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.unsent import Standing
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.decide.page import Act, DecisionPage, Words, card
from agentconsole.gui.models.outbox_words import history, what


class RefusedPage(DecisionPage):
    """Edit, try again, or discard.

    Signals:
        write_asked: A reply or note is to be written on: the ticket's local id, and whether it is public.
        edit_asked: Another change (OutboxRow) is to be made otherwise in its ticket.
    """

    write_asked = Signal(object, bool)
    edit_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(context, "refusedPage", parent)
        self._row: OutboxRow | None = None
        frame, column = card("refusedCard", self)
        self._what = self.label("refusedWhat", "strong")
        self._why = self.label("refusedReason")
        self._words = Words("refusedWords", "Your words", self, lines=12)
        self._history = self.label("refusedHistory", "meta")
        for part in (self._what, self._why, self._words, self._history):
            column.addWidget(part)
        self.edit = self.button("refusedEdit", "Edit", "E", self._edit, look="primary")
        self.retry = self.button("refusedRetry", "Try again", "R", self._retry)
        self.discard = self.button("refusedDiscard", "Discard", "D", self._discard, look="danger")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.edit)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(frame)
        whole.addStretch(1)
        whole.addLayout(buttons)

    def show_refused(self, row: OutboxRow, standing: Standing) -> None:
        """Explain why *row* was not taken."""
        self._row = row
        words = row.command.body if isinstance(row.command, AddComment) else ""
        self._what.setText(what(row) if not words else row.text[:1].upper() + row.text[1:])
        self._why.setText(row.reason)
        self._words.show_words(words)
        self._words.setVisible(bool(words))
        self._history.setText(history(standing.events, self._context.clock.now()))
        self.edit.setEnabled(standing.can_edit)
        self.retry.setEnabled(standing.can_retry)
        self.discard.setEnabled(standing.can_discard)

    def begin(self) -> None:
        """Take the keyboard to the first thing that can be done."""
        (self.edit if self.edit.isEnabled() else self.discard).setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self) -> None:
        row, outbox = self._row, self._context.workspace.outbox
        if row is None:
            return
        if isinstance(row.command, AddComment):
            public = row.command.public

            def then(_told: object) -> None:
                self.write_asked.emit(row.ticket, public)

            self.decided.emit(Act(lambda: outbox.reopen(row.key), "", then=then))
        else:
            self.edit_asked.emit(row)

    def _retry(self) -> None:
        row, outbox = self._row, self._context.workspace.outbox
        if row is not None:
            self.decided.emit(Act(lambda: outbox.retry([row.key]), "Queued again"))

    def _discard(self) -> None:
        row, outbox = self._row, self._context.workspace.outbox
        if row is not None:
            kept = "Its words are kept as a draft." if isinstance(row.command, AddComment) else ""
            said = f"Discarded: {what(row)}"
            self.decided.emit(
                Act(lambda: outbox.discard([row.key]), said, kept, undo=lambda: outbox.put_back([row.key]))
            )
