"""Everything about the ticket that is not the conversation, in sections that fold."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import ArticleRecord
from agentconsole.domain.rows import HistoryRow, TicketDetail
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.guidance.sections import GuidanceSections
from agentconsole.gui.panes.ticket.on_demand import OnDemand
from agentconsole.gui.panes.ticket.people import OrganizationCard, RequesterCard
from agentconsole.gui.panes.ticket.properties import Properties
from agentconsole.gui.panes.ticket.section import Section
from agentconsole.gui.panes.ticket.targets import Targets
from agentconsole.gui.panes.ticket.unsent import Unsent
from agentconsole.gui.spoken_time import ago
from agentconsole.gui.theming import colour
from agentconsole.gui.upright import upright

_ORDER = (
    "unsent",
    "hints",
    "properties",
    "targets",
    "lifecycle",
    "intake",
    "scope",
    "related",
    "requester",
    "verification",
    "entitlements",
    "conduct",
    "organization",
    "desks",
    "links",
    "articles",
    "history",
)


class SidePanel(QWidget):
    """Properties, targets, people, unsent changes, history, articles, and what the policy packs say.

    Signals:
        link_asked: address, words (str, str).
        ticket_asked: Another ticket to show (int, as object).
        why_asked: How a target came about: its metric (as object), None for any.
        retry_asked, withdraw_asked, decide_asked: The key of an unsent change (str).
    """

    link_asked = Signal(str, str)
    ticket_asked = Signal(object)
    why_asked = Signal(object)
    retry_asked = Signal(str)
    decide_asked = Signal(str)
    withdraw_asked = Signal(str)
    WIDTH = 272

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketSide")
        self.setFixedWidth(self.WIDTH)
        self._context = context
        inner = QWidget(self)
        inner.setObjectName("ticketSideContent")
        self.properties = Properties(context, inner)
        self.targets = Targets(context, inner)
        self.requester = RequesterCard(context, inner)
        self.organization = OrganizationCard(context, inner)
        self.unsent = Unsent(context, inner)
        tickets = context.workspace.tickets
        self.history: OnDemand[HistoryRow] = OnDemand(
            "ticketHistory", tickets.history, self._history_line, "No events yet.", context, inner
        )
        self.articles: OnDemand[ArticleRecord] = OnDemand(
            "ticketArticles", tickets.articles, self._article_line, "No article fits this ticket.", context, inner
        )
        self._sections = {
            name: Section(name, title, content, context, inner, is_open=is_open)
            for name, title, content, is_open in (
                ("unsent", "Not sent yet", self.unsent, True),
                ("properties", "Properties", self.properties, True),
                ("targets", "SLA targets", self.targets, True),
                ("requester", "Requester", self.requester, True),
                ("organization", "Organization", self.organization, True),
                ("articles", "Related articles", self.articles, False),
                ("history", "History", self.history, False),
            )
        }
        self.guidance = GuidanceSections(context, inner)
        self._sections |= self.guidance.sections
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 12, 16)
        column.setSpacing(14)
        for name in _ORDER:
            column.addWidget(self._sections[name])
        column.addStretch(1)
        scroll = upright(inner, "ticketSideScroll", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(scroll)
        for source in (self.requester, self.history, self.articles, self.guidance):
            source.link_asked.connect(self.link_asked)
        self.guidance.ticket_asked.connect(self.ticket_asked)
        self.organization.linkActivated.connect(lambda address: self.link_asked.emit(address, ""))
        self.requester.ticket_asked.connect(self.ticket_asked)
        self.targets.titled.connect(self._sections["targets"].set_title)
        self.targets.why_asked.connect(self.why_asked)
        self.unsent.retry_asked.connect(self.retry_asked)
        self.unsent.decide_asked.connect(self.decide_asked)
        self.unsent.withdraw_asked.connect(self.withdraw_asked)
        self._sections["history"].opened.connect(self.history.want)
        self._sections["articles"].opened.connect(self.articles.want)
        self.guidance.focus_given.connect(lambda part: scroll.ensureWidgetVisible(part, 0, 40))
        context.theming.changed.connect(self.update)

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show all about *ticket*."""
        count = len(ticket.waiting)
        self._sections["unsent"].setVisible(bool(count))
        self._sections["unsent"].set_title("1 change not sent yet" if count == 1 else f"{count} changes not sent yet")
        self.unsent.show_changes(ticket.waiting)
        self.properties.show_ticket(ticket)
        self.targets.show_targets(ticket.targets)
        self.requester.show_ticket(ticket)
        self.organization.show_ticket(ticket)
        self.history.show_ticket(ticket.id, wanted=self._sections["history"].is_open)
        self.articles.show_ticket(ticket.id, wanted=self._sections["articles"].is_open)

    def tell_time(self, now: Instant) -> None:
        """Bring what says the time up to date; once a minute is enough."""
        self.requester.tell_time(now)
        self.guidance.tell_time(now)

    def _history_line(self, event: HistoryRow) -> str:
        muted = self._context.theming.theme.muted
        when = ago(event.at, self._context.clock.now())
        return f'{escape(event.text)}<br><span style="color:{muted}">{escape(event.who)} · {when}</span>'

    def _article_line(self, article: ArticleRecord) -> str:
        theme = self._context.theming.theme
        title = escape(article.title)
        if article.url:
            title = f'<a href="{escape(article.url)}" style="color:{theme.link}; text-decoration:none">{title}</a>'
        snippet = f'<br><span style="color:{theme.muted}">{escape(article.snippet)}</span>' if article.snippet else ""
        return title + snippet

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.surface))
        painter.fillRect(0, 0, 1, self.height(), colour(theme.hairline))
