"""The preferences' page about the help desk: which it is, what it offers, and what it does not and why."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from agentconsole.domain.capabilities import FEED_WORDS, WORDS, Capabilities
from agentconsole.domain.desk_kinds import DESK_KINDS
from agentconsole.gui.context import WindowContext

OFFERED, LACKING = "✓", "–"


class DeskPage(QWidget):
    """Shows the profile's help desk.

    Signals:
        sign_in_asked: The agent wants to sign in again.
    """

    sign_in_asked = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deskPage")
        profile, desk = context.workspace.profile, DESK_KINDS.get(context.workspace.profile.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(4)
        column.addWidget(_label("Your help desk", "heading", self))
        title = desk.title if desk is not None else "An archive"
        where = _label(" · ".join(part for part in (title, profile.url) if part), "", self)
        where.setObjectName("deskAddress")
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(where)
        me = context.workspace.me()
        who = me.name if me is not None else profile.email
        how = desk.way(profile.way).title if desk is not None else ""
        column.addWidget(_label(" · ".join(part for part in (who, how) if part), "muted", self))
        if desk is not None:
            column.addWidget(_label(desk.proof, "muted", self))
        sign_in = QPushButton("Sign in again…", self)
        sign_in.setObjectName("deskSignIn")
        sign_in.clicked.connect(lambda _checked=False: self.sign_in_asked.emit())
        sign_in.setVisible(desk is not None)
        line = QHBoxLayout()
        line.addWidget(sign_in)
        line.addStretch(1)
        column.addSpacing(8)
        column.addLayout(line)
        column.addSpacing(8)
        column.addWidget(self._list(context.workspace.capabilities()), 1)

    def _list(self, offers: Capabilities) -> QScrollArea:
        contents = QWidget(self)
        grid = QGridLayout(contents)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        lacking = [name for name in WORDS if not offers.has(name)]
        offered = [name for name in WORDS if offers.has(name) and WORDS[name].gain]
        if lacking:
            self._section(grid, "Not offered, and what that means")
            for name in lacking:
                self._row(grid, LACKING, WORDS[name].title, offers.lack(name))
        self._section(grid, "Offered")
        for name in offered:
            self._row(grid, OFFERED, WORDS[name].title, WORDS[name].gain)
        self._row(grid, OFFERED, "News", FEED_WORDS[offers.delta_feed])
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea(self)
        area.setObjectName("deskCapabilities")
        area.setAccessibleName("What this help desk offers and what not")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setWidget(contents)
        for part in (area.viewport(), contents):  # taking it in has made it fill its background
            part.setAutoFillBackground(False)
        return area

    @staticmethod
    def _section(grid: QGridLayout, title: str) -> None:
        grid.addWidget(_label(title, "section", None), grid.rowCount(), 0, 1, 2)

    @staticmethod
    def _row(grid: QGridLayout, mark: str, title: str, sentence: str) -> None:
        row = grid.rowCount()
        grid.addWidget(_label(mark, "" if mark == OFFERED else "muted", None), row, 0, Qt.AlignmentFlag.AlignTop)
        text = _label(f"<b>{escape(title)}</b>. {escape(sentence)}", "", None)
        text.setTextFormat(Qt.TextFormat.RichText)
        grid.addWidget(text, row, 1)


def _label(text: str, look: str, parent: QWidget | None) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    if look:
        label.setProperty("look", look)
    return label
