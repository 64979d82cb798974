"""What the agent changes about the ticket that is shown: fields, tags, and changes that are not sent yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agentconsole.domain.commands import SetFields
from agentconsole.domain.rows import OutboxRow, TicketDetail
from agentconsole.domain.values import Status, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.composing_words import undo_delay
from agentconsole.gui.panes.ticket.field_words import field_title, value_words
from agentconsole.gui.panes.ticket.guidance.demand_guard import DemandGuard


class TicketChanges(QObject):
    """Queues changes and offers their undoing.

    Attributes:
        guard: Asks once more when a status is set that the lifecycle wants to wait.

    Signals:
        solved: The ticket (int, as object) was set solved, or closed.
    """

    solved = Signal(object)

    def __init__(self, context: WindowContext, pane: QWidget) -> None:
        super().__init__(pane)
        self._context = context
        self._replaced: OutboxRow | None = None
        self.guard = DemandGuard(context, pane)

    def forget(self) -> None:
        """Another ticket is shown: no change waits to be replaced any more."""
        self._replaced = None

    def replace_by_next(self, change: OutboxRow) -> None:
        """Take *change*, which was refused, out of the outbox once another value is set in its place."""
        self._replaced = change

    def set_fields(self, ticket: TicketDetail, values: dict[str, Any]) -> None:
        """Queue new *values*; a status only once nothing is open that it should wait for, or the agent wants it so."""
        if "status" in values:
            self.guard.ask(ticket.id, Status(values["status"]), lambda: self._set_now(ticket.id, values))
        else:
            self._set_now(ticket.id, values)

    def _set_now(self, ticket: TicketId, values: dict[str, Any]) -> None:
        tickets, former = self._context.workspace.tickets, self._replaced
        before = former.command.values if former is not None and isinstance(former.command, SetFields) else {}
        if former is not None and values.keys() <= before.keys():
            # what else was asked for in the same breath goes along
            values = {**before, **values}
            self._context.tasks.run(self._context.workspace.outbox.discard([former.key]))
            self._replaced = None
        words = ", ".join(f"{field_title(tickets, n)}: {value_words(tickets, n, v)}" for n, v in values.items())

        def done(batch: str) -> None:
            self._context.messages.undoable(words, batch)
            if values.get("status") in (Status.SOLVED, Status.CLOSED):
                self.solved.emit(ticket)

        delay = undo_delay(self._context, 1, values.get("status"))
        self._context.tasks.run(tickets.set_fields([ticket], values, delay=delay), done=done)

    def change_tags(self, ticket: TicketId, add: Sequence[str], remove: Sequence[str]) -> None:
        """Queue tags to *add* and to *remove*."""
        words = ", ".join([*(f"Tag {tag} added" for tag in add), *(f"Tag {tag} removed" for tag in remove)])
        self._context.tasks.run(
            self._context.workspace.tickets.change_tags([ticket], add, remove),
            done=lambda batch: self._context.messages.undoable(words, batch),
        )

    def retry(self, key: str) -> None:
        """Queue the unsent change *key* again."""
        self._context.tasks.run(self._context.workspace.outbox.retry([key]))

    def withdraw(self, key: str) -> None:
        """Take the unsent change *key* back; the words of a reply return as a draft."""
        outbox, messages = self._context.workspace.outbox, self._context.messages

        def done(count: int) -> None:
            if count:
                messages.reversible("Taken back: it is not sent", lambda: outbox.put_back([key]))
            else:
                messages.tell("It has just been sent")

        self._context.tasks.run(outbox.discard([key]), done=done)
