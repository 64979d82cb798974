"""What the window says in passing. Panes tell; the window shows it as a toast."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal


class Message(Struct, frozen=True):
    """One thing to say. ``batch`` is what Undo would withdraw; ``level`` is info, success or error.

    ``delay_ms`` is how long it can be undone at all (an undo-send delay); zero means as long as it is not sent.
    ``take_back`` undoes what is no batch of the outbox, and returns how much that was; ``batch`` only names it then.
    """

    title: str
    detail: str = ""
    level: str = "info"
    batch: str = ""
    delay_ms: int = 0
    take_back: Callable[[], Coroutine[Any, Any, int]] | None = None


class Messages(QObject):
    """Collects what is to be said.

    Signals:
        posted: A :class:`Message`.
        undo_requested: The batch (str) that the agent wants withdrawn.
    """

    posted = Signal(object)
    undo_requested = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = count(1)

    def tell(self, title: str, detail: str = "", *, level: str = "info") -> None:
        """Say *title* for a few seconds."""
        self.posted.emit(Message(title, detail, level))

    def undoable(self, title: str, batch: str, *, delay_ms: int = 0) -> None:
        """Say what was done, with a button (and Ctrl+Z) that withdraws *batch*."""
        self.posted.emit(Message(title, "", "success", batch, delay_ms))

    def reversible(self, title: str, take_back: Callable[[], Coroutine[Any, Any, int]], *, detail: str = "") -> None:
        """Say what was done, with a button (and Ctrl+Z) that runs *take_back*, which says how much it undid."""
        self.posted.emit(Message(title, detail, "success", f"reversible {next(self._numbers)}", 0, take_back))

    def error(self, title: str, advice: str) -> None:
        """Say what went wrong and what to do; stays until dismissed."""
        self.posted.emit(Message(title, advice, "error"))
