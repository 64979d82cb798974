"""Bars in rows that the keyboard walks through: a list whose rows lead to the tickets behind them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from agentconsole.gui.dashboard.drawing import (
    ROW,
    Bar,
    Columns,
    Legend,
    columns_of,
    legend_lines,
    paint_bar,
    paint_legend,
)
from agentconsole.gui.delegates.cell_canvas import Canvas
from agentconsole.gui.theming import Theming, colour

_BAR = Qt.ItemDataRole.UserRole
_INSET = 8
_LEGEND_LINE = 20


class BarList(QListView):
    """Rows of title, bar and figure. Enter or a click on a row that has tickets behind it opens them.

    Signals:
        opened: The query (str) of a row.
    """

    opened = Signal(str)

    def __init__(self, theming: Theming, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("look", "side")
        self._theming = theming
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self._delegate = _BarDelegate(theming, self)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        theming.changed.connect(self._restyle)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The rows shown."""
        return self._delegate.bars

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show *bars*; the cursor stays on its row."""
        row = self.currentIndex().row()
        self._delegate.bars = bars
        self._delegate.columns = None
        self._model.clear()
        for bar in bars:
            item = QStandardItem(bar.title)
            item.setData(bar, _BAR)
            item.setData(bar.spoken, Qt.ItemDataRole.AccessibleTextRole)
            hint = f"{bar.spoken}\nEnter lists these tickets" if bar.query else bar.spoken
            item.setData(hint, Qt.ItemDataRole.ToolTipRole)
            self._model.appendRow(item)
        self.setAccessibleDescription("; ".join(bar.spoken for bar in bars))
        if bars and self.hasFocus():
            self.setCurrentIndex(self._model.index(min(max(row, 0), len(bars) - 1), 0))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(240, ROW * max(1, self._model.rowCount()))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Put the cursor somewhere, so that one sees where the keyboard is."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, 0))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._restyle()

    def _open(self, index: QModelIndex) -> None:
        bar = index.data(_BAR)
        if isinstance(bar, tuple) and bar[4]:
            self.opened.emit(bar[4])

    def _restyle(self) -> None:
        self._delegate.restyle(self._theming)
        self.viewport().update()


class _BarDelegate(QStyledItemDelegate):
    """Paints the rows of one list, whose columns stand below each other."""

    def __init__(self, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self.bars: tuple[Bar, ...] = ()
        self.columns: tuple[int, Columns] | None = None
        self.restyle(theming)

    def restyle(self, theming: Theming) -> None:
        """Take the theme's colours."""
        self._canvas = Canvas(theming.theme)
        self.columns = None

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        canvas, rect = self._canvas, QRect(option.rect)
        state = option.state
        bar = self.bars[index.row()]
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect, colour(canvas.theme.selection))
            painter.fillRect(QRect(rect.x(), rect.y(), 2, rect.height()), colour(canvas.theme.focus))
        elif state & QStyle.StateFlag.State_MouseOver and bar.query:
            painter.fillRect(rect, colour(canvas.theme.hover))
        row = rect.adjusted(_INSET, 0, -_INSET, 0)
        if self.columns is None or self.columns[0] != row.width():
            self.columns = row.width(), columns_of(self.bars, canvas, row.width())
        paint_bar(painter, row, bar, self.columns[1], canvas)


class LegendLine(QWidget):
    """What the patterns of bars mean."""

    def __init__(self, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._legend: Legend = ()
        theming.changed.connect(self.update)

    def show_legend(self, legend: Legend) -> None:
        """Show *legend*; nothing while it is empty."""
        self._legend = legend
        self.setAccessibleName("From left to right: " + ", ".join(words for _look, words in legend))
        self.setVisible(bool(legend))
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        line = QRect(_INSET, 0, self._room, _LEGEND_LINE)
        paint_legend(QPainter(self), line, self._legend, Canvas(self._theming.theme))

    @property
    def _room(self) -> int:
        return max(1, self.width() - 2 * _INSET)

    def _fit(self) -> None:
        lines = legend_lines(self._legend, Canvas(self._theming.theme), self._room)
        self.setFixedHeight(_LEGEND_LINE * max(1, len(lines)))
