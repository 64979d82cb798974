"""Paints one change of the outbox: what, where, since when, and what is the matter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState
from agentconsole.gui.context import WindowContext
from agentconsole.gui.fonts import text_font
from agentconsole.gui.models.outbox_model import ROW_ROLE, OutboxModel
from agentconsole.gui.models.outbox_words import STATE_ICONS, STATE_WORDS, what, where
from agentconsole.gui.theming import BODY, META, colour

Index = QModelIndex | QPersistentModelIndex

_LOUD = (OutboxState.CONFLICT, OutboxState.REFUSED)
_THEN = "Then: waits for the change above"


class OutboxDelegate(QStyledItemDelegate):
    """Two lines a change. Changes of one ticket hang together by a line: they are sent from the top down."""

    HEIGHT = 56

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(0, self.HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint in the theme's colours."""
        row: OutboxRow | None = index.data(ROW_ROLE)
        model = index.model()
        if row is None or not isinstance(model, OutboxModel):
            return
        begins, ends = model.begins(index.row()), model.ends(index.row())
        theme = self._context.theming.theme
        area: QRect = option.rect
        painter.save()
        self._paint_ground(painter, option)
        painter.setPen(colour(theme.hairline))
        painter.drawLine(area.left() + (0 if ends else 44), area.bottom(), area.right(), area.bottom())
        if not (begins and ends):
            self._paint_chain(painter, area, begins=begins, ends=ends)
        icon, role = STATE_ICONS[row.state]
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(area.left() + 16, area.top() + 10, self._context.icons.pixmap(icon, 16, role, ratio))
        inner = area.adjusted(44, 8, -16, -8)
        top = QRect(inner.left(), inner.top(), inner.width(), 20)
        under = QRect(inner.left(), inner.top() + 20, inner.width(), 20)
        left, right = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        age, word = model.age(row), STATE_WORDS[row.state]
        painter.setFont(text_font(META))
        painter.setPen(colour(theme.muted))
        painter.drawText(top, right | Qt.AlignmentFlag.AlignVCenter, age)
        top.setRight(top.right() - painter.fontMetrics().horizontalAdvance(age) - 12)
        painter.setPen(colour(theme.danger_ink if row.state in _LOUD else theme.muted))
        painter.drawText(under, right | Qt.AlignmentFlag.AlignVCenter, word)
        under.setRight(under.right() - painter.fontMetrics().horizontalAdvance(word) - 12)
        painter.setPen(colour(theme.muted))
        place = where(row) if begins or row.state is not OutboxState.QUEUED else _THEN
        elided = painter.fontMetrics().elidedText(place, Qt.TextElideMode.ElideRight, under.width())
        painter.drawText(under, left, elided)
        painter.setFont(text_font(BODY, QFont.Weight.Medium))
        painter.setPen(colour(theme.text))
        words = painter.fontMetrics().elidedText(what(row), Qt.TextElideMode.ElideRight, top.width())
        painter.drawText(top, left, words)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme, area = self._context.theming.theme, option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            painter.fillRect(area, colour(theme.selection if active else theme.selection_idle))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour(theme.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), colour(theme.focus))

    def _paint_chain(self, painter: QPainter, area: QRect, *, begins: bool, ends: bool) -> None:
        painter.setPen(QPen(colour(self._context.theming.theme.field_edge), 1))
        x = area.left() + 24
        if not begins:
            painter.drawLine(x, area.top(), x, area.top() + 6)
        if not ends:
            painter.drawLine(x, area.top() + 30, x, area.bottom())
