"""The outbox: every change on its way, why it is not there yet, and what the agent can do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, SetFields
from agentconsole.domain.instant import Instant
from agentconsole.domain.outbox_views import OutboxBatch, OutboxListing, OutboxView
from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.models.outbox_model import Ahead, OutboxModel, look_ahead
from agentconsole.gui.models.outbox_words import VIEW_WORDS, what
from agentconsole.gui.panes.outbox.change_list import ChangeList
from agentconsole.gui.panes.outbox.detail import OutboxDetail
from agentconsole.gui.panes.outbox.views import ViewChips
from agentconsole.gui.status_words import need_you_text
from agentconsole.gui.steady_width import SteadyWidth
from agentconsole.gui.tasks import trouble_of

_BREATH_MS = 250
_MANY = 500
"""A list that long is read anew at most four times a second: it drains faster than anybody reads."""

_EMPTY = {
    OutboxView.WAITING: Emptiness(
        "circle-check",
        "Everything is sent",
        "Changes you make offline, or that the help desk refuses, wait here until they are settled.",
    ),
    OutboxView.NEEDS_YOU: Emptiness(
        "circle-check", "Nothing needs you", "Conflicts, held replies and refused changes are listed here."
    ),
    OutboxView.SENT: Emptiness(
        "send", "Nothing was sent lately", "What the help desk has taken is listed here for 30 days."
    ),
    OutboxView.WITHDRAWN: Emptiness(
        "undo-2", "Nothing was withdrawn", "What you take back is kept here for 90 days and can be put back."
    ),
}


class _Read(NamedTuple):
    """What was read for the pane, all of it in threads."""

    listing: OutboxListing
    tally: dict[OutboxView, int]
    ahead: Ahead
    batches: dict[str, OutboxBatch]


class OutboxPane(QWidget):
    """Lists what waits; the selected change explains itself below.

    Signals:
        ticket_opened: The local id of the ticket that the agent wants to see.
        edit_asked: The change (an OutboxRow) that the agent wants to make otherwise.
        write_asked: A ticket's local id, and whether its reply or its note is to be written on (object, bool).
        form_asked: The command (CreateTicket) of a creation that was taken back into the form for new tickets.
        decide_asked: The key of the change that the agent wants to decide about.
    """

    ticket_opened = Signal(object)
    edit_asked = Signal(object)
    write_asked = Signal(object, bool)
    form_asked = Signal(object)
    decide_asked = Signal(str)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._outbox = context.workspace.outbox
        self._shown: OutboxRow | None = None
        self._meant: list[int] = []
        self._listed: OutboxView | None = None
        self._batches: dict[str, OutboxBatch] = {}
        self._reading = self._again = self._stale = self._arranging = False
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(_BREATH_MS)
        self._breath.timeout.connect(self._breathed)
        self._build()
        SteadyWidth(self)
        self._register()
        context.bridge.turn(self).changed.connect(self._changed)
        context.clock.ticked.connect(self._ticked)
        self.refresh()

    # -- showing

    def refresh(self) -> None:
        """Read the outbox again and keep the selection on the same changes."""
        if self._reading or self._breath.isActive():
            self._again = True
            return
        self._reading, self._again = True, False
        view = self._chips.view

        before = self._model.ids
        first = max(self._list.indexAt(self._list.viewport().rect().topLeft()).row(), 0)
        batch = self._shown.batch if self._shown is not None else ""

        async def read() -> _Read:
            listing, tally = await self._outbox.listing(view), await self._outbox.tally()
            # what can be read and compared in a thread is not left for the frame that shows it
            ahead = await asyncio.to_thread(look_ahead, before, listing, first, self._outbox.page)
            batches = {batch: await asyncio.to_thread(self._outbox.batch, batch)} if batch else {}
            return _Read(listing, tally, ahead, batches)

        def failed(error: BaseException) -> None:
            self._reading = False
            self._context.tasks.troubled.emit(trouble_of(error))

        self._context.tasks.run(
            read(),
            done=self._context.bridge.frames.spaced(self, lambda told: self._arrange(view, told)),
            failed=failed,
        )

    def show_view(self, view: OutboxView) -> None:
        """List *view*."""
        self._chips.choose(view)

    def show_key(self, key: str) -> None:
        """Go to the change *key*, if it is listed."""
        number = self._model.number_of(self._outbox.id_of(key))
        if number >= 0:
            self._list.setCurrentIndex(self._model.index(number))

    def _arrange(self, view: OutboxView, told: _Read) -> None:
        listing, tally = told.listing, told.tally
        self._reading = False
        self._batches = told.batches
        self._chips.tell(tally)
        if view is not self._chips.view:
            self.refresh()
            return
        same = view is self._listed
        self._listed = view
        selected = self._selected() if same else []
        current, number = self._model.id_at(self._list.currentIndex().row()), self._list.currentIndex().row()
        top = self._list.verticalScrollBar().value() if same else 0
        self._arranging = True
        try:
            followed = self._model.show(listing, self._context.clock.now(), told.ahead)
            self._stack.setCurrentIndex(0 if listing.ids else 1)
            self._empty.tell(_EMPTY[view])
            self._tell_summary(tally)
            if not followed or not self._list.currentIndex().isValid():
                self._select_again(selected, current if same else 0, number if same else 0)
                self._list.verticalScrollBar().setValue(top)
        finally:
            self._arranging = False
        # words that wrap are laid out several times over: the frame with the new rows does not wait for that
        self._context.bridge.frames.ask(self, self._explain)
        if len(listing.ids) > _MANY:
            self._breath.start()
        elif self._again:
            self.refresh()

    def _breathed(self) -> None:
        if self._again:
            self.refresh()

    def _tell_summary(self, tally: dict[OutboxView, int]) -> None:
        needs = tally.get(OutboxView.NEEDS_YOU, 0)
        going = tally.get(OutboxView.WAITING, 0) - needs
        parts = [need_you_text(needs)] if needs else []
        if going or not needs:
            parts.append(f"{going:,} waiting" if going else "Nothing waits")
        self._summary.setText(" · ".join(parts))

    def _select_again(self, selected: Sequence[int], current: int, number: int) -> None:
        found = self._model.number_of(current)
        if found < 0:
            found = min(max(number, 0), self._model.rowCount() - 1)
        if found < 0:
            return
        self._list.setCurrentIndex(self._model.index(found))
        if len(selected) > 1:
            flag = QItemSelectionModel.SelectionFlag.Select
            for each in selected:
                if (row := self._model.number_of(each)) >= 0:
                    self._list.selectionModel().select(self._model.index(row), flag)

    def _selected(self) -> list[int]:
        """The ids of the chosen changes, in the order of the list."""
        rows = sorted(index.row() for index in self._list.selectionModel().selectedIndexes())
        return [self._model.id_at(row) for row in rows]

    def _show_current(self, *_: object) -> None:
        if not self._arranging:
            self._explain()

    def _explain(self) -> None:
        """Tell of the chosen changes; what the agent asks for next is meant for these, whatever is listed since."""
        number = self._list.currentIndex().row()
        row = self._shown = self._model.row(number)
        self._meant = self._selected() or [self._model.id_at(number)]
        self._detail.setVisible(row is not None)
        if row is None:
            return
        count = len(self._meant)
        if count > 1:
            self._detail.show_many(count)
        else:
            self._detail.show_change(
                row, self._outbox.standing(row.key), self._batch_of(row), self._context.clock.now()
            )

    def _batch_of(self, row: OutboxRow) -> OutboxBatch:
        """Return how much hangs together with *row*, counted once as long as nothing changes."""
        if not row.batch:
            return OutboxBatch(1, 0)
        if row.batch not in self._batches:
            self._batches[row.batch] = self._outbox.batch(row.batch)
        return self._batches[row.batch]

    # -- doing

    def enter(self) -> None:
        """Decide about the chosen change; what needs no decision opens its ticket."""
        if self._detail.decide.isVisibleTo(self._detail) and self._shown is not None:
            self.decide_asked.emit(self._shown.key)
        else:
            self.open()

    def open(self) -> None:
        """Open the ticket of the chosen change."""
        if self._shown is not None:
            self.ticket_opened.emit(self._shown.ticket)

    def retry(self) -> None:
        """Queue the chosen changes again (a conflict: mine wins; a held reply: sent anyway; a withdrawn one: back)."""
        if self._shown is None or not self._detail.retry.isEnabled():
            return
        if self._chips.view is OutboxView.WITHDRAWN:
            self._to_all(self._outbox.put_back, "Put back", undo=self._outbox.discard)
        else:
            self._to_all(self._outbox.retry, "Queued again")

    def discard(self) -> None:
        """Withdraw the chosen changes; the words of a reply stay as a draft."""
        row = self._shown
        if row is None or not self._detail.discard.isEnabled():
            return
        kept = " Its words are kept as a draft." if isinstance(row.command, AddComment) else ""
        self._to_all(self._outbox.discard, f"Discarded: {what(row)}", undo=self._outbox.put_back, detail=kept.strip())

    def take_batch_back(self) -> None:
        """Withdraw everything that was queued in one go with the chosen change."""
        row = self._shown
        if row is None or not self._detail.batch.isEnabled():
            return
        batch = row.batch

        def done(count: int) -> None:
            self._context.messages.tell(f"{count:,} changes taken back", "They are under “Withdrawn”.", level="success")

        self._context.tasks.run(self._context.workspace.tickets.undo(batch), done=done)

    def edit(self) -> None:
        """Go to where the change was made; a reply goes back into its composer first, a value into its editor."""
        row = self._shown
        if row is None or not self._detail.edit.isEnabled():
            return
        if isinstance(row.command, AddComment):
            public = row.command.public

            def reopened(told: object) -> None:
                if told is None:
                    self._context.messages.tell("It has just been sent")
                else:
                    self.write_asked.emit(row.ticket, public)

            self._context.tasks.run(self._outbox.reopen(row.key), done=reopened)
        elif isinstance(row.command, CreateTicket):
            detail = self._context.workspace.tickets.detail(row.ticket)
            person = detail.requester if detail is not None else None
            command = row.command
            if person is not None and not command.requester_name:
                command = msgspec.structs.replace(command, requester_name=person.name)
            self._context.tasks.run(
                self._outbox.discard([row.key]),
                done=lambda count: self.form_asked.emit(command) if count else None,
            )
        elif isinstance(row.command, SetFields | ChangeTags):
            self.edit_asked.emit(row)

    def _to_all(
        self,
        act: Callable[[Sequence[str]], Coroutine[Any, Any, int]],
        words: str,
        *,
        undo: Callable[[Sequence[str]], Coroutine[Any, Any, int]] | None = None,
        detail: str = "",
    ) -> None:
        ids = self._meant

        async def run() -> tuple[int, list[str]]:
            keys = await self._outbox.keys_of(ids)
            return await act(keys), keys

        def done(told: tuple[int, list[str]]) -> None:
            count, keys = told
            said = words if len(ids) == 1 else f"{words.partition(':')[0]}: {count:,} changes"
            if not count:
                self._context.messages.tell("It has just been sent" if len(ids) == 1 else "They have just been sent")
            elif undo is not None:
                self._context.messages.reversible(said, partial(undo, keys), detail=detail if len(ids) == 1 else "")
            else:
                self._context.messages.tell(said, level="success")

        self._context.tasks.run(run(), done=done)

    # -- building

    def _build(self) -> None:
        context = self._context
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._summary = QLabel(self)
        self._summary.setObjectName("outboxSummary")
        self._summary.setProperty("look", "muted")
        self._chips = ViewChips(self)
        self._chips.chosen.connect(lambda _view: self.refresh())
        self._model = OutboxModel(self._outbox.page, self)
        self._list = ChangeList(context, self._model, self)
        self._list.selectionModel().selectionChanged.connect(self._show_current)
        self._list.activated.connect(lambda _index: self.enter())
        self._empty = EmptyState(context.theming, context.icons, "outboxEmpty", self, why=_EMPTY[OutboxView.WAITING])
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        self._detail = OutboxDetail(self)
        self._detail.hide()
        verbs = {
            "decide": self.enter,
            "retry": self.retry,
            "edit": self.edit,
            "open": self.open,
            "batch": self.take_batch_back,
            "discard": self.discard,
        }
        self._detail.asked.connect(lambda verb: verbs[verb]())
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(8)
        head.addWidget(self._summary)
        head.addWidget(self._chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self._detail)

    def _register(self) -> None:
        def add(verb: str, text: str, key: str | tuple[str, ...], do: Callable[[], object], **more: Any) -> None:
            self._context.actions.register(f"outbox.{verb}", text, key, do, self._list, section="Outbox", **more)

        add("retry", "Retry the selected changes", "Shift+R", self.retry, keywords="send again put back")
        add("edit", "Edit the selected change", "E", self.edit)
        add("discard", "Discard the selected changes", ("D", "Del"), self.discard, keywords="withdraw take back")
        add("batch", "Take back all that was changed in one go", "Shift+D", self.take_batch_back, keywords="bulk undo")
        add("open", "Open the ticket of the selected change", "O", self.open)
        add("down", "Next change", "J", lambda: self._step(1), hidden=True)
        add("up", "Previous change", "K", lambda: self._step(-1), hidden=True)
        add("extend-down", "Extend the selection down", "Shift+J", lambda: self._step(1, extend=True), hidden=True)
        add("extend-up", "Extend the selection up", "Shift+K", lambda: self._step(-1, extend=True), hidden=True)
        for number, view in enumerate(OutboxView, 1):
            words = f"Outbox: {VIEW_WORDS[view].lower()}"
            add(f"view-{number}", words, str(number), partial(self._chips.choose, view), keywords="filter")

    def _step(self, by: int, *, extend: bool = False) -> None:
        number = min(max(self._list.currentIndex().row() + by, 0), self._model.rowCount() - 1)
        flags = QItemSelectionModel.SelectionFlag
        flag = flags.Select if extend else flags.ClearAndSelect
        self._list.selectionModel().setCurrentIndex(self._model.index(number), flag)

    # -- hearing

    def _changed(self, change: Change) -> None:
        if change.everything or "outbox" in change.topics:
            if self.isVisible():
                self.refresh()
            else:
                self._stale = True  # a pane that nobody sees costs nothing while thousands of changes are sent

    def _ticked(self, now: Instant) -> None:
        if not self.isVisible():
            return
        if self._model.tell_time(now):
            self._list.viewport().update()
        if self._shown is not None:
            self._detail.tell_time(now)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()
        else:
            self._show_current()
