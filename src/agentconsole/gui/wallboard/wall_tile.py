"""How many targets are in one state, as large as the wall allows."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agentconsole.domain.countdown import Light
from agentconsole.gui.delegates.cell_canvas import LEFT, Type
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.models.target_words import NO_SLA
from agentconsole.gui.theming import Theming, colour
from agentconsole.gui.wallboard.measures import SMALLEST_TYPE, Measures

_LOUD = (Light.BREACHED, Light.DUE_NOW)


class WallTile(QWidget):
    """Shape, figure and word of one state. What is late or close fills its tile; nothing is told by colour alone."""

    def __init__(self, light: Light, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"wallTile_{light.name.lower()}")
        self.light = light
        self.words = NO_SLA if light is Light.NO_TARGET else light.value
        self._theming = theming
        self._count = 0
        self._figure = self._shown_figure = Type(figure_font(56))
        self._word = Type(text_font(SMALLEST_TYPE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theming.changed.connect(self.update)
        self.show_count(0)

    @property
    def count(self) -> int:
        """The number shown."""
        return self._count

    def show_count(self, count: int) -> None:
        """Show *count*."""
        if count != self._count or not self.accessibleName():
            self._count = count
            self.setAccessibleName(f"{count:,} {self.words}")
            self.update()

    def set_measures(self, measures: Measures) -> None:
        """Take the sizes of *measures*."""
        self._figure = self._shown_figure = Type(figure_font(measures.figure, QFont.Weight.Bold))
        self._word = Type(text_font(measures.word, QFont.Weight.Medium))
        self.setFixedHeight(self.sizeHint().height())
        self.setMinimumWidth(self.sizeHint().width())
        self.update()

    def sizeHint(self) -> QSize:
        figure, word = self._figure.metrics, self._word.metrics
        width = self._word.width(self.words) + word.height() + 8
        return QSize(width, figure.ascent() + round(word.height() * 1.9))

    def fitting_figure(self) -> int:
        """The largest size of type, in pixels, at which the figure fits beside its shape."""
        wanted = self._figure.font.pixelSize()
        room = self.width() - self._word.metrics.height() * 3 // 2 - self._mark
        wide = self._figure.width(f"{self._count:,}")
        return wanted if wide <= room else max(SMALLEST_TYPE, wanted * max(room, 1) // wide)

    def show_figure_at(self, size: int) -> None:
        """Write the figure in type of *size* pixels, the same for all tiles."""
        if size != self._shown_figure.font.pixelSize():
            self._shown_figure = Type(figure_font(size, QFont.Weight.Bold))
            self.update()

    @property
    def _mark(self) -> int:
        return round(self._figure.font.pixelSize() * 0.56)

    def type_sizes(self) -> tuple[int, int]:
        """The sizes of figure and word, in pixels."""
        return self._shown_figure.font.pixelSize(), self._word.font.pixelSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        tone = theme.tone(self.light)
        shown = self._count > 0
        loud = shown and self.light in _LOUD
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour(tone.solid if loud else theme.hairline))
        painter.setBrush(colour(tone.wash if loud else theme.raised))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 12, 12)
        edge = self._word.metrics.height() // 2
        inner = self.rect().adjusted(edge, edge // 2, -edge, -edge // 2)
        high = self._figure.metrics.ascent()
        mark = self._mark
        shape = light_mark(self.light, tone if shown else theme.tone(Light.NO_TARGET), mark, self.devicePixelRatioF())
        painter.drawPixmap(inner.x(), inner.y() + (high - mark) // 2, shape)
        left = inner.x() + mark + edge // 2
        painter.setFont(self._shown_figure.font)
        painter.setPen(colour(tone.ink if loud else theme.text if shown else theme.muted))
        painter.drawText(QRect(left, inner.y(), inner.right() - left + 1, high), int(LEFT), f"{self._count:,}")
        painter.setFont(self._word.font)
        painter.setPen(colour(tone.ink if loud else theme.muted))
        words = f"{self.words[:1].upper()}{self.words[1:]}"
        place = QRect(inner.x(), inner.y() + high, inner.width(), inner.height() - high)
        painter.drawText(place, int(LEFT), self._word.fit(words, place.width()))
