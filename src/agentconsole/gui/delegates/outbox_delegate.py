"""Paints one change of the outbox: what, where, since when, and what is the matter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.fonts import text_font
from agentconsole.gui.models.outbox_model import DECIDE, ROW_ROLE, STATE_ICONS, STATE_WORDS, OutboxModel, where
from agentconsole.gui.theming import BODY, META, colour

Index = QModelIndex | QPersistentModelIndex


class OutboxDelegate(QStyledItemDelegate):
    """Two lines a change."""

    HEIGHT = 56

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(0, self.HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint in the theme's colours."""
        row: OutboxRow = index.data(ROW_ROLE)
        model = index.model()
        theme = self._context.theming.theme
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            painter.fillRect(area, colour(theme.selection if active else theme.selection_idle))
            if state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), colour(theme.focus))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour(theme.hover))
        painter.setPen(colour(theme.hairline))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        icon, role = STATE_ICONS[row.state]
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(area.left() + 16, area.top() + 10, self._context.icons.pixmap(icon, 16, role, ratio))
        inner = area.adjusted(44, 8, -16, -8)
        top = QRect(inner.left(), inner.top(), inner.width(), 20)
        under = QRect(inner.left(), inner.top() + 20, inner.width(), 20)
        left, right = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        age = model.age(row) if isinstance(model, OutboxModel) else ""
        painter.setFont(text_font(META))
        painter.setPen(colour(theme.muted))
        painter.drawText(top, right | Qt.AlignmentFlag.AlignVCenter, age)
        top.setRight(top.right() - painter.fontMetrics().horizontalAdvance(age) - 12)
        word = STATE_WORDS[row.state]
        painter.setPen(colour(theme.danger_ink if row.state in DECIDE[:2] else theme.muted))
        painter.drawText(under, right | Qt.AlignmentFlag.AlignVCenter, word)
        under.setRight(under.right() - painter.fontMetrics().horizontalAdvance(word) - 12)
        painter.setPen(colour(theme.muted))
        elided = painter.fontMetrics().elidedText(where(row), Qt.TextElideMode.ElideRight, under.width())
        painter.drawText(under, left, elided)
        painter.setFont(text_font(BODY, QFont.Weight.Medium))
        painter.setPen(colour(theme.text))
        painter.drawText(
            top, left, painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, top.width())
        )
        painter.restore()
