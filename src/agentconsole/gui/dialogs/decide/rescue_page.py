"""Words whose ticket is gone: deleted, merged into another, or closed. They are shown, with the places they may go."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.unsent import Gone, Rescue
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.decide.page import Act, DecisionPage, Words, card
from agentconsole.gui.dialogs.ticket_choice import TicketChoice

_WHY = {
    Gone.DELETED: "was deleted at the help desk",
    Gone.MERGED: "was merged into another ticket",
    Gone.CLOSED: "was closed at the help desk",
}


class RescuePage(DecisionPage):
    """One key sends the words where they belong now."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(context, "rescuePage", parent)
        self._rescue: Rescue | None = None
        self._intro = self.label("rescueIntro", "muted")
        frame, column = card("rescueWords", self)
        self._title = self.label("rescueTitle", "strong")
        self._words = Words("rescueBody", "Your words", self, lines=12)
        self._along = self.label("rescueAlong", "meta")
        for part in (self._title, self._words, self._along):
            column.addWidget(part)
        self._into = self._place("rescueInto", "1", self._send_into)
        self._create = self._place("rescueCreate", "2", self._create_new)
        self._other = self._place("rescueOther", "3", self._ask_other)
        self._draft = self._place("rescueDraft", "4", self._keep)
        self._draft.setText("4   Take it back, and keep the words as a draft")
        self._choice: TicketChoice | None = None
        self._send_there = self.button(
            "rescueSendThere", "Send it there", "Ctrl+Return", self._send_other, look="primary"
        )
        self._send_there.hide()
        self._copy = self.button("rescueCopy", "Copy text", "C", self._copy_words)
        self._slot = QVBoxLayout()
        foot = QHBoxLayout()
        foot.addWidget(self._copy)
        foot.addStretch(1)
        foot.addWidget(self._send_there)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._intro)
        whole.addWidget(frame)
        for button in (self._into, self._create, self._other, self._draft):
            whole.addWidget(button)
        whole.addLayout(self._slot)
        whole.addStretch(1)
        whole.addLayout(foot)

    def show_rescue(self, rescue: Rescue) -> None:
        """Offer the places that the words of *rescue* may go to."""
        if rescue == self._rescue:
            return
        self._rescue = rescue
        self._drop_choice()
        kind = "reply" if rescue.public else "note"
        self._title.setText(f"Your {kind}")
        self._words.show_words(rescue.body)
        along = [file.name for file in rescue.along.files]
        parts = [f"Goes along: {', '.join(along)}"] if along else []
        if rescue.lost:
            parts.append(f"Can’t be saved: {rescue.lost}")
        self._along.setText("\n".join(parts))
        self._along.setVisible(bool(parts))
        unsure = "" if rescue.certain else " It may have arrived before: look there first."
        self._intro.setText(f"#{rescue.ref} {_WHY[rescue.gone]}. Your {kind} was not sent; where shall it go?{unsure}")
        self._into.setVisible(rescue.can_readdress and rescue.into is not None)
        self._into.setText(f"1   Send it to #{rescue.into_ref} {rescue.into_subject}, which took this ticket in")
        self._create.setVisible(rescue.can_create)
        person = f" for {rescue.requester.title}" if rescue.requester is not None else ""
        self._create.setText(f"2   Open a new ticket{person} with it")
        self._other.setVisible(rescue.can_readdress)
        self._other.setText("3   Send it to another ticket…")
        for button in (self._into, self._create, self._other, self._draft):
            button.setAccessibleName(button.text()[1:].strip())

    def begin(self) -> None:
        """Take the keyboard to the first place."""
        places = (self._into, self._create, self._other, self._draft)
        first = next((each for each in places if each.isVisibleTo(self)), self._draft)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self, name: str, key: str, do: Callable[[], object]) -> QPushButton:
        button = self.button(name, "", key, do)
        button.setProperty("look", "quiet")
        button.setStyleSheet("text-align: left;")
        button.setAutoDefault(True)
        return button

    def _drop_choice(self) -> None:
        if self._choice is not None:
            self._slot.removeWidget(self._choice)
            self._choice.hide()
            self._choice.deleteLater()
            self._choice = None
        self._send_there.hide()

    def _send_into(self) -> None:
        rescue = self._rescue
        if rescue is not None and rescue.into is not None:
            self._send_to(rescue, rescue.into, f"#{rescue.into_ref}")

    def _send_to(self, rescue: Rescue, into: TicketId, number: str) -> None:
        outbox = self._context.workspace.outbox

        def then(_key: object) -> None:
            self.ticket_asked.emit(into)

        self.decided.emit(Act(lambda: outbox.readdress(rescue.key, into), f"Goes to {number}", then=then))

    def _create_new(self) -> None:
        rescue, outbox = self._rescue, self._context.workspace.outbox
        if rescue is not None:
            self.decided.emit(
                Act(lambda: outbox.create_instead(rescue.key), "New ticket opened", then=self.ticket_asked.emit)
            )

    def _ask_other(self) -> None:
        if self._choice is None:
            self._choice = TicketChoice(self._context, None, self)
            self._choice.changed.connect(self._tell_choice)
            self._slot.addWidget(self._choice)
        self._send_there.show()
        self._tell_choice()
        self._choice.begin()

    def _tell_choice(self) -> None:
        chosen = self._choice is not None and self._choice.ticket is not None
        self._send_there.setEnabled(chosen)
        self._send_there.setDefault(chosen)

    def _send_other(self) -> None:
        if self._rescue is not None and self._choice is not None and self._choice.ticket is not None:
            self._send_to(self._rescue, self._choice.ticket, self._choice.words)

    def _keep(self) -> None:
        rescue, outbox = self._rescue, self._context.workspace.outbox
        if rescue is not None:
            self.decided.emit(
                Act(
                    lambda: outbox.discard([rescue.key]),
                    "Kept as a draft",
                    "You find it under “Drafts”.",
                    undo=lambda: outbox.put_back([rescue.key]),
                )
            )

    def _copy_words(self) -> None:
        if self._rescue is not None:
            QGuiApplication.clipboard().setText(self._rescue.body)
            self._context.messages.tell("Text copied")
