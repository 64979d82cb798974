"""What can be done with a hit of the directory: reach it, copy it, and put on record what has to be."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from agentconsole.domain.directory import DirectoryContact, EscalationPath, ReviewState
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.link_opener import LinkOpener
from agentconsole.gui.panes.directory.contact_words import Act, act_of, copied, ways


class Doing(QObject):
    """Carries out what the agent asks of a hit.

    Signals:
        recorded: Something was put on record that the card may show.
    """

    recorded = Signal()

    def __init__(self, context: WindowContext, pane: QWidget) -> None:
        super().__init__(pane)
        self._context, self._pane = context, pane
        self._links = LinkOpener(context, pane)

    # Reaching

    def act(self, row: DirectoryRow, place: int = 0) -> None:
        """Take the way at *place*: compose a mail, dial, or show the link before it opens; copy where that is all."""
        if row.guide is not None:
            if row.guide.links:
                self.open(row.guide.links[0][1])
            return
        act = self._act_at(row, place)
        if act is not None:
            self.open(act.address)
        elif place == 0:
            self.copy(row)
        else:
            self._context.messages.tell("There is no second way to reach them")

    def open(self, address: str) -> None:
        """Compose or dial at once; a page is shown first."""
        if address.startswith(("mailto:", "tel:")):
            if QDesktopServices.openUrl(QUrl(address)) is False:
                self._copy_instead(address)
        else:
            self._links.ask(address if "://" in address else f"https://{address}", "")

    def copy(self, row: DirectoryRow, place: int = 0) -> None:
        """Copy the address at *place* exactly as it is printed."""
        listed = ways(row)
        text = listed[place].printed if 0 < place < len(listed) else copied(row)
        QGuiApplication.clipboard().setText(text)
        self._context.messages.tell(f"Copied: {text}")

    def _copy_instead(self, address: str) -> None:
        scheme, _colon, rest = address.partition(":")
        plain = rest.partition("?")[0]
        QGuiApplication.clipboard().setText(plain)
        missing = "mail program" if scheme == "mailto" else "telephone program"
        self._context.messages.tell(f"This computer has no {missing} set up", f"{plain} is copied instead.")

    # Recording

    def escalate(self, row: DirectoryRow, path: EscalationPath | None, ticket: TicketId | None) -> None:
        """Ask what is needed to escalate *ticket* to *row*, and do it."""
        contact = row.contact
        if contact is None or not self._may_write():
            return
        from agentconsole.gui.dialogs.escalate_contact import EscalateContact

        form = EscalateContact(self._context, contact, path, ticket, self._pane)
        form.escalated.connect(self._escalated)
        self._open(form)

    def review(self, row: DirectoryRow, state: ReviewState) -> None:
        """Record a review of the organization *row*."""
        if not self._may_write():
            return
        from agentconsole.gui.dialogs.directory_record import RecordReview

        form = RecordReview(self._context, row, state, self._pane)
        form.recorded.connect(self._told(f"Review of {row.title} recorded"))
        self._open(form)

    def privacy(self, row: DirectoryRow, contact: DirectoryContact | None, ticket: TicketId | None) -> None:
        """Record a privacy request of *row*, and begin the mail to *contact*, who sees to it."""
        if not self._may_write():
            return
        from agentconsole.gui.dialogs.directory_record import RecordPrivacy

        form = RecordPrivacy(self._context, row, contact, ticket, self._pane)
        tell = self._told("Privacy request recorded")

        def recorded(kept: TicketId, wish: str) -> None:
            tell(kept)
            if contact is not None and contact.email:
                what = "deletion" if wish == "delete" else "a change"
                subject = quote(f"Privacy request: {what} of contact data")
                self.open(f"mailto:{contact.email}?subject={subject}&body={quote(form.words)}")

        form.recorded.connect(recorded)
        self._open(form)

    def correct(self, row: DirectoryRow) -> None:
        """Record what is wrong about *row*."""
        if not self._may_write():
            return
        from agentconsole.gui.dialogs.directory_record import SuggestCorrection

        form = SuggestCorrection(self._context, row, self._pane)
        form.recorded.connect(self._told("Correction recorded"))
        self._open(form)

    def _open(self, form: QDialog) -> None:
        form.open()

    def _told(self, words: str) -> Callable[[TicketId], None]:
        def tell(ticket: TicketId) -> None:
            rows = self._context.workspace.queue.rows([ticket])
            name = f"#{rows[0].ref}" if rows and rows[0].ref else "a new internal ticket"
            self._context.messages.tell(words, f"It is kept in {name}.", level="success")
            self.recorded.emit()

        return tell

    def _escalated(self, _ticket: TicketId, words: str, batch: str) -> None:
        self._context.messages.undoable(words, batch)
        self.recorded.emit()

    def _may_write(self) -> bool:
        me = self._context.workspace.me()
        if me is not None and me.archive:
            self._context.messages.tell("An archive can only be read", "Put this on record at the help desk.")
            return False
        if me is not None and me.reads_only:
            self._context.messages.tell("As a reviewer you can only read", "An agent can put this on record.")
            return False
        return True

    @staticmethod
    def _act_at(row: DirectoryRow, place: int) -> Act | None:
        if place == 0:
            return act_of(row)
        listed = ways(row)
        return listed[place].act if place < len(listed) else None
