"""Where to go from this ticket: tools, portals, training, status; and who handles what it is about."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.spoken_time import span
from agentconsole.triage.values import ContactHit, ContextChapter, ContextLink

MOST_CONTACTS = 3

_HANDBOOK = "handbook:"

_KINDS = {
    "portal": "Portal",
    "tool": "Tools",
    "status": "Status",
    "knowledge": "Knowledge",
    "training": "Training",
    "certification": "Certification",
    "community": "Community",
    "template": "Templates",
    "feedback": "Feedback",
    "preferences": "Preferences",
    "policy": "Policies",
    "other": "Other",
}


def linked(title: str, address: str, code: str) -> str:
    """Return *title* as a link, or as words where the document names a page without its address."""
    if not address:
        return escape(title)
    return f'<a href="{escape(address)}" style="color:{code}; text-decoration:none">{escape(title)}</a>'


class ContextLinks(Facts):
    """The links of the packs with the ticket's context filled in; those that its words ask for come first.

    Signals:
        link_asked: address, words (str, str).
        page_asked: A page of the handbook: "pack/chapter" (str).
    """

    link_asked = Signal(str, str)
    page_asked = Signal(str)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__("ticketLinks", parent)
        self._context = context
        self._shown: tuple[ContextLink, ...] = ()
        self._chapters: tuple[ContextChapter, ...] = ()
        self.linkActivated.connect(self._follow)
        context.theming.changed.connect(self._show)

    def show_links(self, links: tuple[ContextLink, ...], chapters: tuple[ContextChapter, ...] = ()) -> None:
        """Show *links* by kind, and the *chapters* of the handbook that concern tickets."""
        self._shown, self._chapters = links, chapters
        self._show()

    def _follow(self, address: str) -> None:
        if address.startswith(_HANDBOOK):
            self.page_asked.emit(address.removeprefix(_HANDBOOK))
        else:
            self.link_asked.emit(address, "")

    def _show(self) -> None:
        theme = self._context.theming.theme
        fitting = [link for link in self._shown if link.fitting]
        groups: list[tuple[str, list[ContextLink]]] = [("For this ticket", fitting)] if fitting else []
        for kind, title in _KINDS.items():
            mine = [link for link in self._shown if link.kind == kind and not link.fitting]
            if mine:
                groups.append((title, mine))
        lines = []
        for title, links in groups:
            named = [linked(link.title, link.url, theme.link) for link in links]
            if named:
                lines.append(f'<span style="color:{theme.muted}">{title}</span><br>{"<br>".join(named)}')
        if self._chapters:
            pages = [linked(each.title, f"{_HANDBOOK}{each.pack}/{each.id}", theme.link) for each in self._chapters]
            lines.append(f'<span style="color:{theme.muted}">Handbook</span><br>{"<br>".join(pages)}')
        self.tell(lines, apart=True)


class Desks(QWidget):
    """The contacts that handle what the ticket is about.

    Signals:
        contact_asked: A pack's id and a contact's (str, str).
    """

    contact_asked = Signal(str, str)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketDesks")
        self._context = context
        self._shown: tuple[ContactHit, ...] = ()
        self._facts = Facts("ticketDesksText", self)
        self._facts.linkActivated.connect(self._follow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._facts)
        context.theming.changed.connect(self._show)

    def show_contacts(self, hits: tuple[ContactHit, ...]) -> None:
        """Show the best of *hits*."""
        self._shown = hits[:MOST_CONTACTS]
        self._show()

    def _follow(self, address: str) -> None:
        pack, _, contact = address.removeprefix("contact:").partition("/")
        self.contact_asked.emit(pack, contact)

    def _show(self) -> None:
        theme, now = self._context.theming.theme, self._context.clock.now()
        lines = []
        for hit in self._shown:
            contact = hit.contact
            where = contact.email or contact.phone or contact.url or contact.details
            state = ""
            if hit.open_now:
                state = " · open now"
            elif hit.open_now is False:
                state = f" · opens in {span(hit.changes_at - now)}" if hit.changes_at else " · closed"
            address = f"contact:{hit.pack}/{contact.id}"
            lines.append(
                f'<a href="{escape(address)}" style="color:{theme.link}; text-decoration:none">'
                f"{escape(contact.purpose)}</a>"
                f'<br><span style="color:{theme.muted}">{escape(where)}{escape(state)}</span>'
            )
        self._facts.tell(lines, apart=True)
