"""The head of the ticket pane: what it is about, where it stands, whose it is, and who else looks at it."""

from __future__ import annotations

import functools

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import Presence
from agentconsole.domain.rows import TicketDetail
from agentconsole.domain.values import Priority, Status, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.priority_bars import HEIGHT, WIDTH, priority_bars
from agentconsole.gui.delegates.queue_cells import status_mark
from agentconsole.gui.fonts import text_font
from agentconsole.gui.panes.ticket.short_label import ShortLabel
from agentconsole.gui.panes.ticket.wording import PRIORITY_WORDS, STATUS_HINTS, STATUS_WORDS, titled
from agentconsole.gui.spoken_time import ago, exact
from agentconsole.gui.theming import Theming, colour


class _Fact(QWidget):
    """One fact of the line below the subject, with a mark before it; gives way when the line is too short."""

    def __init__(self, name: str, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._theming = theming
        self._text = ""
        self._status: Status | None = None
        self._priority: Priority | None = None
        self._bars = False
        self._pill = False
        self._said: tuple[str, str, Status | Priority | None] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_status(self, ticket: TicketDetail) -> None:
        self._status, self._pill = ticket.status, True
        self._say(ticket.native_status or STATUS_WORDS[ticket.status], STATUS_HINTS[ticket.status])
        self.setAccessibleName(f"Status {self._text}")

    def show_priority(self, ticket: TicketDetail) -> None:
        self._priority, self._bars = ticket.priority, True
        self._say(PRIORITY_WORDS[ticket.priority] if ticket.priority else "No priority", "Priority")
        self.setAccessibleName(f"Priority {self._text}")

    def show_pill(self, text: str, hint: str) -> None:
        self._pill = True
        self._say(text, hint)
        self.setAccessibleName(f"{hint} {text}" if text else "")

    def _say(self, text: str, hint: str) -> None:
        said = (text, hint, self._status or self._priority)
        if said == self._said:
            return
        self._said, self._text = said, text
        self.setToolTip(hint)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @functools.cached_property
    def _type(self) -> tuple[QFont, QFontMetrics]:
        font = text_font(12, QFont.Weight.Medium)
        return font, QFontMetrics(font)

    def sizeHint(self) -> QSize:
        lead = 16 if self._status else WIDTH + 6 if self._bars else 0
        return QSize(self._type[1].horizontalAdvance(self._text) + lead + (16 if self._pill else 2), 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, ratio = self._theming.theme, self.devicePixelRatioF()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 1
        if self._pill:
            painter.setPen(colour(theme.hairline))
            painter.setBrush(colour(theme.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 11, 11)
            x = 8
        if self._status:
            painter.drawPixmap(x, 6, status_mark(self._status, theme.text, ratio))
            x += 16
        elif self._bars:
            painter.drawPixmap(x, (22 - HEIGHT) // 2, priority_bars(self._priority, theme, ratio))
            x += WIDTH + 6
        painter.setFont(self._type[0])
        painter.setPen(colour(theme.text))
        painter.drawText(
            QRect(x, 0, self.width() - x, 22), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._text
        )


class TicketHeader(QWidget):
    """Shows one ticket's head.

    Signals:
        back_asked: Back to the queue.
        side_toggled: Show or hide the side panel (bool).
    """

    back_asked = Signal()
    side_toggled = Signal(bool)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketHeader")
        self._context = context
        self.back = QToolButton(self)
        self.back.setObjectName("ticketBack")
        self.back.setAccessibleName("Back to the queue")
        self.back.setToolTip("Back to the queue  (Esc)")
        context.icons.bind(self.back, "arrow-left")
        self.back.clicked.connect(lambda _checked=False: self.back_asked.emit())
        self.back.hide()
        self._subject = ShortLabel(self)
        self._subject.setObjectName("ticketSubject")
        self._subject.setProperty("look", "title")
        self._subject.setMinimumWidth(80)
        self.side = QToolButton(self)
        self.side.setObjectName("ticketSideToggle")
        self.side.setCheckable(True)
        self.side.setAccessibleName("Show details")
        self.side.setToolTip("Show or hide the details  (Ctrl+.)")
        context.icons.bind(self.side, "panel-right")
        self.side.toggled.connect(self.side_toggled)
        self._number = QLabel(self)
        self._number.setObjectName("ticketNumber")
        self._number.setProperty("look", "muted")
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._status = _Fact("ticketStatus", context.theming, self)
        self._priority = _Fact("ticketPriority", context.theming, self)
        self._tier = _Fact("ticketTier", context.theming, self)
        self._taken = QLabel(self)
        self._taken.setObjectName("ticketTaken")
        self._taken.setAccessibleName("With you")
        self._taken.setToolTip("With you: whole on this computer until the trip ends")
        self._taken.hide()
        self._id: TicketId | None = None
        self._retint()
        self._who = ShortLabel(self)
        self._who.setObjectName("ticketRequester")
        self._who.setProperty("look", "muted")
        self._presence = QLabel(self)
        self._presence.setObjectName("ticketPresence")
        self._presence.setTextFormat(Qt.TextFormat.PlainText)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.back)
        top.addWidget(self._subject, 1)
        top.addWidget(self.side)
        line = QHBoxLayout()
        line.setSpacing(8)
        for widget in (self._number, self._status, self._priority):
            line.addWidget(widget)
        line.addWidget(self._who, 1)
        line.addWidget(self._taken)
        line.addWidget(self._tier)
        line.addWidget(self._presence)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 8, 10)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(line)
        context.theming.changed.connect(self._retint)
        context.bridge.changed.connect(self._changed)

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show the head of *ticket*."""
        self._subject.tell(ticket.subject or "(no subject)")
        if ticket.id != self._id:
            self._id = ticket.id
            self._taken.hide()
            self._ask_taken()
        self._number.setText(f"#{ticket.ref}" if ticket.ref else "Not sent yet")
        self._status.show_status(ticket)
        self._priority.show_priority(ticket)
        self._tier.show_pill(titled(ticket.tier or ticket.plan), "Tier" if ticket.tier else "Plan")
        names = [ticket.requester.name if ticket.requester else "Unknown requester"]
        if ticket.organization:
            names.append(ticket.organization.name)
        self._who.tell(" · ".join(names))
        self.tell_presence()

    def _retint(self) -> None:
        self._taken.setPixmap(self._context.icons.pixmap("luggage", 16, "muted", self.devicePixelRatioF()))
        self.update()

    def _ask_taken(self) -> None:
        wanted, trips = self._id, self._context.workspace

        async def read() -> bool:
            return wanted is not None and bool(trips.trips.taken([wanted]))

        def told(taken: bool) -> None:
            if wanted == self._id:
                self._taken.setVisible(taken)

        self._context.tasks.run(read(), told, lambda _error: None)

    def _changed(self, change: Change) -> None:
        if "trip" in change.topics and change.everything:
            self._ask_taken()

    def fact(self, name: str) -> QWidget:
        """Return what shows the field *name*, or stands for it, so that a list can open below it."""
        return {"status": self._status, "priority": self._priority}.get(name, self._number)

    def tell_presence(self) -> None:
        """Say who else has the ticket open; replying is said first, because it matters more.

        Unless the help desk tells it live, nothing is said of now but that it is not known.
        """
        if self._id is None:
            return
        workspace = self._context.workspace
        me = workspace.me()
        colleagues = tuple(each for each in workspace.tickets.presence(self._id) if me is None or each.person != me.ref)
        self._presence.setText(presence_words(colleagues, self._context.clock.now()))
        self._presence.setVisible(bool(colleagues))
        asof = (
            ""
            if workspace.sync.status().live
            else "Who has it open now is not known: the help desk does not tell at the moment."
        )
        self._presence.setToolTip("\n".join(filter(None, [asof, *(_seen_exactly(each) for each in colleagues)])))
        replying = any(each.mode == "replying" and each.seen_at is None for each in colleagues)
        look = "error" if replying else "meta"
        if self._presence.property("look") != look:
            self._presence.setProperty("look", look)
            self._presence.style().polish(self._presence)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, colour(theme.hairline))


def presence_words(colleagues: tuple[Presence, ...], now: Instant) -> str:
    """Return "Maya is replying", "Maya and Tom are viewing", "seen by Maya 6 min ago", "" for nobody."""
    for mode in ("replying", "viewing"):
        names = [_first_name(each) for each in colleagues if each.mode == mode and each.seen_at is None]
        if len(names) == 1:
            return f"{names[0]} is {mode}"
        if names:
            return f"{names[0]} and {names[1] if len(names) == 2 else f'{len(names) - 1} others'} are {mode}"
    for each in colleagues:
        if each.seen_at is not None:
            return f"seen by {_first_name(each)} {ago(each.seen_at, now)}"
    return ""


def _first_name(colleague: Presence) -> str:
    return colleague.name.split()[0] if colleague.name.split() else colleague.name


def _seen_exactly(colleague: Presence) -> str:
    if colleague.seen_at is None:
        return f"{colleague.name} is {colleague.mode}"
    return f"{colleague.name} had it open until {exact(colleague.seen_at)}"
