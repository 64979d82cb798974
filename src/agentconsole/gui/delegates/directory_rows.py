"""Paints the directory: two lines for each hit, how it is reached at the left, whether it is open at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.countdown import Light
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Canvas
from agentconsole.gui.models.directory_model import EMERGENCY, DirectoryModel, Section
from agentconsole.gui.panes.directory.contact_words import icon_of, opening_words, region_words, subtitle
from agentconsole.gui.theming import colour


class DirectoryRows(QStyledItemDelegate):
    """Paints headings and hits of a :class:`DirectoryModel`."""

    EDGE = 16

    def __init__(self, model: DirectoryModel, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._context = model, context
        self._canvas = Canvas(context.theming.theme)
        context.theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._canvas = Canvas(self._context.theming.theme)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        if isinstance(self._model.line_at(index.row()), Section):
            return QSize(160, 36)
        return QSize(160, 48 if self._context.theming.density == "comfortable" else 42)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = self._model.line_at(index.row())
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        canvas = self._canvas
        if line is None:
            return
        if isinstance(line, Section):
            self._heading(painter, rect, line)
            return
        selected = bool(state & QStyle.StateFlag.State_Selected)
        active = bool(state & QStyle.StateFlag.State_HasFocus) or bool(state & QStyle.StateFlag.State_Active)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        canvas.ground(painter, rect, selected=selected, hovered=hovered, active=active)
        if selected:
            canvas.current_bar(painter, rect, active=active)
        self._hit(painter, rect, line, selected=selected)

    def _heading(self, painter: QPainter, rect: QRect, line: Section) -> None:
        canvas, ratio = self._canvas, painter.device().devicePixelRatio()
        left = self.EDGE
        ink = canvas.muted
        if line.title == EMERGENCY:
            ink = colour(canvas.theme.danger_ink)
            painter.drawPixmap(
                rect.x() + left, rect.y() + 16, self._context.icons.pixmap("siren", 16, "danger_ink", ratio)
            )
            left += 24
        canvas.write(painter, rect.adjusted(left, 12, -self.EDGE, 0), line.title, canvas.meta, ink)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colour(canvas.theme.hairline))

    def _hit(self, painter: QPainter, rect: QRect, row: DirectoryRow, *, selected: bool) -> None:
        canvas, ratio = self._canvas, painter.device().devicePixelRatio()
        role = "link" if selected else "muted"
        icon = self._context.icons.pixmap(icon_of(row), 16, role, ratio)
        painter.drawPixmap(rect.x() + self.EDGE, rect.y() + (rect.height() - 16) // 2, icon)
        text = rect.adjusted(self.EDGE + 28, 0, -self.EDGE, 0)
        half = rect.height() // 2
        upper = QRect(text.x(), text.y() + 4, text.width(), half - 3)
        lower = QRect(text.x(), text.y() + half, text.width(), half - 4)
        words = opening_words(row, self._context.clock.now())
        taken = 0
        if words:
            tone = canvas.theme.tone(Light.MET if row.open_now else Light.NO_TARGET)
            taken = min(canvas.meta.width(words) + 30, upper.width() * 3 // 5)
            canvas.write(
                painter,
                upper.adjusted(upper.width() - taken + 14, 0, 0, 0),
                words,
                canvas.meta,
                colour(tone.ink),
                RIGHT,
            )
            x = upper.right() - min(canvas.meta.width(words), taken - 14) - 12
            _dot(painter, QPointF(x, upper.center().y() + 1), tone.solid, filled=bool(row.open_now))
        canvas.write(painter, upper.adjusted(0, 0, -taken, 0), row.title, canvas.strong, canvas.ink, LEFT)
        region = region_words(row)
        room = canvas.meta.width(region) + 12 if region else 0
        if region and room < lower.width() // 2:
            canvas.write(painter, lower, region, canvas.meta, canvas.muted, RIGHT)
        else:
            room = 0
        canvas.write(painter, lower.adjusted(0, 0, -room, 0), subtitle(row), canvas.body, canvas.muted, LEFT)


def _dot(painter: QPainter, middle: QPointF, code: str, *, filled: bool) -> None:
    """Paint a disc for open and a ring for closed."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(code), 1.5))
    if filled:
        painter.setBrush(colour(code))
    painter.drawEllipse(QRectF(middle.x() - 3.5, middle.y() - 3.5, 7, 7))
    painter.restore()
