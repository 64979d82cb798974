"""The figures on paper: A4 pages with the same bars and plots in the light theme, as vectors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from agentconsole.domain.reports import Report
from agentconsole.gui.dashboard.contents import CARDS, Content, KeyFigure, contents, key_figures
from agentconsole.gui.dashboard.day_plot import DayPlot
from agentconsole.gui.dashboard.day_series import DaySeries
from agentconsole.gui.dashboard.drawing import Bar, columns_of, legend_lines, paint_bar, paint_legend
from agentconsole.gui.dashboard.words import coverage_sentence, days_of
from agentconsole.gui.delegates.cell_canvas import Canvas, Type
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.spoken_time import exact
from agentconsole.gui.theming import LIGHT, META, Theming, colour
from agentconsole.platform.files import write_atomically

_DOTS = 96
_MARGIN = 48
_GAP = 24
_ROW = 20
_PLOT = 130


def write_pdf(report: Report, path: Path, profile: str) -> None:
    """Write *report* to *path*; raises OSError when that can't be done. *profile* names the help desk."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"Support report, {days_of(report.scope, date.min)}")
    writer.setCreator("Agent Console")
    painter = QPainter(writer)
    _Paper(writer, painter).put(report, profile)
    painter.end()
    buffer.close()
    write_atomically(path, bytes(buffer.data().data()))


class _Paper:
    """Fills pages from top to bottom, two cards side by side."""

    def __init__(self, writer: QPdfWriter, painter: QPainter) -> None:
        self._writer = writer
        self._painter = painter
        self._canvas = Canvas(LIGHT)
        self._title = Type(text_font(20, QFont.Weight.DemiBold))
        self._strong = Type(text_font(13, QFont.Weight.DemiBold))
        self._note = Type(text_font(10))
        self._figure = Type(figure_font(20, QFont.Weight.DemiBold))
        self._small = Type(text_font(META))
        self._theming = Theming(_application(), choice="light")
        self._page = 1
        self._right = writer.width() - _MARGIN
        self._bottom = writer.height() - _MARGIN
        self._at = _MARGIN
        self._tops = [_MARGIN, _MARGIN]

    def put(self, report: Report, profile: str) -> None:
        """Put all of *report* on paper."""
        self._line(f"Support report, {days_of(report.scope, date.min)}", self._title, LIGHT.text)
        narrowed = report.open.query.removeprefix("is:unsolved").strip()
        which = f"{profile} · only {narrowed}" if narrowed else profile
        self._line(f"{which} · made on {exact(report.made_at)}", self._small, LIGHT.muted)
        self._line(coverage_sentence(report.coverage, report.scope, report.made_at), self._small, LIGHT.muted)
        self._at += 12
        self._put_figures(key_figures(report))
        self._at += 16
        shown = contents(report)
        self._tops = [self._at, self._at]
        for name, title in CARDS:
            self._place(title, shown[name])
        self._foot()

    def _line(self, text: str, face: Type, ink: str) -> None:
        self._painter.setFont(face.font)
        self._painter.setPen(colour(ink))
        width = self._right - _MARGIN
        room = QRect(_MARGIN, self._at, width, face.metrics.height())
        self._painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft), face.fit(text, width))
        self._at += face.metrics.height() + 3

    def _put_figures(self, figures: tuple[KeyFigure, ...]) -> None:
        wide = (self._right - _MARGIN) // 3
        for number, each in enumerate(figures):
            x, y = _MARGIN + number % 3 * wide, self._at + number // 3 * 66
            for face, text, ink in (
                (self._note, each.title, LIGHT.muted),
                (self._figure, each.figure, LIGHT.text),
                (self._note, each.note, LIGHT.muted),
            ):
                self._painter.setFont(face.font)
                self._painter.setPen(colour(ink))
                room = QRect(x, y, wide - 8, face.metrics.height())
                self._painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft), face.fit(text, room.width()))
                y += face.metrics.height() + 1
        self._at += 66 * -(-len(figures) // 3)

    def _place(self, title: str, content: Content) -> None:
        """Put a card below the shorter column, or on a new page."""
        width = (self._right - _MARGIN - _GAP) // 2
        height = self._height(content, width)
        column = self._tops.index(min(self._tops))
        if self._tops[column] + height > self._bottom and self._tops[column] > _MARGIN:
            self._foot()
            self._writer.newPage()
            self._page += 1
            self._tops, column = [_MARGIN, _MARGIN], 0
        left = _MARGIN + column * (width + _GAP)
        self._put_card(title, content, QRect(left, self._tops[column], width, height))
        self._tops[column] += height + _GAP

    def _height(self, content: Content, width: int) -> int:
        inside = _PLOT if isinstance(content.shown, DaySeries) else _ROW * max(1, len(content.shown))
        inside += _ROW * len(legend_lines(content.legend, self._canvas, width))
        return self._strong.metrics.height() + self._note_height(content, width) + 14 + inside

    def _note_height(self, content: Content, width: int) -> int:
        flags = int(Qt.TextFlag.TextWordWrap)
        return self._note.metrics.boundingRect(QRect(0, 0, width, 1000), flags, content.note).height()

    def _put_card(self, title: str, content: Content, room: QRect) -> None:
        painter = self._painter
        painter.fillRect(QRect(room.x(), room.y() - 6, room.width(), 1), colour(LIGHT.field_edge))
        painter.setFont(self._strong.font)
        painter.setPen(colour(LIGHT.text))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft), self._strong.fit(title, room.width()))
        top = room.y() + self._strong.metrics.height() + 1
        high = self._note_height(content, room.width())
        painter.setFont(self._note.font)
        painter.setPen(colour(LIGHT.muted))
        painter.drawText(QRect(room.x(), top, room.width(), high), int(Qt.TextFlag.TextWordWrap), content.note)
        top += high + 8
        if isinstance(content.shown, DaySeries):
            self._put_plot(title, content.shown, QRectF(room.x(), top, room.width(), _PLOT))
        else:
            self._put_bars(content.shown, QRect(room.x(), top, room.width(), _ROW))
            line = QRect(room.x(), top + _ROW * len(content.shown), room.width(), _ROW)
            paint_legend(self._painter, line, content.legend, self._canvas)

    def _put_bars(self, bars: tuple[Bar, ...], row: QRect) -> None:
        columns = columns_of(bars, self._canvas, row.width())
        for bar in bars:
            if row.bottom() > self._bottom + _MARGIN // 2:
                # more rows than a page has: the spreadsheet has them all
                break
            paint_bar(self._painter, row, bar, columns, self._canvas)
            row = row.translated(0, _ROW)

    def _put_plot(self, title: str, shown: DaySeries, room: QRectF) -> None:
        plot = DayPlot(self._theming, "dashboardPaperPlot", title)
        plot.resize(round(room.width()), round(room.height()))
        plot.show_series(shown)
        # a picture of a hidden widget makes Qt lay it out
        plot.grab()
        plot.paint_on(self._painter, room)
        plot.deleteLater()

    def _foot(self) -> None:
        self._painter.setFont(self._note.font)
        self._painter.setPen(colour(LIGHT.muted))
        room = QRect(_MARGIN, self._bottom + 8, self._right - _MARGIN, 16)
        self._painter.drawText(room, int(Qt.AlignmentFlag.AlignRight), f"Page {self._page}")


def _application() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found
