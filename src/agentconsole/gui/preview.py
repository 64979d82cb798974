"""Shows the ticket under the queue's cursor beside the queue, once the agent pauses on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from agentconsole.domain.values import TicketId

if TYPE_CHECKING:
    from agentconsole.services.api import Settings

PREVIEW = "queue.preview"
"""The setting that switches this off."""

PAUSE_MS = 150
"""Who holds j down reads nothing on the way: only a pause this long shows a ticket."""


class QueuePreview(QObject):
    """Waits for a pause of the cursor, then calls *show* with the ticket if *may_show* still says yes."""

    def __init__(
        self,
        settings: Settings,
        may_show: Callable[[], bool],
        show: Callable[[TicketId], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings, self._may_show, self._show = settings, may_show, show
        self._ticket: TicketId | None = None
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)
        self.pause.setInterval(PAUSE_MS)
        self.pause.timeout.connect(self._paused)

    def follow(self, ticket: TicketId | None) -> None:
        """The cursor went to *ticket*."""
        self._ticket = ticket
        self.pause.start()

    def cancel(self) -> None:
        """The agent has chosen a ticket: the cursor's is no longer wanted."""
        self.pause.stop()

    def _paused(self) -> None:
        if self._ticket is not None and self._settings.get(PREVIEW, True) and self._may_show():
            self._show(self._ticket)
