"""The contact directory: support contacts, people and organizations in one search, and who handles what."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.directory import ReviewState
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.directory_rows import DirectoryRows
from agentconsole.gui.empty_state import EmptyState
from agentconsole.gui.minutes import Minutes
from agentconsole.gui.models.directory_model import DirectoryModel
from agentconsole.gui.panes.directory.at_hand import AtHand
from agentconsole.gui.panes.directory.contact_card import ContactCard
from agentconsole.gui.panes.directory.doing import Doing
from agentconsole.gui.panes.directory.emptiness import EMPTY, NOTHING, why_nobody
from agentconsole.gui.panes.directory.filter_bar import FilterBar
from agentconsole.gui.panes.directory.filtering import Filters, fitting, methods_of, regions_of
from agentconsole.gui.panes.directory.keys import register_directory_actions
from agentconsole.gui.panes.directory.list_and_card import ListAndCard
from agentconsole.gui.panes.directory.search_field import SearchField
from agentconsole.gui.whole_rows import WholeRows

MOST = 320
"""Hits that are listed: all contacts, and enough companies and people to see that one has to type on."""

_TOPICS = frozenset({"contacts", "people", "packs"})
_SEARCH = "Search contacts, people and organizations"
_DESCRIBE = "Describe the problem in a sentence"


class DirectoryPane(QWidget):
    """Finds whom to ask.

    Attributes:
        filters: The switches above the list.
        who: Switches to ranking by the words of a sentence or the ticket.
        view: The list.
        card: All about the hit that is selected.

    Signals:
        ticket_opened: A ticket of a person or organization (int, as object).
        left: The agent has nothing more to look up.
    """

    ticket_opened = Signal(object)
    left = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("directoryPane")
        self.setAccessibleName("Contact directory")
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(320, 240)
        self._context = context
        self._minutes = Minutes(context.clock, self)
        self._minutes.began.connect(self._tell_time)
        self._stale = True
        self._found: tuple[DirectoryRow, ...] = ()
        self._doing = Doing(context, self)
        self._doing.recorded.connect(self._recorded)
        self._build()
        register_directory_actions(self, context.actions)
        context.bridge.turn(self).changed.connect(self._changed)
        context.theming.changed.connect(self._model.layoutChanged)

    @property
    def current(self) -> DirectoryRow | None:
        """The hit that is selected."""
        return self._model.row_of(self.view.currentIndex())

    def look_for(self, text: str) -> None:
        """Search for *text* and be ready to type on."""
        self.who.setChecked(False)
        self._search.setText(text)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_ticket(self, ticket: TicketId | None) -> None:
        """Take *ticket* for the one at hand: regional hours, tiers and "who handles" are then told for it."""
        if ticket != self._at_hand.ticket:
            self._read_ticket(ticket)

    def ask_who_handles(self, ticket: TicketId | None = None) -> None:
        """Rank the contacts by the words of *ticket*, or by what is typed."""
        if ticket is not None:
            self.show_ticket(ticket)
        self._search.clear()
        self.filters.put(Filters())
        self.who.setChecked(True)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_contact(self, pack: str, contact: str) -> None:
        """Show the contact with this id of *pack*, whatever was searched before."""
        self.who.setChecked(False)
        self.filters.put(Filters())
        self._search.clear()
        self._look_up()
        key = f"{pack}/{contact}"
        row = next((each for each in self._found if each.contact is not None and each.contact.key == key), None)
        index = self._model.find(row)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self) -> None:
        context = self._context
        self._search = SearchField(self)
        self._search.setObjectName("directorySearch")
        self._search.setAccessibleName("Search the directory")
        self._search.setToolTip("Search the directory  (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.addAction(context.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.textChanged.connect(lambda _text: self._look_up())
        self._search.installEventFilter(self)
        self.who = QPushButton("Who handles…?", self)
        self.who.setObjectName("directoryWho")
        self.who.setProperty("look", "chip")
        self.who.setCheckable(True)
        self.who.setAccessibleName("Rank contacts by the words of a sentence or of the ticket")
        self.who.setToolTip("Rank contacts by the words of a sentence or of the ticket  (Alt+W)")
        self.who.toggled.connect(self._who_toggled)
        self.filters = FilterBar(lambda: regions_of(self._found), lambda: methods_of(self._found), self)
        self.filters.changed.connect(lambda _filters: self._look_up())
        self._at_hand = AtHand(context, self)
        self._model = DirectoryModel(context.clock.now, self)
        self.view = QListView(self)
        self.view.setObjectName("directoryView")
        self.view.setAccessibleName("Contacts, people and organizations")
        self.view.setModel(self._model)
        self.view.setItemDelegate(DirectoryRows(self._model, context, self.view))
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.view.activated.connect(lambda _index: self.act(0))
        self._nothing = EmptyState(context.theming, context.icons, "directoryNothing", self, why=NOTHING)
        self._none = EmptyState(context.theming, context.icons, "directoryEmpty", self, why=EMPTY)
        self._stack = QStackedWidget(self)
        self._rows = WholeRows(self.view, context.theming, self._stack)
        for page in (self._rows, self._nothing, self._none):
            self._stack.addWidget(page)
        self.card = ContactCard(context, self)
        self.card.act_asked.connect(self.act)
        self.card.copy_asked.connect(self.copy)
        self.card.link_asked.connect(self._doing.open)
        self.card.escalate_asked.connect(self.escalate)
        self.card.review_asked.connect(self.review)
        self.card.privacy_asked.connect(self.privacy)
        self.card.correction_asked.connect(self.correct)
        self.card.ticket_opened.connect(self.ticket_opened)
        self._parts = ListAndCard(self._stack, self.view, self.card, self)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._search, 1)
        line.addWidget(self.who)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(8)
        head.addLayout(line)
        head.addWidget(self.filters)
        head.addWidget(self._at_hand)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._parts, 1)
        self._name_search()

    # -- showing

    def _look_up(self) -> None:
        directory, filters = self._context.workspace.directory, self.filters.filters
        text = self._search.text().strip()
        before = self.current
        self._stale = False
        heading = ""
        if self.who.isChecked():
            rows: list[DirectoryRow] = list(directory.who_handles(text, self._at_hand.ticket))
            heading = (
                "Best matches" if text or self._at_hand.detail is None else f"Best matches for {self._at_hand.name}"
            )
        else:
            self._found = directory.search(text, limit=MOST, ticket=self._at_hand.ticket, kinds=filters.kinds)
            rows = fitting(self._found, filters)
        self._model.show_rows(rows, heading=heading)
        self._tell_emptiness(bool(rows), asked=bool(text))
        index = self._model.find(before)
        if not index.isValid() or heading:
            index = self._model.first_hit()
        self.view.setCurrentIndex(index)
        self.card.setVisible(bool(rows))
        self._parts.share()
        self._show_card(self._model.row_of(index))
        if index == self._model.first_hit():
            self.view.scrollToTop()

    def _tell_emptiness(self, found: bool, *, asked: bool) -> None:
        why = why_nobody(
            asked=asked,
            ranked=self.who.isChecked(),
            filtered=self.filters.filters.is_on,
            has_ticket=self._at_hand.detail is not None,
        )
        if found:
            self._stack.setCurrentWidget(self._rows)
        elif why is EMPTY:
            self._stack.setCurrentWidget(self._none)
        else:
            self._nothing.tell(why)
            self._stack.setCurrentWidget(self._nothing)

    def _show_card(self, row: DirectoryRow | None) -> None:
        if row is None:
            self.card.show_row(None)
            return
        directory = self._context.workspace.directory
        self.card.show_row(
            row,
            directory.about(row) if row.person is not None or row.organization is not None else None,
            directory.escalation(row, self._at_hand.ticket)
            if row.contact is not None and row.contact.executive
            else None,
            ticket=self._at_hand.name,
            customer=self._at_hand.customer,
        )

    def _current_changed(
        self, current: QModelIndex | QPersistentModelIndex, _before: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._show_card(self._model.row_of(current))

    def _who_toggled(self, on: bool) -> None:
        self.filters.setVisible(not on)
        self._name_search()
        self._look_up()

    def _name_search(self) -> None:
        if not self.who.isChecked():
            self._search.setPlaceholderText(_SEARCH)
        elif self._at_hand.detail is not None:
            self._search.setPlaceholderText(f"A sentence, or {self._at_hand.name}’s own words")
        else:
            self._search.setPlaceholderText(_DESCRIBE)

    # -- the ticket at hand

    def _read_ticket(self, ticket: TicketId | None) -> None:
        self._at_hand.take(ticket)
        self._name_search()
        if self.isVisible():
            self._look_up()
        else:
            self._stale = True

    def _recorded(self) -> None:
        self._read_ticket(self._at_hand.ticket)

    # -- following

    def _changed(self, change: Change) -> None:
        ticket = self._at_hand.ticket
        if ticket is not None and (change.everything or ticket in change.tickets):
            self._read_ticket(ticket)
        elif change.everything or change.topics & _TOPICS:
            if self.isVisible():
                self._look_up()
            else:
                self._stale = True

    def _listen(self) -> None:
        self._minutes.listen(wanted=self.isVisible())

    def _tell_time(self) -> None:
        # who is open is told by the search; the words count down by themselves
        self._look_up()
        self.view.viewport().update()

    # -- doing

    def act(self, place: int = 0) -> None:
        """Write, call or open by the way at *place* of the hit; an executive's steps come first."""
        row = self.current
        if row is None:
            return
        if not self.card.may_act:
            self.escalate()
        else:
            self._doing.act(row, place)

    def copy(self, place: int = 0) -> None:
        """Copy the address at *place* as it is printed, or what is selected in the search."""
        row = self.current
        if self._search.hasFocus() and self._search.hasSelectedText():
            self._search.copy()
        elif row is not None and self.card.may_act:
            self._doing.copy(row, place)

    def escalate(self) -> None:
        """Escalate the ticket at hand, or one to be chosen, to the hit."""
        if self.current is not None:
            self._doing.escalate(self.current, self.card.path, self._at_hand.ticket)

    def review(self, state: ReviewState | None = None) -> None:
        """Record a review of the organization that is shown, or of the one whose ticket is at hand."""
        row, about = self.current, self.card.about
        if row is None or row.organization is None:
            row, about = self._at_hand.company, self._at_hand.about
        if row is None or row.organization is None or not about.reviews:
            self._context.messages.tell("Choose an organization first", "Its card says which reviews are due.")
        else:
            self._doing.review(row, state or about.review_due or about.reviews[0])

    def privacy(self) -> None:
        """Record a request about the data of the person or organization that is selected."""
        row = self.current
        if row is None or (row.person is None and row.organization is None):
            self._context.messages.tell("Choose a person or an organization first", "The request is about their data.")
            return
        detail = self._at_hand.detail
        theirs = detail is not None and row.person is not None and detail.requester == row.person
        self._doing.privacy(row, self.card.about.privacy, self._at_hand.ticket if theirs else None)

    def correct(self) -> None:
        """Record what is wrong about the hit."""
        if self.current is not None:
            self._doing.correct(self.current)

    # -- events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._search and isinstance(event, QKeyEvent):
            key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.type() == QEvent.Type.ShortcutOverride:
                # the field would take these for itself, although nothing in it is selected
                return self._is_ours(event)
            if event.type() == QEvent.Type.KeyPress:
                if plain and key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                    # the list moves while one goes on typing
                    self.view.keyPressEvent(event)
                    return True
                if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
                    self.act(0)
                    return True
        return super().eventFilter(watched, event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        return control and event.key() == Qt.Key.Key_C and not self._search.hasSelectedText()

    def step_back(self) -> None:
        """Undo the last narrowing: the words, then the mode, then the filters; with none, leave."""
        if self._search.text():
            self._search.clear()
        elif self.who.isChecked():
            self.who.setChecked(False)
        elif self.filters.filters.is_on:
            self.filters.put(Filters())
        else:
            self.left.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._listen()
        if self._stale:
            self._look_up()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._listen()
