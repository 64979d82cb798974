"""Tickets for the time without a connection: chosen, fetched, and at hand until the trip ends."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.trips import TripChoice, TripProblem, TripStatus
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.trip_choice import TripChoicePage
from agentconsole.gui.dialogs.trip_progress import TripProgressPage, open_id
from agentconsole.gui.tasks import trouble_of

_WIDTH, _CHOOSING, _LISTING, _TELLING = 640, 640, 460, 230
"""Pixels: as wide as the dialog is, and as high as choosing, a list of what is missing, and a few words need."""

_Told: TypeAlias = tuple[TripStatus | None, tuple[TripProblem, ...]]


class TripDialog(QDialog):
    """Asks what to take along while there is no trip, else shows how it gets on.

    Signals:
        ticket_wanted: The id (TicketId) of a ticket to open.
    """

    ticket_wanted = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tripDialog")
        self.setWindowTitle("Take tickets along")
        self.resize(_WIDTH, _CHOOSING)
        self._context = context
        self._asking = False
        self._ask_again = False
        self.choice = TripChoicePage(context, self)
        self.progress = TripProgressPage(context, self)
        self._pages = QStackedWidget(self)
        for page in (self.choice, self.progress):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._go)
        self.choice.left.connect(self._leave_choice)
        self.choice.started.connect(self._started)
        self.progress.change_wanted.connect(self._choose_anew)
        self.progress.closed.connect(self.accept)
        self.progress.ended.connect(self._ended)
        self.progress.ticket_wanted.connect(self._open)
        context.bridge.changed.connect(self._changed)
        self._status: TripStatus | None = None
        self._choosing = not context.workspace.trips.lasts()
        self._pages.setCurrentWidget(self.choice if self._choosing else self.progress)
        if self._choosing:
            self.choice.begin(None)
        else:
            self.refresh()
            self.progress.begin()

    def refresh(self) -> None:
        """Ask how the trip stands; of many changes in a row only the last is asked for."""
        self._ask_again = self._asking
        if self._asking:
            return
        self._asking = True
        trips = self._context.workspace.trips

        async def read() -> _Told:
            status = await trips.status()
            return status, await trips.problems() if status is not None and status.failed else ()

        self._context.tasks.run(read(), self._show, self._not_told)

    def _show(self, told: _Told) -> None:
        self._asking = False
        status, problems = told
        self._status = status
        if status is None:
            if not self._choosing:
                self._choose()
        else:
            self.progress.show_status(status)
            self.progress.show_problems(problems)
            if not self._choosing:
                self.resize(_WIDTH, _LISTING if problems else _TELLING)
        if self._ask_again:
            self.refresh()

    def _not_told(self, error: BaseException) -> None:
        self._asking = False
        self._context.tasks.troubled.emit(trouble_of(error))

    def _choose(self, choice: TripChoice | None = None) -> None:
        self._choosing = True
        self.resize(_WIDTH, _CHOOSING)
        self._pages.setCurrentWidget(self.choice)
        self.choice.begin(choice)

    def _choose_anew(self) -> None:
        self._choose(self._status.choice if self._status is not None else None)

    def _leave_choice(self) -> None:
        if self._context.workspace.trips.lasts():
            self._started()
        else:
            self.reject()

    def _started(self) -> None:
        self._choosing = False
        self._pages.setCurrentWidget(self.progress)
        self.progress.begin()
        self.refresh()

    def _ended(self) -> None:
        self._context.messages.tell("The trip has ended", "Nothing was removed; room is made only when it is needed.")
        self.accept()

    def _go(self) -> None:
        if self._choosing:
            self.choice.start()
        else:
            self.accept()

    def _open(self, ticket: object) -> None:
        found = open_id(ticket)
        if found is not None:
            self.ticket_wanted.emit(found)

    def _changed(self, change: Change) -> None:
        if change.topics & {"trip", "sync"} and not self._choosing:
            self.refresh()
