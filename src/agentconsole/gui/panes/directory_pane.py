"""The contact directory: support contacts, people and organizations in one search, and who handles what."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.directory import ReviewState
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.rows import DirectoryRow, TicketDetail
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.directory_rows import DirectoryRows
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.models.directory_model import DirectoryModel
from agentconsole.gui.panes.directory.contact_card import ContactCard
from agentconsole.gui.panes.directory.doing import Doing
from agentconsole.gui.panes.directory.filter_bar import FilterBar
from agentconsole.gui.panes.directory.filtering import Filters, fitting, methods_of, regions_of

WIDE = 720
"""From this width (pixels) on the card stands beside the list, below it otherwise."""

_TOPICS = frozenset({"contacts", "people", "packs"})
_SEARCH = "Search contacts, people and organizations"
_DESCRIBE = "Describe the problem in a sentence"
_NOBODY = Emptiness(
    "search",
    "Nobody found for these words",
    "Say what it is about: refund, webhook, certification. Escape goes back to the directory.",
)
_NOTHING = Emptiness(
    "search",
    "Nothing found",
    "Try fewer or other words: a department, a purpose, a region, a name or an address. Escape clears the search.",
)
_FILTERED = Emptiness("list-filter", "Nobody fits these filters", "Alt+A shows everything again.")


class DirectoryPane(QWidget):
    """Finds whom to ask.

    Signals:
        ticket_opened: A ticket of a person or organization (int, as object).
    """

    ticket_opened = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("directoryPane")
        self.setAccessibleName("Contact directory")
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(280, 240)
        self._context = context
        self._minute = 0
        self._stale = True
        self._found: tuple[DirectoryRow, ...] = ()
        self._ticket: TicketId | None = None
        self._detail: TicketDetail | None = None
        self._doing = Doing(context, self)
        self._doing.recorded.connect(self._look_up)
        self._build()
        self._register()
        context.bridge.changed.connect(self._changed)
        context.theming.changed.connect(self._model.layoutChanged)

    @property
    def current(self) -> DirectoryRow | None:
        """The hit that is selected."""
        return self._model.row_of(self._view.currentIndex())

    def look_for(self, text: str) -> None:
        """Search for *text* and be ready to type on."""
        self._who.setChecked(False)
        self._search.setText(text)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_ticket(self, ticket: TicketId | None) -> None:
        """Take *ticket* for the one at hand: regional hours, tiers and "who handles" are then told for it."""
        if ticket != self._ticket:
            self._ticket = ticket
            self._read_ticket()

    def ask_who_handles(self, ticket: TicketId | None = None) -> None:
        """Rank the contacts by the words of *ticket*, or by what is typed."""
        if ticket is not None:
            self.show_ticket(ticket)
        self._search.clear()
        self._filters.put(Filters())
        self._who.setChecked(True)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_contact(self, pack: str, contact: str) -> None:
        """Show the contact with this id of *pack*, whatever was searched before."""
        self._who.setChecked(False)
        self._filters.put(Filters())
        self._search.clear()
        self._look_up()
        key = f"{pack}/{contact}"
        row = next((each for each in self._found if each.contact is not None and each.contact.key == key), None)
        index = self._model.find(row)
        if index.isValid():
            self._view.setCurrentIndex(index)
            self._view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self) -> None:
        context = self._context
        self._search = QLineEdit(self)
        self._search.setObjectName("directorySearch")
        self._search.setAccessibleName("Search the directory")
        self._search.setToolTip("Search the directory  (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.addAction(context.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.textChanged.connect(lambda _text: self._look_up())
        self._search.installEventFilter(self)
        self._who = QPushButton("Who handles…?", self)
        self._who.setObjectName("directoryWho")
        self._who.setProperty("look", "chip")
        self._who.setCheckable(True)
        self._who.setAccessibleName("Rank contacts by the words of a sentence or of the ticket")
        self._who.setToolTip("Rank contacts by the words of a sentence or of the ticket  (Alt+W)")
        self._who.toggled.connect(self._who_toggled)
        self._filters = FilterBar(lambda: regions_of(self._found), lambda: methods_of(self._found), self)
        self._filters.changed.connect(lambda _filters: self._look_up())
        self._at_hand = QLabel(self)
        self._at_hand.setObjectName("directoryAtHand")
        self._at_hand.setProperty("look", "meta")
        self._at_hand.setTextFormat(Qt.TextFormat.PlainText)
        self._at_hand.setMinimumWidth(40)
        self._at_hand.hide()
        self._model = DirectoryModel(context.clock.now, self)
        self._view = QListView(self)
        self._view.setObjectName("directoryView")
        self._view.setAccessibleName("Contacts, people and organizations")
        self._view.setModel(self._model)
        self._view.setItemDelegate(DirectoryRows(self._model, context, self._view))
        self._view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setMouseTracking(True)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._view.selectionModel().currentChanged.connect(self._current_changed)
        self._view.activated.connect(lambda _index: self._act(0))
        self._nothing = EmptyState(context.theming, context.icons, "directoryNothing", self, why=_NOTHING)
        self._none = EmptyState(
            context.theming,
            context.icons,
            "directoryEmpty",
            self,
            why=Emptiness(
                "contact",
                "The directory is empty",
                "Contacts come with the first sync from the help desk, or with a policy pack.",
            ),
        )
        self._stack = QStackedWidget(self)
        for page in (self._view, self._nothing, self._none):
            self._stack.addWidget(page)
        self._card = ContactCard(context, self)
        self._card.act_asked.connect(self._act)
        self._card.copy_asked.connect(self._copy)
        self._card.link_asked.connect(self._doing.open)
        self._card.escalate_asked.connect(self._escalate)
        self._card.review_asked.connect(self._review)
        self._card.privacy_asked.connect(self._privacy)
        self._card.correction_asked.connect(self._correct)
        self._card.ticket_opened.connect(self.ticket_opened)
        self._splitter = QSplitter(self)
        self._splitter.setObjectName("directorySplitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self._card)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._search, 1)
        line.addWidget(self._who)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(8)
        head.addLayout(line)
        head.addWidget(self._filters)
        head.addWidget(self._at_hand)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._splitter, 1)
        self._name_search()

    def _register(self) -> None:
        add, section, filters = self._context.actions.register, "Directory", self._filters
        add("directory.search", "Search the directory", "Ctrl+F", lambda: self.look_for(""), self, section=section)
        who = "Ask who handles it"
        add("directory.who", who, "Alt+W", self._who.toggle, self, section=section, keywords="desk route whom")
        act = add("directory.act", "Write, call or open", "", lambda: self._act(0), self, section=section)
        second = "Write, call or open the second way"
        add("directory.act_second", second, "Ctrl+Return", lambda: self._act(1), self, section=section)
        copy = add("directory.copy", "Copy address", "Ctrl+C", lambda: self._copy(0), self, section=section)
        escalate = add("directory.escalate", "Escalate here…", "Ctrl+E", self._escalate, self, section=section)
        review = "Record a profile review…"
        add("directory.review", review, "Ctrl+Shift+R", self._review, self, section=section, keywords="quarterly")
        privacy = "Record a privacy request…"
        add("directory.privacy", privacy, "Ctrl+Shift+G", self._privacy, self, section=section, keywords="gdpr delete")
        correct = add(
            "directory.correct", "Suggest a correction…", "Ctrl+Shift+E", self._correct, self, section=section
        )
        self._view.addActions([act, copy, escalate, correct])
        for name, key, way in (("card_down", "Ctrl+Down", 1), ("card_up", "Ctrl+Up", -1)):
            text = f"Scroll the card {'down' if way > 0 else 'up'}"
            scroll = partial(self._card.scroll_by_half, way)
            add(f"directory.{name}", text, key, scroll, self, section=section, hidden=True)
        keys = {
            "all": ("Alt+A", "Show the whole directory", lambda: filters.put(Filters())),
            "emergency": ("Alt+U", "Only emergency contacts", lambda: filters.toggle_who("emergency")),
            "open": ("Alt+O", "Only who is open now", filters.toggle_open),
            "region": ("Alt+R", "Only one region…", filters.ask_region),
            "method": ("Alt+M", "Only one method…", filters.ask_method),
            "people": ("Alt+P", "Only people", lambda: filters.toggle_who("people")),
            "organizations": ("Alt+G", "Only organizations", lambda: filters.toggle_who("organizations")),
        }
        for name, (key, text, callback) in keys.items():
            add(f"directory.{name}", text, key, callback, self, section=section)
        filters.hint({name: key for name, (key, _text, _callback) in keys.items()})

    # -- showing

    def _look_up(self) -> None:
        directory, filters = self._context.workspace.directory, self._filters.filters
        text = self._search.text().strip()
        before = self.current
        self._stale = False
        heading = ""
        if self._who.isChecked():
            rows: list[DirectoryRow] = list(directory.who_handles(text, self._ticket))
            heading = "Best matches" if text or self._detail is None else f"Best matches for {self._name}"
        else:
            self._found = directory.search(text, ticket=self._ticket, kinds=filters.kinds)
            rows = fitting(self._found, filters)
        self._model.show_rows(rows, heading=heading)
        self._tell_emptiness(bool(rows), asked=bool(text))
        index = self._model.find(before)
        if not index.isValid() or heading:
            index = self._model.first_hit()
        self._view.setCurrentIndex(index)
        self._card.setVisible(bool(rows))
        self._show_card(self._model.row_of(index))
        if index == self._model.first_hit():
            self._view.scrollToTop()

    def _tell_emptiness(self, found: bool, *, asked: bool) -> None:
        if found:
            self._stack.setCurrentWidget(self._view)
        elif not asked and not self._filters.filters.is_on and not self._who.isChecked():
            self._stack.setCurrentWidget(self._none)
        else:
            ranked = self._who.isChecked()
            self._nothing.tell(_NOBODY if ranked else _FILTERED if self._filters.filters.is_on else _NOTHING)
            self._stack.setCurrentWidget(self._nothing)

    def _show_card(self, row: DirectoryRow | None) -> None:
        if row is None:
            self._card.show_row(None)
            return
        directory = self._context.workspace.directory
        company = self._detail.organization if self._detail else None
        self._card.show_row(
            row,
            directory.about(row) if row.person is not None or row.organization is not None else None,
            directory.escalation(row, self._ticket) if row.contact is not None and row.contact.executive else None,
            ticket=self._name,
            customer=company.name if company else "",
        )

    def _current_changed(
        self, current: QModelIndex | QPersistentModelIndex, _before: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._show_card(self._model.row_of(current))

    def _who_toggled(self, on: bool) -> None:
        self._filters.setVisible(not on)
        self._name_search()
        self._look_up()

    def _name_search(self) -> None:
        if not self._who.isChecked():
            self._search.setPlaceholderText(_SEARCH)
        elif self._detail is not None:
            self._search.setPlaceholderText(f"{_DESCRIBE}; {self._name}’s own words count while this is empty")
        else:
            self._search.setPlaceholderText(_DESCRIBE)

    # -- the ticket at hand

    @property
    def _name(self) -> str:
        return f"#{self._detail.ref or 'new'}" if self._detail else ""

    def _read_ticket(self) -> None:
        self._detail = self._context.workspace.tickets.detail(self._ticket) if self._ticket is not None else None
        detail = self._detail
        self._at_hand.setVisible(detail is not None)
        if detail is not None:
            company = detail.organization.name if detail.organization else ""
            level = detail.tier[:1].upper() + detail.tier[1:]
            told = " · ".join(part for part in (self._name, company, level) if part)
            self._at_hand.setText(f"Hours and tiers as for {told}")
        self._name_search()
        if self.isVisible():
            self._look_up()
        else:
            self._stale = True

    # -- following

    def _changed(self, change: Change) -> None:
        ours = self._ticket is not None and (change.everything or self._ticket in change.tickets)
        if ours:
            self._read_ticket()
        elif change.everything or change.topics & _TOPICS:
            if self.isVisible():
                self._look_up()
            else:
                self._stale = True

    def _listen(self) -> None:
        clock = self._context.clock
        if self.isVisible() and not self._minute:
            self._minute = clock.now() // MINUTE
            clock.ticked.connect(self._ticked)
        elif self._minute and not self.isVisible():
            self._minute = 0
            clock.ticked.disconnect(self._ticked)

    def _ticked(self, now: Instant) -> None:
        if now // MINUTE != self._minute:
            self._minute = now // MINUTE
            # who is open is told by the search; the words count down by themselves
            self._look_up()
            self._view.viewport().update()

    # -- doing

    def _act(self, place: int) -> None:
        row = self.current
        if row is None:
            return
        if not self._card.may_act:
            self._escalate()
        else:
            self._doing.act(row, place)

    def _copy(self, place: int) -> None:
        row = self.current
        if self._search.hasFocus() and self._search.hasSelectedText():
            self._search.copy()
        elif row is not None and self._card.may_act:
            self._doing.copy(row, place)

    def _escalate(self) -> None:
        if self.current is not None:
            self._doing.escalate(self.current, self._card.path, self._ticket)

    def _review(self, state: ReviewState | None = None) -> None:
        row, reviews = self.current, self._card.about.reviews
        if row is None or row.organization is None or not reviews:
            self._context.messages.tell("Choose an organization first", "Its card says which reviews are due.")
        else:
            self._doing.review(row, state or reviews[0])

    def _privacy(self) -> None:
        row = self.current
        if row is None or (row.person is None and row.organization is None):
            self._context.messages.tell("Choose a person or an organization first", "The request is about their data.")
            return
        detail = self._detail
        theirs = detail is not None and row.person is not None and detail.requester == row.person
        self._doing.privacy(row, self._card.about.privacy, self._ticket if theirs else None)

    def _correct(self) -> None:
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
                    self._view.keyPressEvent(event)
                    return True
                if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
                    self._act(0)
                    return True
                if key == Qt.Key.Key_Escape:
                    return self._step_back()
        return super().eventFilter(watched, event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        return control and event.key() == Qt.Key.Key_C and not self._search.hasSelectedText()

    def _step_back(self) -> bool:
        """Undo the last narrowing: the words, then the mode, then the filters."""
        if self._search.text():
            self._search.clear()
        elif self._who.isChecked():
            self._who.setChecked(False)
        elif self._filters.filters.is_on:
            self._filters.put(Filters())
        else:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._listen()
        if self._stale:
            self._look_up()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._listen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= WIDE
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)
            self._splitter.setSizes([3000, 2000] if wide else [1000, 1000])
