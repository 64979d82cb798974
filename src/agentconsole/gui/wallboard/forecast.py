"""How many targets breach soon, as figures beside the strip of the next hours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agentconsole.gui.delegates.cell_canvas import CENTRE, Type
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.theming import Theming, colour
from agentconsole.gui.wallboard.measures import Measures


class WallForecast(QWidget):
    """A figure for each of some lengths of time, with the length below."""

    def __init__(self, theming: Theming, minutes: Sequence[int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("wallForecast")
        self._theming = theming
        self._minutes = tuple(minutes)
        self._counts: tuple[int, ...] = ()
        self._figure, self._meta = Type(figure_font(40)), Type(text_font(28))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theming.changed.connect(self.update)

    def set_measures(self, measures: Measures) -> None:
        """Take the sizes of *measures*."""
        self._figure = Type(figure_font(measures.clock, QFont.Weight.DemiBold))
        self._meta = Type(text_font(measures.meta))
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        each = self._meta.width("in 60 min") + self._meta.metrics.height() // 2
        return QSize(each * len(self._minutes), self._figure.metrics.ascent() + self._meta.metrics.height() + 8)

    def show_counts(self, counts: Sequence[int]) -> None:
        """Show how many breach within each length."""
        if tuple(counts) != self._counts:
            self._counts = tuple(counts)
            pairs = zip(self._counts, self._minutes, strict=True)
            self.setAccessibleName(", ".join(f"{count} breach within {length} minutes" for count, length in pairs))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        painter = QPainter(self)
        wide = self.width() // len(self._minutes)
        high = self._figure.metrics.ascent()
        for number, (count, length) in enumerate(zip(self._counts, self._minutes, strict=False)):
            painter.setFont(self._figure.font)
            painter.setPen(colour(theme.text if count else theme.muted))
            painter.drawText(QRect(number * wide, 0, wide, high), int(CENTRE), f"{count:,}")
            painter.setFont(self._meta.font)
            painter.setPen(colour(theme.muted))
            below = QRect(number * wide, high, wide, self.height() - high)
            painter.drawText(below, int(CENTRE), f"in {length} min")
