"""Who asks, and for which company: what an agent needs to know before answering."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import DirectoryRow, QueueRow, TicketDetail
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.directory.contact_words import REGIONS
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS, titled
from agentconsole.gui.spoken_time import clock_in

_SHOWN_APART = ("tier", "plan", "partner_tier", "support_plan")


class Facts(QLabel):
    """Lines of selectable text; addresses in it can be clicked and are handed to whoever opens links.

    Signals of QLabel: ``linkActivated``.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)

    def tell(self, lines: Sequence[str], *, apart: bool = False) -> None:
        """Show *lines*, each safe HTML; empty ones are left out. *apart* puts a little room between them."""
        held = [line for line in lines if line]
        text = "".join(f'<p style="margin:0 0 8px 0">{line}</p>' for line in held) if apart else "<br>".join(held)
        if text != self.text():
            self.setText(text)


class RequesterCard(QWidget):
    """The requester: name, addresses, the time where they are, their other tickets.

    Signals:
        link_asked: address, words (str, str).
        ticket_asked: One of their other tickets (int, as object).
    """

    link_asked = Signal(str, str)
    ticket_asked = Signal(object)
    MOST = 6

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("requesterCard")
        self._context = context
        self._ticket: TicketDetail | None = None
        self._facts = Facts("requesterFacts", self)
        self._facts.linkActivated.connect(lambda address: self.link_asked.emit(address, ""))
        self._more = QPushButton("Their other tickets", self)
        self._more.setObjectName("requesterTickets")
        self._more.setProperty("look", "inline")
        self._more.clicked.connect(lambda _checked=False: self._list())
        self._others: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(self._facts)
        self._layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        context.theming.changed.connect(self._show)

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show who asks in *ticket*."""
        if self._ticket is None or self._ticket.id != ticket.id:
            self._forget()
        self._ticket = ticket
        self._show()

    def tell_time(self, now: Instant) -> None:
        """Bring the requester's local time up to date."""
        if self._ticket is not None and self._ticket.requester and self._ticket.requester.time_zone:
            self._show(now)

    def _show(self, now: Instant | None = None) -> None:
        ticket = self._ticket
        if ticket is None:
            return
        person = ticket.requester
        self._more.setVisible(person is not None and not self._others)
        if person is None:
            self._facts.tell(["The help desk did not say who asks."])
            return
        theme = self._context.theming.theme
        clock = clock_in(person.time_zone, self._context.clock.now() if now is None else now)
        zone = (person.time_zone or "").rpartition("/")[2].replace("_", " ")
        self._facts.tell(
            [
                f"<b>{escape(person.name)}</b>" + (" (suspended)" if person.suspended else ""),
                _link("mailto:", person.email, theme.link),
                _link("tel:", person.phone, theme.link),
                f'<span style="color:{theme.muted}">{clock} · {escape(zone)}</span>' if clock else "",
                f'<span style="color:{theme.muted}">{escape(person.notes)}</span>' if person.notes else "",
            ]
        )

    def _list(self) -> None:
        ticket = self._ticket
        if ticket is None or ticket.requester is None:
            return
        person = ticket.requester
        row = DirectoryRow(title=person.name, subtitle="", section="People", person=person)
        found = self._context.workspace.directory.tickets_of(row, self.MOST + 1)
        others = [each for each in found if each.id != ticket.id][: self.MOST]
        self._more.hide()
        for each in others:
            self._add(each)
        if not others:
            button = QPushButton("No other tickets", self)
            button.setObjectName("requesterNoTickets")
            button.setProperty("look", "inline")
            button.setEnabled(False)
            self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self._others.append(button)

    def _add(self, row: QueueRow) -> None:
        button = QPushButton(self)
        button.setObjectName(f"otherTicket_{row.id}")
        button.setProperty("look", "inline")
        text = f"#{row.ref or 'new'} {row.subject}"
        shown = button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(self.width() - 16, 160))
        button.setText(shown.replace("&", "&&"))
        button.setToolTip(f"{text}\n{STATUS_WORDS[row.status]}")
        button.setAccessibleName(f"{text}, {STATUS_WORDS[row.status]}")
        ticket: TicketId = row.id
        button.clicked.connect(lambda _checked=False: self.ticket_asked.emit(ticket))
        self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        button.show()
        self._others.append(button)

    def _forget(self) -> None:
        for button in self._others:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._others = []


class OrganizationCard(Facts):
    """The company: name, tier and plan, domains, notes, and the help desk's own fields."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__("organizationFacts", parent)
        self._context = context
        self._ticket: TicketDetail | None = None
        context.theming.changed.connect(self._show)

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show the company behind *ticket*."""
        self._ticket = ticket
        self._show()

    def _show(self) -> None:
        if self._ticket is None:
            return
        company = self._ticket.organization
        muted = self._context.theming.theme.muted
        if company is None:
            self.tell([f'<span style="color:{muted}">No organization</span>'])
            return
        named = (("Tier", titled(self._ticket.tier)), ("Plan", titled(self._ticket.plan)))
        fields = ((titled(key), _said(value)) for key, value in company.fields.items())
        lines = [f"<b>{escape(company.name)}</b>"]
        lines += [_fact(title, value, muted) for title, value in named if value]
        lines.append(f'<span style="color:{muted}">{escape(", ".join(company.domains))}</span>')
        lines += [
            _fact(title, value, muted)
            for title, value in fields
            if value not in (None, "", []) and title.lower().replace(" ", "_") not in _SHOWN_APART
        ]
        lines.append(f'<span style="color:{muted}">{escape(company.notes)}</span>' if company.notes else "")
        self.tell([line for line in lines if not line.endswith("></span>")])


def _fact(title: str, value: Any, muted: str) -> str:
    return f'<span style="color:{muted}">{escape(title)}</span>&nbsp; {escape(str(value))}'


def _said(value: Any) -> Any:
    """Return a field's *value* as people say it; regions have names."""
    return REGIONS.get(value, titled(value)) if isinstance(value, str) else value


def _link(scheme: str, value: str | None, code: str) -> str:
    if not value:
        return ""
    return f'<a href="{scheme}{escape(value)}" style="color:{code}; text-decoration:none">{escape(value)}</a>'
