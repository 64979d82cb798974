"""The change feed, brought from whatever thread it happens on to the main thread, and calmed when it storms."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agentconsole.domain.changes import Change
from agentconsole.services.api import Workspace

BREATH_MS = 200
MANY = 8
"""More changes than this within a breath are a storm."""

_NOT_OURS = frozenset({"sync", "push", "other process"})
"""Who changes things while the agent looks on."""


class Bridge(QObject):
    """Turns the workspace's changes into a signal.

    While thousands of changes come from elsewhere (an outbox drains, a first sync runs) each would make every pane read
    and paint again, many times between two frames. Those of one initiator are told as one then, once a breath: nobody
    could follow a queue that changes more often. What the agent does is told at once, and after what came before.

    Signals:
        changed: A :class:`~agentconsole.domain.changes.Change`, always from the event loop and never from within the
            call that caused it, so that no pane is refreshed in the middle of its own work.
    """

    changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = 0
        self._gathered: dict[str, Change] = {}
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._breathed)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = workspace.subscribe(self._arrived.emit)

    def _deliver(self, change: Change) -> None:
        if change.initiator not in _NOT_OURS:
            self._tell_gathered()
            self.changed.emit(change)
            return
        if not self._breath.isActive():
            self._breath.start()
        self._told += 1
        if self._told <= MANY:
            self.changed.emit(change)
        else:
            before = self._gathered.get(change.initiator)
            self._gathered[change.initiator] = change if before is None else before.joined(change)

    def _breathed(self) -> None:
        if self._gathered:
            # the storm is not over before a whole breath has passed without another change
            self._breath.start()
        else:
            self._told = 0
        self._tell_gathered()

    def _tell_gathered(self) -> None:
        gathered, self._gathered = self._gathered, {}
        for change in gathered.values():
            self.changed.emit(change)

    def close(self) -> None:
        """Hear no more changes."""
        self._unsubscribe()
        self._breath.stop()
