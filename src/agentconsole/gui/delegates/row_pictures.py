"""Pictures of the rows on screen: a row that says what it said before is copied, not painted anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import IntEnum
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

Paint: TypeAlias = Callable[[QPainter, bool], None]
"""Paints a row whose corner is at (0, 0): all of it, or (False) only what the clock changes."""

C = TypeVar("C", bound=IntEnum)

_SHARP = (1.0, 2.0)
"""Device pixel ratios at which Qt copies a picture pixel by pixel."""


def can_be_copied(painter: QPainter) -> bool:
    """Return whether pictures are as sharp as what is painted on the device of *painter* itself."""
    return painter.device().devicePixelRatioF() in _SHARP


class Cell(NamedTuple, Generic[C]):
    """A column on screen: where its cells begin, and how many pixels wide they are."""

    column: C
    x: int
    width: int


class Standing(NamedTuple):
    """How a row stands out: ``is_active`` while the list can be used, and its window has the keyboard."""

    is_selected: bool
    is_hovered: bool
    is_current: bool
    is_active: bool


class _Picture(NamedTuple):
    told: object
    ticking: object
    pixmap: QPixmap


class RowPictures:
    """Keeps the pictures of as many rows as fit on the screen, by a key of each row.

    Copying a row costs a tenth of painting it. While others change tickets a list is painted several times a second,
    and nearly all of its rows stay what they were.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Picture] = {}
        self._form: tuple[object, ...] = ()
        self._size = QSize()
        self._ratio = 1.0
        self._most = 0
        self._copies = False
        self._direction = Qt.LayoutDirection.LeftToRight

    def take_form(self, painter: QPainter, width: int, height: int, most: int, *look: object) -> None:
        """Prepare for rows of *width* and *height* on the device of *painter*, of which *most* are on screen.

        *look* is what else all rows have in common. Pictures of another form are forgotten.
        """
        ratio = painter.device().devicePixelRatioF()
        self._copies = can_be_copied(painter)
        form = (width, height, ratio, painter.layoutDirection(), *look)
        if form != self._form:
            self._kept.clear()
            self._form = form
            self._ratio, self._direction = ratio, painter.layoutDirection()
            self._size = QSize(width, height) * ratio
        self._most = most
        while len(self._kept) > most:
            self._kept.pop(next(iter(self._kept)))

    def show(self, painter: QPainter, y: int, key: Hashable, told: object, ticking: object, paint: Paint) -> None:
        """Put the row of *key* on the screen at height *y*.

        *told* and *ticking* are all that the row shows besides its form: the latter is what the clock changes.
        """
        if not self._copies:
            painter.translate(0, y)
            paint(painter, True)
            painter.translate(0, -y)
            return
        before = self._kept.pop(key, None)
        if before is not None and before.told == told and before.ticking == ticking:
            picture = before
        else:
            picture = _Picture(told, ticking, self._blank() if before is None else before.pixmap)
            brush = QPainter(picture.pixmap)
            try:
                brush.setLayoutDirection(self._direction)
                paint(brush, before is None or before.told != told)
            finally:
                brush.end()
        # the one that was used longest ago comes first
        self._kept[key] = picture
        painter.drawPixmap(0, y, picture.pixmap)

    def _blank(self) -> QPixmap:
        if len(self._kept) >= self._most:
            return self._kept.pop(next(iter(self._kept))).pixmap
        pixmap = QPixmap(self._size)
        pixmap.setDevicePixelRatio(self._ratio)
        return pixmap
