"""What bars look like, on the screen and on paper: told apart by pattern and word first, by colour second."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from agentconsole.domain.countdown import Light
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Canvas
from agentconsole.gui.theming import Theme, colour

ROW = 26
"""Height of a bar's row, in pixels."""

_GAP = 12
_THICK = 12
_THINNEST = 2.0


class Look(Enum):
    """What a piece of a bar means; each has a pattern of its own."""

    PLAIN = "plain"
    URGENT = "urgent"
    MET = "met"
    BREACHED = "breached"
    RUNNING = "running"
    NONE = "none"
    UNKNOWN = "unknown"


class Piece(NamedTuple):
    """A part of a bar; ``share`` is of the whole track (0 … 1)."""

    look: Look
    share: float


class Bar(NamedTuple):
    """One row. ``figure`` stands at its right end, ``mark`` (0 … 1) is a tick on the track.

    ``spoken`` is what a screen reader and a tool tip say; ``query`` is what Enter opens, "" for nothing.
    """

    title: str
    figure: str
    pieces: tuple[Piece, ...]
    spoken: str
    query: str = ""
    mark: float | None = None


class Columns(NamedTuple):
    """How wide titles and figures of a list are, in pixels."""

    title: int
    figure: int


def columns_of(bars: tuple[Bar, ...], canvas: Canvas, width: int) -> Columns:
    """Return the columns that fit *bars* into *width* pixels; the track keeps at least a third."""
    figure = max((canvas.figures.width(bar.figure) for bar in bars), default=0)
    # the advance is rounded down; a title that is a hair wider would lose its end
    title = max((canvas.body.width(bar.title) for bar in bars), default=0) + 2
    return Columns(min(title, max(60, width - figure - 2 * _GAP - width // 3)), figure)


def paint_bar(painter: QPainter, row: QRect, bar: Bar, columns: Columns, canvas: Canvas) -> None:
    """Paint *bar* into *row*: title, track, figure."""
    painter.setFont(canvas.body.font)
    painter.setPen(canvas.ink)
    title = QRect(row.x(), row.y(), columns.title, row.height())
    painter.drawText(title, int(LEFT), canvas.body.fit(bar.title, title.width()))
    painter.setFont(canvas.figures.font)
    figure = QRect(row.right() - columns.figure + 1, row.y(), columns.figure, row.height())
    painter.drawText(figure, int(RIGHT), bar.figure)
    left = row.x() + columns.title + _GAP
    track = QRectF(left, row.center().y() - _THICK / 2 + 1, figure.x() - _GAP - left, _THICK)
    paint_track(painter, track, bar, canvas.theme)


Legend = tuple[tuple[Look, str], ...]
"""What each pattern means, in the order of the pieces."""

_SWATCH = 16


def legend_lines(legend: Legend, canvas: Canvas, width: int) -> list[Legend]:
    """Return *legend* broken into lines that fit *width* pixels."""
    lines: list[list[tuple[Look, str]]] = []
    left = width
    for look, words in legend:
        needed = _SWATCH + 6 + canvas.meta.width(words)
        if left + needed > width:
            lines.append([])
            left = 0
        lines[-1].append((look, words))
        left += needed + _GAP
    return [tuple(line) for line in lines]


def paint_legend(painter: QPainter, line: QRect, legend: Legend, canvas: Canvas) -> None:
    """Paint patterns with their words side by side, from *line* on downwards."""
    painter.setFont(canvas.meta.font)
    for entries in legend_lines(legend, canvas, line.width()):
        left = line.x()
        for look, words in entries:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_piece(painter, QRectF(left, line.center().y() - 4, _SWATCH, 10), look, canvas.theme)
            painter.restore()
            left += _SWATCH + 4
            painter.setPen(canvas.muted)
            wide = canvas.meta.width(words) + 2
            painter.drawText(QRect(left, line.y(), wide, line.height()), int(LEFT), words)
            left += wide + _GAP
        line = line.translated(0, line.height())


def paint_track(painter: QPainter, track: QRectF, bar: Bar, theme: Theme) -> None:
    """Paint the pieces of *bar* one after the other from the left, and its mark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left = track.x()
    for piece in bar.pieces:
        if piece.share <= 0:
            continue
        width = max(_THINNEST, track.width() * piece.share)
        # a hair between pieces, so that neighbours are told apart without their colours
        paint_piece(painter, QRectF(left, track.y(), max(_THINNEST, width - 1), track.height()), piece.look, theme)
        left += width
    if bar.mark is not None:
        x = track.x() + track.width() * min(bar.mark, 1.0)
        painter.setPen(QPen(colour(theme.muted), 1.5))
        painter.drawLine(QPointF(x, track.y() - 2), QPointF(x, track.bottom() + 2))
        reached = track.x() + track.width() * sum(piece.share for piece in bar.pieces)
        if x > reached:
            painter.setPen(QPen(colour(theme.bar_off), 1.5))
            painter.drawLine(QPointF(reached + 1, track.center().y()), QPointF(x - 1, track.center().y()))
    painter.restore()


def paint_piece(painter: QPainter, rect: QRectF, look: Look, theme: Theme) -> None:
    """Fill *rect* with the pattern of *look*."""
    fill, pattern, edge = _style(look, theme)
    painter.setPen(Qt.PenStyle.NoPen)
    if fill is not None:
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 2, 2)
    if pattern is not None:
        painter.setBrush(pattern)
        painter.drawRoundedRect(rect, 2, 2)
    if edge is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(edge)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)


def _style(look: Look, theme: Theme) -> tuple[QColor | None, QBrush | None, QPen | None]:
    """Return fill, pattern over it and edge of *look*."""
    met, breached = theme.tone(Light.MET), theme.tone(Light.BREACHED)
    match look:
        case Look.PLAIN:
            return colour(theme.bar), None, None
        case Look.URGENT:
            return colour(theme.bar_urgent), None, None
        case Look.MET:
            return colour(met.solid), None, None
        case Look.BREACHED:
            edge = colour(breached.ink)
            return colour(breached.wash), QBrush(edge, Qt.BrushStyle.BDiagPattern), QPen(edge, 1)
        case Look.RUNNING:
            return colour(theme.hover), None, QPen(colour(theme.muted), 1)
        case Look.NONE:
            return None, None, QPen(colour(theme.muted), 1, Qt.PenStyle.DotLine)
        case Look.UNKNOWN:
            muted = colour(theme.muted)
            return None, QBrush(muted, Qt.BrushStyle.Dense6Pattern), QPen(muted, 1)
