"""What all cells share: backgrounds of a row, elided text, and colours and fonts at hand.

A full repaint of a large window paints a thousand cells, so nothing here is looked up twice.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from agentconsole.gui.delegates.row_pictures import Standing
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.reading_direction import isolated
from agentconsole.gui.theming import BODY, META, Theme, colour

PADDING = 8
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_KEPT = 20_000


class Type:
    """A font with its metrics and the words already shortened in it."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._short: dict[tuple[str, int], str] = {}

    def fit(self, text: str, width: int) -> str:
        """Return *text*, with an ellipsis at its end when it is wider than *width* pixels."""
        key = (text, width)
        found = self._short.get(key)
        if found is None:
            if len(self._short) > _KEPT:
                self._short.clear()
            # a line break in a subject would push its second line out of the cell
            line = " ".join(text.split()) if "\n" in text or "\r" in text else text
            short = self.metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(width, 0))
            found = self._short[key] = isolated(short, line)
        return found

    def width(self, text: str) -> int:
        """Return the width of *text* in pixels."""
        return self.metrics.horizontalAdvance(text)


class Canvas:
    """Fonts and colours of one theme, and the strokes that every cell makes.

    ``body`` and ``meta`` are the sizes of type in pixels; a wallboard takes larger ones.
    """

    def __init__(self, theme: Theme, body: int = BODY, meta: int = META) -> None:
        self.theme = theme
        self.body = Type(text_font(body))
        self.strong = Type(text_font(body, QFont.Weight.DemiBold))
        self.meta = Type(text_font(meta, QFont.Weight.Medium))
        self.figures = Type(figure_font(body, QFont.Weight.Medium))
        self.strong_figures = Type(figure_font(body, QFont.Weight.DemiBold))
        self.ink = colour(theme.text)
        self.muted = colour(theme.muted)
        self._surface = colour(theme.surface)
        self._hairline = colour(theme.hairline)
        self._hover = colour(theme.hover)
        self._selection = colour(theme.selection)
        self._selection_idle = colour(theme.selection_idle)
        self._accent = colour(theme.focus)

    def row_ground(self, painter: QPainter, rect: QRect, standing: Standing) -> None:
        """Paint all that lies under a row, or under a part of it."""
        selected, hovered, _is_current, active = standing
        if not selected and not hovered:
            painter.fillRect(rect, self._surface)
        self.ground(painter, rect, selected=selected, hovered=hovered, active=active)

    def ground(
        self, painter: QPainter, rect: QRect, *, selected: bool, hovered: bool, active: bool, hairline: bool = True
    ) -> None:
        """Paint what lies under a cell: selection or hover, and the hairline below its row."""
        if selected:
            painter.fillRect(rect, self._selection if active else self._selection_idle)
        elif hovered:
            painter.fillRect(rect, self._hover)
        if hairline:
            painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, self._hairline)

    def current_bar(self, painter: QPainter, rect: QRect, *, active: bool) -> None:
        """Mark the current row at its left edge: in the accent while the list has the focus, else quietly."""
        painter.fillRect(rect.x(), rect.y(), 3, rect.height(), self._accent if active else self.muted)

    def write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        face: Type,
        ink: QColor,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        """Write one line of *text* into *rect*, shortened where it must be."""
        painter.setFont(face.font)
        painter.setPen(ink)
        painter.drawText(rect, int(align), face.fit(text, rect.width()))

    def pill(self, painter: QPainter, rect: QRect, fill: str | None, edge: str | None = None) -> None:
        """Paint a rounded ground for a short word."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(colour(edge) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(colour(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1) if edge else rect, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def name_and_chip(self, painter: QPainter, inner: QRect, name: str, chip: str) -> None:
        """Write *name*, muted, and *chip* in a small frame after it; the name gives way first."""
        if not chip:
            self.write(painter, inner, name, self.body, self.muted)
            return
        # tiers come as the help desk keys them, often in small letters
        chip = chip[:1].upper() + chip[1:]
        wide = min(self.meta.width(chip) + 14, inner.width() // 2)
        # chips begin below each other, as a column of their own, as long as the name keeps most of the cell
        zone = max(wide, min(self.meta.width("Platinum") + 14, inner.width() * 2 // 5))
        room = inner.width() - zone - PADDING
        self.write(painter, inner.adjusted(0, 0, room - inner.width(), 0), name, self.body, self.muted)
        high = self.meta.metrics.height() + 4
        frame = QRect(inner.x() + room + PADDING, inner.y() + (inner.height() - high) // 2, wide, high)
        self.pill(painter, frame, None, self.theme.field_edge)
        self.write(painter, frame.adjusted(6, 0, -5, 0), chip, self.meta, self.muted)
