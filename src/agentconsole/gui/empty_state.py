"""What a list shows when there is nothing in it: a drawing, what that means, and the next step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from agentconsole.gui.icons import IconSet
from agentconsole.gui.theming import Theming


class EmptyState(QWidget):
    """A centred drawing over a title and a sentence."""

    def __init__(
        self, theming: Theming, icons: IconSet, icon: str, title: str, text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icons, self._drawing = icons, icon
        self._icon = QLabel(self)
        heading = QLabel(title, self)
        heading.setObjectName("emptyTitle")
        heading.setProperty("look", "title")
        sentence = QLabel(text, self)
        sentence.setObjectName("emptyText")
        sentence.setProperty("look", "muted")
        sentence.setWordWrap(True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        sentence.setMinimumWidth(280)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        for part in (self._icon, heading, sentence):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theming.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._icon.setPixmap(self._icons.pixmap(self._drawing, 32, "muted", self.devicePixelRatioF()))
