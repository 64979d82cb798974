"""What Ctrl+Z withdraws: the agent's latest changes, newest first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agentconsole.gui.messages import Message, Messages
from agentconsole.gui.tasks import Tasks
from agentconsole.services.api import Tickets


class Undo(QObject):
    """Remembers the batches that were told as undoable, and withdraws them on demand.

    Signals:
        undone: The batch (str) that was withdrawn, wholly or what had not been sent of it.
    """

    DEPTH = 50
    undone = Signal(str)

    def __init__(self, tickets: Tickets, tasks: Tasks, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets = tickets
        self._tasks = tasks
        self._messages = messages
        self._done: list[Message] = []
        messages.posted.connect(self._remember)
        messages.undo_requested.connect(self.undo)

    def undo_last(self) -> None:
        """Withdraw the newest batch."""
        if self._done:
            self.undo(self._done[-1].batch)
        else:
            self._messages.tell("Nothing to undo")

    def undo(self, batch: str) -> None:
        """Withdraw what of *batch* has not been sent, and say how that went."""
        title = next((message.title for message in self._done if message.batch == batch), "")
        self._done = [message for message in self._done if message.batch != batch]
        self._tasks.run(self._tickets.undo(batch), done=lambda count: self._told(count, title, batch))

    def _told(self, count: int, title: str, batch: str) -> None:
        if count:
            self.undone.emit(batch)
            self._messages.tell(f"Undone: {title}" if title else "Undone", level="success")
        else:
            self._messages.error("Too late to undo", "It has already been sent. Change the ticket again instead.")

    def _remember(self, message: Message) -> None:
        if message.batch:
            self._done = [*self._done[-self.DEPTH :], message]
