"""The large figures at the top of the dashboard."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from agentconsole.gui.dashboard.contents import KeyFigure
from agentconsole.gui.dashboard.words import NOTHING
from agentconsole.gui.delegates.cell_canvas import LEFT, Type
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.theming import META, Theming, colour

_FIGURE = 24
_LEAST = 148


class Tile(QAbstractButton):
    """One large figure with its title above and what it covers below."""

    def __init__(self, theming: Theming, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"dashboardTile_{name}")
        self._theming = theming
        self.shown = KeyFigure(name, title, NOTHING, "being counted")
        self._title = Type(text_font(META, QFont.Weight.Medium))
        self._figure = Type(figure_font(_FIGURE, QFont.Weight.DemiBold))
        self._note = Type(text_font(META))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_figure(self.shown)
        theming.changed.connect(self.update)

    def show_figure(self, shown: KeyFigure) -> None:
        """Show *shown*."""
        self.shown = shown
        self.setAccessibleName(f"{shown.title}: {shown.figure}, {shown.note}")
        hint = "\nEnter lists these tickets" if shown.query else ""
        self.setToolTip(f"{shown.title}: {shown.figure}\n{shown.note}{hint}")
        self.setCursor(Qt.CursorShape.PointingHandCursor if shown.query else Qt.CursorShape.ArrowCursor)
        self.update()

    def sizeHint(self) -> QSize:
        height = self._title.metrics.height() + self._figure.metrics.height() + self._note.metrics.height() + 20
        return QSize(_LEAST, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.underMouse() and bool(self.shown.query)
        painter.setBrush(colour(theme.hover if hovered else theme.raised))
        painter.setPen(colour(theme.focus if self.hasFocus() else theme.hairline))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        inner = self.rect().adjusted(12, 8, -8, -8)
        top = inner.y()
        for face, text, ink in (
            (self._title, self.shown.title, theme.muted),
            (self._figure, self.shown.figure, theme.text),
            (self._note, self.shown.note, theme.muted),
        ):
            painter.setFont(face.font)
            painter.setPen(colour(ink))
            line = QRect(inner.x(), top, inner.width(), face.metrics.height())
            painter.drawText(line, int(LEFT), face.fit(text, line.width()))
            top += line.height() + 2


class Tiles(QWidget):
    """The tiles in a row, or in two where it is narrow.

    Signals:
        opened: The query (str) of a figure.
    """

    opened = Signal(str)

    _KNOWN = (
        ("open", "Open now"),
        ("created", "Created"),
        ("firstReply", "First reply, median"),
        ("resolution", "Resolution, median"),
        ("sla", "SLA met"),
        ("satisfaction", "Satisfied"),
    )

    def __init__(self, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = {name: Tile(theming, name, title, self) for name, title in self._KNOWN}
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        for tile in self.tiles.values():
            tile.clicked.connect(lambda _on=False, tile=tile: self._open(tile))
        self.arrange(len(self.tiles))

    def show_figures(self, figures: tuple[KeyFigure, ...]) -> None:
        """Show *figures*, each in the tile of its name."""
        for figure in figures:
            self.tiles[figure.name].show_figure(figure)

    def arrange(self, across: int) -> None:
        """Put *across* tiles side by side."""
        if across == self._across:
            return
        self._across = across
        for number, tile in enumerate(self.tiles.values()):
            self._grid.addWidget(tile, number // across, number % across)
        for column in range(len(self.tiles)):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def _open(self, tile: Tile) -> None:
        if tile.shown.query:
            self.opened.emit(tile.shown.query)
