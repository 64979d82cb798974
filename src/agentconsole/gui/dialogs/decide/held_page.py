"""A reply that was not sent because somebody wrote meanwhile: both beside each other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentconsole.domain.rows import CommentRow
from agentconsole.domain.unsent import HeldReply
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.decide.page import Act, DecisionPage, Words, card, scrolled
from agentconsole.gui.panes.ticket.wording import author_of, kind_words, size_words
from agentconsole.gui.spoken_time import ago


class HeldPage(DecisionPage):
    """Send anyway, edit, or discard.

    Signals:
        write_asked: The reply is to be written on in its composer: the ticket's local id, and whether it is public.
    """

    write_asked = Signal(object, bool)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(context, "heldPage", parent)
        self._held: HeldReply | None = None
        self._intro = self.label("heldIntro", "muted")
        mine, mine_column = card("heldMine", self)
        self._mine_title = self.label("heldMineTitle", "strong")
        self._mine = Words("heldWords", "Your reply", self, lines=18)
        self._files = self.label("heldFiles", "meta")
        for part in (self._mine_title, self._mine, self._files):
            mine_column.addWidget(part)
        mine_column.addStretch(1)
        since = QWidget(self)
        self._since = QVBoxLayout(since)
        self._since.setContentsMargins(0, 0, 0, 0)
        self._since.setSpacing(8)
        self._since.addStretch(1)
        self._cards: list[QWidget] = []
        scroll = scrolled("heldSince", since, self)
        self._place = since
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(mine, 1)
        columns.addWidget(scroll, 1)
        self.send = self.button("heldSend", "Send anyway", "Ctrl+Return", self._send, look="primary", keys=("S",))
        self.edit = self.button("heldEdit", "Edit", "E", self._edit)
        self.discard = self.button("heldDiscard", "Discard", "D", self._discard, look="danger")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.edit)
        buttons.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._intro)
        column.addLayout(columns, 1)
        column.addLayout(buttons)

    def show_held(self, held: HeldReply) -> None:
        """Show *held* beside what was written since."""
        if held == self._held:
            return
        self._held = held
        now = self._context.clock.now()
        kind = "reply" if held.public else "note"
        self._mine_title.setText(f"Your {kind}, written {ago(held.queued_at, now)}")
        self._mine.setAccessibleName(f"Your {kind}")
        self._mine.show_words(held.body)
        self._files.setText(", ".join(f"{file.file_name}  {size_words(file.size)}" for file in held.files))
        self._files.setVisible(bool(held.files))
        count = len(held.since)
        new = f"{count} new message{'' if count == 1 else 's'}" if count else "The conversation has moved on"
        self._intro.setText(
            f"{new} since you wrote: your {kind} was not sent. Does it still fit?"
            if held.certain
            else f"Nobody could say whether your {kind} has arrived: look for it among the messages first."
        )
        for shown in self._cards:
            self._since.removeWidget(shown)
            shown.hide()
            shown.deleteLater()
        seen = [(held.seen, "Last you had read")] if held.seen is not None else []
        told = [*seen, *((comment, "New") for comment in held.since)]
        self._cards = [self._card(number, comment, mark) for number, (comment, mark) in enumerate(told)]
        for number, shown in enumerate(self._cards):
            self._since.insertWidget(number, shown)

    def begin(self) -> None:
        """Take the keyboard to the words; the keys of the buttons work from there."""
        self._mine.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, number: int, comment: CommentRow, mark: str) -> QWidget:
        frame, column = card(f"heldComment{number}", self._place)
        when = ago(comment.created_at, self._context.clock.now())
        author = author_of(comment)
        title = self.label(f"heldAuthor{number}", "strong" if mark == "New" else "muted", f"{mark}: {author} · {when}")
        kind = self.label(f"heldKind{number}", "meta", kind_words(comment))
        words = Words(f"heldBody{number}", f"{mark}, {kind_words(comment)} by {author}, {when}", frame, lines=12)
        words.show_words(comment.body)
        for part in (title, kind, words):
            column.addWidget(part)
        return frame

    def _send(self) -> None:
        held, outbox = self._held, self._context.workspace.outbox
        if held is not None:
            words = "Reply goes out" if held.public else "Note goes out"
            self.decided.emit(Act(lambda: outbox.retry([held.key]), words, undo=lambda: outbox.discard([held.key])))

    def _edit(self) -> None:
        held, outbox = self._held, self._context.workspace.outbox
        if held is not None:

            def then(_told: object) -> None:
                self.write_asked.emit(held.ticket, held.public)

            self.decided.emit(Act(lambda: outbox.reopen(held.key), "", then=then))

    def _discard(self) -> None:
        held, outbox = self._held, self._context.workspace.outbox
        if held is not None:
            self.decided.emit(
                Act(
                    lambda: outbox.discard([held.key]),
                    "Not sent",
                    "Its words are kept as a draft.",
                    undo=lambda: outbox.put_back([held.key]),
                )
            )
