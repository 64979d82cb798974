"""Line icons from the resources, tinted with the theme's colours."""

from __future__ import annotations

import functools
import weakref
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractButton

from agentconsole import _gen
from agentconsole.gui.theming import Theming


class Iconic(Protocol):
    """Whatever can show an icon: a button, an action."""

    def setIcon(self, icon: QIcon, /) -> None: ...


@functools.cache
def _drawing(name: str) -> bytes:
    """Return the SVG of *name*; KeyError when it is not shipped."""
    from PySide6.QtCore import QFile, QIODevice

    from agentconsole.gui.resources import load_resources

    load_resources()
    file = QFile(f":/agentconsole/icons/{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise KeyError(f"no icon named {name!r} in resources/icons")
    data = bytes(file.readAll().data())
    file.close()
    # a slightly finer line than Lucide's own: at 16 px it matches the weight of 13 px text
    return data.replace(b'stroke-width="2"', b'stroke-width="1.75"')


def drawn(name: str, side: int) -> bytes:
    """Return how much icon *name* covers of each pixel of a square, line by line, drawing it now. KeyError."""
    from PySide6.QtCore import QByteArray, QRectF
    from PySide6.QtGui import QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(_drawing(name)))
    image = QImage(side, side, QImage.Format.Format_Alpha8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    # Qt's lines end at a multiple of four bytes
    bits, step = bytes(image.constBits()), image.bytesPerLine()
    return b"".join(bits[start : start + side] for start in range(0, side * step, step))


@functools.cache
def _ready(side: int) -> tuple[dict[str, int], bytes]:
    """Return the icons that the build has drawn *side* pixels square: the place of each, and all of them in a row."""
    try:
        data = (Path(_gen.__path__[0]) / f"icons{side}.masks").read_bytes()
    except FileNotFoundError:
        return {}, b""
    names, _, masks = data.partition(b"\n")
    return {name: place * side * side for place, name in enumerate(names.decode().split())}, masks


@functools.lru_cache(maxsize=1024)
def coverage(name: str, side: int) -> bytes:
    """Return what :func:`drawn` does. What the first frame needs is there already: reading a drawing takes longer."""
    places, masks = _ready(side)
    start = places.get(name)
    return drawn(name, side) if start is None else masks[start : start + side * side]


@functools.lru_cache(maxsize=64)
def _inks(code: str) -> tuple[bytes, ...]:
    """Return red, green and blue of colour *code* as they are wherever so much (0 to 255) is covered."""
    return tuple(bytes([(part * much + 127) // 255 for much in range(256)]) for part in bytes.fromhex(code[1:]))


@functools.lru_cache(maxsize=2048)
def tinted(name: str, code: str, size: int, ratio: float) -> QPixmap:
    """Return icon *name* in colour *code*, *size* logical pixels square, sharp at device pixel *ratio*."""
    side = round(size * ratio)
    covered = coverage(name, side)
    pixels = bytearray(4 * side * side)
    for part, ink in enumerate(_inks(code)):
        pixels[part::4] = covered.translate(ink)
    pixels[3::4] = covered
    pixmap = QPixmap.fromImage(QImage(pixels, side, side, 4 * side, QImage.Format.Format_RGBA8888_Premultiplied))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class IconSet(QObject):
    """Hands out icons in the theme's colours and re-tints those that are bound when the theme changes."""

    def __init__(self, theming: Theming, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._bound: weakref.WeakKeyDictionary[Iconic, tuple[str, str, int]] = weakref.WeakKeyDictionary()
        theming.changed.connect(self._tint_again)

    def pixmap(self, name: str, size: int = 16, role: str = "muted", ratio: float = 1.0) -> QPixmap:
        """Return icon *name*; *role* is an attribute of the theme ("text", "accent") or a colour code."""
        return tinted(name, self._code(role), size, ratio)

    def icon(self, name: str, role: str = "muted", size: int = 16) -> QIcon:
        """Return an icon with its states: *role* at rest, the accent when on, text when selected, grey when disabled.

        Drawn for *size* at the sharpest screen's density only.
        """
        theme = self._theming.theme
        quiet = role == "muted"
        icon = self._at_rest(name, role, size)
        ratio = _sharpest_ratio()
        rest = self._code(role)
        for mode, state, code in (
            (QIcon.Mode.Normal, QIcon.State.On, theme.link if quiet else rest),
            (QIcon.Mode.Selected, QIcon.State.Off, theme.text if quiet else rest),
            (QIcon.Mode.Disabled, QIcon.State.Off, theme.disabled),
        ):
            icon.addPixmap(tinted(name, code, size, ratio), mode, state)
        return icon

    def bind(self, target: Iconic, name: str, role: str = "muted", size: int = 16) -> None:
        """Give *target* the icon *name* now and again after every change of theme."""
        self._bound[target] = (name, role, size)
        self._dress(target)

    def _dress(self, target: Iconic) -> None:
        name, role, size = self._bound[target]
        # what can't be switched on needs one drawing only (Qt greys it); dozens more would delay the first frame
        switches = isinstance(target, QAction | QAbstractButton) and target.isCheckable()
        target.setIcon(self.icon(name, role, size) if switches else self._at_rest(name, role, size))

    def _at_rest(self, name: str, role: str, size: int) -> QIcon:
        icon = QIcon()
        icon.addPixmap(tinted(name, self._code(role), size, _sharpest_ratio()))
        return icon

    def _code(self, role: str) -> str:
        return role if role.startswith("#") else str(getattr(self._theming.theme, role))

    def _tint_again(self) -> None:
        for target in list(self._bound):
            self._dress(target)


def _sharpest_ratio() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
