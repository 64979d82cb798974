"""The window that stands in for the console when it can't start: what happened, what it means, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from agentconsole._gen.ui_start_trouble import Ui_StartTrouble
from agentconsole.gui.icons import IconSet
from agentconsole.gui.theming import Theming

Choice = Literal["again", "aside", "quit"]


@dataclass(frozen=True, slots=True)
class StartTrouble:
    """Why the console can't start, in words for the agent.

    ``place`` is the file or folder that it is about. ``aside`` is what its button promises when the file may be set
    aside; empty when it may not.
    """

    title: str
    meaning: str
    advice: str
    place: Path
    aside: str = ""


class StartTroubleWindow(QWidget):
    """Shown instead of the console.

    Signals:
        finished: A :data:`Choice`: "again", "aside" (set the file aside, then again) or "quit". Emitted once.
    """

    finished = Signal(str)

    def __init__(self, theming: Theming, icons: IconSet, trouble: StartTrouble, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._icons = icons
        self._trouble = trouble
        self._is_finished = False
        self._form = Ui_StartTrouble()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("startTrouble")
        self._form.troubleTitle.setText(trouble.title)
        self._form.meaningText.setText(trouble.meaning)
        self._form.adviceText.setText(trouble.advice)
        self._form.placeText.setText(str(trouble.place))
        self._form.asideButton.setText(trouble.aside)
        self._form.asideButton.setAccessibleName(trouble.aside)
        self._form.asideButton.setVisible(bool(trouble.aside))
        self._offer(self._form.againButton, "again")
        self._offer(self._form.asideButton, "aside")
        self._offer(self._form.quitButton, "quit")
        self._form.folderButton.clicked.connect(self._open_folder)
        theming.changed.connect(self._dress)
        self._dress()
        self._form.againButton.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaving without a choice ends the program."""
        super().closeEvent(event)
        self._finish("quit")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button with the focus, as in a dialog; Escape leaves."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _open_folder(self) -> None:
        place = self._trouble.place
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(place if place.is_dir() else place.parent)))

    def _offer(self, button: QPushButton, choice: Choice) -> None:
        button.clicked.connect(lambda: self._finish(choice))

    def _finish(self, choice: Choice) -> None:
        if not self._is_finished:
            self._is_finished = True
            self.finished.emit(choice)

    def _dress(self) -> None:
        self._form.troubleIcon.setPixmap(self._icons.pixmap("triangle-alert", 32, "danger", self.devicePixelRatioF()))
