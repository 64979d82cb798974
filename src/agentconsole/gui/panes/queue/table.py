"""The queue's table: rows of one height, columns that give way to each other, and a place that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from msgspec import Struct
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.queue_cells import QueueCells
from agentconsole.gui.delegates.whole_rows_painting import paint_whole_rows
from agentconsole.gui.lit_rows import LitRows
from agentconsole.gui.models.queue_columns import COLUMNS, Column, lay_out
from agentconsole.gui.models.queue_model import QueueModel
from agentconsole.gui.theming import colour


def _is_width(value: object) -> bool:
    # settings are a file that people edit
    return isinstance(value, int) and 24 <= value <= 1200


class Place(Struct, frozen=True):
    """Where the agent is: the ticket under the cursor, how far down the viewport it stands, and what is selected.

    ``ticket`` is None without a current row; then ``top`` is the scroll bar's value.
    """

    ticket: TicketId | None
    top: int
    selected: frozenset[TicketId]


class QueueTable(LitRows):
    """Shows a :class:`QueueModel`.

    Signals:
        opened: The agent wants the ticket (``object``: its id).
        current_changed: Another ticket is under the cursor (id or None).
        walked: The agent moved the cursor to a ticket (id); news that rearrange the list are no walk.
        current_gone: This ticket (id) was under the cursor and was taken out; the cursor is on the one that followed.
        selected_changed: Other rows are selected; ask :meth:`selected` for them.
        sorted_by: A column's header was clicked; (sort key or "", descending). "" is the view's own order.
    """

    opened = Signal(object)
    current_changed = Signal(object)
    current_gone = Signal(object)
    walked = Signal(object)
    selected_changed = Signal()
    sorted_by = Signal(str, bool)

    def __init__(self, context: WindowContext, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # made here, not by Qt: to hand out a widget that Qt has made, PySide first makes all classes it may be of,
        # which costs the first frame ten milliseconds
        ground = QWidget()
        ground.setBackgroundRole(QPalette.ColorRole.Base)
        self.setViewport(ground)
        self.setObjectName("queueView")
        self.setAccessibleName("Tickets")
        self._settings = context.workspace.settings
        self._theming = context.theming
        self._model = model
        self.lighting = self._cells = QueueCells(model, context.theming, context.icons, self)
        self._hidden: frozenset[Column] = frozenset()
        self._sort: tuple[str, bool] = ("", False)
        self._fitting = False
        self.setItemDelegate(self._cells)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._set_up_headers()
        self._dress()
        context.theming.changed.connect(self._dress)
        self.clicked.connect(self._clicked)
        self.selectionModel().currentRowChanged.connect(self._current_moved)
        self._losing = -1
        self._lost: TicketId | None = None
        model.rowsRemoved.connect(self._to_following)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected_changed.emit())

    # Set-up and columns

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(16)
        header = self.horizontalHeader()
        header.setObjectName("queueHeader")
        header.setAccessibleName("Columns of the queue")
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(28)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._restore_columns()
        header.sectionClicked.connect(self._header_clicked)
        header.sectionResized.connect(self._column_resized)
        header.sectionMoved.connect(self._column_moved)
        header.customContextMenuRequested.connect(lambda point: self.column_menu(self).popup(header.mapToGlobal(point)))

    def _restore_columns(self) -> None:
        by_key = {spec.key: Column(number) for number, spec in enumerate(COLUMNS)}
        header = self.horizontalHeader()
        order = [by_key[key] for key in self._settings.get("queue.columns.order") or [] if key in by_key]
        for target, column in enumerate(order):
            header.moveSection(header.visualIndex(column), target)
        hidden = self._settings.get("queue.columns.hidden") or []
        self._hidden = frozenset(by_key[key] for key in hidden if key in by_key) - {Column.SLA, Column.SUBJECT}

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theming.row_height)
        self.verticalScrollBar().setSingleStep(self._theming.row_height)
        self.viewport().update()

    def column_menu(self, parent: QWidget) -> QMenu:
        """Return a menu that shows and hides columns; it deletes itself."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in Column:
            action = QAction(COLUMNS[column].words, menu)
            action.setCheckable(True)
            action.setChecked(column not in self._hidden)
            action.setEnabled(column not in (Column.SLA, Column.SUBJECT))
            action.toggled.connect(lambda on, column=column: self.show_column(column, shown=on))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction("Use the standard columns", self.reset_columns)
        return menu

    def show_column(self, column: Column, *, shown: bool) -> None:
        """Show or hide *column* for good. One that does not fit stays away until there is room."""
        self._hidden = self._hidden - {column} if shown else self._hidden | {column}
        self._settings.set("queue.columns.hidden", [COLUMNS[each].key for each in sorted(self._hidden)])
        self._fit_columns()

    def reset_columns(self) -> None:
        """Put every column back where and how it was delivered."""
        header = self.horizontalHeader()
        for column in Column:
            header.moveSection(header.visualIndex(column), column)
        self._hidden = frozenset()
        for name in ("widths", "order", "hidden"):
            self._settings.set(f"queue.columns.{name}", None)
        self._fit_columns()

    def shown_columns(self) -> list[Column]:
        """The columns on screen, left to right."""
        header = self.horizontalHeader()
        order = [Column(header.logicalIndex(place)) for place in range(len(COLUMNS))]
        return [column for column in order if not self.isColumnHidden(column)]

    def _fit_columns(self) -> None:
        """Hide what does not fit and give the subject what is left."""
        if self._fitting:
            return
        self._fitting = True
        by_key = {spec.key: Column(number) for number, spec in enumerate(COLUMNS)}
        remembered = self._settings.get("queue.columns.widths") or {}
        chosen = {by_key[key]: width for key, width in remembered.items() if key in by_key and _is_width(width)}
        widths = lay_out(self.viewport().width(), chosen, frozenset(Column) - self._hidden)
        for column in Column:
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.horizontalHeader().resizeSection(column, widths[column])
        left_to_right = self.shown_columns()
        self._cells.leading = int(left_to_right[0]) if left_to_right else int(Column.SLA)
        self._fitting = False
        self.viewport().update()

    def _column_resized(self, column: int, _before: int, width: int) -> None:
        if self._fitting or not width or column == Column.SUBJECT:
            return
        widths = dict(self._settings.get("queue.columns.widths") or {})
        widths[COLUMNS[column].key] = width
        self._settings.set("queue.columns.widths", widths)
        self._fit_columns()

    def _column_moved(self, *_places: int) -> None:
        header = self.horizontalHeader()
        order = [COLUMNS[header.logicalIndex(place)].key for place in range(len(COLUMNS))]
        self._settings.set("queue.columns.order", order)
        self._fit_columns()

    def _header_clicked(self, column: int) -> None:
        key, (sort, descending) = COLUMNS[column].key, self._sort
        if sort != key:
            chosen = (key, key in ("priority", "updated"))
        elif descending == (key in ("priority", "updated")):
            chosen = (key, not descending)
        else:
            chosen = ("", False)
        self.show_sort(*chosen)
        self.sorted_by.emit(*chosen)

    def show_sort(self, key: str, descending: bool) -> None:
        """Show the arrow of the order that is on; *key* "" is the view's own."""
        self._sort = (key, descending)
        number = next((n for n, spec in enumerate(COLUMNS) if spec.key == key), -1)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(number, order)

    # Where the agent is

    def visible_rows(self) -> tuple[int, int]:
        """The first and last row on screen, (-1, -1) when there is none."""
        if not self._model.rowCount() or not self.viewport().height():
            return -1, -1
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return first, last if last >= 0 else self._model.rowCount() - 1

    def current_ticket(self) -> TicketId | None:
        """The ticket under the cursor."""
        index = self.currentIndex()
        return self._model.ticket_at(index.row()) if index.isValid() else None

    def selected(self) -> list[TicketId]:
        """The selected tickets, from top to bottom."""
        rows: set[int] = set()
        for span in self._spans():
            rows.update(range(span.top(), span.bottom() + 1))
        return [ticket for row in sorted(rows) if (ticket := self._model.ticket_at(row)) is not None]

    def selected_count(self) -> int:
        """How many rows are selected, without naming them."""
        return sum(span.bottom() - span.top() + 1 for span in self._spans())

    def _spans(self) -> list[QItemSelectionRange]:
        # one span covers many rows: never ask for a hundred thousand single indexes
        return list(cast(Iterable[QItemSelectionRange], self.selectionModel().selection()))

    def place(self) -> Place:
        """Remember where the agent is, to return there after the list was arranged anew."""
        index = self.currentIndex()
        if not index.isValid():
            return Place(None, self.verticalScrollBar().value(), frozenset(self.selected()))
        return Place(self.current_ticket(), self.rowViewportPosition(index.row()), frozenset(self.selected()))

    def return_to(self, place: Place, *, select: bool) -> None:
        """Go back to *place*: the same ticket at the same height. *select*: the model was reset, so select again."""
        if select and place.selected:
            spans = QItemSelection()
            for row in self._model.positions_of(place.selected):
                spans.select(self._model.index(row, 0), self._model.index(row, len(COLUMNS) - 1))
            self.selectionModel().select(spans, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        bar = self.verticalScrollBar()
        if place.ticket is None:
            bar.setValue(place.top)
            return
        row = self._model.position_of(place.ticket)
        if row < 0:
            return
        if self.currentIndex().row() != row:
            self.selectionModel().setCurrentIndex(self._model.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        bar.setValue(bar.value() + self.rowViewportPosition(row) - place.top)

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        current = self.currentIndex()
        self._losing = start if current.isValid() and start <= current.row() <= end else -1
        self._lost = self.current_ticket()
        super().rowsAboutToBeRemoved(parent, start, end)

    def _to_following(self) -> None:
        """After its row is gone the cursor goes to the row that followed; Qt would go up, back to what was passed."""
        row, self._losing = min(self._losing, self._model.rowCount() - 1), -1
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.current_gone.emit(self._lost)

    def go_to(self, row: int, *, extend: bool = False, toggle: bool = False) -> None:
        """Put the cursor on *row* and show it; *extend* keeps what is selected up to there."""
        count = self._model.rowCount()
        if not count:
            return
        row = min(max(row, 0), count - 1)
        index = self._model.index(row, self._cells.leading)
        flags = QItemSelectionModel.SelectionFlag.Rows
        if toggle:
            flags |= QItemSelectionModel.SelectionFlag.NoUpdate
        elif extend:
            flags |= QItemSelectionModel.SelectionFlag.Select
        else:
            flags |= QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)
        if not extend and not toggle:
            self.walked.emit(self.current_ticket())

    def go_by(self, steps: int, *, extend: bool = False) -> None:
        """Move the cursor *steps* rows down; the first move of all goes to the first row on screen."""
        index = self.currentIndex()
        if not index.isValid():
            self.go_to(max(self.visible_rows()[0], 0))
            return
        row = index.row() + steps
        if extend and 0 <= row < self._model.rowCount():
            following = self._model.index(row, 0)
            chosen = self.selectionModel()
            if chosen.isSelected(following) and chosen.isSelected(index):
                # going back over what was just selected takes it out again
                rows = QItemSelectionModel.SelectionFlag.Rows
                chosen.select(index, QItemSelectionModel.SelectionFlag.Deselect | rows)
        self.go_to(row, extend=extend)

    def toggle_current(self) -> None:
        """Select the row under the cursor, or take it out of the selection."""
        index = self.currentIndex()
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.Toggle | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().select(index, flags)

    def open_current(self) -> None:
        """Open the ticket under the cursor, if there is one."""
        ticket = self.current_ticket()
        if ticket is not None:
            self.opened.emit(ticket)

    def _clicked(self, _index: QModelIndex) -> None:
        # with a modifier a click selects, to do something to several tickets; alone it is about one of them
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.open_current()

    def _current_moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        before, self._cells.current = self._cells.current, current.row() if current.isValid() else -1
        self._repaint_row(before)
        self._repaint_row(self._cells.current)
        self.current_changed.emit(self.current_ticket())

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        # the viewport is declared opaque, so that scrolling moves pixels and paints only the rows that come in
        paint_whole_rows(self, event.rect(), self._cells, Column, colour(self._theming.theme.surface))

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here, never a search for a subject that starts with them."""

    def menu_point(self) -> QPoint:
        """Where a menu for the current row opens when the keyboard asks for it."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(rect.bottomLeft() + QPoint(24, 0))
