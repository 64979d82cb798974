"""Draws the program's icon in the sizes that desktops ask for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels; the folders of the hicolor theme."""


def draw(drawing: Path, side: int) -> QImage:
    """Return the SVG *drawing*, *side* pixels square."""
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise ValueError(f"{drawing} is no SVG that Qt can draw")
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image


def save_png(drawing: Path, side: int, target: Path) -> None:
    """Save *drawing* to *target*; the same drawing gives the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not draw(drawing, side).save(str(target), "PNG"):  # type: ignore[call-overload]  # the stub wants bytes
        raise OSError(f"{target} could not be written")
