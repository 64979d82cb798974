"""What is told after a profile was wiped: what is gone, what was kept, and how it opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.icons import IconSet
from agentconsole.gui.theming import Theming


@dataclass(frozen=True, slots=True)
class WipedNote:
    """What to tell. ``export`` is None when nothing was unsent; ``recovery_key`` empty where a passphrase opens it."""

    profile: str
    by_help_desk: bool
    changes: int
    drafts: int
    export: Path | None
    recovery_key: str


class WipedWindow(QWidget):
    """Stands in for the console that is not there any more.

    Signals:
        finished: "connect" (to a help desk anew) or "quit". Emitted once.
    """

    finished = Signal(str)

    def __init__(self, theming: Theming, icons: IconSet, note: WipedNote, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons, self._note = icons, note
        self._is_finished = False
        self.setObjectName("wipedWindow")
        self.setWindowTitle("Agent Console")
        self._icon = QLabel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 32, 48, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._icon)
        column.addWidget(self._label(f"Profile {note.profile} is wiped", "display", "wipedTitle"))
        column.addSpacing(4)
        card = QFrame(self)
        card.setProperty("look", "card")
        within = QVBoxLayout(card)
        within.setContentsMargins(20, 20, 20, 20)
        within.setSpacing(4)
        asked = (
            "An administrator of the help desk took your access back and asked for this. " if note.by_help_desk else ""
        )
        within.addWidget(self._label("What it means", "section"))
        within.addWidget(
            self._label(f"{asked}Its key, its token and everything it kept here are removed.", "", "wipedMeaning")
        )
        within.addSpacing(12)
        within.addWidget(self._label("What was not sent", "section"))
        within.addWidget(self._label(_kept(note), "", "wipedKept"))
        if note.export is not None:
            place = self._label(str(note.export), "meta", "wipedPlace")
            place.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            within.addWidget(place)
        if note.recovery_key:
            within.addSpacing(12)
            within.addWidget(self._label("Recovery key – write it down", "section"))
            key = self._label(note.recovery_key, "title", "wipedRecoveryKey")
            key.setAccessibleName(f"Recovery key {note.recovery_key}")
            key.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            within.addWidget(key)
        column.addWidget(card)
        column.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        first = self._button("Connect a help desk", "wipedConnect", "primary")
        first.clicked.connect(lambda: self._finish("connect"))
        buttons.addWidget(first)
        if note.recovery_key:
            copy = self._button("Copy the recovery key", "wipedCopy", "")
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(note.recovery_key))
            buttons.addWidget(copy)
        if note.export is not None:
            folder = self._button("Open the folder", "wipedFolder", "")
            folder.clicked.connect(self._open_folder)
            buttons.addWidget(folder)
        buttons.addStretch(1)
        leave = self._button("Quit", "wipedQuit", "quiet")
        leave.clicked.connect(lambda: self._finish("quit"))
        buttons.addWidget(leave)
        column.addLayout(buttons)
        column.addStretch(1)
        self.resize(860, 560)
        theming.changed.connect(self._dress)
        self._dress()
        first.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it ends the program."""
        super().closeEvent(event)
        self._finish("quit")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button with the focus."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _open_folder(self) -> None:
        if self._note.export is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._note.export.parent)))

    def _finish(self, how: str) -> None:
        if not self._is_finished:
            self._is_finished = True
            self.finished.emit(how)

    def _button(self, text: str, name: str, look: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        if look:
            button.setProperty("look", look)
        return button

    def _label(self, text: str, look: str, name: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if name:
            label.setObjectName(name)
        if look:
            label.setProperty("look", look)
        return label

    def _dress(self) -> None:
        self._icon.setPixmap(self._icons.pixmap("shield", 32, "link", self.devicePixelRatioF()))


def _kept(note: WipedNote) -> str:
    if note.export is None:
        return "Everything you wrote was at the help desk."
    parts = [
        f"{count:,} {one if count == 1 else many}"
        for count, one, many in ((note.changes, "change", "changes"), (note.drafts, "draft", "drafts"))
        if count
    ]
    opens = "this recovery key, which the keychain keeps as well" if note.recovery_key else "your passphrase"
    return f"{' and '.join(parts)} are saved in an encrypted file that opens with {opens}:"
