"""Pictures of the handbook's own pages: in the colours of the theme, as wide as the page, sharp on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument, QTextImageFormat

from agentconsole import _gen

_FOLDER = Path(_gen.__path__[0]) / "help"
_OURS = re.compile(r"pictures/[a-z0-9-]+\.webp")
"""Nothing else is ever read: no page of a pack, and no address of one of ours, brings a picture from anywhere."""


def place_pictures(document: QTextDocument, *, dark: bool, width: int, ratio: float) -> None:
    """Put the pictures that *document* names into it, at most *width* logical pixels wide, for a screen of *ratio*.

    Each is there for a light and for a dark window, ``pictures/name-light.webp`` and ``-dark.webp``; a page names the
    light one.
    """
    for position, name in list(_places(document)):
        if not _OURS.fullmatch(name):
            continue
        picture = _picture(name.replace("-light.", "-dark.") if dark else name) or _picture(name)
        if picture is None:
            continue
        shown = min(width, picture.width())
        drawn = picture.scaledToWidth(round(shown * ratio), Qt.TransformationMode.SmoothTransformation)
        drawn.setDevicePixelRatio(ratio)
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), drawn)
        look = QTextImageFormat()
        look.setName(name)
        look.setWidth(shown)
        look.setHeight(round(shown * picture.height() / picture.width()))
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)


def _picture(name: str) -> QImage | None:
    picture = QImage(str(_FOLDER / name))
    return None if picture.isNull() else picture


def _places(document: QTextDocument) -> Iterator[tuple[int, str]]:
    """Where there are pictures, and which."""
    block = document.begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            look = fragment.charFormat()
            if look.isImageFormat():
                name = look.toImageFormat().name()
                for place in range(fragment.length()):
                    yield fragment.position() + place, name
            fragments += 1
        block = block.next()
