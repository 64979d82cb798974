"""Lists that are fetched when somebody wants to see them: history, related articles."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.people import Facts

T = TypeVar("T")


class OnDemand(QWidget, Generic[T]):
    """Fetches a list for one ticket and shows it, or says why it can't and offers to try again.

    Signals:
        link_asked: address, words (str, str).
    """

    link_asked = Signal(str, str)

    def __init__(
        self,
        name: str,
        fetch: Callable[[TicketId], Coroutine[Any, Any, Sequence[T]]],
        line: Callable[[T], str],
        nothing: str,
        context: WindowContext,
        parent: QWidget,
    ) -> None:
        """*line* makes safe HTML of one item; *nothing* is said of an empty list."""
        super().__init__(parent)
        self.setObjectName(name)
        self._fetch, self._line, self._nothing, self._context = fetch, line, nothing, context
        self._ticket: TicketId | None = None
        self._shown: TicketId | None = None
        self._facts = Facts(f"{name}Text", self)
        self._facts.linkActivated.connect(lambda address: self.link_asked.emit(address, ""))
        self._state = QLabel(self)
        self._state.setObjectName(f"{name}State")
        self._state.setProperty("look", "muted")
        self._state.setWordWrap(True)
        self._again = QPushButton("Try again", self)
        self._again.setObjectName(f"{name}Again")
        self._again.setProperty("look", "inline")
        self._again.clicked.connect(lambda _checked=False: self._load())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._facts)
        layout.addWidget(self._state)
        layout.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)

    def show_ticket(self, ticket: TicketId, *, wanted: bool) -> None:
        """Be about *ticket*; fetched at once when the list is *wanted* (its section is open)."""
        if ticket != self._ticket:
            self._ticket = ticket
            self._say("", again=False)
            self._facts.tell([])
        if wanted:
            self.want()

    def want(self) -> None:
        """Fetch the list unless it is there."""
        if self._ticket is not None and self._shown != self._ticket:
            self._load()

    def _load(self) -> None:
        ticket = self._ticket
        if ticket is None:
            return
        self._say("Looking it up…", again=False)
        self._shown = ticket

        def done(items: Sequence[T]) -> None:
            if ticket == self._ticket:
                self._say("" if items else self._nothing, again=False)
                self._facts.tell([self._line(item) for item in items], apart=True)

        def failed(error: BaseException) -> None:
            if ticket == self._ticket:
                self._shown = None
                self._say(str(getattr(error, "title", "")) or "Not available right now", again=True)

        self._context.tasks.run(self._fetch(ticket), done=done, failed=failed)

    def _say(self, words: str, *, again: bool) -> None:
        self._state.setText(words)
        self._state.setVisible(bool(words))
        self._again.setVisible(again)
