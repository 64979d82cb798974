"""What Ctrl+Z takes back: the agent's latest changes, newest first; after a start, the last one that still waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agentconsole.gui.messages import Message, Messages
from agentconsole.gui.tasks import Tasks

if TYPE_CHECKING:
    from agentconsole.services.api import Outbox, Tickets


class Undo(QObject):
    """Remembers the batches that were told as undoable, and withdraws them on demand.

    Signals:
        undone: The batch (str) that was withdrawn, wholly or what had not been sent of it.
    """

    DEPTH = 50
    undone = Signal(str)

    def __init__(
        self,
        tickets: Callable[[], Tickets],
        tasks: Tasks,
        messages: Messages,
        parent: QObject | None = None,
        outbox: Callable[[], Outbox] | None = None,
    ) -> None:
        """*tickets* and *outbox* are asked for when something is undone.

        With *outbox* a change that an earlier window queued can be taken back before anything else is done.
        """
        super().__init__(parent)
        self._outbox = outbox
        self._tickets = tickets
        self._tasks = tasks
        self._messages = messages
        self._done: list[Message] = []
        messages.posted.connect(self._remember)
        messages.undo_requested.connect(self.undo)

    def undo_last(self) -> None:
        """Withdraw the newest batch."""
        earlier = self._earlier()
        if self._done:
            self.undo(self._done[-1].batch)
        elif earlier is not None:
            self._done = [earlier]
            self.undo(earlier.batch)
        else:
            self._messages.tell("Nothing to undo")

    def _earlier(self) -> Message | None:
        """Return the change that was queued last before this window opened and still waits; only once."""
        outbox, self._outbox = self._outbox, None
        batch = outbox().latest_batch() if outbox is not None else ""
        if outbox is None or not batch:
            return None
        count = outbox().batch(batch).left
        return Message(f"{count:,} changes that waited" if count > 1 else "the change that waited", batch=batch)

    def undo(self, batch: str) -> None:
        """Withdraw what of *batch* has not been sent, and say how that went."""
        message = next((each for each in self._done if each.batch == batch), None)
        self._done = [each for each in self._done if each.batch != batch]
        title = message.title if message else ""
        work = message.take_back() if message and message.take_back else self._tickets().undo(batch)
        self._tasks.run(work, done=lambda count: self._told(count, title, batch))

    def _told(self, count: int, title: str, batch: str) -> None:
        if count:
            self.undone.emit(batch)
            self._messages.tell(f"Undone: {title}" if title else "Undone", level="success")
        else:
            self._messages.error("Too late to undo", "It has already been sent, or is gone. Make the change again.")

    def _remember(self, message: Message) -> None:
        if message.batch:
            self._outbox = None
            self._done = [*self._done[-self.DEPTH :], message]
