"""The outbox as a list: those that need the agent first, then the oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentconsole.domain.commands import AddComment
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState
from agentconsole.gui.spoken_time import ago, span

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

ORDER = (
    OutboxState.CONFLICT,
    OutboxState.REFUSED,
    OutboxState.HELD,
    OutboxState.UNKNOWN,
    OutboxState.SENDING,
    OutboxState.QUEUED,
)
DECIDE = (OutboxState.CONFLICT, OutboxState.REFUSED, OutboxState.HELD)
"""States that wait for the agent, not for the network."""

STATE_WORDS = {
    OutboxState.CONFLICT: "Conflict",
    OutboxState.REFUSED: "Refused",
    OutboxState.HELD: "Held back",
    OutboxState.UNKNOWN: "Checking whether it arrived",
    OutboxState.SENDING: "Sending",
    OutboxState.QUEUED: "Waiting",
    OutboxState.SENT: "Sent",
    OutboxState.WITHDRAWN: "Withdrawn",
}
STATE_ICONS = {
    OutboxState.CONFLICT: ("git-merge", "danger_ink"),
    OutboxState.REFUSED: ("circle-x", "danger_ink"),
    OutboxState.HELD: ("hand", "note_ink"),
    OutboxState.UNKNOWN: ("hourglass", "note_ink"),
    OutboxState.SENDING: ("cloud-upload", "link"),
    OutboxState.QUEUED: ("clock", "muted"),
    OutboxState.SENT: ("circle-check", "muted"),
    OutboxState.WITHDRAWN: ("undo-2", "muted"),
}


def where(row: OutboxRow) -> str:
    """Return which ticket a change belongs to: "#48213 Refund …"."""
    return f"#{row.ref} {row.subject}" if row.ref else f"New ticket: {row.subject}"


def next_step(row: OutboxRow, now: Instant) -> str:
    """Return what happens to a change next, in words."""
    match row.state:
        case OutboxState.CONFLICT:
            return "You decide: keep yours or take theirs."
        case OutboxState.REFUSED:
            if isinstance(row.command, AddComment):
                return "Edit it, try again, or discard it."
            return "Open the ticket to set it otherwise, try again, or discard it."
        case OutboxState.HELD:
            return "Read the conversation, then send anyway or edit."
        case OutboxState.SENDING:
            return "On its way now."
    attempts = f" after {row.attempts} attempt{'' if row.attempts == 1 else 's'}" if row.attempts else ""
    left = row.not_before - now
    if left > 0:
        wait = span(max(left, SECOND))
        return f"Next attempt in {wait}{attempts}."
    return f"Goes out as soon as the help desk can be reached{attempts}."


class OutboxModel(QAbstractListModel):
    """Adapts the outbox's rows to Qt."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[OutboxRow] = []
        self._now: Instant = 0

    def show(self, rows: Sequence[OutboxRow], now: Instant) -> None:
        """Replace the rows; *now* is what ages are measured from."""
        self._now = now
        ordered = sorted(rows, key=lambda row: (ORDER.index(row.state) if row.state in ORDER else 99, row.queued_at))
        if [row.key for row in ordered] == [row.key for row in self._rows]:
            self._rows = ordered
            if ordered:
                self.dataChanged.emit(self.index(0), self.index(len(ordered) - 1))
            return
        self.beginResetModel()
        self._rows = ordered
        self.endResetModel()

    def row(self, number: int) -> OutboxRow | None:
        """Return row *number*, if there is one."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, key: str) -> int:
        """Return where the change *key* is, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)

    @property
    def undecided(self) -> int:
        """How many wait for the agent."""
        return sum(row.state in DECIDE for row in self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        """Return how many changes there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the change in words, in full for a screen reader, or the row itself."""
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{STATE_WORDS[row.state]}: {row.text}"
            case Qt.ItemDataRole.AccessibleTextRole:
                age = ago(row.queued_at, self._now)
                parts = (STATE_WORDS[row.state], row.text, where(row), age, row.reason, next_step(row, self._now))
                return ". ".join(part for part in parts if part)
            case Qt.ItemDataRole.ToolTipRole:
                return row.reason or next_step(row, self._now)
            case _ if role == ROW_ROLE:
                return row
        return None

    def age(self, row: OutboxRow) -> str:
        """Return how long ago *row* was queued."""
        return ago(row.queued_at, self._now)
