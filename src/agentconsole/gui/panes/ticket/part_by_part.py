"""A ticket that changed while it is shown: brought up to date one part of the pane after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from agentconsole.domain.rows import TicketDetail
from agentconsole.gui.frames import Frames


class PartByPart(QObject):
    """Shows what became of a ticket by *parts*, each in a frame of its own: all of them in one would be a long one.

    What is told meanwhile takes the place of what came before, and begins with the first part again.
    """

    def __init__(self, frames: Frames, parts: Sequence[Callable[[TicketDetail], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._frames = frames
        self._parts = tuple(parts)
        self._left: list[Callable[[TicketDetail], object]] = []
        self._ticket: TicketDetail | None = None
        self._asked = False

    def show(self, ticket: TicketDetail, *, at_once: bool = False) -> None:
        """Show *ticket* by one part a frame, or *at_once* by all of them."""
        self._ticket, self._left = ticket, list(self._parts)
        if at_once:
            self.finish()
        else:
            self._ask()

    def finish(self) -> None:
        """Show what was not shown yet now."""
        while self._ticket is not None and self._left:
            self._left.pop(0)(self._ticket)

    def forget(self) -> None:
        """Leave what was not shown yet."""
        self._ticket, self._left = None, []

    def _ask(self) -> None:
        if self._left and not self._asked:
            self._asked = True
            self._frames.ask(self, self._show_next)

    def _show_next(self) -> None:
        self._asked = False
        if self._ticket is not None and self._left:
            part = self._left.pop(0)
            try:
                part(self._ticket)
            finally:
                self._ask()
