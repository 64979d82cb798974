"""Puts on record what the directory is told: a profile's review, a privacy request, a correction."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QRadioButton, QWidget

from agentconsole.domain.directory import DirectoryContact, ReviewState
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.record_form import RecordForm

RECORDED = "It becomes an internal ticket that colleagues find; nothing goes to the customer."


class RecordReview(RecordForm):
    """Records that an organization's profile was reviewed, point by point.

    Signals:
        recorded: The internal ticket that says so (object: its id).
    """

    recorded = Signal(object)

    def __init__(self, context: WindowContext, row: DirectoryRow, review: ReviewState, parent: QWidget) -> None:
        super().__init__(
            context,
            "recordReview",
            f"{review.title}: {row.title}",
            "Tick what was seen to with them.",
            "Record it as done",
            parent,
        )
        self._row, self._review = row, review
        self._boxes = self.points([(point, "") for point in review.points])
        self.ask_words("What was changed, or has to be (optional)")
        self.reflect()
        (self._boxes[0] if self._boxes else self._words).setFocus()

    def refusal(self) -> str:
        if self._boxes and not any(box.isChecked() for box in self._boxes):
            return "Tick at least one point. Space ticks, Tab goes to the next."
        return ""

    def effect(self) -> str:
        return f"{RECORDED} It is due again in {self._review.every_days} days."

    def send(self) -> Coroutine[Any, Any, Any]:
        points = [point for point, box in zip(self._review.points, self._boxes, strict=True) if box.isChecked()]
        return self._context.workspace.directory.record_review(self._row, self._review, points, self.words)

    def sent(self, result: Any) -> None:
        self.recorded.emit(result)


class RecordPrivacy(RecordForm):
    """Records that somebody wants their contact data deleted or changed, and names who sees to it.

    Signals:
        recorded: The ticket that says so (object: its id), and the wish (str).
    """

    recorded = Signal(object, str)

    def __init__(
        self,
        context: WindowContext,
        row: DirectoryRow,
        contact: DirectoryContact | None,
        ticket: TicketId | None,
        parent: QWidget,
    ) -> None:
        """*contact* takes such requests; *ticket* is the one they asked in, if any."""
        where = f"{contact.purpose}, {contact.printed}" if contact else ""
        super().__init__(
            context,
            "recordPrivacy",
            f"Privacy request of {row.title}",
            f"It goes to {where}." if where else "",
            "Record and write to them" if contact and contact.email else "Record the request",
            parent,
        )
        self._row, self._contact, self._ticket = row, contact, ticket
        self._delete = QRadioButton("They want their contact data deleted", self)
        self._delete.setObjectName("privacyDelete")
        self._change = QRadioButton("They want their contact data changed", self)
        self._change.setObjectName("privacyChange")
        for choice in (self._delete, self._change):
            self.middle.addWidget(choice)
            choice.toggled.connect(lambda _on: self.reflect())
        self.ask_words("What exactly, in their words")
        self.reflect()
        self._delete.setFocus()

    @property
    def wish(self) -> Literal["delete", "change"]:
        """What they want."""
        return "delete" if self._delete.isChecked() else "change"

    def refusal(self) -> str:
        if not (self._delete.isChecked() or self._change.isChecked()):
            return "Say what they want: the arrows choose."
        return "" if self.words or self._delete.isChecked() else "Say what has to be changed."

    def effect(self) -> str:
        if self._ticket is not None:
            rows = self._context.workspace.queue.rows([self._ticket])
            name = f"#{rows[0].ref}" if rows and rows[0].ref else "the ticket at hand"
            return f"Writes an internal note to {name} and tags it; nothing goes to the customer."
        return RECORDED

    def send(self) -> Coroutine[Any, Any, Any]:
        return self._context.workspace.directory.request_privacy(
            self._row, self.wish, self.words, self._contact, self._ticket
        )

    def sent(self, result: Any) -> None:
        self.recorded.emit(result, self.wish)


class SuggestCorrection(RecordForm):
    """Records what is wrong about a contact.

    Signals:
        recorded: The internal ticket that says so (object: its id).
    """

    recorded = Signal(object)

    def __init__(self, context: WindowContext, row: DirectoryRow, parent: QWidget) -> None:
        contact = row.contact
        origin = f" ({contact.origin.title})" if contact else ""
        shown = f"{contact.printed}{origin}" if contact else ""
        super().__init__(
            context, "suggestCorrection", f"A correction for {row.title}", shown, "Record the correction", parent
        )
        self._row = row
        self.ask_words("What is wrong, and how it should be")
        self.reflect()
        self._words.setFocus()

    def refusal(self) -> str:
        return "" if self.words else "Say what is wrong."

    def effect(self) -> str:
        return "Whoever keeps the directory finds it by the tag “directory_correction”."

    def send(self) -> Coroutine[Any, Any, Any]:
        return self._context.workspace.directory.suggest_correction(self._row, self.words)

    def sent(self, result: Any) -> None:
        self.recorded.emit(result)
