"""The text of one comment: selectable, its links inert until asked, its pictures only those that came with it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from agentconsole.gui.theming import Theme

MAX_PICTURE = 480
"""Widest and highest a picture is shown, in pixels."""

MAX_PICTURE_SIDE = 8000
"""A picture that claims to be larger is not decoded at all."""


class MailText(QTextBrowser):
    """Shows sanitised HTML at its full height; the conversation around it scrolls.

    Signals:
        link_asked: A link was clicked: its address and the words it hides behind (str, str).
        link_pointed: The address under the pointer, "" when it left (str).
    """

    link_asked = Signal(str, str)
    link_pointed = Signal(str)
    menu_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setAutoFillBackground(False)
        self.setProperty("look", "bare")
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        document = self.document()
        document.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        self._fetched: Mapping[str, bytes] = {}
        self.anchorClicked.connect(self._anchor_clicked)
        self.highlighted.connect(lambda url: self.link_pointed.emit(url.toString()))

    def show_html(self, safe: str, theme: Theme, *, plain: bool, fetched: Mapping[str, bytes] | None = None) -> None:
        """Show *safe* HTML; *plain* is text that was marked up by us, a paragraph for each line.

        *fetched* are pictures by their address, which the agent asked for.
        """
        self._fetched = {QUrl(address).toString(): data for address, data in (fetched or {}).items()}
        self.document().setDefaultStyleSheet(_style_sheet(theme, plain=plain))
        self.setHtml(safe)

    def height_for(self, width: int) -> int:
        """Lay the text out at *width* and return the height it takes."""
        # the widget's own wrapping would lay the text out again for whatever size it happens to have
        self.setLineWrapColumnOrWidth(width)
        return max(1, round(self.document().size().height()))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Hand out pictures that are part of the message; never read a file, never ask the network."""
        address = name.toString() if isinstance(name, QUrl) else name
        if kind == QTextDocument.ResourceType.ImageResource.value and address.startswith("data:image/"):
            return _carried_picture(address)
        data = self._fetched.get(address)
        return _picture(data) if data is not None else QByteArray()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.SelectAll):
            super().keyPressEvent(event)
        else:
            # scrolling and moving on belong to the conversation
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def _anchor_clicked(self, url: QUrl) -> None:
        self.link_asked.emit(url.toString(), self._words_of(url.toString()))

    def _words_of(self, address: str) -> str:
        """Return the text of the link *address*; when several lead there, the one at the pointer or the first."""
        cursor = self.textCursor()
        if cursor.charFormat().anchorHref() != address:
            cursor = QTextCursor(self.document())
        block = cursor.block() if cursor.charFormat().anchorHref() == address else self.document().begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                if fragment.charFormat().anchorHref() == address:
                    return fragment.text()
                fragments += 1
            block = block.next()
        return ""


def _style_sheet(theme: Theme, *, plain: bool) -> str:
    gap = 0 if plain else 8
    return (
        f"p {{ margin: 0 0 {gap}px 0 }} table {{ border-collapse: collapse }} td, th {{ padding: 2px 6px }} "
        f"blockquote {{ margin: 4px 0 4px 12px; color: {theme.muted} }} "
        "h1, h2 { font-size: 16px; font-weight: 600; margin: 8px 0 4px 0 } "
        "h3, h4, h5, h6 { font-size: 13px; font-weight: 600; margin: 8px 0 4px 0 } "
        f"pre {{ white-space: pre-wrap; background-color: {theme.quote} }} "
        f"code, tt, kbd, samp {{ background-color: {theme.quote} }} ul, ol {{ margin: 0 0 {gap}px 0 }}"
    )


def _carried_picture(address: str) -> QImage | QByteArray:
    try:
        return _picture(base64.b64decode(address.partition(",")[2], validate=False))
    except binascii.Error:
        return QByteArray()


def _picture(data: bytes) -> QImage | QByteArray:
    """Decode a picture, no larger than it may be shown; an empty answer when it is not worth the risk."""
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MAX_PICTURE_SIDE:
        return QByteArray()
    if max(size.width(), size.height()) > MAX_PICTURE:
        reader.setScaledSize(size.scaled(QSize(MAX_PICTURE, MAX_PICTURE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return image if not image.isNull() else QByteArray()
