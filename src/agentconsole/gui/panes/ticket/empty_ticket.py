"""What stands where no ticket is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext

_KEYS = (("J  K", "move through the queue"), ("Enter", "open a ticket"), ("/", "search"), ("Ctrl+K", "do anything"))


class EmptyTicket(QWidget):
    """Says what to do next, or that the ticket is gone."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("emptyTicket")
        self._context = context
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(self)
        self._title.setObjectName("emptyTicketTitle")
        self._title.setProperty("look", "title")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = QLabel(self)
        self._text.setObjectName("emptyTicketText")
        self._text.setProperty("look", "muted")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        self._keys = QWidget(self)
        grid = QGridLayout(self._keys)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for row, (key, what) in enumerate(_KEYS):
            cap, words = QLabel(key, self._keys), QLabel(what, self._keys)
            cap.setProperty("look", "key")
            words.setProperty("look", "muted")
            grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(words, row, 1, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        for widget in (self._icon, self._title, self._text):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        self._gone = False
        context.theming.changed.connect(lambda: self.tell(gone=self._gone))
        self.tell(gone=False)

    def tell(self, *, gone: bool) -> None:
        """Say that the ticket is *gone*, or that none is chosen."""
        self._gone = gone
        name = "trash-2" if gone else "message-square"
        self._icon.setPixmap(self._context.icons.pixmap(name, 32, "disabled", self.devicePixelRatioF()))
        self._title.setText("This ticket is no longer here" if gone else "No ticket open")
        self._text.setText(
            "It was deleted at the help desk, or you may not see it any more. A draft you had is kept."
            if gone
            else "Choose one from the queue."
        )
        self._keys.setVisible(not gone)
