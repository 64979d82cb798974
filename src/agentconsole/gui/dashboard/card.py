"""A card of the dashboard: a title, what it covers, and the figures as bars, as a plot or as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.context import WindowContext
from agentconsole.gui.dashboard.bar_list import BarList, LegendLine
from agentconsole.gui.dashboard.contents import Content, Grid
from agentconsole.gui.dashboard.day_series import DaySeries
from agentconsole.gui.dashboard.drawing import ROW, Bar, Legend
from agentconsole.gui.theming import Theming, colour

if TYPE_CHECKING:
    from agentconsole.gui.dashboard.day_plot import DayPlot

_TALLEST_TABLE = 9 * ROW
_INSET = 8
_FEW = 8
"""As many bars are shown at first; the rest on request."""


class Card(QFrame):
    """Shows one :class:`Content`.

    Signals:
        opened: The query (str) of what the agent chose.
    """

    opened = Signal(str)

    def __init__(self, context: WindowContext, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"dashboardCard_{name}")
        self.setAccessibleName(title)
        self.setProperty("look", "card")
        self._context = context
        self._title = title
        self._grid = Grid((), ())
        self._note_text = ""
        self._legend: Legend = ()
        self._bars: tuple[Bar, ...] = ()
        self._all = False
        heading = QLabel(title, self)
        heading.setProperty("look", "strong")
        self.note = QLabel(self)
        self.note.setObjectName(f"dashboardNote_{name}")
        self.note.setProperty("look", "meta")
        self.note.setWordWrap(True)
        self.switch = QToolButton(self)
        self.switch.setObjectName(f"dashboardTable_{name}")
        self.switch.setCheckable(True)
        self.switch.setIconSize(QSize(14, 14))
        self.switch.setAccessibleName(f"Show “{title}” as a table")
        self.switch.setToolTip("Show as a table")
        context.icons.bind(self.switch, "rows-3", size=14)
        self.switch.toggled.connect(self._turn)
        self._name = name
        self._chart: BarList | DayPlot | None = None
        self.table: QTableWidget | None = None
        self.more = QPushButton(self)
        self.more.setObjectName(f"dashboardMore_{name}")
        self.more.setProperty("look", "link")
        self.more.clicked.connect(self._show_more)
        self.more.hide()
        self.legend = LegendLine(context.theming, self)
        self.legend.hide()
        self._skeleton = _Skeleton(context.theming, self)

        # rows of bars are inset by as much, so that a row that has the cursor stands out to both sides
        self.note.setContentsMargins(_INSET, 0, _INSET, 0)
        top = QHBoxLayout()
        top.setContentsMargins(_INSET, 0, 0, 0)
        top.addWidget(heading, 1)
        top.addWidget(self.switch)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 8, 8, 12)
        self._column.setSpacing(2)
        self._column.addLayout(top)
        self._column.addWidget(self.note)
        self._column.addSpacing(6)
        self._column.addWidget(self._skeleton)
        self._column.addWidget(self.legend)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_content(self, content: Content) -> None:
        """Show *content*, as a table when that was chosen."""
        self._grid, self._note_text = content.grid, content.note
        self.note.setText(content.note)
        if self._chart is None:
            self._chart = self._make_chart(plots=isinstance(content.shown, DaySeries))
        if isinstance(content.shown, DaySeries):
            assert not isinstance(self._chart, BarList)
            self._chart.show_series(content.shown)
        else:
            self._bars = content.shown
            self._show_bars()
        self._legend = content.legend
        self._skeleton.hide()
        self._turn(self.switch.isChecked())

    @property
    def chart(self) -> BarList | DayPlot:
        """The bars or the plot; there are none before the first figures."""
        assert self._chart is not None
        return self._chart

    def _make_chart(self, *, plots: bool) -> BarList | DayPlot:
        """Make what the figures are drawn on; the library for plots is imported with the first of them."""
        chart: BarList | DayPlot
        if plots:
            from agentconsole.gui.dashboard.day_plot import DayPlot

            chart = DayPlot(self._context.theming, f"dashboardPlot_{self._name}", self._title, self)
            chart.pointed.connect(self._point)
        else:
            chart = BarList(self._context.theming, f"dashboardBars_{self._name}", self._title, self)
        chart.opened.connect(self.opened)
        self._column.insertWidget(self._column.indexOf(self._skeleton), chart)
        self.setTabOrder(self.switch, chart)
        return chart

    def _show_bars(self) -> None:
        if isinstance(self._chart, BarList):
            self._chart.show_bars(self._bars if self._all else self._bars[:_FEW])

    def _show_more(self) -> None:
        self._all = not self._all
        self._show_bars()
        self._turn(self.switch.isChecked())

    def _turn(self, as_table: bool) -> None:
        if as_table and self.table is None:
            self.table = self._make_table()
            self._column.insertWidget(self._column.indexOf(self._skeleton), self.table)
            self.setTabOrder(self.switch, self.table)
        if self.table is not None:
            if as_table:
                self._fill(self.table)
            self.table.setVisible(as_table)
        if self._chart is not None:
            self._chart.setVisible(not as_table)
        self.more.setVisible(not as_table and len(self._bars) > _FEW)
        self.more.setText(f"Show the first {_FEW}" if self._all else f"Show all {len(self._bars)}")
        self.more.setAccessibleName(f"{self.more.text()}: {self._title}")
        self.legend.show_legend(() if as_table else self._legend)
        words = "Show as a plot" if as_table else "Show as a table"
        self.switch.setToolTip(words)
        self.switch.setAccessibleName(f"{words}: {self._title}")

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(self)
        table.setObjectName(self.objectName().replace("Card", "Grid"))
        table.setAccessibleName(self._title)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW)
        table.horizontalHeader().setHighlightSections(False)
        return table

    def _fill(self, table: QTableWidget) -> None:
        head, rows = self._grid
        table.setColumnCount(len(head))
        table.setRowCount(len(rows))
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        for column, title in enumerate(head):
            item = QTableWidgetItem(title)
            item.setTextAlignment((right if column else left) | middle)
            table.setHorizontalHeaderItem(column, item)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment((right if column else left) | middle)
                table.setItem(number, column, item)
        header = table.horizontalHeader()
        for column in range(len(head)):
            mode = QHeaderView.ResizeMode.ResizeToContents if column else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
        table.setFixedHeight(min(_TALLEST_TABLE, ROW * (len(rows) + 1) + 8))

    def _point(self, words: str) -> None:
        self.note.setText(words or self._note_text)


class _Skeleton(QWidget):
    """What stands where bars will be, before the first figures."""

    def __init__(self, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self._theming = theming
        self.setAccessibleName("Being counted")
        self.setFixedHeight(4 * ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._theming.theme.hover))
        for row, share in enumerate((0.92, 0.64, 0.4, 0.24)):
            painter.drawRoundedRect(QRect(4, row * ROW + 7, round((self.width() - 8) * share), 12), 3, 3)
