"""The countdown's table: lines of one height, columns that give way, and a cursor that follows its target."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from agentconsole.domain.values import Metric, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.target_cells import TargetCells
from agentconsole.gui.delegates.whole_rows_painting import paint_whole_rows
from agentconsole.gui.lit_rows import LitRows
from agentconsole.gui.models.target_model import TargetColumn, TargetModel
from agentconsole.gui.theming import colour

_STEPS = (
    (TargetColumn.LEFT, 110),
    (TargetColumn.STATE, 116),
    (TargetColumn.METRIC, 130),
    (TargetColumn.ORGANIZATION, 224),
    (TargetColumn.OPEN, 92),
    (TargetColumn.ASSIGNEE, 132),
    # wide enough to say why it is paused, and what was promised
    (TargetColumn.STATE, 236),
    (TargetColumn.TICKET, 320),
    (TargetColumn.METRIC, 248),
    (TargetColumn.SOURCE, 184),
    (TargetColumn.GROUP, 144),
)
"""Who gets how many pixels, as far as there are any: the ticket is always shown, the last ones give way first."""

_TICKET_AT_LEAST = 200


class TargetTable(LitRows):
    """Shows a :class:`TargetModel`.

    Signals:
        opened: The agent wants the ticket of a target (``object``: its id).
    """

    opened = Signal(object)

    def __init__(self, context: WindowContext, model: TargetModel, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slaView")
        self.setAccessibleName("Running SLA targets")
        self._theming = context.theming
        self._model = model
        self.lighting = self._cells = TargetCells(model, context.theming, parent=self)
        self.setItemDelegate(self._cells)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(16)
        header = self.horizontalHeader()
        header.setObjectName("slaHeader")
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._dress()
        context.theming.changed.connect(self._dress)
        self.clicked.connect(lambda _index: self.open_current())
        self.selectionModel().currentRowChanged.connect(self._current_moved)

    def _dress(self) -> None:
        height = self._theming.row_height
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height)
        self.viewport().update()

    def fit_columns(self) -> None:
        """Give columns their widths; those that have nothing to say, or no room, are hidden."""
        room = self.viewport().width() - _TICKET_AT_LEAST
        widths = {TargetColumn.TICKET: _TICKET_AT_LEAST}
        for column, width in _STEPS:
            if column is TargetColumn.OPEN and not self._model.counts_open_hours:
                continue
            more = width - widths.get(column, 0)
            if more > room:
                break
            widths[column] = width
            room -= more
        widths[TargetColumn.TICKET] = max(widths[TargetColumn.TICKET] + room, 80)
        for column in TargetColumn:
            self.setColumnHidden(column, column not in widths)
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, width)

    def visible_rows(self) -> tuple[int, int]:
        """The first and last line on screen, (-1, -1) when there is none."""
        if not self.isVisible() or not self._model.rowCount() or not self.viewport().height():
            return -1, -1
        last = self.rowAt(self.viewport().height() - 1)
        return self.rowAt(0), last if last >= 0 else self._model.rowCount() - 1

    def current_target(self) -> tuple[TicketId, Metric] | None:
        """What the cursor is on."""
        target = self._model.target_at(self.currentIndex().row()) if self.currentIndex().isValid() else None
        return (target.ticket, target.metric) if target is not None else None

    def place(self) -> tuple[tuple[TicketId, Metric] | None, int]:
        """Remember what the cursor is on and how far down it stands, for :meth:`return_to`."""
        return self.current_target(), self.rowViewportPosition(max(self.currentIndex().row(), 0))

    def return_to(self, place: tuple[tuple[TicketId, Metric] | None, int]) -> None:
        """Put the cursor back on the same target at the same height; nowhere when it runs no more."""
        target, top = place
        if target is None:
            return
        row = self._model.position_of(*target)
        if row < 0:
            self.clearSelection()
            return
        if row != self.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._model.index(row, 0), flags)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.rowViewportPosition(row) - top)

    def go_to_target(self, target: tuple[TicketId, Metric]) -> None:
        """Put the cursor on *target*, scrolling no further than it takes to see it."""
        row = self._model.position_of(*target)
        if row >= 0:
            self.go_to(row)

    def go_to(self, row: int, step: int = 1) -> None:
        """Put the cursor on line *row*, or on the next target in the direction of *step* when that is a heading."""
        count = self._model.rowCount()
        while 0 <= row < count and self._model.target_at(row) is None:
            row += step
        if 0 <= row < count:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            index = self._model.index(row, 0)
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)

    def go_by(self, step: int) -> None:
        """Move the cursor one target up or down; the first move goes to the first one on screen."""
        index = self.currentIndex()
        self.go_to(index.row() + step, step) if index.isValid() else self.go_to(max(self.visible_rows()[0], 0))

    def open_current(self) -> None:
        """Open the ticket of the target under the cursor."""
        target = self.current_target()
        if target is not None:
            self.opened.emit(target[0])

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here."""

    def _current_moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        before, self._cells.current = self._cells.current, current.row() if current.isValid() else -1
        self._repaint_row(before)
        self._repaint_row(self._cells.current)

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_whole_rows(self, event.rect(), self._cells, TargetColumn, colour(self._theming.theme.surface))
