"""One ticket: its conversation, the composer, and what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import ChangeTags, SetFields
from agentconsole.domain.follow_ups import follow_up_of
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import MacroEffect, OutboxRow, TicketDetail
from agentconsole.domain.values import Metric, Status, TicketId
from agentconsole.gui.bridge import is_by_others
from agentconsole.gui.context import WindowContext
from agentconsole.gui.link_opener import LinkOpener
from agentconsole.gui.minutes import Minutes
from agentconsole.gui.panes.ticket.changing import TicketChanges
from agentconsole.gui.panes.ticket.composer import Composer
from agentconsole.gui.panes.ticket.composing_words import can_follow_up, refusal_words
from agentconsole.gui.panes.ticket.conversation import ConversationView
from agentconsole.gui.panes.ticket.empty_ticket import EmptyTicket
from agentconsole.gui.panes.ticket.file_opener import FileOpener
from agentconsole.gui.panes.ticket.guidance.dialogs import GuidanceDialogs
from agentconsole.gui.panes.ticket.guidance.hint_line import HintLine
from agentconsole.gui.panes.ticket.header import TicketHeader
from agentconsole.gui.panes.ticket.merged_words import MergedWords
from agentconsole.gui.panes.ticket.part_by_part import PartByPart
from agentconsole.gui.panes.ticket.ready_texts import ReadyTexts
from agentconsole.gui.panes.ticket.side_drawer import SideDrawer
from agentconsole.gui.panes.ticket.side_panel import SidePanel
from agentconsole.gui.panes.ticket.ticket_actions import (
    register_composer_actions,
    register_conversation_actions,
    register_ticket_actions,
)
from agentconsole.gui.panes.ticket.ticket_banner import TicketBanner
from agentconsole.gui.whereabouts import note_place

LOOKED_MS = 2000
"""A ticket that is passed on the way through the queue counts as seen after this long."""

_TOPICS = frozenset({"tickets", "people", "reference", "outbox"})


class TicketPane(QWidget):
    """Shows one ticket and lets the agent answer and change it.

    Signals:
        ticket_finished: The agent is done with this ticket (int, as object): show the next one.
        ticket_opened: The pane itself went to another ticket (int, as object).
        back_requested: Back to the queue.
        merge_requested: The agent wants to merge this ticket (int, as object) into another one (int, None: to choose).
        page_asked: The agent wants to read a page of the handbook: "pack/chapter" (str).
        why_asked: How a target of the ticket came about: the ticket (int, as object) and its metric, None for any.
        contact_asked: The agent wants to see a contact of the directory: a pack's id and the contact's (str, str).
        about_to_write: The agent is going to write to a ticket; the last moment to show the one that is meant.
        decide_asked: The agent wants to decide about an unsent change; its outbox key (str).
        follow_up_asked: The agent wants a new ticket that follows this closed one: a first draft of it (CreateTicket).
    """

    ticket_finished = Signal(object)
    ticket_opened = Signal(object)
    back_requested = Signal()
    merge_requested = Signal(object, object)
    contact_asked = Signal(str, str)
    why_asked = Signal(object, object)
    page_asked = Signal(str)
    about_to_write = Signal()
    decide_asked = Signal(str)
    follow_up_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ticketPane")
        self.setAccessibleName("Ticket")
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # what does not fit is hidden (see _place_side), so the layout must not keep the pane from getting narrow
        self.setMinimumSize(340, 300)
        self._context = context
        self._id: TicketId | None = None
        self._ticket: TicketDetail | None = None
        self._minutes = Minutes(context.clock, self)
        self._minutes.began.connect(self._tell_time)
        self._build()
        register_ticket_actions(self, context.actions, self._header.side.toggle)
        self._side.guidance.register(context.actions, self)
        register_conversation_actions(self, context.actions, self._conversation)
        register_composer_actions(self, context.actions, self._composer, self._merged_words)
        self._links = LinkOpener(context, self)
        self._files = FileOpener(context, self)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(20_000)
        self._typing.timeout.connect(lambda: self._announce("viewing"))
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOKED_MS)
        self._looking.timeout.connect(self._mark_seen)
        context.bridge.turn(self).changed.connect(self._changed)
        self._drawer.begin()
        self.show_ticket(None)

    # -- what the window asks

    @property
    def ticket(self) -> TicketId | None:
        """The ticket that is shown."""
        return self._id

    def show_ticket(self, ticket: TicketId | None) -> None:
        """Show *ticket*; None shows what to do without one. The draft of the former one is saved."""
        if ticket is not None and ticket == self._id and self._ticket is not None:
            self.refresh()
            if self._looking.isActive():
                self._mark_seen()
            return
        self._begin(ticket)
        self._mark_seen()

    def preview_ticket(self, ticket: TicketId) -> None:
        """Show *ticket* in passing: it counts as seen only after a while. What would be lost by leaving stays."""
        if ticket != self._id and not self._composer.holds_choices:
            self._begin(ticket)
            self._looking.start()

    def _mark_seen(self) -> None:
        self._looking.stop()
        if self._id is not None and self._ticket is not None:
            self._context.tasks.run(self._context.workspace.tickets.mark_seen(self._id))

    def _begin(self, ticket: TicketId | None) -> None:
        self._typing.stop()
        self._looking.stop()
        self._id = ticket
        self._changes.forget()
        detail = self._context.workspace.tickets.detail(ticket) if ticket is not None else None
        self._show(detail, fresh=True)
        note_place(self._context, detail, writing=False)
        self._announce("viewing")

    def refresh(self, *, calmly: bool = False) -> None:
        """Read the ticket again and bring what differs up to date in place; *calmly*: over some frames."""
        if self._id is not None:
            detail = self._context.workspace.tickets.detail(self._id)
            # most news of a ticket (it was seen, a draft was kept) change nothing that is shown here
            if detail is None or detail != self._ticket:
                self._show(detail, calmly=calmly)
                if self.isVisible() and self.isActiveWindow():
                    # what comes under the agent's eyes, their own changes above all, is news to them for a moment only
                    self._looking.start()
            elif not calmly:
                self._parts.finish()

    def show_back(self, shown: bool) -> None:
        """Offer the way back to the queue, when the ticket has taken its place."""
        self._header.back.setVisible(shown)

    @property
    def holds_unsaved(self) -> bool:
        """Whether words were written here that the disk has not got yet."""
        return self._composer.holds_unsaved

    def flush(self) -> None:
        """Save the draft now: the window is about to close."""
        self._composer.flush()

    def reply(self) -> None:
        """Write a public reply."""
        self.about_to_write.emit()
        if self._may_change():
            self._composer.write(public=True)

    def follow_up(self) -> None:
        """Ask for a new ticket that follows this one, if it is closed, with what is written to it already."""
        ticket = self._ticket
        if ticket is None or not can_follow_up(self._context, ticket):
            words = "Only a closed ticket is followed up by a new one. This one can still be answered."
            self._context.messages.tell("Nothing was opened", words if ticket is not None else "Open a ticket first.")
            return
        self._context.actions.ignore_writing()
        self.follow_up_asked.emit(follow_up_of(ticket, self._composer.editor.toPlainText()))

    def note(self) -> None:
        """Write an internal note."""
        self.about_to_write.emit()
        if self._may_change():
            self._composer.write(public=False)

    def write_on(self, *, public: bool) -> None:
        """Go on with the begun reply (*public*) or note, if this ticket can be answered."""
        if self._may_change():
            self._composer.write(public=public)

    def edit_again(self, change: OutboxRow) -> None:
        """Open the editor of what *change* of this ticket wanted to set, with its value; a new one takes its place."""
        command = change.command
        if change.ticket != self._id or not self._may_change():
            return
        if isinstance(command, SetFields):
            properties = self._side.properties
            name = next((each for each in command.values if properties.can_edit(each)), None)
            if name is not None:
                self._header.side.setChecked(True)
                self._changes.replace_by_next(change)
                properties.edit(name, wanted=command.values[name])
        elif isinstance(command, ChangeTags):
            self.edit_field("tags")

    def macro(self) -> None:
        """Choose a macro."""
        self.about_to_write.emit()
        if self._may_change():
            self._choose_macro()

    # -- building

    def _build(self) -> None:
        context = self._context
        self._empty = EmptyTicket(context, self)
        content = QWidget(self)
        self._header = TicketHeader(context, content)
        self._banner = TicketBanner(content)
        self._conversation = ConversationView(context, content)
        self._composer = Composer(context, content)
        self._merged_words = MergedWords(context, content)
        self._side = SidePanel(context, content)
        self._changes = TicketChanges(context, self)
        # the composer after the conversation: a reply counts as written after what could be read
        parts = (self._show_head, self._show_words, self._show_composer, self._side.show_ticket)
        self._parts = PartByPart(context.bridge.frames, parts, self)
        self._changes.solved.connect(self._finish)
        self._ready = ReadyTexts(context, self)
        self._ready.chosen.connect(self._composer.apply_macro)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addWidget(self._conversation, 1)
        column.addWidget(self._merged_words)
        column.addWidget(self._composer)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._body.addLayout(column, 1)
        self._body.addWidget(self._side)
        self._columns = whole = QVBoxLayout(content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._header)
        self._hint_line = HintLine(context, self._side, content)
        whole.addWidget(self._hint_line)
        whole.addLayout(self._body, 1)
        self._content = content
        self._drawer = SideDrawer(context, self, self._side, self._body, self._header.side, self._header)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        self._header.back_asked.connect(self.back_requested)
        self._header.side_toggled.connect(self._drawer.show)
        view, side = self._conversation, self._side
        for source in (view, side):
            source.link_asked.connect(lambda address, words: self._links.ask(address, words))
            source.retry_asked.connect(self._changes.retry)
            source.withdraw_asked.connect(self._changes.withdraw)
            source.decide_asked.connect(self.decide_asked)
        view.attachment_opened.connect(lambda attachment: self._files.open(attachment))
        view.attachment_menu.connect(lambda attachment, at: self._files.menu(attachment, at))
        view.quote_asked.connect(self._composer.quote)
        side.ticket_asked.connect(self._go_to)
        side.properties.set_asked.connect(self._set_fields)
        side.properties.tags_asked.connect(self._change_tags)
        guided, asking = side.guidance.desk, GuidanceDialogs(context, self)
        for guide in (guided, asking):
            guide.text_ready.connect(self._take_text)
        asking.read_again.connect(guided.read_again)
        side.guidance.page_asked.connect(self.page_asked)
        side.guidance.about_to_act.connect(self.about_to_write)
        side.guidance.hints.emptied.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        side.guidance.room_asked.connect(lambda: self._header.side.setChecked(True))
        guided.changed.connect(lambda told: self._hint_line.show_proposals(told.proposals if told else ()))
        self._hint_line.apply_asked.connect(guided.apply)
        self._hint_line.all_asked.connect(side.guidance.focus_hints)
        side.guidance.pin_asked.connect(lambda: asking.check_pin(self._ticket, guided.guidance))
        side.guidance.conduct_asked.connect(lambda: asking.decide_conduct(self._ticket, guided.guidance))
        side.guidance.privacy_asked.connect(lambda: asking.record_privacy(self._ticket, guided.guidance))
        self._composer.guard_with(self._changes.guard)
        guided.merge_asked.connect(lambda other: self.merge_requested.emit(self._id, other))
        guided.contact_asked.connect(self.contact_asked)
        side.why_asked.connect(self.ask_why)
        self._composer.sent.connect(self._sent)
        self._composer.typing.connect(self._writes)
        self._composer.follow_up.clicked.connect(lambda _checked=False: self.follow_up())
        self._composer.macros.clicked.connect(lambda _checked=False: self._choose_macro())

    def ask_why(self, metric: Metric | None = None) -> None:
        """Ask how the target *metric* of the ticket came about; without one, the one that is due first."""
        if self._id is not None:
            self.why_asked.emit(self._id, metric)

    # -- showing

    def _show(self, detail: TicketDetail | None, *, fresh: bool = False, calmly: bool = False) -> None:
        gone = self._id is not None and (detail is None or (detail.deleted and not detail.comments))
        # one that was gone comes back as another one would come
        fresh = fresh or self._ticket is None
        self._ticket = None if gone else detail
        self._parts.forget()
        if detail is None or gone:
            self._side.guidance.desk.show_ticket(None)
            self._composer.show_ticket(None)
            self._conversation.clear()
            self._empty.tell(gone=gone)
            self._stack.setCurrentWidget(self._empty)
            self._listen()
            return
        if fresh:
            self._show_head(detail)
            self._show_composer(detail)
            self._stack.setCurrentWidget(self._content)
            # sizes first: the conversation builds its cards for the width they will have
            self._columns.activate()
            self._conversation.show_comments(detail.comments, fresh=True)
            self._side.show_ticket(detail)
            self._side.guidance.desk.show_ticket(detail.id)
        else:
            self._parts.show(detail, at_once=not calmly)
        self._listen()

    def _show_head(self, detail: TicketDetail) -> None:
        self._header.show_ticket(detail)
        self._banner.show_ticket(detail)

    def _show_words(self, detail: TicketDetail) -> None:
        self._conversation.show_comments(detail.comments, fresh=False)

    def _show_composer(self, detail: TicketDetail) -> None:
        self._composer.show_ticket(detail)
        self._merged_words.show_ticket(detail.id if not refusal_words(self._context, detail) else None)

    def _changed(self, change: Change) -> None:
        if self._id is None:
            return
        mine = change.everything or self._id in change.tickets
        for_all = not change.tickets and bool(change.topics & {"people", "reference"})
        if change.everything or for_all:
            # names of fields and agents may differ although the ticket does not
            self._show(self._context.workspace.tickets.detail(self._id), calmly=is_by_others(change))
        elif mine and (not change.topics or change.topics & _TOPICS):
            self.refresh(calmly=is_by_others(change))
        if "drafts" in change.topics and (mine or not change.tickets):
            self._composer.draft_changed()
        if "drafts" in change.topics and self._ticket is not None:
            self._merged_words.show_ticket(self._id)
        if "presence" in change.topics and (mine or not change.tickets):
            self._header.tell_presence()

    def _listen(self) -> None:
        self._minutes.listen(wanted=self.isVisible() and self._ticket is not None)

    def _tell_time(self, now: Instant) -> None:
        self._conversation.tell_times()
        self._side.tell_time(now)
        self._header.tell_presence()

    # -- doing

    def _may_change(self) -> bool:
        """Return whether something can be done to the ticket; else say why, and let no letter that follows run."""
        refusal = refusal_words(self._context, self._ticket)
        if self._ticket is not None and not refusal:
            return True
        self._context.messages.tell("Nothing was changed", refusal or "Open a ticket first.")
        self._context.actions.ignore_writing()
        if self._ticket is not None:
            self._conversation.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return False

    def edit_field(self, name: str) -> None:
        """Open the editor of the field *name*, where it stands or, while the side panel is shut, in the header."""
        if not self._may_change():
            return
        hidden = not self._side.isVisible()
        if hidden and name == "tags":
            self._header.side.setChecked(True)
        self._side.properties.edit(name, self._header.fact(name) if hidden else None)

    def _set_fields(self, values: dict[str, Any]) -> None:
        if self._ticket is not None:
            self._changes.set_fields(self._ticket, values)

    def _change_tags(self, add: Sequence[str], remove: Sequence[str]) -> None:
        if self._ticket is not None:
            self._changes.change_tags(self._ticket.id, add, remove)

    def solve(self) -> None:
        """Solve the ticket."""
        if self._may_change() and self._ticket is not None and self._ticket.status is not Status.SOLVED:
            self._set_fields({"status": Status.SOLVED.value})

    def close_ticket(self) -> None:
        """Close the ticket for good, if it is solved."""
        if not self._may_change() or self._ticket is None:
            return
        refusal = "Only a solved ticket can be closed. Press E to solve it."
        if self._ticket.status is Status.SOLVED:
            refusal = self._context.workspace.tickets.no_closing()
        if refusal:
            self._context.messages.tell("Not closed", refusal)
        else:
            self._set_fields({"status": Status.CLOSED.value})

    def _choose_macro(self) -> None:
        if self._ticket is not None and self._composer.editor.isEnabled():
            guidance = self._side.guidance.desk.guidance
            self._ready.choose(self._ticket.id, guidance, self._composer.macros)

    def _take_text(self, effect: MacroEffect) -> None:
        """Put a ready text into the composer, if this ticket can be answered at all."""
        if self._may_change():
            if self._drawer.is_open:
                # it covers the words that the agent is to read and send
                self._header.side.setChecked(False)
            self._composer.apply_macro(effect)

    def _sent(self, ticket: TicketId, leaves: bool) -> None:
        self._typing.stop()
        if leaves:
            self._finish(ticket)

    def _finish(self, ticket: TicketId) -> None:
        if ticket == self._id and self._context.workspace.settings.get("ticket.advance", True):
            self.ticket_finished.emit(ticket)

    def merge(self) -> None:
        """Ask into which other ticket this one goes."""
        if self._may_change():
            self.flush()
            self.merge_requested.emit(self._id, None)

    def fetch(self) -> None:
        """Fetch the ticket anew from the help desk."""
        if self._id is not None:
            self._context.tasks.run(self._context.workspace.tickets.refresh(self._id))

    def copy_number(self) -> None:
        """Copy the number by which people quote the ticket."""
        if self._ticket is not None and self._ticket.ref:
            QGuiApplication.clipboard().setText(f"#{self._ticket.ref}")
            self._context.messages.tell(f"#{self._ticket.ref} copied")

    def _go_to(self, ticket: TicketId) -> None:
        self.show_ticket(ticket)
        self.ticket_opened.emit(ticket)

    def escape(self) -> None:
        """First shut the drawer, then leave the composer, then the ticket."""
        if self._drawer.is_open:
            self._header.side.setChecked(False)
            self._conversation.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self._composer.editor.hasFocus() or self._composer.isAncestorOf(self.focusWidget()):
            self._composer.flush()
            self._conversation.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.back_requested.emit()

    def go_on_writing(self) -> None:
        """Give the keyboard to what is being written, its caret where it stood."""
        self._composer.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _writes(self) -> None:
        note_place(self._context, self._ticket, writing=True)
        if not self._typing.isActive():
            self._announce("replying")
        self._typing.start()

    def _announce(self, mode: str) -> None:
        self._context.workspace.tickets.announce(self._id if self.isVisible() else None, mode)

    # -- events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._listen()
        if self._id is not None:
            self.refresh()
            self._announce("viewing")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._looking.stop()
        self._listen()
        self._context.workspace.tickets.announce(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawer.fit()
