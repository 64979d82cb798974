"""The contact directory: support contacts, people and organizations in one search."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.directory_rows import DirectoryRows
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.link_opener import LinkOpener
from agentconsole.gui.models.directory_model import DirectoryModel
from agentconsole.gui.panes.directory.contact_card import ContactCard
from agentconsole.gui.panes.directory.contact_words import act_of, copied

WIDE = 640
"""From this width (pixels) on the card stands beside the list, below it otherwise."""

_TOPICS = frozenset({"contacts", "people"})


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
        self._links = LinkOpener(context, self)
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
        self._search.setText(text)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self) -> None:
        context = self._context
        self._search = QLineEdit(self)
        self._search.setObjectName("directorySearch")
        self._search.setPlaceholderText("Search contacts, people and organizations")
        self._search.setAccessibleName("Search the directory")
        self._search.setToolTip("Search the directory  (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.addAction(context.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.textChanged.connect(lambda _text: self._look_up())
        self._search.installEventFilter(self)
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
        self._view.activated.connect(lambda _index: self._act())
        self._nothing = EmptyState(
            context.theming,
            context.icons,
            "directoryNothing",
            self,
            why=Emptiness(
                "search",
                "Nothing found",
                "Try fewer or other words: a department, a purpose, a region, a name or an address.",
            ),
        )
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
        self._card.ticket_opened.connect(self.ticket_opened)
        self._splitter = QSplitter(self)
        self._splitter.setObjectName("directorySplitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self._card)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.addWidget(self._search)
        layout.addLayout(head)
        layout.addWidget(self._splitter, 1)

    def _register(self) -> None:
        add, section = self._context.actions.register, "Directory"
        add("directory.search", "Search the directory", "Ctrl+F", lambda: self.look_for(""), self, section=section)
        act = add("directory.act", "Write, call or open", "", self._act, self, section=section)
        copy = add("directory.copy", "Copy address", "Ctrl+C", self._copy, self, section=section)
        self._view.addActions([act, copy])

    # -- showing

    def _look_up(self) -> None:
        text = self._search.text().strip()
        before = self.current
        rows = self._context.workspace.directory.search(text)
        self._stale = False
        self._model.show_rows(rows)
        self._stack.setCurrentWidget(self._view if rows else self._nothing if text else self._none)
        index = self._model.find(before)
        if not index.isValid():
            index = self._model.first_hit()
        self._view.setCurrentIndex(index)
        self._card.setVisible(bool(rows))
        self._card.show_row(self._model.row_of(index))
        if index == self._model.first_hit():
            self._view.scrollToTop()

    def _current_changed(
        self, current: QModelIndex | QPersistentModelIndex, _before: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._card.show_row(self._model.row_of(current))

    def _changed(self, change: Change) -> None:
        if not (change.everything or change.topics & _TOPICS):
            return
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
            self._card.tell_time(now)

    # -- doing

    def _act(self) -> None:
        row = self.current
        if row is None:
            return
        act = act_of(row)
        if not self._card.may_act:
            self._context.messages.tell("Take the escalation steps first", "Confirm on the card that they were taken.")
        elif act is None:
            self._copy()
        elif act.address.startswith(("mailto:", "tel:")):
            QDesktopServices.openUrl(QUrl(act.address))
        else:
            self._links.ask(act.address, "")

    def _copy(self) -> None:
        row = self.current
        if row is not None and self._card.may_act:
            QGuiApplication.clipboard().setText(copied(row))
            self._context.messages.tell(f"Copied: {copied(row)}")

    # -- events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                # the list moves while one goes on typing
                self._view.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._act()
                return True
            if event.key() == Qt.Key.Key_Escape and self._search.text():
                self._search.clear()
                return True
        return super().eventFilter(watched, event)

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
