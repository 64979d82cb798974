"""Notices that the agent was away and is back, and says once what happened meanwhile.

Away is who had the console closed, locked or without its help desk. What happened is known when the first sync after
that is through, so that is when it is told.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agentconsole.domain.changes import Change
from agentconsole.domain.digest import WORTH_TELLING, Absence, Digest, DigestKind
from agentconsole.domain.instant import Instant
from agentconsole.gui.context import WindowContext

_WORDS = {
    DigestKind.BREACHED: ("missed its target", "missed their target"),
    DigestKind.ANSWERED: ("customer answered you", "customers answered you"),
    DigestKind.ASSIGNED: ("assigned to you", "assigned to you"),
    DigestKind.COLLEAGUE: ("of yours has words of a colleague", "of yours have words of a colleague"),
    DigestKind.TAKEN: ("went to somebody else", "went to somebody else"),
    DigestKind.ENDED: ("of yours was solved or closed", "of yours were solved or closed"),
    DigestKind.NEW: ("new, nobody’s yet", "new, nobody’s yet"),
    DigestKind.OTHER: ("changed", "changed"),
}
HEADINGS = {
    DigestKind.BREACHED: "Missed their target",
    DigestKind.ANSWERED: "Customers answered you",
    DigestKind.ASSIGNED: "Assigned to you",
    DigestKind.COLLEAGUE: "Colleagues wrote on your tickets",
    DigestKind.TAKEN: "No longer yours",
    DigestKind.ENDED: "Yours, solved or closed by others",
    DigestKind.NEW: "New, nobody’s yet",
    DigestKind.OTHER: "Also changed",
}
_SAID_AT_ONCE = 4


class WhileAway(QObject):
    """Watches the exchange with the help desk.

    Attributes:
        digest: The last one, until it is dismissed.

    Signals:
        changed: There is another digest, or none any more.
    """

    changed = Signal()

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._absence: Absence | None = None
        self._was_away = False
        self.digest: Digest | None = None
        status = context.workspace.sync.status()
        # whatever the store agreed with last is where the agent, or the console without them, left off
        if status.data_as_of is not None:
            self._leave(status.data_as_of)
        context.bridge.changed.connect(self._changed)

    def dismiss(self) -> None:
        """The agent has seen it."""
        self.digest = None
        self.changed.emit()

    def _leave(self, since: Instant) -> None:
        self._absence = self._context.workspace.away.leave(since)

    def _changed(self, change: Change) -> None:
        if not (change.everything or "sync" in change.topics):
            return
        status = self._context.workspace.sync.status()
        if status.phase == "initial":
            # everything is new to who comes for the first time, and a digest of it would be the queue
            self._absence = None
        elif not status.online:
            if self._absence is None and status.data_as_of is not None:
                self._leave(status.data_as_of)
        elif self._absence is not None and status.phase == "idle" and (status.data_as_of or 0) > self._absence.since:
            absence, self._absence = self._absence, None
            if (status.data_as_of or 0) - absence.since >= WORTH_TELLING:
                self._context.tasks.run(self._context.workspace.away.digest(absence), done=self._tell)

    def _tell(self, digest: Digest) -> None:
        if digest.groups or digest.sent:
            self.digest = digest
            self.changed.emit()


def digest_words(digest: Digest) -> str:
    """Return the digest in one line: "2 customers answered you · 1 assigned to you · 3 of your changes were sent"."""
    parts = [f"{len(group.tickets):,} {_WORDS[group.kind][len(group.tickets) > 1]}" for group in digest.groups]
    said = parts[:_SAID_AT_ONCE]
    if len(parts) > _SAID_AT_ONCE:
        rest = sum(len(group.tickets) for group in digest.groups[_SAID_AT_ONCE:])
        said.append(f"{rest:,} more")
    if digest.sent:
        said.append("1 change of yours was sent" if digest.sent == 1 else f"{digest.sent:,} changes of yours were sent")
    return " · ".join(said)
