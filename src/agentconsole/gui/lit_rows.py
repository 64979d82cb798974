"""A table whose row under the mouse lights up."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTableView


class Lighting(Protocol):
    """Paints the rows; ``hovered`` is the one under the mouse, -1 while there is none."""

    hovered: int


class LitRows(QTableView):
    """Notes where the mouse is, and has only the rows painted that this changes.

    Attributes:
        lighting: Who paints the rows; to be set before there is a model.
    """

    lighting: Lighting

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(int(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self.lighting.hovered >= 0:
            self._hover(self.rowAt(self.viewport().mapFromGlobal(self.cursor().pos()).y()))

    def _hover(self, row: int) -> None:
        before, self.lighting.hovered = self.lighting.hovered, row
        if row != before:
            self._repaint_row(before)
            self._repaint_row(row)

    def _repaint_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))
