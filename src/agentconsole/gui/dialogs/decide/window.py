"""What can't go on without the agent, one change after the other."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.outbox_views import OutboxView
from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.decide.conflict_page import ConflictPage
from agentconsole.gui.dialogs.decide.held_page import HeldPage
from agentconsole.gui.dialogs.decide.page import Act, DecisionPage
from agentconsole.gui.dialogs.decide.refused_page import RefusedPage
from agentconsole.gui.dialogs.decide.rescue_page import RescuePage
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.models.outbox_words import STATE_WORDS, where
from agentconsole.gui.tasks import trouble_of


class DecisionWindow(QDialog):
    """Stays open beside the work; nothing waits for it.

    Signals:
        ticket_asked: A ticket's local id (object) to show.
        edit_asked: A change (OutboxRow) to make otherwise in its ticket.
        write_asked: A ticket's local id, and whether its reply or its note is to be written on (object, bool).
    """

    ticket_asked = Signal(object)
    edit_asked = Signal(object)
    write_asked = Signal(object, bool)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._outbox = context.workspace.outbox
        self._ids: list[int] = []
        self._id = 0
        self._row: OutboxRow | None = None
        self._acting = False
        self.setObjectName("decisions")
        self.setWindowTitle("Needs you")
        self.resize(920, 680)
        self._build()
        context.bridge.changed.connect(self._changed)

    def begin(self, key: str = "") -> None:
        """Read what needs a decision and show the change *key*, or the first."""
        self._read(self._outbox.id_of(key) if key else 0)

    # -- building

    def _build(self) -> None:
        context = self._context
        self._kind = self._label("decisionKind", "heading")
        self._where = self._label("decisionWhere", "muted")
        self._count = self._label("decisionCount", "muted")
        self._previous = self._button("decisionPrevious", "Previous", "Alt+Left", lambda: self._step(-1))
        self._next = self._button("decisionNext", "Next", "Alt+Right", lambda: self._step(1))
        self._open = self._button("decisionOpen", "Open ticket", "Ctrl+O", self._open_ticket)
        self._later = self._button("decisionLater", "Later", "Escape", self.reject)
        self._conflict, self._held = ConflictPage(context, self), HeldPage(context, self)
        self._rescue, self._refused = RescuePage(context, self), RefusedPage(context, self)
        self._stack = QStackedWidget(self)
        for page in (self._conflict, self._held, self._rescue, self._refused):
            page.decided.connect(self._decided)
            page.ticket_asked.connect(self.ticket_asked)
            self._stack.addWidget(page)
        self._held.write_asked.connect(self._write)
        self._refused.write_asked.connect(self._write)
        self._refused.edit_asked.connect(self._edit)
        done = Emptiness(
            "circle-check", "Nothing needs you", "What you decided goes out by itself.", "Close", self.accept
        )
        self._nothing = EmptyState(context.theming, context.icons, "decisionsEmpty", self, why=done)
        self._stack.addWidget(self._nothing)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._kind, 1)
        for part in (self._count, self._previous, self._next):
            head.addWidget(part)
        under = QHBoxLayout()
        under.setSpacing(8)
        under.addWidget(self._where, 1)
        under.addWidget(self._open)
        under.addWidget(self._later)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(under)
        column.addSpacing(4)
        column.addWidget(self._stack, 1)

    def _label(self, name: str, look: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setProperty("look", look)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, name: str, text: str, key: str, do: Any) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setProperty("look", "quiet")
        button.setAutoDefault(False)
        button.setToolTip(f"{text}  ({key})")
        button.clicked.connect(lambda _checked=False: do())
        if key != "Escape":
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda: do() if button.isEnabled() and button.isVisible() else None)
        return button

    # -- showing

    def _read(self, wanted: int = 0) -> None:
        self._context.tasks.run(
            self._outbox.listing(OutboxView.NEEDS_YOU), done=lambda listing: self._arrange(list(listing.ids), wanted)
        )

    def _arrange(self, ids: list[int], wanted: int) -> None:
        before, former = self._id, self._ids
        place = former.index(before) if before in former else 0
        self._ids = ids
        if wanted in ids:
            self._id = wanted
        elif before not in ids:
            self._id = ids[min(place, len(ids) - 1)] if ids else 0
        self._show(take_keyboard=self._id != before or bool(wanted))

    def _show(self, *, take_keyboard: bool) -> None:
        rows = self._outbox.page([self._id]) if self._id else []
        self._row = row = rows[0] if rows else None
        page = self._page_of(row) if row is not None else None
        for part in (self._where, self._count, self._previous, self._next, self._open, self._later):
            part.setVisible(page is not None)
        if row is None or page is None:
            self._kind.setText("All decided")
            self._stack.setCurrentWidget(self._nothing)
            self._nothing.setFocus()
            return
        number = self._ids.index(self._id)
        self._count.setText(f"{number + 1} of {len(self._ids)}")
        self._previous.setEnabled(number > 0)
        self._next.setEnabled(number + 1 < len(self._ids))
        self._kind.setText("Ticket gone" if page is self._rescue else STATE_WORDS[row.state])
        room = self.width() - 320
        told = self._where.fontMetrics().elidedText(where(row), Qt.TextElideMode.ElideRight, room)
        self._where.setText(told)
        self._where.setToolTip(where(row))
        self.setAccessibleDescription(f"{self._kind.text()}, {where(row)}, {self._count.text()}")
        self._stack.setCurrentWidget(page)
        if take_keyboard:
            # once the page has its size and can be seen: a hidden control takes no keyboard
            QTimer.singleShot(0, page, page.begin)

    def _page_of(self, row: OutboxRow) -> DecisionPage | None:
        if (rescue := self._outbox.rescue(row.key)) is not None:
            self._rescue.show_rescue(rescue)
            return self._rescue
        if (conflict := self._outbox.conflict(row.key)) is not None:
            self._conflict.show_conflict(conflict)
            return self._conflict
        if (held := self._outbox.held(row.key)) is not None:
            self._held.show_held(held)
            return self._held
        standing = self._outbox.standing(row.key)
        if standing is None:
            return None
        self._refused.show_refused(row, standing)
        return self._refused

    def _step(self, by: int) -> None:
        if self._id in self._ids:
            number = min(max(self._ids.index(self._id) + by, 0), len(self._ids) - 1)
            self._id = self._ids[number]
            self._show(take_keyboard=True)

    # -- doing

    def _decided(self, act: Act) -> None:
        if self._acting:
            return
        self._acting = True

        def done(told: Any) -> None:
            self._acting = False
            messages = self._context.messages
            if not told:
                messages.tell("It has just been sent, or is gone")
            elif act.undo is not None:
                messages.reversible(act.said, act.undo, detail=act.detail)
            elif act.said:
                messages.tell(act.said, act.detail, level="success")
            if told and act.then is not None:
                act.then(told)
            self._read()

        def failed(error: BaseException) -> None:
            self._acting = False
            self._context.tasks.troubled.emit(trouble_of(error))

        self._context.tasks.run(act.work(), done=done, failed=failed)

    def _write(self, ticket: object, public: bool) -> None:
        self.write_asked.emit(ticket, public)
        self.accept()

    def _edit(self, row: object) -> None:
        self.edit_asked.emit(row)
        self.accept()

    def _open_ticket(self) -> None:
        if self._row is not None:
            self.ticket_asked.emit(self._row.ticket)

    def _changed(self, change: Change) -> None:
        if (change.everything or "outbox" in change.topics) and not self._acting and self.isVisible():
            self._read()
