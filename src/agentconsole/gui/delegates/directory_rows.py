"""Paints the directory: one line for each hit, who it is at the left, whether it is open now at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.countdown import Light
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Canvas
from agentconsole.gui.models.directory_model import EMERGENCY, DirectoryModel, Section
from agentconsole.gui.panes.directory.contact_words import icon_of, meta, region_words, restriction, state_words
from agentconsole.gui.theming import colour

EDGE = 16
GAP = 10
ROUNDING = 2
"""Widths of texts are rounded down; a text is shortened by its true width."""

REGION_FROM = 560
"""From this width (pixels) on a line has room for the region."""


class DirectoryRows(QStyledItemDelegate):
    """Paints headings and hits of a :class:`DirectoryModel`."""

    def __init__(self, model: DirectoryModel, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._context = model, context
        self._canvas = Canvas(context.theming.theme)
        context.theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._canvas = Canvas(self._context.theming.theme)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        # headings are as high as hits: the list need not measure each of its lines
        return QSize(160, self._context.theming.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = self._model.line_at(index.row())
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if line is None:
            return
        if isinstance(line, Section):
            self._heading(painter, rect, line)
            return
        canvas = self._canvas
        selected = bool(state & QStyle.StateFlag.State_Selected)
        active = bool(state & QStyle.StateFlag.State_HasFocus) or bool(state & QStyle.StateFlag.State_Active)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        canvas.ground(painter, rect, selected=selected, hovered=hovered, active=active, hairline=False)
        if selected:
            canvas.current_bar(painter, rect, active=active)
        self._hit(painter, rect, line, selected=selected)

    def _heading(self, painter: QPainter, rect: QRect, line: Section) -> None:
        canvas, ratio = self._canvas, painter.device().devicePixelRatio()
        inner = rect.adjusted(EDGE, 8, -EDGE, -2)
        ink = canvas.muted
        if line.title == EMERGENCY:
            ink = colour(canvas.theme.danger_ink)
            y = inner.y() + (inner.height() - 14) // 2
            painter.drawPixmap(inner.x(), y, self._context.icons.pixmap("siren", 14, "danger_ink", ratio))
            inner.adjust(22, 0, 0, 0)
        if line.note:
            width = min(canvas.meta.width(line.note) + ROUNDING, inner.width() // 2)
            canvas.write(painter, inner, line.note, canvas.meta, canvas.muted, RIGHT)
            inner.adjust(0, 0, -width - GAP, 0)
        canvas.write(painter, inner, line.title, canvas.meta, ink)
        painter.fillRect(rect.x() + EDGE, rect.bottom(), rect.width() - 2 * EDGE, 1, colour(canvas.theme.hairline))

    def _hit(self, painter: QPainter, rect: QRect, row: DirectoryRow, *, selected: bool) -> None:
        canvas, ratio = self._canvas, painter.device().devicePixelRatio()
        refused = row.allowed is False
        icon = self._context.icons.pixmap(icon_of(row), 16, "link" if selected else "muted", ratio)
        painter.drawPixmap(rect.x() + EDGE, rect.y() + (rect.height() - 16) // 2, icon)
        inner = rect.adjusted(EDGE + 28, 0, -EDGE, 0)
        right = self._state(painter, inner, row)
        region = region_words(row) if rect.width() >= REGION_FROM and not row.matched else ""
        if region and region not in row.title:
            width = min(canvas.meta.width(region) + ROUNDING, 150)
            place = QRect(right - GAP - width, inner.y(), width, inner.height())
            canvas.write(painter, place, region, canvas.meta, canvas.muted, RIGHT)
            right = place.x()
        room = right - GAP - inner.x()
        chip = restriction(row)
        chip_room = canvas.meta.width(chip) + 14 + GAP if chip else 0
        title_room = min(canvas.strong.width(row.title) + ROUNDING, max(room - chip_room, room // 2))
        title = QRect(inner.x(), inner.y(), title_room, inner.height())
        canvas.write(painter, title, row.title, canvas.strong, canvas.muted if refused else canvas.ink, LEFT)
        x = title.right() + GAP
        if chip and chip_room <= right - GAP - x + GAP:
            x = self._chip(painter, QRect(x, inner.y(), chip_room - GAP, inner.height()), chip, refused=refused) + GAP
        rest = QRect(x, inner.y(), right - GAP - x, inner.height())
        if rest.width() > 40:
            ink = colour(canvas.theme.link) if row.matched else canvas.muted
            canvas.write(painter, rest, meta(row), canvas.body, ink, LEFT)

    def _state(self, painter: QPainter, inner: QRect, row: DirectoryRow) -> int:
        """Write whether it is open at the right end; returns where that begins."""
        canvas = self._canvas
        contact = row.contact
        if contact is None:
            return inner.right()
        words = state_words(row, self._context.clock.now())
        width = min(canvas.meta.width(words) + ROUNDING, inner.width() * 2 // 5)
        if row.open_now is None and not row.places:
            canvas.write(painter, inner, canvas.meta.fit(words, width), canvas.meta, canvas.muted, RIGHT)
            return inner.right() - width if words else inner.right()
        opened = bool(row.open_now) or any(place.opening.open_now for place in row.places)
        tone = canvas.theme.tone(Light.MET if opened else Light.NO_TARGET)
        canvas.write(painter, inner, canvas.meta.fit(words, width), canvas.meta, colour(tone.ink), RIGHT)
        middle = QPointF(inner.right() - width - 10, inner.center().y() + 1)
        everywhere = opened and row.open_now is not None
        _dot(painter, middle, tone.solid, filled=everywhere, half=opened and not everywhere)
        return round(middle.x()) - 6

    def _chip(self, painter: QPainter, frame: QRect, text: str, *, refused: bool) -> int:
        """Write *text* in a small frame, with a lock where the customer at hand does not have it; returns its end."""
        canvas = self._canvas
        high = canvas.meta.metrics.height() + 4
        pill = QRect(frame.x(), frame.y() + (frame.height() - high) // 2, frame.width(), high)
        canvas.pill(painter, pill, None, canvas.theme.danger_ink if refused else canvas.theme.field_edge)
        ink = colour(canvas.theme.danger_ink) if refused else canvas.muted
        canvas.write(painter, pill.adjusted(6, 0, -5, 0), text, canvas.meta, ink)
        return pill.right()


def _dot(painter: QPainter, middle: QPointF, code: str, *, filled: bool, half: bool) -> None:
    """Paint a disc for open, a half one for open in some places, and a ring for closed."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(code), 1.5))
    ring = QRectF(middle.x() - 3.5, middle.y() - 3.5, 7, 7)
    if filled:
        painter.setBrush(colour(code))
    painter.drawEllipse(ring)
    if half:
        painter.setBrush(colour(code))
        painter.drawPie(ring, 90 * 16, 180 * 16)
    painter.restore()
