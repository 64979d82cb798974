"""The change feed, brought from whatever thread it happens on to the main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from agentconsole.domain.changes import Change
from agentconsole.services.api import Workspace


class Bridge(QObject):
    """Turns the workspace's changes into a signal.

    Signals:
        changed: A :class:`~agentconsole.domain.changes.Change`, always from the event loop and never from within the
            call that caused it, so that no pane is refreshed in the middle of its own work.
    """

    changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = workspace.subscribe(self._arrived.emit)

    def _deliver(self, change: Change) -> None:
        self.changed.emit(change)

    def close(self) -> None:
        """Hear no more changes."""
        self._unsubscribe()
