"""What stands in a pane's place when it could not be built, while the others go on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.empty_state import Paragraph
from agentconsole.gui.tasks import Trouble


class PaneError(QWidget):
    """Says what happened, what it means, and offers to try again.

    Signals:
        retry_requested: Build the pane anew.
    """

    retry_requested = Signal()

    def __init__(self, name: str, trouble: Trouble, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paneError")
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = QLabel(f"The {name} pane could not be opened", self)
        title.setProperty("look", "title")
        self._advice = advice = Paragraph(420, self)
        advice.setText(f"{trouble.title}. {trouble.advice} The other panes go on working.")
        advice.setObjectName("paneErrorAdvice")
        again = QPushButton("Try again", self)
        again.setObjectName("paneErrorRetry")
        again.setAccessibleName(f"Try to open the {name} pane again")
        again.clicked.connect(self.retry_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        for part in (title, advice, again):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._advice.fit(self.width() - 48)
