"""How somebody is reached, large enough to read out on the phone: each address as printed, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.directory.contact_words import Way


class WayList(QWidget):
    """Shows ways; the first is the one that Enter takes.

    Signals:
        act_asked: Take the way at this place (int).
        copy_asked: Copy the address of the way at this place (int).
    """

    act_asked = Signal(int)
    copy_asked = Signal(int)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("directoryWays")
        self._context = context
        self._ways: tuple[Way, ...] = ()
        self._lines: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)

    def show_ways(self, ways: Sequence[Way]) -> None:
        """Show *ways*, if they are others than now."""
        if tuple(ways) == self._ways:
            return
        self._ways = tuple(ways)
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(place, way) for place, way in enumerate(self._ways)]
        for line in self._lines:
            self._layout.addWidget(line)

    def focus_first(self) -> None:
        """Give the keyboard to the first button."""
        button = self.findChild(QPushButton, "directoryAct") or self.findChild(QPushButton, "directoryCopy")
        if button is not None:
            button.setFocus()

    def _line(self, place: int, way: Way) -> QWidget:
        line = QWidget(self)
        printed = QLabel(way.printed, line)
        printed.setObjectName("directoryPrinted" if place == 0 else f"directoryPrinted_{place}")
        printed.setAccessibleName(f"{way.label}: {way.printed}")
        printed.setTextFormat(Qt.TextFormat.PlainText)
        printed.setProperty("look", "title")
        printed.setWordWrap(True)
        printed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        printed.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label = QLabel(f"{way.label} · {way.note}" if way.note else way.label, line)
        label.setProperty("look", "meta")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if way.act is not None:
            act = self._button("directoryAct", place, way.act.words, way.act.icon, ("Enter", "Ctrl+Enter"))
            act.setToolTip(f"{act.toolTip()}\n{way.act.address}")
            if place == 0:
                act.setProperty("look", "primary")
                self._context.icons.bind(act, way.act.icon, "on_accent")
            act.clicked.connect(lambda _checked=False: self.act_asked.emit(place))
            buttons.addWidget(act)
            buttons.addWidget(self._key(line, ("Enter", "Ctrl+Enter"), place))
        copy = self._button("directoryCopy", place, "Copy", "copy", ("Ctrl+C",))
        copy.setAccessibleName(f"Copy {way.printed}")
        copy.clicked.connect(lambda _checked=False: self.copy_asked.emit(place))
        buttons.addWidget(copy)
        buttons.addWidget(self._key(line, ("Ctrl+C",), place))
        buttons.addStretch(1)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(printed)
        column.addSpacing(4)
        column.addLayout(buttons)
        return line

    def _button(self, name: str, place: int, words: str, icon: str, keys: Sequence[str]) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name if place == 0 else f"{name}_{place}")
        button.setToolTip(f"{words}  ({keys[place]})" if place < len(keys) else words)
        button.setIconSize(QSize(16, 16))
        self._context.icons.bind(button, icon)
        return button

    def _key(self, line: QWidget, keys: Sequence[str], place: int) -> QLabel:
        """The key beside a button; nothing where there is none."""
        label = QLabel(keys[place] if place < len(keys) else "", line)
        label.setProperty("look", "key")
        label.setVisible(place < len(keys))
        return label
