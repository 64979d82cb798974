"""All about one hit of the directory, with what can be done."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.directory.contact_words import act_of, facts, opening_words
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS
from agentconsole.gui.spoken_time import ago
from agentconsole.gui.theming import colour

MOST_TICKETS = 20


class ContactCard(QWidget):
    """Shows one hit.

    Signals:
        act_asked: Write, call or open, whatever fits.
        copy_asked: Copy the address.
        ticket_opened: One of their tickets (int, as object).
    """

    act_asked = Signal()
    copy_asked = Signal()
    ticket_opened = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("directoryCard")
        self._context = context
        self._row: DirectoryRow | None = None
        self._confirmed = False
        inner = QWidget(self)
        self._title = QLabel(inner)
        self._title.setObjectName("directoryCardTitle")
        self._title.setProperty("look", "title")
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._section = QLabel(inner)
        self._section.setObjectName("directoryCardSection")
        self._section.setProperty("look", "muted")
        self._section.setWordWrap(True)
        self._open = QLabel(inner)
        self._open.setObjectName("directoryCardOpening")
        self._act = QPushButton(inner)
        self._act.setObjectName("directoryAct")
        self._act.setProperty("look", "primary")
        self._act.clicked.connect(lambda _checked=False: self.act_asked.emit())
        self._copy = QPushButton("Copy", inner)
        self._copy.setObjectName("directoryCopy")
        self._copy.setToolTip("Copy the address  (Ctrl+C)")
        self._copy.clicked.connect(lambda _checked=False: self.copy_asked.emit())
        context.icons.bind(self._copy, "copy")
        for button in (self._act, self._copy):
            button.setIconSize(QSize(16, 16))
        self._steps = QLabel(inner)
        self._steps.setObjectName("directorySteps")
        self._steps.setWordWrap(True)
        self._steps.setText(
            "An executive contact, for when the escalation steps before it were taken. How to reach it shows once you "
            "confirm that."
        )
        self._taken = QPushButton("The steps before were taken", inner)
        self._taken.setObjectName("directoryStepsTaken")
        self._taken.clicked.connect(lambda _checked=False: self._confirm())
        self._facts = Facts("directoryFacts", inner)
        self._tickets_title = QLabel("Tickets", inner)
        self._tickets_title.setProperty("look", "section")
        self._tickets = QVBoxLayout()
        self._tickets.setSpacing(0)
        self._ticket_buttons: list[QPushButton] = []
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._act)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(8)
        for widget in (self._section, self._title, self._open, self._steps):
            column.addWidget(widget)
        column.addWidget(self._taken, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(buttons)
        column.addSpacing(4)
        column.addWidget(self._facts)
        column.addSpacing(8)
        column.addWidget(self._tickets_title)
        column.addLayout(self._tickets)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setObjectName("directoryCardScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        scroll.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 0, 0)
        whole.addWidget(scroll)
        self._inner = inner
        context.theming.changed.connect(lambda: self.show_row(self._row))
        self.show_row(None)

    @property
    def may_act(self) -> bool:
        """Whether the contact may be reached: an executive only once the steps before were taken."""
        row = self._row
        return row is not None and (row.contact is None or not row.contact.executive or self._confirmed)

    def show_row(self, row: DirectoryRow | None) -> None:
        """Show *row*, or nothing."""
        if row != self._row and (row is None or self._row is None or row.title != self._row.title):
            self._confirmed = False
        self._row = row
        self._inner.setVisible(row is not None)
        if row is None:
            return
        self._title.setText(row.title)
        self._section.setText(row.section)
        executive = row.contact is not None and row.contact.executive
        self._steps.setVisible(executive and not self._confirmed)
        self._taken.setVisible(executive and not self._confirmed)
        act = act_of(row)
        self._act.setVisible(act is not None and self.may_act)
        if act is not None:
            self._act.setText(act.words)
            self._act.setToolTip(f"{act.address.partition(':')[2].removeprefix('//')}  (Return)")
            self._context.icons.bind(self._act, act.icon, "on_accent")
        self._copy.setVisible(self.may_act)
        self.tell_time(self._context.clock.now())
        self._show_tickets(row)

    def tell_time(self, now: Instant) -> None:
        """Bring opening hours and local times up to date."""
        row = self._row
        if row is None:
            return
        words = opening_words(row, now)
        self._open.setText(f"{'●' if row.open_now else '○'} {words}" if words else "")
        self._open.setVisible(bool(words))
        muted = self._context.theming.theme.muted
        hidden = {"Mail", "Phone", "Web", "Chat"} if not self.may_act else set()
        self._facts.tell(
            [
                f'<span style="color:{muted};font-size:11px">{escape(name)}</span><br>{escape(text)}'
                for name, text in facts(row, now)
                if name not in hidden
            ],
            apart=True,
        )

    def _confirm(self) -> None:
        self._confirmed = True
        self.show_row(self._row)
        self._act.setFocus()

    def _show_tickets(self, row: DirectoryRow) -> None:
        for button in self._ticket_buttons:
            self._tickets.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._ticket_buttons = []
        whose = row.person is not None or row.organization is not None
        found = self._context.workspace.directory.tickets_of(row, MOST_TICKETS) if whose else ()
        self._tickets_title.setVisible(whose)
        self._tickets_title.setText(f"Tickets ({len(found)})" if found else "No tickets")
        for each in found:
            button = QPushButton(self._inner)
            button.setObjectName(f"directoryTicket_{each.id}")
            button.setProperty("look", "value")
            words = f"#{each.ref or 'new'}  {each.subject}"
            shown = button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, max(self.width() - 64, 180))
            button.setText(shown.replace("&", "&&"))
            state = f"{STATUS_WORDS[each.status]}, {ago(each.updated_at, self._context.clock.now())}"
            button.setToolTip(f"{words}\n{state}")
            button.setAccessibleName(f"{words}, {state}")
            ticket: TicketId = each.id
            button.clicked.connect(lambda _checked=False, ticket=ticket: self.ticket_opened.emit(ticket))
            self._tickets.addWidget(button)
            self._ticket_buttons.append(button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.surface))
        painter.fillRect(0, 0, 1, self.height(), colour(theme.hairline))
        painter.fillRect(0, 0, self.width(), 1, colour(theme.hairline))
