"""Answers the agent's question, keeps the answer true, and never moves a row that the agent is looking at.

A question is answered twice: with its first rows at once, and with all ids when they have been counted. After that the
store's changes repaint the rows on screen; a different *order* is kept aside until it is asked for or harmless.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from agentconsole.domain.changes import Change
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.values import TicketId
from agentconsole.gui.models.queue_model import QueueModel
from agentconsole.gui.tasks import Tasks

if TYPE_CHECKING:
    from agentconsole.services.api import Queue

FIRST = 200
_CONCERNS = frozenset({"tickets", "outbox", "drafts", "people", "reference"})
_GATHER_MS = 120
"""Changes that come in a burst (a sync page, a bulk edit) are looked at together."""


class QueueFeed(QObject):
    """Feeds a :class:`QueueModel`.

    Signals:
        answered: The model shows a new answer; True when it is complete.
        held_back: How many tickets a newer arrangement would bring, move or take away; 0 when there is none.
        about_to_arrange: The list is going to be arranged anew; remember the place.
        arranged: It was; True when the model was reset.
    """

    answered = Signal(bool)
    held_back = Signal(int)
    about_to_arrange = Signal()
    arranged = Signal(bool)

    def __init__(
        self,
        model: QueueModel,
        queue: Queue,
        tasks: Tasks,
        visible_rows: Callable[[], tuple[int, int]],
        is_calm: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """*visible_rows* tells what is on screen; *is_calm* whether nobody would notice a new order."""
        super().__init__(parent)
        self._model = model
        self._queue = queue
        self._tasks = tasks
        self._visible_rows = visible_rows
        self._is_calm = is_calm
        self._question: QueueQuery | None = None
        self._turn = 0
        self._complete = False
        self._unfinished = False
        self._running: asyncio.Task[array[int]] | None = None
        self._newer: array[int] | None = None
        self._changed: set[TicketId] = set()
        self._own: set[TicketId] = set()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_GATHER_MS)
        self._again.timeout.connect(self._look_again)

    @property
    def question(self) -> QueueQuery | None:
        """What is being answered."""
        return self._question

    @property
    def is_complete(self) -> bool:
        """Whether the model holds every id of the answer."""
        return self._complete

    def ask(self, question: QueueQuery, *, unfinished: bool = False) -> None:
        """Answer *question*; an answer to an older one that is still on its way is thrown away.

        While it is *unfinished* it is still being typed: that nothing matches yet leaves the list as it was.
        """
        self._unfinished = unfinished
        fresh_text = self._question is None or self._question.text != question.text
        self._question = question
        self._turn += 1
        self._complete = False
        self._again.stop()
        self._forget_newer()
        if self._running is not None:
            self._running.cancel()
        if question.text and fresh_text:
            # a search may take a while over every comment; the list on screen stays until its first rows are there
            self._run(self._first_of(question), self._first_came)
        else:
            self._show(self._queue.first_ids(question, FIRST))
            self._run(self._queue.all_ids(question), self._all_came)

    def insist(self) -> None:
        """Take the question as finished, as it stands."""
        if self._unfinished and self._question is not None:
            self._unfinished = False
            self._run(self._first_of(self._question), self._first_came)

    async def _first_of(self, question: QueueQuery) -> array[int]:
        return await asyncio.to_thread(self._queue.first_ids, question, FIRST)

    def _run(self, work: object, done: Callable[[array[int]], None]) -> None:
        turn = self._turn

        def came(ids: array[int]) -> None:
            if turn == self._turn:
                self._running = None
                done(ids)

        self._running = self._tasks.run(work, came)  # type: ignore[arg-type]

    def _show(self, ids: array[int]) -> None:
        self._model.replace(ids)
        self.answered.emit(False)

    def _first_came(self, ids: array[int]) -> None:
        assert self._question is not None
        if self._unfinished and not ids:
            return
        self._unfinished = False
        self._show(ids)
        if len(ids) < FIRST:
            self._finish()
        else:
            self._run(self._queue.all_ids(self._question), self._all_came)

    def _all_came(self, ids: array[int]) -> None:
        self._arrange(ids)
        self._finish()

    def _finish(self) -> None:
        self._complete = True
        self.answered.emit(True)

    # Later changes

    def hear(self, change: Change) -> None:
        """Take in that the store changed."""
        if not (change.everything or change.topics & _CONCERNS or change.tickets) or self._question is None:
            return
        own = change.initiator == "agent"
        names_all = change.everything or not change.tickets
        first, last = self._visible_rows()
        self._model.touch(None if names_all else change.tickets, first, last, mark=not own and bool(self._model.ids))
        (self._own if own else self._changed).update(change.tickets)
        if not self._again.isActive():
            self._again.start()

    def _look_again(self) -> None:
        if self._question is None or self._unfinished:
            return
        if self._running is not None and not self._running.done() and not self._complete:
            # the first answer is still on its way; it will know of the change or we look once more
            self._again.start()
            return
        self._run(self._queue.all_ids(self._question), self._newer_came)

    def _newer_came(self, ids: array[int]) -> None:
        if ids == self._model.ids:
            self._forget_newer()
            return
        only_more = ids[: len(self._model.ids)] == self._model.ids
        if only_more or self._is_calm():
            # rows below all others, as the first sync brings them, move nothing
            self._arrange(ids)
            self._forget_newer()
            self.answered.emit(True)
            return
        left = frozenset(self._own.difference(ids))
        if left:
            # what the agent has just dealt with leaves at once; everything else keeps its place
            self.about_to_arrange.emit()
            self._model.drop(left)
            self.arranged.emit(False)
            self._own -= left
            self.answered.emit(True)
        if ids == self._model.ids:
            self._forget_newer()
            return
        self._newer = ids
        self.held_back.emit(self._difference(ids))

    def _difference(self, ids: array[int]) -> int:
        before, after = set(self._model.ids), set(ids)
        concerned = (before ^ after) | (self._changed & (before | after))
        return max(len(concerned), 1)

    def refresh(self) -> None:
        """Show the newer arrangement now, and take the marks of change away."""
        if self._newer is not None:
            self._arrange(self._newer)
        elif self._question is not None:
            self._arrange(self._model.ids)
        self._forget_newer()
        self.answered.emit(True)

    def _arrange(self, ids: array[int]) -> None:
        self.about_to_arrange.emit()
        followed = self._model.arrange(ids)
        self.arranged.emit(not followed)

    def _forget_newer(self) -> None:
        self._newer = None
        self._changed.clear()
        self._own.clear()
        self.held_back.emit(0)
