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

    def __init__(self, table: QTableView | QListView | None, theming: Theming, parent: QWidget | None = None) -> None:
        """Without *table*: whoever makes one as a child of this calls :meth:`hold`."""
        super().__init__(parent)
        self._table: QTableView | QListView | None = None
        self._theming = theming
        if table is not None:
            self.hold(table)

    def hold(self, table: QTableView | QListView) -> None:
        """Give the room to *table*; one that has another parent moves here, and is styled once more."""
        self._table = table
        if table.parentWidget() is not self:
            table.setParent(self)
        self.setFocusProxy(table)
        # the table listens first: its rows have their new height by then
        self._theming.changed.connect(self.fit)

    def fit(self) -> None:
        """Follow the height of the rows and of the header; call it when the header was shown or hidden."""
        if self._table is None:
            return
        above, row = self._measures(self._table)
        rows = (self.height() - above) // row
        self._table.setGeometry(0, 0, self.width(), above + rows * row if rows > 0 else self.height())

    def _measures(self, table: QTableView | QListView) -> tuple[int, int]:
        """Return the heights of what stands above the rows and of a row."""
        if isinstance(table, QListView):
            return 0, self._theming.row_height
        header, row = table.horizontalHeader(), table.verticalHeader().defaultSectionSize()
        return 0 if header.isHidden() else max(header.height(), header.sizeHint().height()), row

    def sizeHint(self) -> QSize:
        return super().sizeHint() if self._table is None else self._table.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint() if self._table is None else self._table.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
