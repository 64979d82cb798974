"""Toasts that are built with the first thing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from agentconsole.gui.context import WindowContext
    from agentconsole.gui.messages import Message
    from agentconsole.gui.tasks import Trouble
    from agentconsole.gui.toasts import Toasts


class LateToasts:
    """Listens for the first message or trouble of *window*: the first frame has nothing to say."""

    def __init__(self, context: WindowContext, window: QMainWindow) -> None:
        self._context = context
        self._window = window
        self._toasts: Toasts | None = None
        context.messages.posted.connect(self._first_message)
        context.tasks.troubled.connect(self._first_trouble)

    def build(self) -> Toasts:
        """Return them; they listen by themselves from now on."""
        if self._toasts is None:
            from agentconsole.gui.toasts import Toasts

            self._context.messages.posted.disconnect(self._first_message)
            self._context.tasks.troubled.disconnect(self._first_trouble)
            self._toasts = Toasts(self._context, self._window)
        return self._toasts

    def _first_message(self, message: Message) -> None:
        self.build().show(message)

    def _first_trouble(self, trouble: Trouble) -> None:
        self.build().show_trouble(trouble)
