"""The latest tickets of a person or an organization, each to be opened from here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.domain.rows import DirectoryRow, QueueRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS
from agentconsole.gui.reading_direction import isolated
from agentconsole.gui.spoken_time import ago

MOST = 20


class CardTickets(QWidget):
    """Lists tickets.

    Signals:
        ticket_opened: One of them (int, as object).
    """

    ticket_opened = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("directoryTickets")
        self._context = context
        self._buttons: list[QPushButton] = []
        self._shown: tuple[QueueRow, ...] = ()
        self._title = QLabel("Tickets", self)
        self._title.setProperty("look", "section")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._title)

    def show_row(self, row: DirectoryRow | None) -> None:
        """Show the tickets of *row*; None hides the list."""
        self.setVisible(row is not None)
        found = self._context.workspace.directory.tickets_of(row, MOST) if row is not None else ()
        if found == self._shown:
            return
        self._shown = found
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._title.setText(f"Tickets ({len(found)})" if found else "No tickets")
        self._buttons = [self._button(each) for each in found]
        for button in self._buttons:
            self._layout.addWidget(button)
        self._shorten()

    def _button(self, each: QueueRow) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"directoryTicket_{each.id}")
        button.setProperty("look", "value")
        words = _words(each)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        state = f"{STATUS_WORDS[each.status]}, {ago(each.updated_at, self._context.clock.now())}"
        button.setToolTip(f"{words}\n{state}")
        button.setAccessibleName(f"{words}, {state}")
        ticket: TicketId = each.id
        button.clicked.connect(lambda _checked=False: self.ticket_opened.emit(ticket))
        return button

    def _shorten(self) -> None:
        """Shorten the subjects to the room that there is."""
        room = max(self.width() - 24, 120)
        for button, each in zip(self._buttons, self._shown, strict=True):
            number = f"#{each.ref or 'new'}  "
            left = room - button.fontMetrics().horizontalAdvance(number)
            subject = button.fontMetrics().elidedText(each.subject, Qt.TextElideMode.ElideRight, left)
            button.setText((number + isolated(subject, each.subject)).replace("&", "&&"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()


def _words(each: QueueRow) -> str:
    return f"#{each.ref or 'new'}  {each.subject}"
