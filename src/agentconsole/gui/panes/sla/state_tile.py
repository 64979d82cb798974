"""How many targets are in one state: shape, figure and word, so that it reads in greyscale and from afar."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from agentconsole.domain.countdown import Light
from agentconsole.gui.delegates.cell_canvas import LEFT, Type
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.models.target_words import NO_SLA
from agentconsole.gui.theming import BODY, META, Theming, colour

_LOUD = (Light.BREACHED, Light.DUE_NOW)

TILE_WORDS = {Light.NO_TARGET: NO_SLA}
"""States that a tile names otherwise than in a row."""


class StateTile(QAbstractButton):
    """A count of one state; pressed, only targets of that state are shown, and pressed again, all are."""

    def __init__(self, light: Light, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.light = light
        self.words = TILE_WORDS.get(light, light.value)
        self._theming = theming
        self._count = self._in_words = 0
        self._compact = False
        self._wordless = False
        self.setObjectName(f"slaTile_{light.name.lower()}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._set_type()
        self.show_count(0)
        theming.changed.connect(self.update)

    def _set_type(self) -> None:
        if self._compact:
            self._figure, self._word = Type(figure_font(BODY, QFont.Weight.DemiBold)), Type(text_font(BODY))
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
            self._in_words = 14 + 6 + figure.width(f"{count:,}") + 5 + word.width(self.words) + 18
            self.setAccessibleName(f"{count:,} {self.words}")
            self.setToolTip(self._explained())
            self.updateGeometry()
            self.update()

    def _explained(self) -> str:
        one = self._count == 1
        if self.light is Light.NO_TARGET:
            said = f"{self._count:,} {'target has' if one else 'targets have'} {self.words}: their policy says so"
        else:
            said = f"{self._count:,} {'target is' if one else 'targets are'} {self.words}"
        return f"{said}\nPress to show only these"

    @property
    def count(self) -> int:
        """The number shown."""
        return self._count

    @property
    def _title(self) -> str:
        return f"{self.words[:1].upper()}{self.words[1:]}"

    @property
    def _mark(self) -> int:
        return 14 if self._compact else 18

    def sizeHint(self) -> QSize:
        figure = self._figure.width(f"{self._count:,}")
        if self._compact:
            word = 0 if self._wordless else 5 + self._word.width(self.words)
            return QSize(self._mark + 6 + figure + word + 18, 26)
        width = max(self._mark + 8 + figure, self._word.width(self._title)) + 24
        return QSize(width, self._figure.metrics.height() + self._word.metrics.height() + 18)

    def in_words(self) -> int:
        """The width, in pixels, that shape, figure and word take on one line."""
        return self._in_words

    def minimumSizeHint(self) -> QSize:
        figure = self._figure.width(f"{self._count:,}")
        return QSize(self._mark + 6 + figure + 16, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it by Enter, as by the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        tone = theme.tone(self.light)
        shown = self._count > 0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -2, -2)
        loud = shown and self.light in _LOUD
        # chosen: a frame in the ink of text, whatever the state's colour; focus: the accent
        frame = theme.focus if self.hasFocus() else theme.text if self.isChecked() else ""
        painter.setPen(QPen(colour(frame), 2 if self.isChecked() else 1) if frame else Qt.PenStyle.NoPen)
        if self.isChecked() and not loud:
            painter.setBrush(colour(theme.selection))
        elif loud:
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
                painter, QRect(left, 0, inner.right() - left + 4, inner.height()), self.words, self._word, muted
            )
            return
        inner = self.rect().adjusted(12, 8, -8, -8)
        high = self._figure.metrics.height()
        painter.drawPixmap(inner.x(), inner.y() + (high - self._mark) // 2, mark)
        figure = QRect(inner.x() + self._mark + 8, inner.y(), inner.width() - self._mark - 8, high)
        self._write(painter, figure, figures, self._figure, ink)
        word = QRect(inner.x(), inner.y() + high, inner.width(), inner.height() - high)
        self._write(painter, word, self._title, self._word, muted)

    @staticmethod
    def _write(painter: QPainter, room: QRect, text: str, face: Type, ink: QColor) -> None:
        painter.setFont(face.font)
        painter.setPen(ink)
        painter.drawText(room, int(LEFT), face.fit(text, room.width()))
