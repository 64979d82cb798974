"""The queue: views, search and the list of tickets."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.kept_here import KeptHere
from agentconsole.gui.models.queue_model import QueueModel
from agentconsole.gui.models.views_model import distinct_views, listed_as
from agentconsole.gui.panes.queue.feed import QueueFeed
from agentconsole.gui.panes.queue.heading import QueueHeading
from agentconsole.gui.panes.queue.keys import register_queue_actions
from agentconsole.gui.panes.queue.orders import OWN, keep_order, order_of
from agentconsole.gui.panes.queue.query_words import toggled
from agentconsole.gui.panes.queue.search_field import SearchField
from agentconsole.gui.panes.queue.table import Place, QueueTable
from agentconsole.gui.panes.queue.view_bar import ViewBar
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.whole_rows import WholeRows

if TYPE_CHECKING:
    from agentconsole.gui.empty_state import EmptyState
    from agentconsole.gui.panes.queue.bulk import BulkBar, BulkEdit

_BAR_FROM = 620
"""Narrower than this (pixels) the side bar folds away and the title opens the views as a menu."""


EVERYWHERE = "everything"
"""The view that leaves no ticket out; the side bar does not list it."""

_ROOMY_FROM = 800
_BAR_MOST, _BAR_MOST_BESIDE_LITTLE = 320, 248
"""The side bar is as wide as its longest title, up to so many pixels: the first from ``_ROOMY_FROM`` on."""


class QueuePane(QWidget):
    """Views, search, tickets.

    Signals:
        ticket_opened: The agent opens a ticket (its id): Enter or a click.
        current_changed: Another ticket is under the cursor (id or None).
        walked: The agent moved the cursor to a ticket (id), for a preview.
        merge_requested: The agent wants to merge this ticket (id) into another one.
        selection_changed: The selected tickets (tuple of ids).
    """

    ticket_opened = Signal(object)
    current_changed = Signal(object)
    merge_requested = Signal(object)
    walked = Signal(object)
    selection_changed = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queuePane")
        self.setAccessibleName("Queue")
        self._context = context
        self._workspace = context.workspace
        settings = context.workspace.settings
        self._view = str(settings.get("queue.view", "my-open"))
        self._sort = OWN
        self._place: Place | None = None
        self.bulk: BulkBar | None = None
        self._stale = False
        self._within = False

        # everything is made where it stays: a widget that moves to another parent is styled once more
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("queueSplitter")
        # before there is anything in it that would be laid out once more
        self._splitter.setHandleWidth(1)
        self.views = ViewBar(context, self._splitter)
        self._content = QWidget(self._splitter)
        self.model = QueueModel(self._workspace.queue.rows, context.clock.now(), thresholds_from(settings), self)
        self._stack = QStackedWidget(self._content)
        self._rows = WholeRows(None, context.theming, self._stack)
        self.table = QueueTable(context, self.model, self._rows)
        self._rows.hold(self.table)
        self.search = SearchField(context, self._content)
        self.heading = QueueHeading(context, self._content)
        self._is_complete = False
        self._kept = KeptHere(context, self)
        self._kept.changed.connect(self._kept_changed)
        self.chips = self.heading.chips
        self._feed = QueueFeed(
            self.model, self._workspace.queue, context.tasks, self.table.visible_rows, self._nobody_looks, self
        )
        self._build()
        self._connect()
        register_queue_actions(self, context.actions)
        self._show_views()

    def _build(self) -> None:
        content = self._content
        self._fold = QToolButton(content)
        self._fold.setObjectName("queueFold")
        self._fold.setAccessibleName("Show or hide the views")
        self._context.icons.bind(self._fold, "panel-left")

        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 4)
        top.setSpacing(8)
        top.addWidget(self._fold)
        top.addWidget(self.search, 1)
        self._stack.addWidget(self._rows)
        content.setProperty("look", "content")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.heading)
        column.addWidget(self._stack, 1)

        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setCollapsible(1, False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)
        self.setFocusProxy(self.table)

    def furnish(self) -> None:
        """Build what the first frame has no use for, so that the agent does not wait for it later."""
        _ = self._empty, self.edit

    @cached_property
    def edit(self) -> BulkEdit:
        """What changes the chosen tickets."""
        from agentconsole.gui.panes.queue.bulk import BulkEdit

        return BulkEdit(self._context, self.chosen_tickets, self)

    @cached_property
    def _empty(self) -> EmptyState:
        """What stands in the place of the rows when there are none."""
        from agentconsole.gui.empty_state import EmptyState

        empty = EmptyState(self._context.theming, self._context.icons, "queueEmpty", self._stack)
        self._stack.addWidget(empty)
        return empty

    @property
    def _is_empty(self) -> bool:
        return self._stack.currentWidget() is not self._rows

    def _connect(self) -> None:
        context = self._context
        self.table.opened.connect(self._open)
        self.table.current_changed.connect(self.current_changed)
        self.table.current_gone.connect(self._to_following)
        self._own_doings: set[TicketId] = set()
        self.table.walked.connect(self.walked)
        self.table.selected_changed.connect(self._selection_changed)
        self.table.sorted_by.connect(self._sorted)
        self.table.verticalScrollBar().valueChanged.connect(lambda _value: self._stamp())
        self.table.customContextMenuRequested.connect(lambda at: self.row_menu(self.table.viewport().mapToGlobal(at)))
        self.search.edited.connect(lambda _text: self._ask())
        self.search.submitted.connect(self._to_first_row)
        self.search.left.connect(self.table.setFocus)
        self.search.save_requested.connect(self._ask_title)
        self.chips.toggled.connect(self._toggle_filter)
        self.heading.scope_chosen.connect(self.search_within)
        self.views.chosen.connect(self.open_view)
        self.views.width_wanted.connect(self._fit_views)
        self.views.forget_requested.connect(self._forget)
        self.heading.view_chosen.connect(self.open_view)
        self.heading.refresh_requested.connect(self.refresh)
        self.heading.columns_requested.connect(lambda corner: self.table.column_menu(self).popup(corner))
        self._fold.clicked.connect(self.fold_views)
        self._splitter.splitterMoved.connect(lambda: self._remember_width())
        self._feed.answered.connect(self._answered)
        self._feed.held_back.connect(self.heading.offer_refresh)
        self._feed.about_to_arrange.connect(self._remember_place)
        self._feed.arranged.connect(self._return_to_place)
        context.bridge.turn(self).changed.connect(self._changed)
        context.clock.ticked.connect(self._tick)

    # Views and questions

    @property
    def view(self) -> str:
        """The key of the view that is open."""
        return self._view

    def open_view(self, key: str) -> None:
        """Open the view named *key*, without a search."""
        self._view = key = listed_as(self._workspace.queue.views(), key)
        self._workspace.settings.set("queue.view", key)
        self._recall_sort()
        self.search.setText("")
        self.views.show_current(key)
        self.heading.show_view(self.views.model.views(), self._view)
        self._ask()

    def search_for(self, text: str) -> None:
        """Look everywhere for *text*, a query, as if it were typed."""
        self._within = False
        self.search.set_query(text)

    def step_view(self, steps: int) -> None:
        """Open the view *steps* below the present one."""
        self.open_view(self.views.neighbour(self._view, steps))

    def question(self) -> QueueQuery:
        """What the list answers now. A search looks everywhere, unless it was narrowed to the view."""
        sort, descending = self._sort
        text = self.search.text().strip()
        view = EVERYWHERE if text and not self._within else self._view
        return QueueQuery(view=view, text=text, sort=sort or None, descending=descending)

    def search_within(self, within: bool) -> None:
        """Narrow the search to the view that is open, or look everywhere."""
        self._within = within
        self._ask()

    def _toggle_filter(self, word: str) -> None:
        # a filter is about the list that one sees; words are looked for wherever they may be
        self._within = self._within or not self.search.text().strip()
        self.search.set_query(toggled(self.search.text(), word))

    def _ask(self) -> None:
        if not self.search.text().strip():
            self._within = False
        question = self.question()
        self.chips.reflect(question.text)
        self.heading.show_scope(searching=bool(question.text), within=self._within)
        # a search that looks everywhere is no view's: none is highlighted meanwhile
        self.views.show_current(question.view)
        if question != self._feed.question:
            self.table.clearSelection()
            self.table.setCurrentIndex(self.table.rootIndex())
            self._feed.ask(question, unfinished=self.search.is_unfinished)
            self.table.verticalScrollBar().setValue(0)

    def _sorted(self, key: str, descending: bool) -> None:
        self._sort = (key, descending)
        keep_order(self._workspace.settings, self._view, key, descending)
        self._ask()

    def _recall_sort(self) -> None:
        self._sort = order_of(self._workspace.settings, self._view)
        self.table.show_sort(*self._sort)

    def _show_views(self) -> None:
        every = self._workspace.queue.views()
        views, self._view = distinct_views(every), listed_as(every, self._view)
        if not any(view.key == self._view for view in views) and views:
            self._view = views[0].key
        self.views.show_views(views, self._view)
        self.heading.show_view(self.views.model.views(), self._view)
        self._fit_views()
        self._recall_sort()
        self._ask()
        self.views.count()

    def _forget(self, key: str) -> None:
        if key == self._view:
            self.open_view("all-open")
        self._context.tasks.run(self._workspace.queue.forget_search(key), lambda _none: self._show_views())

    def _ask_title(self) -> None:
        from agentconsole.gui.panes.queue.saving import ask_title

        ask_title(self, self.search.text().strip(), self.save_search)

    def save_search(self, title: str, text: str) -> None:
        """Keep *text* as a view called *title* and open it."""
        if title.strip():
            self._context.tasks.run(self._workspace.queue.save_search(title.strip(), text), self._saved)

    def _saved(self, key: str) -> None:
        self.views.show_views(distinct_views(self._workspace.queue.views()), key)
        self.open_view(key)
        self.views.count()

    # Answers

    def _answered(self, complete: bool) -> None:
        self._is_complete = complete
        rows = self.model.rowCount()
        if rows or not complete:
            focused = self.focusWidget() if self._is_empty else None
            had_focus = focused is not None and self._empty.isAncestorOf(focused)
            self._stack.setCurrentWidget(self._rows)
            if had_focus:
                self.table.setFocus()
        if not rows and complete:
            from agentconsole.gui.panes.queue.emptiness import why_empty

            self._empty.tell(
                why_empty(
                    self._view,
                    self.search.text().strip(),
                    self._workspace.sync.status(),
                    within=self._within,
                    clear=self.search.clear_and_ask,
                    widen=lambda: self.search_within(False),
                    open_view=self.open_view,
                    missing=self._kept.sentence if self._kept.limits(self._view, self.search.text().strip()) else "",
                )
            )
            self._stack.setCurrentWidget(self._empty)
        limited = self._kept.limits(self._view, self.search.text().strip())
        self.heading.show_count(rows if complete else None, self._kept.sentence if limited else "")
        self._stamp()

    def _kept_changed(self) -> None:
        self.views.show_taken(self._kept.views)
        self._answered(self._is_complete)

    def refresh(self) -> None:
        """Show the newer order, with the cursor on the same ticket at the same height."""
        self._feed.refresh()
        self.views.count()

    def _remember_place(self) -> None:
        self._place = self.table.place()

    def _return_to_place(self, was_reset: bool) -> None:
        if self._place is not None:
            self.table.return_to(self._place, select=was_reset)
            self._place = None

    def _nobody_looks(self) -> bool:
        """Whether the agent has not touched the list since it opened, so that a new order disturbs nobody.

        Merely having the focus puts the cursor on the first row; that alone is no claim to it.
        """
        table = self.table
        untouched = table.currentIndex().row() <= 0 and not table.selected_count()
        at_rest = untouched and not table.verticalScrollBar().value() and not table.underMouse()
        return at_rest or not self.model.rowCount()

    # Changes and time

    def _changed(self, change: Change) -> None:
        if not self.isVisible():
            self._stale = True
            return
        if "settings" in change.topics or change.everything:
            self.model.thresholds = thresholds_from(self._workspace.settings)
        if "reference" in change.topics or change.everything:
            self.views.show_views(distinct_views(self._workspace.queue.views()), self._view)
            self._fit_views()
        if change.tickets or change.everything or change.topics & {"tickets", "outbox", "drafts", "reference"}:
            if change.initiator == "agent":
                self._own_doings.update(change.tickets)
            self._feed.hear(change)
            self.views.count()
        if self._is_empty and "sync" in change.topics:
            self._answered(self._feed.is_complete)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self._changed(Change(everything=True))

    def _tick(self, now: Instant) -> None:
        if self.isVisible() and not self._is_empty:
            self.model.tick(now, *self.table.visible_rows())

    def _stamp(self) -> None:
        """Let the countdowns that have just come on screen tell the present, not the last tick."""
        self.model.now = self._context.clock.now()

    # The agent's hands

    def chosen_tickets(self) -> list[TicketId]:
        """What a command applies to: the selected tickets, else the one under the cursor."""
        current = self.table.current_ticket()
        return self.table.selected() or ([] if current is None else [current])

    def select_ticket(self, ticket: TicketId) -> bool:
        """Put the cursor on *ticket*; returns whether it is in the list."""
        if (row := self.model.position_of(ticket)) >= 0:
            self.table.go_to(row)
        return row >= 0

    def next_ticket(self, ticket: TicketId) -> TicketId | None:
        """The ticket below *ticket* (above it at the end of the list), None when there is no other."""
        row = self.model.position_of(ticket)
        following = self.model.ticket_at(row + 1)
        return following if following is not None else self.model.ticket_at(row - 1) if row > 0 else None

    def focus_search(self) -> None:
        """Put the caret into the search field, with its text selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def clear_selection(self) -> None:
        """Select nothing but keep the cursor where it is."""
        self.table.clearSelection()
        self.table.setFocus()

    def row_menu(self, corner: QPoint) -> None:
        """Open the menu of what can be done with the chosen tickets."""
        tickets = self.chosen_tickets()
        if tickets:
            one = len(tickets) == 1
            menu = self.edit.menu(corner, self.table.open_current if one else None, self.merge if one else None)
            menu.popup(corner)

    def _to_following(self, gone: TicketId) -> None:
        """*gone* left the list from under the cursor: the one that took its place is next, if the agent saw to that."""
        if gone in self._own_doings:
            self._own_doings.discard(gone)
            self.walked.emit(self.table.current_ticket())

    def merge(self) -> None:
        """Ask which ticket the one under the cursor is to be merged into."""
        ticket = self.table.current_ticket()
        if ticket is not None:
            self.merge_requested.emit(ticket)

    def _open(self, ticket: TicketId) -> None:
        self.model.seen(ticket)
        self.ticket_opened.emit(ticket)

    def _to_first_row(self) -> None:
        self._feed.insist()
        if self.model.rowCount():
            self.table.setFocus()
            self.table.go_to(0)

    def _selection_changed(self) -> None:
        count = self.table.selected_count()
        if self.bulk is None and count > 1:
            from agentconsole.gui.panes.queue.bulk import BulkBar

            self.bulk = BulkBar(self._context, self.edit, self._stack)
            self.bulk.dismissed.connect(self.clear_selection)
            self._stack.installEventFilter(self)
        if self.bulk is not None:
            self.bulk.show_count(count)
        self.selection_changed.emit(tuple(self.table.selected()))

    # Room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.bulk is not None and watched is self._stack and event.type() == QEvent.Type.Resize:
            self.bulk.place()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_views()

    def _fit_views(self) -> None:
        wanted = bool(self._workspace.settings.get("queue.views.shown", True))
        shown = wanted and self.width() >= _BAR_FROM
        self.views.setVisible(shown)
        if shown:
            most = _BAR_MOST if self.width() >= _ROOMY_FROM else _BAR_MOST_BESIDE_LITTLE
            standard = min(self.views.wanted_width(), most)
            width = int(self._workspace.settings.get("queue.views.width") or standard)
            self._splitter.setSizes([width, max(self.width() - width - 1, 1)])

    def fold_views(self) -> None:
        """Show the side bar of views, or fold it away, for good."""
        self._workspace.settings.set("queue.views.shown", not self.views.isVisible())
        self._fit_views()

    def _remember_width(self) -> None:
        self._workspace.settings.set("queue.views.width", self._splitter.sizes()[0])
