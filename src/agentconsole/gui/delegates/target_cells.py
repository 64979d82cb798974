"""Paints the countdown's cells and the headings between its groups."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from agentconsole.domain.countdown import Light
from agentconsole.domain.rows import TargetRow
from agentconsole.gui.delegates.cell_canvas import PADDING, RIGHT, Canvas
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


class TargetCells(QStyledItemDelegate):
    """Paints every column of the countdown.

    Attributes:
        hovered: The line under the mouse, -1 when there is none; the table keeps it.
        current: The line under the cursor; the table keeps it.
    """

    def __init__(
        self, model: TargetModel, theming: Theming, view: QTableView, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theming = theming
        self._view = view
        self._canvas = Canvas(theming.theme)
        self.hovered = -1
        self.current = -1
        theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._canvas = Canvas(self._theming.theme)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line = self._model.line_at(index.row())
        text = self._model.text_of(line, TargetColumn(index.column())) if isinstance(line, TargetRow) else ""
        return QSize(self._canvas.strong.width(text) + 2 * PADDING + _MARK, self._theming.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        position, column = index.row(), index.column()
        rect: QRect = option.rect
        line = self._model.line_at(position)
        if isinstance(line, GroupHeading):
            self._heading(painter, rect, line, column)
            return
        state: QStyle.StateFlag = option.state
        canvas = self._canvas
        active = bool(state & QStyle.StateFlag.State_Active)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        canvas.ground(painter, rect, selected=selected, hovered=position == self.hovered, active=active)
        if column == TargetColumn.LEFT and position == self.current:
            canvas.current_bar(painter, rect, active=active)
        light, figures = self._model.countdown_of(line)
        tone = canvas.theme.tone(light)
        loud = light in _LOUD
        inner = rect.adjusted(_EDGE if column == TargetColumn.LEFT else PADDING, 0, -PADDING, -1)
        ratio = painter.device().devicePixelRatio()
        match column:
            case TargetColumn.LEFT:
                if loud:
                    canvas.pill(painter, inner.adjusted(-5, 5, 5, -5), tone.wash)
                top = inner.y() + (inner.height() - _MARK) // 2
                painter.drawPixmap(inner.x(), top, light_mark(light, tone, _MARK, ratio))
                ink = canvas.muted if light is Light.ON_TRACK else colour(tone.ink)
                face = canvas.strong_figures if loud else canvas.figures
                canvas.write(painter, inner.adjusted(_MARK + 4, 0, 0, 0), figures or "–", face, ink, RIGHT)
            case TargetColumn.OPEN:
                # a help desk's target, and one that counts around the clock, has no second countdown
                canvas.write(painter, inner, self._model.open_figures(line), canvas.figures, canvas.muted, RIGHT)
            case TargetColumn.STATE:
                face = canvas.strong if loud else canvas.body
                words = state_words(line, light, self._model.now)
                if face.width(words) > inner.width():
                    # half a reason says nothing; the tooltip has it
                    words = words.partition(" · ")[0]
                canvas.write(painter, inner, f"{words[:1].upper()}{words[1:]}", face, colour(tone.ink))
            case TargetColumn.METRIC:
                self._metric(painter, inner, line, ratio)
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
                text = self._model.text_of(line, TargetColumn(column))
                canvas.write(painter, inner, text, canvas.body, canvas.muted)

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

    def _heading(self, painter: QPainter, rect: QRect, heading: GroupHeading, column: int) -> None:
        """Paint the part of the heading that falls into the cell: it runs across all columns."""
        canvas, theme = self._canvas, self._canvas.theme
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, colour(theme.ground))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colour(theme.hairline))
        left = rect.x() - self._view.columnViewportPosition(column)
        room = QRect(left + _EDGE, rect.y(), self._view.viewport().width() - 2 * _EDGE, rect.height() - 1)
        canvas.write(painter, room, heading.title, canvas.strong, canvas.ink)
        right = room.right()
        tally = self._model.tally_of(heading)
        ratio = painter.device().devicePixelRatio()
        for light in reversed(_TOLD):
            count = tally.get(light, 0)
            if not count:
                continue
            figures = f"{count:,}"
            wide = canvas.figures.width(figures)
            tone = theme.tone(light)
            spot = QRect(right - wide, room.y(), wide + 2, room.height())
            canvas.write(painter, spot, figures, canvas.figures, colour(tone.ink))
            right -= wide + _MARK + 4
            painter.drawPixmap(right, room.y() + (room.height() - _MARK) // 2, light_mark(light, tone, _MARK, ratio))
            right -= 16
        painter.restore()
