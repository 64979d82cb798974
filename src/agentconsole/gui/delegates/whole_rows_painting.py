"""Has the rows of a table painted as a whole, where Qt would ask a delegate for every cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QTableView

from agentconsole.gui.delegates.row_pictures import C, Cell, can_be_copied


class RowPainter(Protocol[C]):
    """Paints rows of one model."""

    def paint_rows(
        self,
        painter: QPainter,
        rows: Iterable[tuple[int, int, bool]],
        cells: Sequence[Cell[C]],
        size: QSize,
        *,
        most: int,
        is_active: bool,
    ) -> None:
        """Paint *rows*, each by its position, its height on screen and whether it is selected.

        *cells* are the columns on screen, *size* is that of a row, *most* how many rows are on screen at most;
        *is_active*: the table can be used, and its window has the keyboard.
        """


def paint_whole_rows(
    table: QTableView, area: QRect, row_painter: RowPainter[C], columns: type[C], ground: QColor
) -> None:
    """Paint what *area* of the viewport of *table* shows: its rows, which are equally high, and *ground* below them."""
    viewport, model = table.viewport(), table.model()
    painter = QPainter(viewport)
    try:
        first, end = table.rowAt(area.top()), area.top()
        if first >= 0:
            last = table.rowAt(area.bottom())
            last = last if last >= 0 else model.rowCount() - 1
            top, high = table.rowViewportPosition(first), table.rowHeight(first)
            chosen = table.selectionModel()
            any_chosen = chosen.hasSelection()
            rows = (
                (row, top + (row - first) * high, any_chosen and chosen.isSelected(model.index(row, 0)))
                for row in range(first, last + 1)
            )
            row_painter.paint_rows(
                painter,
                rows,
                _cells(table, columns, viewport.rect() if can_be_copied(painter) else area),
                QSize(viewport.width(), high),
                most=viewport.height() // high + 2,
                is_active=table.isEnabled() and table.isActiveWindow(),
            )
            end = top + (last + 1 - first) * high
        if end <= area.bottom():
            painter.fillRect(area.x(), end, area.width(), area.bottom() + 1 - end, ground)
    finally:
        painter.end()


def _cells(table: QTableView, columns: type[C], area: QRect) -> list[Cell[C]]:
    """Return the columns that *area* touches."""
    found = []
    for column in columns:
        x, width = table.columnViewportPosition(column), table.columnWidth(column)
        if width and x <= area.right() and x + width > area.x():
            found.append(Cell(column, x, width))
    return found
