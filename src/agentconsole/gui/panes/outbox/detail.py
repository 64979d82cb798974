"""What the chosen change is about, what was tried, what comes next, and what the agent can do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, SetFields
from agentconsole.domain.instant import Instant
from agentconsole.domain.once import late_pattern
from agentconsole.domain.outbox_views import OutboxBatch
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.unsent import Standing
from agentconsole.domain.values import OutboxState
from agentconsole.gui.models.outbox_words import DECIDE, history, next_step, what, where
from agentconsole.gui.plain_label import plain_label

_RETRY_WORDS = {
    OutboxState.CONFLICT: "Keep mine",
    OutboxState.HELD: "Send anyway",
    OutboxState.REFUSED: "Try again",
    OutboxState.WITHDRAWN: "Put back",
}
_DECIDE_WORDS = {OutboxState.CONFLICT: "Decide…", OutboxState.HELD: "Compare…"}
_DISCARD_WORDS = {OutboxState.CONFLICT: "Take theirs", OutboxState.QUEUED: "Take back"}

_long_word = late_pattern(r"\S{40}(?=\S)")


class OutboxDetail(QFrame):
    """Stands below the list.

    Signals:
        asked: What to do with the chosen changes: "decide", "retry", "edit", "open", "batch" or "discard".
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("outboxDetail")
        self._row: OutboxRow | None = None
        self._standing: Standing | None = None
        self._what = self._label("outboxWhat", "strong")
        self._why = self._label("outboxReason", "")
        self._next = self._label("outboxNextStep", "muted")
        self._history = self._label("outboxHistory", "meta")
        self.decide = self._button("outboxDecide", "Decide…", "Enter", primary=True)
        self.retry = self._button("outboxRetry", "Try again", "Shift+R", primary=True)
        self.edit = self._button("outboxEdit", "Edit", "E")
        self.open = self._button("outboxOpen", "Open ticket", "O")
        self.batch = self._button("outboxBatch", "Take all back", "Shift+D")
        self.discard = self._button("outboxDiscard", "Discard", "D")
        self.discard.setProperty("look", "danger")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.decide, self.retry, self.edit, self.open):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.discard)
        of_batch = QHBoxLayout()
        of_batch.addStretch(1)
        of_batch.addWidget(self.batch)
        for button in (self.decide, self.retry, self.edit, self.open, self.batch, self.discard):
            button.hide()  # all at once they would make the pane wider than its neighbours allow
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for label in (self._what, self._why, self._next, self._history):
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addLayout(of_batch)

    def show_change(self, row: OutboxRow, standing: Standing | None, batch: OutboxBatch, now: Instant) -> None:
        """Explain *row*; *batch* is what was queued in one go with it."""
        self._row, self._standing = row, standing
        self._what.setText(_breakable(f"{what(row)} — {where(row)}"))
        self._say(self._why, row.reason)
        self._say(self._history, history(standing.events, now) if standing is not None else "")
        self.tell_time(now)
        settled = row.state in (OutboxState.SENT, OutboxState.WITHDRAWN)
        rescue = standing is not None and standing.can_rescue
        asks = row.state in _DECIDE_WORDS or rescue
        self._offer(self.decide, asks, "Where to?…" if rescue else _DECIDE_WORDS.get(row.state, ""))
        retry = row.state in _RETRY_WORDS and (standing is None or standing.can_retry or settled) and not rescue
        self._offer(self.retry, retry and row.state is not OutboxState.SENT, _RETRY_WORDS.get(row.state, "Try again"))
        self._look(self.retry, "" if asks else "primary")
        is_words = isinstance(row.command, AddComment | CreateTicket)
        may_edit = standing.can_edit if standing is not None else row.state in (*DECIDE, OutboxState.QUEUED)
        editable = is_words or isinstance(row.command, SetFields | ChangeTags)
        self._offer(self.edit, editable and not settled and not rescue, "Edit", enabled=may_edit)
        self.edit.setToolTip(
            "Put the words back where they were written  (E)" if is_words else "Choose another value in the ticket  (E)"
        )
        may_go = standing.can_discard if standing is not None else row.state in (*DECIDE, OutboxState.QUEUED)
        self._offer(self.discard, not settled, _DISCARD_WORDS.get(row.state, "Discard"), enabled=may_go)
        self.discard.setToolTip(
            f"{self.discard.text()}  (D)"
            if may_go
            else "It may have arrived already: the console is asking the help desk"
        )
        self._offer(self.batch, batch.left > 1, "Take the whole batch back")
        said = f"{batch.total:,} changes were made in one go; {batch.left:,} are not sent"
        self.batch.setToolTip(f"{said}  (Shift+D)")
        self.batch.setAccessibleName(f"{self.batch.text()}: {said}")
        self._offer(self.open, True, "Open ticket")
        for button in (self.decide, self.retry, self.edit, self.open, self.discard):
            button.setAccessibleName(f"{button.text()}: {what(row)}")

    def show_many(self, count: int) -> None:
        """Several changes are chosen."""
        self._row = self._standing = None
        self._what.setText(f"{count:,} changes are chosen")
        for label in (self._why, self._history):
            label.hide()
        self._next.setText("What you do is done to all of them; Ctrl+Z takes it back.")
        for button in (self.decide, self.edit, self.open, self.batch):
            button.hide()
        self._offer(self.retry, True, "Try again")
        self._offer(self.discard, True, "Discard")
        for button in (self.retry, self.discard):
            button.setAccessibleName(f"{button.text()}: {count:,} changes")

    def tell_time(self, now: Instant) -> None:
        """Count down to the next attempt."""
        if self._row is not None:
            self._next.setText(next_step(self._row, now, self._standing))

    def _offer(self, button: QPushButton, offered: bool, text: str, *, enabled: bool = True) -> None:
        if text:
            button.setText(text)
        button.setVisible(offered)
        button.setEnabled(offered and enabled)

    def _look(self, button: QPushButton, look: str) -> None:
        if button.property("look") != look:
            button.setProperty("look", look)
            button.style().polish(button)

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(_breakable(text))
        label.setVisible(bool(text))

    def _label(self, name: str, look: str) -> QLabel:
        label = plain_label(self, "", look)
        label.setObjectName(name)
        # else its longest word, be it an address on the web, were the least that the pane and its neighbours share
        label.setMinimumWidth(1)
        return label

    def _button(self, name: str, text: str, key: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setToolTip(f"{text}  ({key})")
        if primary:
            button.setProperty("look", "primary")
        verb = name.removeprefix("outbox").lower()
        button.clicked.connect(lambda _checked=False: self.asked.emit(verb))
        return button


def _breakable(text: str) -> str:
    """Let words that are longer than the pane is wide go on in the next line."""
    return _long_word().sub("\\g<0>\u200b", text)
