"""The change feed, brought from whatever thread it happens on to the main thread, and calmed when it storms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agentconsole.domain.changes import Change
from agentconsole.gui.frames import Frames

if TYPE_CHECKING:
    from agentconsole.services.api import Workspace

BREATH_MS = 200
"""Nobody hears of what others change more often than this: nobody could follow a queue that changes more often."""

_NOT_OURS = frozenset({"sync", "push", "other process"})
"""Who changes things while the agent looks on."""


def is_by_others(change: Change) -> bool:
    """Say whether *change* was not made in this window: who looks on can wait a frame or two until all of it shows."""
    return change.initiator in _NOT_OURS


class Turn(QObject):
    """What one listener hears, in a turn of its own.

    Signals:
        changed: As :attr:`Bridge.changed`.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[str, Change] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether something was not told yet."""
        return bool(self._waiting)

    def keep(self, change: Change) -> None:
        """Tell of *change* with what else its initiator does until the next :meth:`tell`."""
        before = self._waiting.get(change.initiator)
        self._waiting[change.initiator] = change if before is None else before.joined(change)

    def tell(self) -> None:
        """Tell all that waits."""
        waiting, self._waiting = self._waiting, {}
        for change in waiting.values():
            self.changed.emit(change)


class Bridge(QObject):
    """Turns the workspace's changes into signals.

    While thousands of changes come from elsewhere (an outbox drains, a first sync runs) each would make every pane read
    and paint again, many times between two frames. What others do is told at most once a breath, then, and to one pane
    after the other: all of them at once would be one long frame. What the agent does is told to all at once, after what
    came before.

    Signals:
        changed: A :class:`~agentconsole.domain.changes.Change`, always from the event loop and never from within the
            call that caused it, so that no pane is refreshed in the middle of its own work. For those who have little
            to paint; the others have a :meth:`turn`.

    Attributes:
        frames: Where panes ask for a frame in which to show what they read because of a change.
    """

    changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames = Frames(workspace.frame_begins, workspace.frame_ends, self)
        first = Turn(self)
        first.changed.connect(self.changed)
        self._turns = [first]
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._begin)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = workspace.subscribe(self._arrived.emit)

    def turn(self, owner: QObject) -> Turn:
        """Return a turn for *owner*, a pane that reads or paints much when something changes; it ends with *owner*."""
        turn = Turn(owner)
        self._turns.append(turn)
        owner.destroyed.connect(lambda: self._end(turn))
        return turn

    @property
    def is_telling(self) -> bool:
        """Whether somebody was not told yet of what arrived, or has not shown it."""
        return self.frames.is_busy or any(turn.is_waiting for turn in self._turns)

    @property
    def is_quiet(self) -> bool:
        """Whether all were told, long enough ago for the next change to be told at once."""
        return not (self.is_telling or self._breath.isActive())

    def close(self) -> None:
        """Hear no more changes."""
        self._unsubscribe()
        self._breath.stop()
        self.frames.stop()

    def _deliver(self, change: Change) -> None:
        if not is_by_others(change):
            for turn in list(self._turns):
                turn.tell()
                turn.changed.emit(change)
            return
        for turn in self._turns:
            turn.keep(change)
        if not self._breath.isActive():
            self._begin()

    def _begin(self) -> None:
        """Tell those who have something to hear, each in a frame of its own; the next ones after a breath."""
        waiting = [turn for turn in self._turns if turn.is_waiting]
        if not waiting:
            return
        self._breath.start()
        if not self.frames.is_busy:
            for turn in waiting:
                self.frames.ask(turn, turn.tell)

    def _end(self, turn: Turn) -> None:
        if turn in self._turns:
            self._turns.remove(turn)
