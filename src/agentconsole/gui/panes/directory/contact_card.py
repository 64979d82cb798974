"""All about one hit of the directory, with what can be done."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.directory import DirectoryCard, EscalationPath, ReviewState
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.directory import card_texts
from agentconsole.gui.panes.directory.card_tickets import CardTickets
from agentconsole.gui.panes.directory.contact_words import change_words, facts, opening_words, ways
from agentconsole.gui.panes.directory.way_list import WayList
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.theming import colour
from agentconsole.gui.upright import upright

_STANDINGS = frozenset({"Tier", "Plan", "Region"})
"""Fields of an organization from which packs read how it stands."""


class ContactCard(QWidget):
    """Shows one hit.

    Signals:
        act_asked: Write, call or open by the way at this place (int).
        copy_asked: Copy the address of the way at this place (int).
        escalate_asked: Escalate a ticket to this contact.
        review_asked: Record a review of the organization's profile (:class:`ReviewState`).
        privacy_asked: Record a request about their data.
        correction_asked: Say what is wrong here.
        link_asked: Open an address (str).
        ticket_opened: One of their tickets (int, as object).
    """

    act_asked = Signal(int)
    copy_asked = Signal(int)
    escalate_asked = Signal()
    review_asked = Signal(object)
    privacy_asked = Signal()
    correction_asked = Signal()
    link_asked = Signal(str)
    ticket_opened = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("directoryCard")
        self._context = context
        self._row: DirectoryRow | None = None
        self._about = DirectoryCard()
        self._path: EscalationPath | None = None
        self._ticket, self._customer = "", ""
        self._inner = inner = QWidget(self)
        self._section = _label("directoryCardSection", "meta", inner)
        self._title = _label("directoryCardTitle", "heading", inner)
        self._open = _label("directoryCardOpening", "", inner)
        self._allowed = _label("directoryCardAllowed", "muted", inner)
        self._steps = Facts("directorySteps", inner)
        self._ways = WayList(context, inner)
        self._ways.act_asked.connect(self.act_asked)
        self._ways.copy_asked.connect(self.copy_asked)
        self._escalate = self._button("directoryEscalate", "Escalate a ticket here…", "arrow-up", "Ctrl+E")
        self._escalate.clicked.connect(lambda _checked=False: self.escalate_asked.emit())
        self._facts = Facts("directoryFacts", inner)
        self._places = Facts("directoryPlaces", inner)
        self._access = Facts("directoryAccess", inner)
        self._reviews = QVBoxLayout()
        self._reviews.setSpacing(8)
        self._review_parts: list[QWidget] = []
        self._guide = Facts("directoryGuide", inner)
        self._links = QVBoxLayout()
        self._links.setSpacing(4)
        self._link_buttons: list[QPushButton] = []
        self._privacy = self._button("directoryPrivacy", "Privacy request…", "shield", "Ctrl+Shift+G")
        self._privacy.clicked.connect(lambda _checked=False: self.privacy_asked.emit())
        self._correct = self._button("directoryCorrect", "Suggest a correction…", "pencil", "Ctrl+Shift+E")
        self._correct.clicked.connect(lambda _checked=False: self.correction_asked.emit())
        self._tickets = CardTickets(context, inner)
        self._tickets.ticket_opened.connect(self.ticket_opened)
        self._build(inner)
        context.theming.changed.connect(self._show)
        self.show_row(None)

    @property
    def may_act(self) -> bool:
        """Whether the contact may be reached: an executive only once the steps before are on record."""
        row = self._row
        if row is None:
            return False
        return row.contact is None or not row.contact.executive or (self._path is not None and self._path.taken)

    @property
    def about(self) -> DirectoryCard:
        """What packs and records say of who is shown."""
        return self._about

    @property
    def path(self) -> EscalationPath | None:
        """The steps before who is shown."""
        return self._path

    def show_row(
        self,
        row: DirectoryRow | None,
        about: DirectoryCard | None = None,
        path: EscalationPath | None = None,
        *,
        ticket: str = "",
        customer: str = "",
    ) -> None:
        """Show *row*, or nothing; *ticket* ("#12") and *customer* name the ticket at hand."""
        fresh = row is None or self._row is None or (row.section, row.title) != (self._row.section, self._row.title)
        self._row, self._about, self._path = row, about or DirectoryCard(), path
        self._ticket, self._customer = ticket, customer
        self._inner.setVisible(row is not None)
        if fresh:
            self._scroll.verticalScrollBar().setValue(0)
        self._show()

    def scroll_by_half(self, way: int) -> None:
        """Scroll by half of what is seen: down for 1, up for -1."""
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + way * bar.pageStep() // 2)

    def tell_time(self, now: Instant) -> None:
        """Bring opening hours and local times up to date."""
        row = self._row
        if row is None:
            return
        theme = self._context.theming.theme
        words, change = opening_words(row, now), change_words(row, now)
        mark = "●" if row.open_now or any(place.opening.open_now for place in row.places) else "○"
        self._open.setText(f"{mark} {words}{f'  ·  {change}' if change else ''}" if words else "")
        self._open.setVisible(bool(words))
        # what the packs made of these fields stands above already
        told = _STANDINGS if self._about.standings else frozenset()
        said = (fact for fact in facts(row, now) if fact[0] not in told)
        self._facts.tell([card_texts.fact(name, text, theme) for name, text in said], apart=True)
        self._places.tell([card_texts.places(row.places, now, theme)])
        self._places.setVisible(bool(row.places))
        self._access.tell([*self._standing_lines(), card_texts.entitlements(self._about.entitlements, now, theme)])
        self._access.setVisible(bool(self._about.entitlements or self._about.standings))

    def _show(self) -> None:
        row = self._row
        if row is None:
            return
        contact = row.contact
        path = [row.section]
        if contact is not None:
            path += [contact.department] if contact.department and contact.department != row.section else []
            path.append(contact.origin.title)
        elif row.guide is not None:
            path.append(row.guide.origin.title)
        self._section.setText(" › ".join(path[:-1]) + f"  ·  {path[-1]}" if len(path) > 1 else path[0])
        self._title.setText(row.title)
        allowed = card_texts.allowed_words(row, self._customer)
        self._allowed.setText(("✕ " if row.allowed is False else "") + allowed)
        self._allowed.setVisible(bool(allowed))
        locked = contact is not None and contact.executive and not self.may_act
        self._show_steps(locked=locked)
        self._ways.show_ways(() if locked else ways(row))
        self._ways.setVisible(not locked and bool(ways(row)))
        self._escalate.setVisible(contact is not None)
        ticket = self._ticket or "a ticket"
        self._escalate.setText(f"Confirm the steps for {ticket}…" if locked else f"Escalate {ticket} here…")
        self._escalate_key.setVisible(contact is not None)
        self._correct.setVisible(contact is not None)
        whose = row.person is not None or row.organization is not None
        self._privacy.setVisible(whose)
        self._guide.tell([card_texts.guide(row.guide)] if row.guide else [])
        self._guide.setVisible(row.guide is not None)
        self._show_links(row.guide.links if row.guide else self._about.links)
        self.tell_time(self._context.clock.now())
        self._show_reviews()
        self._tickets.show_row(row if whose else None)

    def _show_steps(self, *, locked: bool) -> None:
        path, theme = self._path, self._context.theming.theme
        contact = self._row.contact if self._row else None
        executive = contact is not None and contact.executive
        self._steps.setVisible(executive)
        if not executive:
            return
        if not locked:
            self._steps.tell([f"<b>✓ The steps before were taken</b>: {escape(self._ticket)} carries the record."])
            return
        where = f"on {self._ticket}" if self._ticket else "on the ticket that needs it"
        lines = ["<b>Behind the escalation matrix.</b> How to reach this contact shows once the steps before it are "
                 f"confirmed; that is recorded {escape(where)}."]  # fmt: skip
        if path is not None:
            lines += [escape(path.text), card_texts.steps(path, theme)]
        self._steps.tell(lines, apart=True)

    def _standing_lines(self) -> list[str]:
        """Which pack the customer stands under, at which level, in which region."""
        lines = []
        for pack, word, level, region in self._about.standings:
            said = " · ".join(part for part in (f"{word.capitalize()} {level}" if level else "", region) if part)
            lines.append(f"<b>{escape(said)}</b> <span>({escape(pack)})</span>")
        return lines

    def _show_reviews(self) -> None:
        for part in self._review_parts:
            self._reviews.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._review_parts = []
        now, theme = self._context.clock.now(), self._context.theming.theme
        for state in self._about.reviews:
            text = Facts(f"directoryReview_{state.key}", self._inner)
            text.tell([card_texts.review(state, now, theme)])
            record = QPushButton("Record it…", self._inner)
            record.setObjectName(f"directoryRecordReview_{state.key}")
            record.setAccessibleName(f"Record: {state.title}")
            record.clicked.connect(lambda _checked=False, state=state: self._ask_review(state))
            for part in (text, record):
                self._reviews.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if part is record else Qt.AlignmentFlag(0))
                self._review_parts.append(part)

    def _ask_review(self, state: ReviewState) -> None:
        self.review_asked.emit(state)

    def _show_links(self, links: tuple[tuple[str, str], ...]) -> None:
        for button in self._link_buttons:
            self._links.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._link_buttons = []
        for place, (title, address) in enumerate(links):
            button = QPushButton(title.replace("&", "&&"), self._inner)
            button.setObjectName(f"directoryLink_{place}")
            first = place == 0 and self._row is not None and self._row.guide is not None
            button.setToolTip(f"{address}  (Enter)" if first else address)
            button.clicked.connect(lambda _checked=False, address=address: self.link_asked.emit(address))
            self._context.icons.bind(button, "external-link")
            self._links.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self._link_buttons.append(button)

    # Building

    def _build(self, inner: QWidget) -> None:
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(6)
        for widget in (self._section, self._title, self._open, self._allowed):
            column.addWidget(widget)
        column.addSpacing(6)
        column.addWidget(self._ways)
        column.addWidget(self._steps)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._escalate)
        self._escalate_key = QLabel("Ctrl+E", inner)
        self._escalate_key.setProperty("look", "key")
        line.addWidget(self._escalate_key)
        line.addStretch(1)
        column.addSpacing(6)
        column.addLayout(line)
        column.addWidget(self._guide)
        column.addSpacing(6)
        column.addWidget(self._places)
        column.addWidget(self._access)
        column.addSpacing(6)
        column.addLayout(self._reviews)
        column.addLayout(self._links)
        column.addSpacing(4)
        column.addWidget(self._facts)
        for button in (self._privacy, self._correct):
            button.setProperty("look", "link")
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._tickets)
        column.addStretch(1)
        self._scroll = scroll = upright(inner, "directoryCardScroll", self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 0, 0)
        whole.addWidget(scroll)

    def _button(self, name: str, words: str, icon: str, key: str) -> QPushButton:
        button = QPushButton(words, self._inner)
        button.setObjectName(name)
        button.setToolTip(f"{words}  ({key})")
        button.setIconSize(QSize(16, 16))
        self._context.icons.bind(button, icon)
        return button

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.surface))
        painter.fillRect(0, 0, 1, self.height(), colour(theme.hairline))
        painter.fillRect(0, 0, self.width(), 1, colour(theme.hairline))


def _label(name: str, look: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if look:
        label.setProperty("look", look)
    return label
