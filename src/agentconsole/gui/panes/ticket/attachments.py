"""The files of a comment: what they are, how large, and a way to open or keep them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from agentconsole.domain.records import AttachmentRecord
from agentconsole.gui.icons import IconSet
from agentconsole.gui.panes.ticket.wording import size_words

RISKY = frozenset(
    [
        "apk",
        "app",
        "appimage",
        "bat",
        "cmd",
        "com",
        "cpl",
        "deb",
        "desktop",
        "dll",
        "dmg",
        "docm",
        "exe",
        "gadget",
        "hta",
        "html",
        "htm",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "msi",
        "msp",
        "pif",
        "pkg",
        "pptm",
        "ps1",
        "py",
        "reg",
        "rpm",
        "run",
        "scr",
        "sh",
        "svg",
        "url",
        "vb",
        "vbe",
        "vbs",
        "wsf",
        "xlsm",
        "xll",
    ]
)
"""Endings of files that can do something when they are opened."""

# direction overrides make "invoice<RLO>fdp.exe" read "invoiceexe.pdf"; other controls break lines or hide letters
_DECEIVING = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def honest_name(file_name: str) -> str:
    """Return *file_name* without characters that make it look like another, and without a path."""
    name = PurePosixPath(_DECEIVING.sub("", file_name).replace("\\", "/")).name.strip(" .")
    return name or "file"


def is_risky(attachment: AttachmentRecord) -> bool:
    """Return whether opening *attachment* could run something."""
    ending = honest_name(attachment.file_name).rpartition(".")[2].lower()
    return ending in RISKY or attachment.content_type.startswith(("application/x-msdownload", "application/x-sh"))


def icon_of(attachment: AttachmentRecord) -> str:
    """Return the name of the icon that stands for *attachment*."""
    if is_risky(attachment):
        return "triangle-alert"
    if attachment.content_type.startswith("image/"):
        return "image"
    if attachment.content_type.startswith("text/") or attachment.content_type == "application/pdf":
        return "file-text"
    return "file"


class AttachmentRow(QWidget):
    """Buttons for the files of one comment, wrapped over as many lines as they need.

    Signals:
        opened: The attachment to open.
        menu_asked: The attachment whose menu is wanted, and where (global position).
    """

    opened = Signal(object)
    menu_asked = Signal(object, object)

    GAP, HEIGHT, WIDEST = 8, 28, 280

    def __init__(self, attachments: tuple[AttachmentRecord, ...], icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: list[QToolButton] = []
        for number, attachment in enumerate(attachments):
            self._buttons.append(self._button(number, attachment, icons))

    def _button(self, number: int, attachment: AttachmentRecord, icons: IconSet) -> QToolButton:
        name = honest_name(attachment.file_name)
        button = QToolButton(self)
        button.setObjectName(f"attachment{number}")
        button.setProperty("look", "chip")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(16, 16))
        button.setIcon(icons.icon(icon_of(attachment), "danger_ink" if is_risky(attachment) else "muted"))
        shown = button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, self.WIDEST - 96)
        button.setText(f" {shown}  {size_words(attachment.size)}")
        warning = "This kind of file can run programs. " if is_risky(attachment) else ""
        button.setToolTip(f"{name}\n{warning}Click to open, right-click to save")
        button.setAccessibleName(f"Attachment {name}, {size_words(attachment.size)}")
        button.setAccessibleDescription(warning.strip())
        button.clicked.connect(lambda _checked=False: self.opened.emit(attachment))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(lambda at: self.menu_asked.emit(attachment, button.mapToGlobal(at)))
        return button

    def height_for(self, width: int) -> int:
        """Place the buttons within *width* and return the height they take."""
        x = y = 0
        for button in self._buttons:
            wide = min(button.sizeHint().width(), self.WIDEST, width)
            if x and x + wide > width:
                x, y = 0, y + self.HEIGHT + self.GAP // 2
            button.setGeometry(x, y, wide, self.HEIGHT)
            x += wide + self.GAP
        return y + self.HEIGHT if self._buttons else 0
