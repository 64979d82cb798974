"""Line icons from the resources, tinted with the theme's colours."""

from __future__ import annotations

import functools
import weakref
from typing import Protocol

from PySide6.QtCore import QByteArray, QFile, QIODevice, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from agentconsole.gui.resources import load_resources
from agentconsole.gui.theming import Theming, colour


class Iconic(Protocol):
    """Whatever can show an icon: a button, an action."""

    def setIcon(self, icon: QIcon, /) -> None: ...


@functools.cache
def _drawing(name: str) -> bytes:
    """Return the SVG of *name*; KeyError when it is not shipped."""
    load_resources()
    file = QFile(f":/agentconsole/icons/{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise KeyError(f"no icon named {name!r} in resources/icons")
    data = bytes(file.readAll().data())
    file.close()
    # a slightly finer line than Lucide's own: at 16 px it matches the weight of 13 px text
    return data.replace(b'stroke-width="2"', b'stroke-width="1.75"')


@functools.lru_cache(maxsize=1024)
def _shape(name: str, side: int) -> QPixmap:
    """Return icon *name* in black, *side* pixels square: drawing it costs ten times as much as tinting it."""
    renderer = QSvgRenderer(QByteArray(_drawing(name)))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


@functools.lru_cache(maxsize=2048)
def tinted(name: str, code: str, size: int, ratio: float) -> QPixmap:
    """Return icon *name* in colour *code*, *size* logical pixels square, sharp at device pixel *ratio*."""
    pixmap = QPixmap(_shape(name, round(size * ratio)))
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), colour(code))
    painter.end()
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
