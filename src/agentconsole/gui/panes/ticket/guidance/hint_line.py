"""The weightiest hint in one line above the conversation, while the panel that holds the hints is out of sight."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.guidance.hints import ICONS
from agentconsole.gui.panes.ticket.short_label import ShortLabel
from agentconsole.gui.theming import colour
from agentconsole.triage.values import Proposal


class HintLine(QWidget):
    """Says the first proposal and how many there are; hidden while *side* shows them all, or when there is none.

    Signals:
        apply_asked: The proposal's key (str).
        all_asked: The agent wants to see all hints.
    """

    apply_asked = Signal(str)
    all_asked = Signal()

    def __init__(self, context: WindowContext, side: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hintLine")
        self._context = context
        self._side = side
        self._proposals: tuple[Proposal, ...] = ()
        self._mark = QLabel(self)
        self._mark.setFixedSize(16, 18)
        self._title = ShortLabel(self)
        self._title.setObjectName("hintLineTitle")
        self._title.setMinimumWidth(60)
        self._apply = QPushButton("Apply", self)
        self._apply.setObjectName("hintLineApply")
        self._apply.clicked.connect(lambda _checked=False: self._ask())
        self._all = QPushButton("Why?", self)
        self._all.setObjectName("hintLineAll")
        self._all.clicked.connect(lambda _checked=False: self.all_asked.emit())
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 4, 12, 4)
        line.setSpacing(8)
        line.addWidget(self._mark)
        line.addWidget(self._title, 1)
        self._caps: dict[str, QLabel] = {}
        for button, action in ((self._apply, "hint.apply"), (self._all, "hint.focus")):
            button.setProperty("look", "inline")
            line.addWidget(button)
            self._caps[action] = QLabel(self)
            self._caps[action].setProperty("look", "key")
            line.addWidget(self._caps[action])
        side.installEventFilter(self)
        context.theming.changed.connect(self._tell)
        self._tell()

    def show_proposals(self, proposals: tuple[Proposal, ...]) -> None:
        """Show the first of *proposals*."""
        if proposals != self._proposals:
            self._proposals = proposals
            self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._side and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.public))
        painter.fillRect(0, self.height() - 1, self.width(), 1, colour(theme.public_edge))

    def _ask(self) -> None:
        if self._proposals:
            self.apply_asked.emit(self._proposals[0].key)

    def _place(self) -> None:
        self.setVisible(bool(self._proposals) and self._side.isHidden())

    def _tell(self) -> None:
        if self._proposals:
            first, rest = self._proposals[0], len(self._proposals) - 1
            icon = self._context.icons.pixmap(ICONS[first.kind], 16, "link", self.devicePixelRatioF())
            self._mark.setPixmap(icon)
            self._title.tell(first.title)
            self._title.setAccessibleName(f"Hint: {first.title}")
            self._apply.setAccessibleName(f"Apply: {first.title}")
            self._all.setText(f"{rest} more" if rest else "Why?")
            self._all.setAccessibleName("Show all hints and their rules")
            keys = {entry.id: entry.key_text for entry in self._context.actions.entries()}
            for action, cap in self._caps.items():
                cap.setText(keys.get(action, ""))
                cap.setVisible(bool(keys.get(action)))
        self._place()
