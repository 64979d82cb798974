"""Chooses a ticket: the one at hand, one of the agent's own open ones, or any of the cache by its number."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.query import QueueQuery
from agentconsole.domain.rows import QueueRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS

MOST = 40
SHOWN = 4
_TICKET = Qt.ItemDataRole.UserRole


class TicketChoice(QWidget):
    """Shows the chosen ticket; asks which one while there is none.

    Signals:
        changed: Another ticket is chosen, or none.
    """

    changed = Signal()

    def __init__(self, context: WindowContext, ticket: TicketId | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketChoice")
        self._context = context
        self._chosen: QueueRow | None = None
        self._mine: list[QueueRow] | None = None
        self._shown = QLabel(self)
        self._shown.setObjectName("ticketChoiceShown")
        self._shown.setTextFormat(Qt.TextFormat.PlainText)
        self._shown.setWordWrap(True)
        self._other = QPushButton("Another ticket…", self)
        self._other.setObjectName("ticketChoiceOther")
        self._other.setProperty("look", "link")
        self._other.setAutoDefault(False)
        self._other.clicked.connect(lambda _checked=False: self._ask())
        self._field = QLineEdit(self)
        self._field.setObjectName("ticketChoiceField")
        self._field.setPlaceholderText("Number of the ticket, or words of its subject")
        self._field.setAccessibleName("Which ticket needs this?")
        self._field.textChanged.connect(self._narrow)
        self._field.installEventFilter(self)
        self._list = QListWidget(self)
        self._list.setObjectName("ticketChoiceList")
        self._list.setAccessibleName("Tickets")
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setFixedHeight(SHOWN * 30 + 4)
        self._list.currentItemChanged.connect(lambda _now, _before: self._choose_current())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._shown)
        layout.addWidget(self._other, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        rows = context.workspace.queue.rows([ticket]) if ticket is not None else []
        self._take(rows[0]) if rows else self._ask()

    @property
    def ticket(self) -> TicketId | None:
        """The ticket that is chosen."""
        return self._chosen.id if self._chosen else None

    @property
    def words(self) -> str:
        """The chosen ticket's number, "" while none is chosen."""
        return f"#{self._chosen.ref or 'new'}" if self._chosen else ""

    def begin(self) -> bool:
        """Give the keyboard to the field if a ticket has to be chosen; returns whether that is so."""
        if self._chosen is None:
            self._field.setFocus()
        return self._chosen is None

    def _take(self, row: QueueRow) -> None:
        self._chosen = row
        self._shown.setText(f"#{row.ref or 'new'}  {row.subject}")
        for part in (self._field, self._list):
            part.hide()
        for shown in (self._shown, self._other):
            shown.show()
        self.changed.emit()

    def _ask(self) -> None:
        self._chosen = None
        for part in (self._field, self._list):
            part.show()
        for hidden in (self._shown, self._other):
            hidden.hide()
        self._narrow(self._field.text())
        self._field.setFocus()
        self.changed.emit()

    def _own(self) -> list[QueueRow]:
        if self._mine is None:
            queue = self._context.workspace.queue
            self._mine = queue.rows(list(queue.first_ids(QueueQuery(view="my-open"), MOST)))
        return self._mine

    def _narrow(self, text: str) -> None:
        typed = text.strip().removeprefix("#")
        words = typed.casefold().split()
        found = [row for row in self._own() if all(word in f"{row.ref} {row.subject}".casefold() for word in words)]
        by_number = self._context.workspace.tickets.find(typed) if typed.isdigit() else None
        if by_number is not None:
            found = [*self._context.workspace.queue.rows([by_number]), *(r for r in found if r.id != by_number)]
        self._list.blockSignals(True)
        self._list.clear()
        for row in found:
            item = QListWidgetItem(f"#{row.ref or 'new'}  {row.subject}  ·  {STATUS_WORDS[row.status].lower()}")
            item.setData(_TICKET, row)
            item.setSizeHint(QSize(0, 30))
            self._list.addItem(item)
        # a number names one ticket; nothing is chosen on the agent's behalf by an empty field
        self._list.setCurrentRow(0 if typed and (by_number is not None or len(found) == 1) else -1)
        self._list.blockSignals(False)
        self._choose_current()

    def _choose_current(self) -> None:
        item = self._list.currentItem()
        # there is none while nothing is chosen, which Qt's type hints don't say
        row = item.data(_TICKET) if item is not None else None  # type: ignore[redundant-expr]
        self._chosen = row if isinstance(row, QueueRow) else None
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows walk the list while the caret stays in the field."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in steps:
            row = self._list.currentRow() + steps[Qt.Key(event.key())]
            self._list.setCurrentRow(max(0, min(row, self._list.count() - 1)))
            return True
        return super().eventFilter(watched, event)
