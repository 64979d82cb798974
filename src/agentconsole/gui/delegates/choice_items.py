"""Paints the lines of a short list of choices: a tick, the title, and what is said beside it at the right edge."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.reading_direction import isolated
from agentconsole.gui.theming import BODY, META

LINE = 28
"""Height of a line, in pixels."""

HINT = int(Qt.ItemDataRole.UserRole) + 1
TAKEN = int(Qt.ItemDataRole.UserRole) + 2
"""Roles: what is said beside the title (str), and whether the line is what the field holds already (bool)."""

_TICK = 20
_GAP = 16
_EDGE = 8
_HINT_SHARE = 0.4


class ChoiceItems(QStyledItemDelegate):
    """Paints titles that share one left edge, ticked or not, and hints that share the right one.

    The colours are those of the palette: a popup lives too briefly to see another theme.
    """

    def __init__(self, parent: QObject | None = None, *, ticks: bool = True) -> None:
        """Without *ticks* titles begin where ticks would."""
        super().__init__(parent)
        self._lead = _TICK if ticks else 0
        # tabular figures: below each other, the numbers of tickets end at one edge
        self._body, self._meta = figure_font(BODY, QFont.Weight.Normal), text_font(META)
        self._body_metrics, self._meta_metrics = QFontMetrics(self._body), QFontMetrics(self._meta)

    def width_of(self, title: str, hint: str) -> int:
        """The width, in pixels, that shows both in full."""
        beside = _GAP + self._meta_metrics.horizontalAdvance(hint) if hint else 0
        return self._lead + self._body_metrics.horizontalAdvance(title) + beside + 2 * _EDGE + 2

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, LINE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        # the application's: a style sheet makes a view's own placeholder a half transparent text
        palette = QGuiApplication.palette()
        active = QPalette.ColorGroup.Active
        muted = palette.color(active, QPalette.ColorRole.PlaceholderText)
        ink = palette.color(active, QPalette.ColorRole.Text) if state & QStyle.StateFlag.State_Enabled else muted
        ground = None
        if state & QStyle.StateFlag.State_Selected:
            ground = palette.color(active, QPalette.ColorRole.Highlight)
        elif state & QStyle.StateFlag.State_MouseOver:
            ground = palette.color(active, QPalette.ColorRole.Midlight)
        if ground is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, 4, 4)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        elide = Qt.TextElideMode.ElideRight
        inner = rect.adjusted(_EDGE, 0, -_EDGE, 0)
        painter.setFont(self._body)
        painter.setPen(ink)
        if index.data(TAKEN):
            painter.drawText(inner, int(left), "✓")
        title = str(index.data() or "")
        inner = inner.adjusted(self._lead, 0, 0, 0)
        hint = str(index.data(HINT) or "")
        # a short hint is told in full beside a long title; a long one takes what its title leaves
        beside = min(self._meta_metrics.horizontalAdvance(hint), int(inner.width() * _HINT_SHARE)) + _GAP if hint else 0
        shown = self._body_metrics.elidedText(title, elide, inner.width() - beside)
        painter.drawText(inner, int(left), isolated(shown, title))
        if hint:
            room = inner.width() - self._body_metrics.horizontalAdvance(shown) - _GAP
            painter.setFont(self._meta)
            painter.setPen(muted)
            painter.drawText(inner, int(right), isolated(self._meta_metrics.elidedText(hint, elide, room), hint))
