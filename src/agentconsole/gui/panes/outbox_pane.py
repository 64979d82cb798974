"""The outbox: every change on its way, why it is not there yet, and what the agent can do about it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, SetFields
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.outbox_delegate import OutboxDelegate
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.models.outbox_model import OutboxModel, next_step, where
from agentconsole.gui.status_words import need_you_text

_RETRY_WORDS = {
    OutboxState.CONFLICT: "Keep mine",
    OutboxState.HELD: "Send anyway",
    OutboxState.REFUSED: "Try again",
    OutboxState.UNKNOWN: "Try again",
}
_DISCARD_WORDS = {OutboxState.CONFLICT: "Take theirs"}


class OutboxPane(QWidget):
    """Lists what waits; the selected change explains itself below.

    Signals:
        ticket_opened: The local id of the ticket that the agent wants to see.
        edit_asked: The change (an OutboxRow) that the agent wants to make otherwise.
    """

    ticket_opened = Signal(object)
    edit_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: OutboxRow | None = None
        self._build()
        self._register()
        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._ticked)
        context.theming.changed.connect(self._list.viewport().update)
        self.refresh()

    def refresh(self) -> None:
        """Read the outbox again and keep the selection on the same change."""
        kept = self._shown.key if self._shown else ""
        number = self._list.currentIndex().row()
        rows = self._context.workspace.outbox.rows()
        self._model.show(rows, self._context.clock.now())
        self._stack.setCurrentIndex(0 if rows else 1)
        undecided = self._model.undecided
        going = len(rows) - undecided
        parts = [need_you_text(undecided)] if undecided else []
        if going or not rows:
            parts.append(f"{going:,} waiting" if going else "Nothing waits")
        self._summary.setText(" · ".join(parts))
        found = self._model.number_of(kept)
        if found < 0:
            found = min(max(number, 0), len(rows) - 1)
        self._list.setCurrentIndex(self._model.index(found))
        self._show_current()

    def retry(self) -> None:
        """Queue the selected change again (a conflict: mine wins; a held reply: send it anyway)."""
        row = self._shown
        if row is not None and self._retry.isEnabled():
            self._act(self._context.workspace.outbox.retry([row.key]), "Queued again")

    def discard(self) -> None:
        """Withdraw the selected change; the words of a reply stay as a draft."""
        row = self._shown
        if row is not None and self._discard.isEnabled():
            kept = " Its words are kept as a draft." if isinstance(row.command, AddComment) else ""
            self._act(self._context.workspace.outbox.discard([row.key]), f"Discarded: {row.text}.{kept}")

    def edit(self) -> None:
        """Go to where the change was made; a reply goes back into its composer first, a value into its editor."""
        row = self._shown
        if row is None:
            return
        if isinstance(row.command, AddComment) and self._edit.isEnabled():
            self._context.tasks.run(
                self._context.workspace.outbox.discard([row.key]),
                done=lambda _count: self.ticket_opened.emit(row.ticket),
            )
        elif isinstance(row.command, SetFields | ChangeTags) and self._edit.isEnabled():
            self.edit_asked.emit(row)
        else:
            self.ticket_opened.emit(row.ticket)

    def _build(self) -> None:
        context = self._context
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._summary = QLabel(self)
        self._summary.setObjectName("outboxSummary")
        self._summary.setProperty("look", "muted")
        self._summary.setContentsMargins(16, 10, 16, 10)
        self._model = OutboxModel(self)
        self._list = QListView(self)
        self._list.setObjectName("outboxView")
        self._list.setAccessibleName("Changes waiting to be sent")
        self._list.setModel(self._model)
        self._list.setItemDelegate(OutboxDelegate(context, self._list))
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.selectionModel().currentChanged.connect(self._show_current)
        self._list.activated.connect(lambda _index: self._open())
        empty = EmptyState(
            context.theming,
            context.icons,
            "outboxEmpty",
            self,
            why=Emptiness(
                "circle-check",
                "Everything is sent",
                "Changes you make offline, or that the help desk refuses, wait here until they are settled.",
            ),
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._list)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._summary)
        column.addWidget(self._stack, 1)
        column.addWidget(self._build_detail())

    def _build_detail(self) -> QWidget:
        self._detail = QFrame(self)
        self._detail.setObjectName("outboxDetail")
        self._what = QLabel(self._detail)
        self._what.setObjectName("outboxWhat")
        self._what.setProperty("look", "strong")
        self._why = QLabel(self._detail)
        self._why.setObjectName("outboxReason")
        self._next = QLabel(self._detail)
        self._next.setObjectName("outboxNextStep")
        self._next.setProperty("look", "muted")
        for label in (self._what, self._why, self._next):
            label.setWordWrap(True)
        self._retry = self._button("outboxRetry", "Try again", self.retry)
        self._retry.setProperty("look", "primary")
        self._edit = self._button("outboxEdit", "Edit", self.edit)
        self._open_ticket = self._button("outboxOpen", "Open ticket", self._open)
        self._discard = self._button("outboxDiscard", "Discard", self.discard)
        self._discard.setProperty("look", "danger")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._retry, self._edit, self._open_ticket):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._discard)
        column = QVBoxLayout(self._detail)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for label in (self._what, self._why, self._next):
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(buttons)
        return self._detail

    def _button(self, name: str, text: str, callback: Any) -> QPushButton:
        button = QPushButton(text, self._detail)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: callback())
        return button

    def _register(self) -> None:
        add = self._context.actions.register
        add("outbox.retry", "Retry the selected change", "Shift+R", self.retry, self._list, section="Outbox")
        add("outbox.edit", "Edit the selected change", "E", self.edit, self._list, section="Outbox")
        add("outbox.discard", "Discard the selected change", ("D", "Del"), self.discard, self._list, section="Outbox")
        add("outbox.down", "Next change", "J", lambda: self._step(1), self._list, section="Outbox", hidden=True)
        add("outbox.up", "Previous change", "K", lambda: self._step(-1), self._list, section="Outbox", hidden=True)

    def _show_current(self, *_: object) -> None:
        row = self._shown = self._model.row(self._list.currentIndex().row())
        self._detail.setVisible(row is not None)
        if row is None:
            return
        self._what.setText(f"{row.text} — {where(row)}")
        self._why.setText(row.reason)
        self._why.setVisible(bool(row.reason))
        self._next.setText(next_step(row, self._context.clock.now()))
        under_way = row.state is OutboxState.SENDING
        self._retry.setText(_RETRY_WORDS.get(row.state, "Send now"))
        self._retry.setVisible(row.state in _RETRY_WORDS and row.state is not OutboxState.UNKNOWN)
        self._retry.setEnabled(self._retry.isVisibleTo(self._detail))
        self._discard.setText(_DISCARD_WORDS.get(row.state, "Discard"))
        may_go = not under_way and row.state is not OutboxState.UNKNOWN
        self._discard.setEnabled(may_go)
        self._discard.setToolTip(
            f"{self._discard.text()}  (D)"
            if may_go
            else "It may have arrived already: the console is asking the help desk"
        )
        is_words = isinstance(row.command, AddComment)
        is_value = isinstance(row.command, SetFields | ChangeTags)
        self._edit.setVisible(is_words or is_value)
        self._edit.setEnabled((is_words or is_value) and may_go)
        self._edit.setToolTip(
            "Put the words back into the composer  (E)" if is_words else "Choose another value in the ticket  (E)"
        )
        for button in (self._retry, self._edit, self._open_ticket, self._discard):
            button.setAccessibleName(f"{button.text()}: {row.text}")

    def _step(self, by: int) -> None:
        number = min(max(self._list.currentIndex().row() + by, 0), self._model.rowCount() - 1)
        self._list.setCurrentIndex(self._model.index(number))

    def _open(self) -> None:
        if self._shown is not None:
            self.ticket_opened.emit(self._shown.ticket)

    def _act(self, coroutine: Coroutine[Any, Any, int], words: str) -> None:
        def done(count: int) -> None:
            if count:
                self._context.messages.tell(words, level="success")
            else:
                self._context.messages.tell("It has just been sent")
            self.refresh()

        self._context.tasks.run(coroutine, done=done)

    def _changed(self, change: Change) -> None:
        if change.everything or "outbox" in change.topics:
            self.refresh()

    def _ticked(self, now: Instant) -> None:
        if self._shown is not None and self.isVisible():
            self._next.setText(next_step(self._shown, now))
