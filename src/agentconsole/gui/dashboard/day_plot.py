"""Lines and columns over days. Left and Right walk through them, Enter opens the tickets of a day.

pyqtgraph is imported with this module: only a dashboard that is shown needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsGridLayout, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.gui.dashboard.day_series import DaySeries, Series
from agentconsole.gui.dashboard.words import day as day_words
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.theming import BODY, META, Theme, Theming, colour

HEIGHT = 176
_NAMES = 60
"""Room at the right for the names of lines, in pixels."""
_LINE_OF_TEXT = 0.11
"""How high a line of text is, as a share of the plot."""


class DayPlot(QWidget):
    """A plot over days with a cursor.

    Signals:
        opened: The query (str) of a day.
        pointed: What the day under the cursor or the mouse says (str), "" when there is none.
    """

    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self, theming: Theming, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title = title
        self._theming = theming
        self._shown = DaySeries((), (), ())
        self._cursor = -1
        self._named = False
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.canvas = pg.GraphicsView(parent=self, useOpenGL=False, background=None)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setFrameShape(self.canvas.Shape.NoFrame)
        self.canvas.setAccessibleName(title)
        self.canvas.viewport().installEventFilter(self)
        self.canvas.viewport().setMouseTracking(True)
        # put together by hand: a PlotItem brings seven menus and a form that nobody sees
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self._days_axis, self._values_axis = _DayAxis(orientation="bottom"), _Axis(orientation="left")
        whole = pg.GraphicsWidget()
        grid = QGraphicsGridLayout(whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for axis, row, column in ((self._values_axis, 0, 0), (self._days_axis, 1, 1)):
            axis.linkToView(self._box)
            grid.addItem(axis, row, column)
        grid.addItem(self._box, 0, 1)
        self.canvas.setCentralItem(whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        theming.changed.connect(self._draw)
        self._draw()

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    @property
    def shown(self) -> DaySeries:
        """What is plotted."""
        return self._shown

    @property
    def cursor_day(self) -> int:
        """The index of the day under the cursor, -1 for none."""
        return self._cursor

    def show_series(self, shown: DaySeries) -> None:
        """Plot *shown*."""
        self._shown = shown
        self._cursor = min(self._cursor, len(shown.days) - 1)
        self.setAccessibleDescription("; ".join(shown.spoken))
        self._draw()

    def go_to(self, index: int) -> None:
        """Put the cursor on the day *index* and say it."""
        if not self._shown.days:
            return
        self._cursor = min(max(index, 0), len(self._shown.days) - 1)
        self._point(self._cursor)
        self.setAccessibleName(f"{self._title}. {self._shown.spoken[self._cursor]}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def open_day(self, index: int) -> None:
        """Open the tickets of the day *index*, if there is a query for them."""
        if 0 <= index < len(self._shown.queries) and self._shown.queries[index]:
            self.opened.emit(self._shown.queries[index])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._shown.days) - 1
        at = self._cursor if self._cursor >= 0 else last + 1
        steps = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.go_to(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_day(self._cursor)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.go_to(self._cursor if self._cursor >= 0 else len(self._shown.days) - 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(-1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse over the plot."""
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self._point(self._cursor if self.hasFocus() else -1)
        elif kind in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease):
            found = self._day_at(event.position().x())  # type: ignore[attr-defined]  # a mouse event has one
            if kind == QEvent.Type.MouseMove:
                self._point(found)
            else:
                self.open_day(found)
        elif kind in (QEvent.Type.Wheel, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if kind == QEvent.Type.Wheel:
                event.ignore()
            return True
        return super().eventFilter(watched, event)

    def paint_on(self, painter: QPainter, target: QRectF) -> None:
        """Paint the plot into *target* of another device."""
        self.canvas.scene().render(painter, target, QRectF(self.canvas.viewport().rect()))

    def _day_at(self, x: float) -> int:
        found = round(self._box.mapSceneToView(QPointF(x, 0)).x())
        return found if 0 <= found < len(self._shown.days) else -1

    def _point(self, index: int) -> None:
        """Mark the day *index* and tell what it says."""
        known = 0 <= index < len(self._shown.days)
        self._line.setVisible(known)
        if known:
            self._line.setPos(index)
        self.pointed.emit(self._shown.spoken[index] if known else "")

    # Drawing

    def _draw(self) -> None:
        theme = self._theming.theme
        plot = self._box
        plot.clear()
        self.canvas.setBackground(colour(theme.raised))
        self._days_axis.show_days(self._shown.days)
        for axis in (self._values_axis, self._days_axis):
            axis.setStyle(tickFont=figure_font(META), tickLength=0, tickTextOffset=6)
            axis.setTextPen(colour(theme.muted))
            axis.setPen(QPen(colour(theme.hairline), 1) if axis is self._days_axis else QPen(Qt.PenStyle.NoPen))
        most = max((max(each.values, default=0) for each in self._shown.series), default=0)
        ticks = round_ticks(most)
        labels = QFontMetrics(figure_font(META))
        self._values_axis.setWidth(labels.horizontalAdvance(f"{ticks[-1]:,}") + 14)
        self._values_axis.setTicks([[(tick, f"{tick:,}") for tick in ticks]])
        for tick in ticks[1:]:
            plot.addItem(pg.InfiniteLine(tick, angle=0, pen=QPen(colour(theme.hairline), 0)))
        count = max(len(self._shown.days), 2)
        for number, series in enumerate(self._shown.series):
            self._draw_series(plot, series, number, theme)
        named = len(self._shown.series) > 1 and not self._shown.series[0].columns and bool(self._shown.days)
        if named:
            self._name_lines(plot, ticks[-1], theme)
        if not most and self._shown.nothing:
            text = pg.TextItem(self._shown.nothing, color=colour(theme.muted), anchor=(0.5, 0.5))
            text.setFont(text_font(BODY))
            text.setPos((count - 1) / 2, ticks[-1] / 2)
            plot.addItem(text, ignoreBounds=True)
        self._line = pg.InfiniteLine(0, angle=90, pen=QPen(colour(theme.focus), 0))
        self._line.setVisible(False)
        plot.addItem(self._line)
        plot.setYRange(0, ticks[-1] * 1.06, padding=0)
        self._named = named
        self._share_width()

    def _share_width(self) -> None:
        """Give the days the width that the names at the ends of lines leave."""
        count = max(len(self._shown.days), 2)
        names = count * _NAMES / max(self.width() - 2 * _NAMES, _NAMES) if self._named else 0
        self._box.setXRange(-0.5, count - 0.5 + names, padding=0)

    def _draw_series(self, plot: Any, series: Series, number: int, theme: Theme) -> None:
        ink = _ink(number, theme)
        places = list(range(len(series.values)))
        if series.columns:
            places = [place for place in places if series.values[place]]
            brush = QBrush(ink) if not series.dashed else QBrush(ink, Qt.BrushStyle.BDiagPattern)
            pen = QPen(Qt.PenStyle.NoPen) if not series.dashed else QPen(ink, 0)
            wide, left = (0.38, -0.2 + 0.4 * number) if len(self._shown.series) > 1 else (0.76, 0.0)
            heights = [series.values[place] for place in places]
            columns = pg.BarGraphItem(
                x=[place + left for place in places], height=heights, width=wide, brush=brush, pen=pen
            )
            plot.addItem(columns)
            return
        pen = QPen(ink, 2, Qt.PenStyle.DashLine if series.dashed else Qt.PenStyle.SolidLine)
        pen.setCosmetic(True)
        wash = QColor(ink)
        wash.setAlpha(28)
        under = {"fillLevel": 0, "brush": QBrush(wash)} if series.filled else {}
        plot.addItem(pg.PlotCurveItem(places, list(series.values), pen=pen, antialias=True, **under))

    def _name_lines(self, plot: Any, most: int, theme: Theme) -> None:
        """Write each line's name at its end; names of lines that end together are moved apart."""
        ends = sorted((series.values[-1], number) for number, series in enumerate(self._shown.series))
        lowest = 0.0
        for value, number in ends:
            height = max(float(value), lowest)
            lowest = height + most * _LINE_OF_TEXT
            text = pg.TextItem(self._shown.series[number].name, color=_ink(number, theme), anchor=(0, 0.5))
            text.setFont(text_font(META))
            text.setPos(len(self._shown.days) - 0.9, height)
            plot.addItem(text, ignoreBounds=True)


def _ink(number: int, theme: Theme) -> QColor:
    return colour(theme.bar if number == 0 else theme.link)


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Names values without ticks: even those of no length leave dots."""

    def generateDrawSpecs(self, painter: QPainter) -> Any:
        """Return the axis and its texts only."""
        found = super().generateDrawSpecs(painter)
        return found and (found[0], [], found[2])


class _DayAxis(_Axis):
    """Names days below a plot, as many as there is room for, Mondays first."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._days: tuple[date, ...] = ()

    def show_days(self, days: tuple[date, ...]) -> None:
        """Name *days*."""
        self._days = days
        self.picture = None
        self.update()

    def tickValues(self, _low: float, _high: float, size: float) -> list[tuple[int, list[int]]]:
        """Return which days are named: every day, every Monday, or fewer."""
        room = max(2, int(size // 64))
        if len(self._days) <= room:
            return [(1, list(range(len(self._days))))]
        mondays = [index for index, each in enumerate(self._days) if each.weekday() == 0]
        every = -(-len(mondays) // room)
        return [(7 * every, mondays[::every])]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        """Return the names of the days *values*."""
        return [day_words(self._days[int(value)]) if 0 <= int(value) < len(self._days) else "" for value in values]


def round_ticks(most: int) -> list[int]:
    """Return ticks from 0 to at least *most* at round distances, four at most above zero."""
    step, size = 1, 1
    while step * 4 < most:
        digit = {1: 2, 2: 5, 5: 10}[step // size]
        step = digit * size
        size = 10 * size if digit == 10 else size
    return [step * number for number in range(max(1, -(-most // step)) + 1)]
