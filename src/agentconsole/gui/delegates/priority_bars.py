"""Priority as rising bars, like the strength of a signal: it reads without colour and never borrows an SLA hue."""

from __future__ import annotations

import functools
import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from agentconsole.domain.values import Priority
from agentconsole.gui.theming import Theme, colour

WIDTH, HEIGHT = 16, 14
_LEVELS = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4, None: 0}


@functools.lru_cache(maxsize=64)
def _bars(level: int, on: str, off: str, ratio: float) -> QPixmap:
    pixmap = QPixmap(math.ceil(WIDTH * ratio), math.ceil(HEIGHT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for bar in range(4):
        painter.setBrush(colour(on if bar < level else off))
        height = 5 + 3 * bar
        painter.drawRoundedRect(QRectF(bar * 4, HEIGHT - height, 3, height), 1, 1)
    painter.end()
    return pixmap


def priority_bars(priority: Priority | None, theme: Theme, ratio: float) -> QPixmap:
    """Return the bars of *priority*; none are filled when a ticket has no priority."""
    on = theme.bar_urgent if priority is Priority.URGENT else theme.bar
    return _bars(_LEVELS[priority], on, theme.bar_off, ratio)
