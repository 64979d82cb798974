"""How large everything on the wall is. Sizes follow the screen, and no type is smaller than can be read from afar."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize

SMALLEST_TYPE = 28
"""Pixels."""

_DRAWN_FOR = QSize(2560, 1440)


class Measures(NamedTuple):
    """Sizes of type, and distances, in pixels."""

    figure: int
    word: int
    clock: int
    line: int
    meta: int
    gap: int

    @property
    def line_height(self) -> int:
        """From one line of the list to the next."""
        return round(self.line * 1.62)


def measures_for(size: QSize) -> Measures:
    """Return the measures for a wall of *size*."""
    scale = min(size.width() / _DRAWN_FOR.width(), size.height() / _DRAWN_FOR.height())

    def sized(pixels: int, least: int = SMALLEST_TYPE) -> int:
        return max(least, round(pixels * scale))

    return Measures(
        figure=sized(140, 56), word=sized(46), clock=sized(84, 40), line=sized(46), meta=sized(40), gap=sized(32, 12)
    )
