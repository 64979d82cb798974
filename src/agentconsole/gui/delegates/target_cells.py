"""Paints the countdown's cells and the headings between its groups."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.countdown import Light
from agentconsole.domain.rows import TargetRow
from agentconsole.gui.delegates.cell_canvas import PADDING, RIGHT, Canvas
from agentconsole.gui.delegates.row_pictures import Cell, RowPictures, Standing
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.icons import tinted
from agentconsole.gui.models.queue_model import METRIC_WORDS
from agentconsole.gui.models.target_model import GroupHeading, TargetColumn, TargetModel
from agentconsole.gui.models.target_words import NO_SLA, SOURCE_ICONS, goal_words, source_words, state_words
from agentconsole.gui.theming import Theming, colour

_LOUD = (Light.BREACHED, Light.DUE_NOW)
_TOLD = (Light.BREACHED, Light.DUE_NOW, Light.DUE_SOON, Light.ON_TRACK, Light.PAUSED, Light.NO_TARGET)
_EDGE = 12
_MARK = 14
_ICON = 13
_GOAL_AT_LEAST = 60
_TICKING = (TargetColumn.LEFT, TargetColumn.OPEN, TargetColumn.STATE)


class _Said(NamedTuple):
    """What the clock changes of a line."""

    light: Light
    figures: str
    open_figures: str
    words: str


class TargetCells(QStyledItemDelegate):
    """Paints lines of the countdown, for a table that has them painted as a whole.

    Attributes:
        hovered: The line under the mouse, -1 when there is none; the table keeps it.
        current: The line under the cursor; the table keeps it.
    """

    def __init__(self, model: TargetModel, theming: Theming, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theming = theming
        self._canvas = Canvas(theming.theme)
        self._pictures = RowPictures()
        self.hovered = -1
        self.current = -1
        theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._canvas = Canvas(self._theming.theme)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line = self._model.line_at(index.row())
        text = self._model.text_of(line, TargetColumn(index.column())) if isinstance(line, TargetRow) else ""
        return QSize(self._canvas.strong.width(text) + 2 * PADDING + _MARK, self._theming.row_height)

    def paint_rows(
        self,
        painter: QPainter,
        rows: Iterable[tuple[int, int, bool]],
        cells: Sequence[Cell[TargetColumn]],
        size: QSize,
        *,
        most: int,
        is_active: bool,
    ) -> None:
        """Paint *rows*, as a :class:`RowPainter` does."""
        model = self._model
        self._pictures.take_form(painter, size.width(), size.height(), most, self._canvas, tuple(cells), model.titles)
        tells_open = any(cell.column is TargetColumn.OPEN for cell in cells)
        for position, y, is_selected in rows:
            line = model.line_at(position)
            if isinstance(line, GroupHeading):
                tally = model.tally_of(line)
                heading = functools.partial(self._heading, heading=line, tally=tally, size=size)
                self._pictures.show(painter, y, line.title, (len(line.targets), tally), None, heading)
                continue
            is_current = position == self.current
            stands_out = is_selected or is_current
            standing = Standing(is_selected, position == self.hovered, is_current, stands_out and is_active)
            light, figures = model.countdown_of(line)
            said = _Said(
                light, figures, model.open_figures(line) if tells_open else "", state_words(line, light, model.now)
            )
            paint = functools.partial(self._line, line=line, said=said, cells=cells, size=size, standing=standing)
            self._pictures.show(painter, y, (line.ticket, line.metric), (standing, _shown(line)), said, paint)

    def _line(
        self,
        painter: QPainter,
        whole: bool,
        *,
        line: TargetRow,
        said: _Said,
        cells: Sequence[Cell[TargetColumn]],
        size: QSize,
        standing: Standing,
    ) -> None:
        """Paint *line* below the corner of *painter*; not *whole*: only what the clock changes."""
        high, canvas = size.height(), self._canvas
        if whole:
            canvas.row_ground(painter, QRect(0, 0, size.width(), high), standing)
        for column, x, width in cells:
            ticks = column in _TICKING
            if not whole:
                if not ticks:
                    continue
                canvas.row_ground(painter, QRect(x, 0, width, high), standing)
            edge = PADDING
            if column is TargetColumn.LEFT:
                edge = _EDGE
                if standing.is_current:
                    canvas.current_bar(painter, QRect(x, 0, width, high), active=standing.is_active)
            inner = QRect(x + edge, 0, width - edge - PADDING, high - 1)
            if ticks:
                self._paint_ticking(painter, inner, column, said)
            else:
                self._paint_lasting(painter, inner, column, line)

    def _paint_ticking(self, painter: QPainter, inner: QRect, column: TargetColumn, said: _Said) -> None:
        canvas = self._canvas
        light, figures, open_figures, words = said
        tone = canvas.theme.tone(light)
        loud = light in _LOUD
        match column:
            case TargetColumn.LEFT:
                if loud:
                    canvas.pill(painter, inner.adjusted(-5, 5, 5, -5), tone.wash)
                top = inner.y() + (inner.height() - _MARK) // 2
                mark = light_mark(light, tone, _MARK, painter.device().devicePixelRatioF())
                painter.drawPixmap(inner.x(), top, mark)
                ink = canvas.muted if light is Light.ON_TRACK else colour(tone.ink)
                face = canvas.strong_figures if loud else canvas.figures
                canvas.write(painter, inner.adjusted(_MARK + 4, 0, 0, 0), figures or "–", face, ink, RIGHT)
            case TargetColumn.OPEN:
                # a help desk's target, and one that counts around the clock, has no second countdown
                canvas.write(painter, inner, open_figures, canvas.figures, canvas.muted, RIGHT)
            case TargetColumn.STATE:
                face = canvas.strong if loud else canvas.body
                if face.width(words) > inner.width():
                    # half a reason says nothing; the tooltip has it
                    words = words.partition(" · ")[0]
                canvas.write(painter, inner, f"{words[:1].upper()}{words[1:]}", face, colour(tone.ink))

    def _paint_lasting(self, painter: QPainter, inner: QRect, column: TargetColumn, line: TargetRow) -> None:
        canvas = self._canvas
        match column:
            case TargetColumn.METRIC:
                self._metric(painter, inner, line, painter.device().devicePixelRatioF())
            case TargetColumn.TICKET:
                number = f"#{line.ref}" if line.ref else "new"
                # numbers end below each other, so that the subjects begin below each other
                wide = max(canvas.figures.width("#00000"), canvas.figures.width(number)) + 16
                place = QRect(inner.x(), inner.y(), wide - 10, inner.height())
                canvas.write(painter, place, number, canvas.figures, canvas.muted, RIGHT)
                canvas.write(painter, inner.adjusted(wide, 0, 0, 0), line.subject, canvas.body, canvas.ink)
            case TargetColumn.ORGANIZATION:
                canvas.name_and_chip(painter, inner, line.organization, line.tier)
            case TargetColumn.ASSIGNEE:
                canvas.write(painter, inner, line.assignee or "–", canvas.body, canvas.ink)
            case TargetColumn.SOURCE:
                canvas.write(painter, inner, source_words(line, self._model.titles), canvas.body, canvas.muted)
            case _:
                canvas.write(painter, inner, self._model.text_of(line, column), canvas.body, canvas.muted)

    def _metric(self, painter: QPainter, inner: QRect, line: TargetRow, ratio: float) -> None:
        """Paint whose target it is as an icon, what it measures, and its goal while there is room."""
        canvas = self._canvas
        icon = tinted(SOURCE_ICONS[bool(line.source)], canvas.theme.muted, _ICON, ratio)
        painter.drawPixmap(inner.x(), inner.y() + (inner.height() - _ICON) // 2, icon)
        room = inner.adjusted(_ICON + 6, 0, 0, 0)
        metric = METRIC_WORDS[line.metric.value].capitalize()
        canvas.write(painter, room, metric, canvas.body, canvas.ink)
        goal = goal_words(line)
        rest = room.adjusted(canvas.body.width(metric) + 8, 0, 0, 0)
        if goal and goal != NO_SLA and rest.width() >= _GOAL_AT_LEAST:
            canvas.write(painter, rest, goal, canvas.body, canvas.muted)

    def _heading(
        self, painter: QPainter, _whole: bool, *, heading: GroupHeading, tally: Mapping[Light, int], size: QSize
    ) -> None:
        """Paint *heading*, which runs across all columns, below the corner of *painter*."""
        canvas, theme = self._canvas, self._canvas.theme
        wide, high = size.width(), size.height()
        painter.fillRect(0, 0, wide, high, colour(theme.ground))
        painter.fillRect(0, high - 1, wide, 1, colour(theme.hairline))
        room = QRect(_EDGE, 0, wide - 2 * _EDGE, high - 1)
        canvas.write(painter, room, heading.title, canvas.strong, canvas.ink)
        right = room.right()
        ratio = painter.device().devicePixelRatioF()
        for light in reversed(_TOLD):
            count = tally.get(light, 0)
            if not count:
                continue
            figures = f"{count:,}"
            width = canvas.figures.width(figures)
            tone = theme.tone(light)
            spot = QRect(right - width, room.y(), width + 2, room.height())
            canvas.write(painter, spot, figures, canvas.figures, colour(tone.ink))
            right -= width + _MARK + 4
            painter.drawPixmap(right, room.y() + (room.height() - _MARK) // 2, light_mark(light, tone, _MARK, ratio))
            right -= 16


def _shown(line: TargetRow) -> tuple[object, ...]:
    """Return what of *line* is shown apart from its clock."""
    return (
        *(line.ref, line.subject, line.metric, line.organization, line.tier, line.group, line.assignee),
        *(line.source, line.goal),
    )
