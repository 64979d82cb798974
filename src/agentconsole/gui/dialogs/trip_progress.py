"""How a trip gets on: how far it is, what could not be had, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.trip_words import counted, sized
from agentconsole.domain.trips import TripPhase, TripProblem, TripStatus
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.trip_words import share_of, status_lines, status_title

_TICKET = Qt.ItemDataRole.UserRole
_TOO_LARGE = "larger"
_ICONS = {
    TripPhase.READY: ("circle-check", "link"),
    TripPhase.PARTLY: ("triangle-alert", "danger_ink"),
    TripPhase.OFFLINE: ("cloud-off", "muted"),
    TripPhase.PAUSED: ("pause", "muted"),
}


class TripProgressPage(QWidget):
    """Shows a trip that lasts.

    Signals:
        change_wanted: The agent wants to choose anew.
        ended: The trip was ended.
        closed: Enough seen.
        ticket_wanted: The id (TicketId) of a ticket to open.
    """

    change_wanted = Signal()
    ended = Signal()
    closed = Signal()
    ticket_wanted = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tripProgress")
        self._context = context
        self._status: TripStatus | None = None
        self._icon = QLabel(self)
        self._icon.setObjectName("tripIcon")
        self._title = QLabel(self)
        self._title.setObjectName("tripTitle")
        self._title.setProperty("look", "title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("tripBar")
        self._bar.setAccessibleName("How much is on this computer")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._told = QLabel(self)
        self._told.setObjectName("tripTold")
        self._told.setProperty("look", "muted")
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self._missing = QLabel(self)
        self._missing.setObjectName("tripMissing")
        self._missing.setProperty("look", "section")
        self.problems = QTreeWidget(self)
        self.problems.setObjectName("tripProblems")
        self.problems.setAccessibleName("What could not be taken along")
        self.problems.setHeaderLabels(["Ticket", "What", "Size", "Why it is not here"])
        self.problems.setRootIsDecorated(False)
        self.problems.setUniformRowHeights(True)
        self.problems.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.problems.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.problems.header().setStretchLastSection(False)
        self.problems.itemActivated.connect(lambda item, _column: self.ticket_wanted.emit(item.data(0, _TICKET)))
        self.retry = self._button("Try again", "tripRetry", lambda: self._retry(large=False))
        self.large = self._button("Fetch the large ones too", "tripLarge", lambda: self._retry(large=True))
        again = QHBoxLayout()
        again.setSpacing(8)
        again.addWidget(self.retry)
        again.addWidget(self.large)
        again.addStretch(1)
        self.end = self._button("End the trip", "tripEnd", self._end)
        self.change = self._button("Change…", "tripChange", self.change_wanted.emit)
        self.change.setAccessibleName("Change what is taken along")
        self.pause = self._button("Pause", "tripPause", self._pause)
        close = self._button("Close", "tripClose", self.closed.emit)
        close.setProperty("look", "primary")
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.end)
        buttons.addStretch(1)
        for each in (self.change, self.pause, close):
            buttons.addWidget(each)
        self._close = close
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._told)
        column.addSpacing(4)
        column.addWidget(self._missing)
        column.addWidget(self.problems, 1)
        column.addLayout(again)
        self._filler = QWidget(self)
        column.addWidget(self._filler, 1)
        column.addLayout(buttons)
        context.theming.changed.connect(self._retint)

    def show_status(self, status: TripStatus) -> None:
        """Show how the trip stands."""
        before, self._status = self._status, status
        self._title.setText(status_title(status))
        self._bar.setValue(share_of(status))
        self._bar.setVisible(not status.is_complete)
        self._told.setText("\n".join(status_lines(status, self._context.clock.now())))
        paused = status.phase is TripPhase.PAUSED
        self.pause.setText("Go on" if paused else "Pause")
        self.pause.setVisible(not status.is_complete)
        if before is None or before.phase is not status.phase:
            self._retint()

    def show_problems(self, problems: tuple[TripProblem, ...]) -> None:
        """List what could not be had."""
        self.problems.clear()
        for problem in problems:
            item = QTreeWidgetItem(
                [
                    f"#{problem.ref}" if problem.ref else "new",
                    problem.file_name or "the conversation",
                    sized(problem.size) if problem.size else "",
                    problem.reason,
                ]
            )
            item.setData(0, _TICKET, problem.ticket)
            item.setToolTip(0, problem.subject)
            item.setToolTip(3, problem.reason)
            self.problems.addTopLevelItem(item)
        some = bool(problems)
        large = [problem for problem in problems if problem.reason.startswith(_TOO_LARGE)]
        self._missing.setText(f"{counted(len(problems), 'thing')} could not be taken along")
        for each in (self._missing, self.problems):
            each.setVisible(some)
        self._filler.setVisible(not some)
        self.retry.setVisible(len(large) < len(problems))
        self.large.setVisible(bool(large))
        self.large.setToolTip(sized(sum(problem.size for problem in large)))

    def begin(self) -> None:
        """Give the keyboard to what closes the dialog."""
        self._close.setFocus()

    def _button(self, words: str, name: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _retint(self) -> None:
        if self._status is not None:
            name, role = _ICONS.get(self._status.phase, ("luggage", "link"))
            self._icon.setPixmap(self._context.icons.pixmap(name, 20, role, self.devicePixelRatioF()))

    def _pause(self) -> None:
        if self._status is not None:
            paused = self._status.phase is not TripPhase.PAUSED
            self._context.tasks.run(self._context.workspace.trips.pause(paused=paused))

    def _retry(self, *, large: bool) -> None:
        self._context.tasks.run(self._context.workspace.trips.retry(large=large))

    def _end(self) -> None:
        self._context.tasks.run(self._context.workspace.trips.end(), lambda _none: self.ended.emit())


def open_id(value: object) -> TicketId | None:
    """Return the ticket that a line of the problems stands for."""
    return value if isinstance(value, int) else None
