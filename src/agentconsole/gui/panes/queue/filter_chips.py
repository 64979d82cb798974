"""Quick filters for the mouse: each writes its word into the search, where the keyboard finds it again."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from agentconsole.gui.panes.queue.query_words import has_word

FILTERS = (
    ("Unread", "is:unread"),
    ("Due in 2 h", "sla<2h"),
    ("Urgent", "priority:urgent"),
    ("Unassigned", "is:unassigned"),
    ("Attachment", "has:attachment"),
)


class FilterChips(QWidget):
    """A row of switches; those that don't fit are left out.

    Signals:
        toggled: The word of a filter (str) was switched on or off.
    """

    toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueFilters")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addStretch(1)
        self._chips: list[tuple[QPushButton, str]] = []
        for title, word in FILTERS:
            chip = QPushButton(title, self)
            chip.setObjectName(f"queueFilter_{word.replace(':', '_').replace('<', '_')}")
            chip.setAccessibleName(f"Only {title.lower()}")
            chip.setToolTip(f"Only {title.lower()}   {word}")
            chip.setProperty("look", "chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _on, word=word: self.toggled.emit(word))
            layout.addWidget(chip)
            self._chips.append((chip, word))

    def reflect(self, text: str) -> None:
        """Show which filters stand in the query *text*."""
        for chip, word in self._chips:
            chip.setChecked(has_word(text, word))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width()
        for chip, _word in self._chips:
            room -= chip.sizeHint().width() + 4
            chip.setVisible(room >= 0)
