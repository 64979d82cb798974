"""How many targets are in one state: shape, figure and word, so that it reads in greyscale and from afar."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from agentconsole.domain.countdown import Light
from agentconsole.gui.delegates.cell_canvas import LEFT, Type
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.theming import BODY, META, Theming, colour

_LOUD = (Light.BREACHED, Light.DUE_NOW)


class StateTile(QAbstractButton):
    """A count that leads to the first target of its state when pressed."""

    def __init__(self, light: Light, theming: Theming, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.light = light
        self._theming = theming
        self._large = large
        self._count = self._in_words = 0
        self._compact = False
        self._wordless = False
        self.setObjectName(f"slaTile_{light.name.lower()}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._set_type()
        self.show_count(0)
        theming.changed.connect(self.update)

    def _set_type(self) -> None:
        if self._compact:
            self._figure, self._word = Type(figure_font(BODY, QFont.Weight.DemiBold)), Type(text_font(BODY))
        elif self._large:
            self._figure, self._word = Type(figure_font(56, QFont.Weight.DemiBold)), Type(text_font(22))
        else:
            self._figure, self._word = Type(figure_font(24, QFont.Weight.DemiBold)), Type(text_font(META))
        horizontal = QSizePolicy.Policy.Maximum if self._compact else QSizePolicy.Policy.Expanding
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def set_form(self, *, compact: bool, wordless: bool = False) -> None:
        """Put figure and word on one line, or below each other; *wordless* leaves shape and figure only."""
        if (compact, wordless) != (self._compact, self._wordless):
            self._compact, self._wordless = compact, wordless
            self._set_type()
            self.updateGeometry()
            self.update()

    def show_count(self, count: int) -> None:
        """Show *count*; the widget is left alone when it already does."""
        if count != self._count or not self.accessibleName():
            self._count = count
            figure, word = Type(figure_font(BODY, QFont.Weight.DemiBold)), Type(text_font(BODY))
            self._in_words = 14 + 6 + figure.width(f"{count:,}") + 5 + word.width(self.light.value) + 18
            self.setAccessibleName(f"{count:,} {self.light.value}")
            self.setToolTip(f"{count:,} {'target is' if count == 1 else 'targets are'} {self.light.value}")
            self.updateGeometry()
            self.update()

    @property
    def count(self) -> int:
        """The number shown."""
        return self._count

    @property
    def _mark(self) -> int:
        return 14 if self._compact else 36 if self._large else 18

    def sizeHint(self) -> QSize:
        figure = self._figure.width(f"{self._count:,}")
        if self._compact:
            word = 0 if self._wordless else 5 + self._word.width(self.light.value)
            return QSize(self._mark + 6 + figure + word + 18, 26)
        width = max(self._mark + 8 + figure, self._word.width(self.light.value.capitalize())) + 24
        return QSize(width, self._figure.metrics.height() + self._word.metrics.height() + 18)

    def in_words(self) -> int:
        """The width, in pixels, that shape, figure and word take on one line."""
        return self._in_words

    def minimumSizeHint(self) -> QSize:
        figure = self._figure.width(f"{self._count:,}")
        return QSize(self._mark + 6 + figure + 16, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        tone = theme.tone(self.light)
        shown = self._count > 0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(0, 0, -1, -1)
        loud = shown and self.light in _LOUD
        painter.setPen(colour(theme.focus) if self.hasFocus() else Qt.PenStyle.NoPen)
        if loud:
            painter.setBrush(colour(tone.wash))
        elif self.underMouse():
            painter.setBrush(colour(theme.hover))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
        mark = light_mark(
            self.light, tone if shown else theme.tone(Light.NO_TARGET), self._mark, self.devicePixelRatioF()
        )
        ink = colour(tone.ink if loud else theme.text if shown else theme.muted)
        muted = colour(tone.ink if loud else theme.muted)
        figures = f"{self._count:,}"
        if self._compact:
            inner = self.rect().adjusted(8, 0, -8, 0)
            painter.drawPixmap(inner.x(), (inner.height() - self._mark) // 2, mark)
            left = inner.x() + self._mark + 6
            self._write(painter, QRect(left, 0, inner.right() - left + 1, inner.height()), figures, self._figure, ink)
            left += self._figure.width(figures) + 5
            if self._wordless:
                return
            self._write(
                painter, QRect(left, 0, inner.right() - left + 4, inner.height()), self.light.value, self._word, muted
            )
            return
        inner = self.rect().adjusted(12, 8, -8, -8)
        high = self._figure.metrics.height()
        painter.drawPixmap(inner.x(), inner.y() + (high - self._mark) // 2, mark)
        figure = QRect(inner.x() + self._mark + 8, inner.y(), inner.width() - self._mark - 8, high)
        self._write(painter, figure, figures, self._figure, ink)
        word = QRect(inner.x(), inner.y() + high, inner.width(), inner.height() - high)
        self._write(painter, word, self.light.value.capitalize(), self._word, muted)

    @staticmethod
    def _write(painter: QPainter, room: QRect, text: str, face: Type, ink: QColor) -> None:
        painter.setFont(face.font)
        painter.setPen(ink)
        painter.drawText(room, int(LEFT), face.fit(text, room.width()))
