"""A place for a table that ends with a whole row."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from agentconsole.gui.theming import Theming


class WholeRows(QWidget):
    """Gives *table* the room there is, less what would show only a part of a row.

    The table scrolls by whole rows from a whole row, so none is ever cut, at its end neither: words whose lower half is
    missing look like a mistake. A place that is too low for a single row gives all of it.
    """

    def __init__(self, table: QTableView, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        table.setParent(self)
        self.setFocusProxy(table)
        # the table listens first: its rows have their new height by then
        theming.changed.connect(self.fit)

    def fit(self) -> None:
        """Follow the height of the rows and of the header; call it when the header was shown or hidden."""
        header, row = self._table.horizontalHeader(), self._table.verticalHeader().defaultSectionSize()
        above = 0 if header.isHidden() else max(header.height(), header.sizeHint().height())
        rows = (self.height() - above) // row
        self._table.setGeometry(0, 0, self.width(), above + rows * row if rows > 0 else self.height())

    def sizeHint(self) -> QSize:
        return self._table.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._table.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
