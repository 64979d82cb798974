"""Draws the program's icon in the sizes that desktops ask for."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QRectF, Qt
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


def save_ico(drawing: Path, target: Path) -> Path:
    """Save *drawing* as an icon of Windows: PNGs behind a table of them."""
    pictures = [(side, _png(drawing, side)) for side in (16, 24, 32, 48, 64, 128, 256)]
    at = 6 + 16 * len(pictures)
    table = b""
    for side, data in pictures:
        # 0 stands for 256; one plane of 32 bits
        table += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(data), at)
        at += len(data)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(struct.pack("<HHH", 0, 1, len(pictures)) + table + b"".join(data for _side, data in pictures))
    return target


def save_icns(drawing: Path, target: Path) -> Path:
    """Save *drawing* as an icon of macOS: PNGs, each behind its kind and length."""
    kinds = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
    parts = b""
    for kind, side in kinds.items():
        data = _png(drawing, side)
        parts += kind + struct.pack(">I", len(data) + 8) + data
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"icns" + struct.pack(">I", len(parts) + 8) + parts)
    return target


def _png(drawing: Path, side: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    draw(drawing, side).save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes
    return bytes(buffer.data().data())
