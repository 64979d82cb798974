"""The seven states of an SLA target as shapes: they differ without any colour, at twelve pixels and on a wall."""

from __future__ import annotations

import functools
import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from agentconsole.domain.countdown import Light
from agentconsole.gui.theming import Tone, colour


@functools.lru_cache(maxsize=256)
def light_pixmap(light: Light, code: str, size: int, ratio: float) -> QPixmap:
    """Return the shape of *light* in colour *code*, *size* logical pixels square, sharp at device pixel *ratio*."""
    side = math.ceil(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, light, code, float(size))
    painter.end()
    return pixmap


def light_mark(light: Light, tone: Tone, size: int, ratio: float) -> QPixmap:
    """Return the shape of *light* in the colour its tone gives to shapes."""
    return light_pixmap(light, tone.solid, size, ratio)


def _draw(painter: QPainter, light: Light, code: str, size: float) -> None:
    stroke = max(1.5, size / 8)
    pen = QPen(colour(code), stroke)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    inset = stroke / 2 + size / 14
    ring = QRectF(inset, inset, size - 2 * inset, size - 2 * inset)
    match light:
        case Light.ON_TRACK:
            painter.drawEllipse(ring)
        case Light.DUE_SOON | Light.DUE_NOW:
            painter.drawEllipse(ring)
            painter.setBrush(colour(code))
            painter.setPen(Qt.PenStyle.NoPen)
            filled = 90 if light is Light.DUE_SOON else 270
            painter.drawPie(ring, 90 * 16, -filled * 16)
        case Light.BREACHED:
            painter.setBrush(colour(code))
            top, side = inset * 0.9, inset * 0.8
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(size / 2, top), QPointF(size - side, size - inset), QPointF(side, size - inset)],
                )
            )
        case Light.PAUSED:
            for x in (size * 0.36, size * 0.64):
                painter.drawLine(QPointF(x, size * 0.24), QPointF(x, size * 0.76))
        case Light.MET:
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(size * 0.18, size * 0.54),
                        QPointF(size * 0.42, size * 0.76),
                        QPointF(size * 0.84, size * 0.26),
                    ]
                )
            )
        case Light.NO_TARGET:
            painter.drawLine(QPointF(size * 0.3, size / 2), QPointF(size * 0.7, size / 2))
