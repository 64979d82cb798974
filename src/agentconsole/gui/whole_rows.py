"""A place for a table or a list that ends with a whole row."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QTableView, QWidget

from agentconsole.gui.theming import Theming


class WholeRows(QWidget):
    """Gives *table* the room there is, less what would show only a part of a row.

    The table, or a list whose rows are those of the theme, scrolls by whole rows from a whole row, so none is ever cut,
    at its end neither: words whose lower half is missing look like a mistake. A place that is too low for a single row
    gives all of it.
    """

    def __init__(self, table: QTableView | QListView, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._theming = theming
        table.setParent(self)
        self.setFocusProxy(table)
        # the table listens first: its rows have their new height by then
        theming.changed.connect(self.fit)

    def fit(self) -> None:
        """Follow the height of the rows and of the header; call it when the header was shown or hidden."""
        above, row = self._measures()
        rows = (self.height() - above) // row
        self._table.setGeometry(0, 0, self.width(), above + rows * row if rows > 0 else self.height())

    def _measures(self) -> tuple[int, int]:
        """Return the heights of what stands above the rows and of a row."""
        if isinstance(self._table, QListView):
            return 0, self._theming.row_height
        header, row = self._table.horizontalHeader(), self._table.verticalHeader().defaultSectionSize()
        return 0 if header.isHidden() else max(header.height(), header.sizeHint().height()), row

    def sizeHint(self) -> QSize:
        return self._table.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._table.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
