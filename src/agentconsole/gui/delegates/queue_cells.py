"""Paints the queue's cells. What a cell says to a screen reader is the model's doing, not this one's."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.countdown import Light
from agentconsole.domain.rows import QueueRow
from agentconsole.domain.values import Status
from agentconsole.gui.delegates.cell_canvas import LEFT, PADDING, RIGHT, Canvas
from agentconsole.gui.delegates.priority_bars import HEIGHT, priority_bars
from agentconsole.gui.delegates.row_pictures import Cell, RowPictures, Standing
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.icons import IconSet
from agentconsole.gui.models.queue_columns import Column
from agentconsole.gui.models.queue_model import QueueModel
from agentconsole.gui.theming import Theming, colour

CHANNEL_ICONS = {
    "email": "mail",
    "mail": "mail",
    "web": "globe",
    "chat": "message-circle",
    "messaging": "message-circle",
    "voice": "phone",
    "phone": "phone",
    "api": "code",
    "mobile": "phone",
}
_LOUD = (Light.BREACHED, Light.DUE_NOW)
_MARK = 14
EDGE = 12
"""Room between the list's edge and its first column's content."""

_SHOWN = slice(QueueRow._fields.index("ref"), QueueRow._fields.index("channel") + 1)
"""The values of a row that are shown as they are, in whatever columns."""


@functools.lru_cache(maxsize=32)
def status_mark(status: Status, code: str, ratio: float) -> QPixmap:
    """Return a ten-pixel shape for *status*: filled by how much of it is the desk's to do."""
    size = 10.0
    pixmap = QPixmap(math.ceil(size * ratio), math.ceil(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ring = QRectF(1, 1, 8, 8)
    pen = QPen(colour(code), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    match status:
        case Status.NEW:
            painter.setBrush(colour(code))
            painter.drawEllipse(ring)
        case Status.OPEN:
            painter.drawEllipse(ring)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(code))
            painter.drawPie(ring, 90 * 16, 180 * 16)
        case Status.PENDING:
            painter.drawEllipse(ring)
        case Status.HOLD:
            painter.drawLine(QPointF(3.4, 2), QPointF(3.4, 8))
            painter.drawLine(QPointF(6.6, 2), QPointF(6.6, 8))
        case Status.SOLVED:
            painter.drawPolyline(QPolygonF([QPointF(1.5, 5.4), QPointF(4, 7.8), QPointF(8.6, 2.4)]))
        case Status.CLOSED:
            painter.drawLine(QPointF(2, 5), QPointF(8, 5))
    painter.end()
    return pixmap


class QueueCells(QStyledItemDelegate):
    """Paints rows of the queue, for a table that has them painted as a whole.

    Attributes:
        hovered: The row under the mouse, -1 when there is none; the table keeps it.
        current: The row under the cursor; the table keeps it.
        leading: The logical column that is shown first, which carries the current row's bar; the table keeps it.
    """

    def __init__(self, model: QueueModel, theming: Theming, icons: IconSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theming = theming
        self._icons = icons
        self._canvas = Canvas(theming.theme)
        self._pictures = RowPictures()
        self.hovered = -1
        self.current = -1
        self.leading = int(Column.SLA)
        theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._canvas = Canvas(self._theming.theme)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = self._model.row_at(index.row())
        text = self._model.text_of(row, Column(index.column())) if row else ""
        return QSize(self._canvas.strong.width(text) + 2 * PADDING + 24, self._theming.row_height)

    def paint_rows(
        self,
        painter: QPainter,
        rows: Iterable[tuple[int, int, bool]],
        cells: Sequence[Cell[Column]],
        size: QSize,
        *,
        most: int,
        is_active: bool,
    ) -> None:
        """Paint *rows*, as a :class:`RowPainter` does."""
        model = self._model
        self._pictures.take_form(painter, size.width(), size.height(), most, self._canvas, tuple(cells), self.leading)
        tells_age = any(cell.column is Column.UPDATED for cell in cells)
        for position, y, is_selected in rows:
            row = model.row_at(position)
            is_current = position == self.current
            stands_out = is_selected or is_current
            standing = Standing(is_selected, position == self.hovered, is_current, stands_out and is_active)
            if row is None:
                told: tuple[object, ...] = (standing,)
                ticking = None
            else:
                age = model.age_of(row) if tells_age else ""
                marks = (row.unread, row.waiting > 0, row.has_draft, row.id in model.fresh)
                told = (standing, row[_SHOWN], marks, age)
                ticking = model.countdown_of(row)
            paint = functools.partial(self._paint_row, row=row, cells=cells, size=size, standing=standing)
            self._pictures.show(painter, y, model.ticket_at(position), told, ticking, paint)

    def _paint_row(
        self,
        painter: QPainter,
        whole: bool,
        *,
        row: QueueRow | None,
        cells: Sequence[Cell[Column]],
        size: QSize,
        standing: Standing,
    ) -> None:
        """Paint *row* below the corner of *painter*; not *whole*: only its countdown."""
        high = size.height()
        if whole:
            self._canvas.row_ground(painter, QRect(0, 0, size.width(), high), standing)
        for column, x, width in cells:
            leads = column == self.leading
            if not whole:
                if column is not Column.SLA:
                    continue
                self._canvas.row_ground(painter, QRect(x, 0, width, high), standing)
            if leads and standing.is_current:
                self._canvas.current_bar(painter, QRect(x, 0, width, high), active=standing.is_active)
            edge = EDGE if leads else PADDING
            if row is not None:
                self._paint_cell(painter, QRect(x + edge, 0, width - edge - PADDING, high - 1), column, row)
            elif column is Column.SUBJECT:
                inner = QRect(x + PADDING, 0, width - 2 * PADDING, high)
                self._canvas.write(painter, inner, "No longer here", self._canvas.body, self._canvas.muted)

    def _paint_cell(self, painter: QPainter, inner: QRect, column: Column, row: QueueRow) -> None:
        canvas = self._canvas
        match column:
            case Column.SLA:
                self._countdown(painter, inner, row)
            case Column.PRIORITY:
                ratio = self._ratio(painter)
                top = inner.y() + (inner.height() - HEIGHT) // 2
                painter.drawPixmap(inner.x(), top, priority_bars(row.priority, canvas.theme, ratio))
            case Column.NUMBER:
                text = self._model.text_of(row, Column.NUMBER)
                canvas.write(painter, inner, text, canvas.figures, canvas.muted)
            case Column.SUBJECT:
                self._subject(painter, inner, row)
            case Column.ORGANIZATION:
                canvas.name_and_chip(painter, inner, row.organization, row.tier)
            case Column.STATUS:
                self._status(painter, inner, row)
            case Column.CHANNEL:
                self._channel(painter, inner, row)
            case Column.REQUESTER:
                canvas.write(painter, inner, row.requester, canvas.body, canvas.ink)
            case Column.ASSIGNEE:
                canvas.write(painter, inner, row.assignee or "–", canvas.body, canvas.muted)
            case _:
                canvas.write(painter, inner, self._model.text_of(row, column), canvas.body, canvas.muted)

    def _ratio(self, painter: QPainter) -> float:
        return painter.device().devicePixelRatio()

    def _countdown(self, painter: QPainter, inner: QRect, row: QueueRow) -> None:
        canvas = self._canvas
        state, words = self._model.countdown_of(row)
        tone = canvas.theme.tone(state)
        mark = light_mark(state, tone, _MARK, self._ratio(painter))
        if state in _LOUD:
            canvas.pill(painter, inner.adjusted(-5, 5, 5, -5), tone.wash)
        painter.drawPixmap(inner.x(), inner.y() + (inner.height() - _MARK) // 2, mark)
        face = canvas.strong_figures if state in _LOUD else canvas.figures
        ink = canvas.muted if state in (Light.ON_TRACK, Light.NO_TARGET) else colour(tone.ink)
        if state is Light.NO_TARGET:
            words, face = "no target", canvas.body
        canvas.write(painter, inner.adjusted(_MARK + 4, 0, 0, 0), words, face, ink, RIGHT)

    def _subject(self, painter: QPainter, inner: QRect, row: QueueRow) -> None:
        canvas = self._canvas
        ratio = self._ratio(painter)
        right = inner.right()
        for present, name, role in ((row.waiting, "clock", "muted"), (row.has_draft, "pencil", "link")):
            if present:
                painter.drawPixmap(
                    right - 13, inner.y() + (inner.height() - 14) // 2, self._icons.pixmap(name, 14, role, ratio)
                )
                right -= 20
        left = inner.x()
        if row.id in self._model.fresh:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(canvas.theme.fresh))
            painter.drawEllipse(QRectF(left, inner.y() + inner.height() / 2 - 3, 6, 6))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            left += 12
        room = QRect(left, inner.y(), right - left, inner.height())
        canvas.write(painter, room, row.subject, canvas.strong if row.unread else canvas.body, canvas.ink)

    def _status(self, painter: QPainter, inner: QRect, row: QueueRow) -> None:
        canvas = self._canvas
        code = canvas.theme.link if row.status is Status.NEW else canvas.theme.muted
        mark = status_mark(row.status, code, self._ratio(painter))
        painter.drawPixmap(inner.x(), inner.y() + (inner.height() - 10) // 2, mark)
        ink = canvas.ink if row.status in (Status.NEW, Status.OPEN) else canvas.muted
        canvas.write(painter, inner.adjusted(16, 0, 0, 0), row.status.value.capitalize(), canvas.body, ink)

    def _channel(self, painter: QPainter, inner: QRect, row: QueueRow) -> None:
        canvas = self._canvas
        name = CHANNEL_ICONS.get(row.channel.lower(), "inbox")
        pixmap = self._icons.pixmap(name, 14, "muted", self._ratio(painter))
        painter.drawPixmap(inner.x(), inner.y() + (inner.height() - 14) // 2, pixmap)
        canvas.write(painter, inner.adjusted(20, 0, 0, 0), row.channel, canvas.body, canvas.muted, LEFT)
