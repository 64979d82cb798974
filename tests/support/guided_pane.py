"""A ticket pane on the stage whose guidance has been read."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.gui.panes.ticket_pane import TicketPane
from tests.support.stage import Theatre


def guided_pane(theatre: Theatre, qtbot: QtBot) -> TicketPane:
    """Return a pane with room for everything that shows the first ticket."""
    pane = TicketPane(theatre.context)
    qtbot.addWidget(pane)
    pane.resize(1100, 1400)
    pane.show()
    pane.show_ticket(1)
    read_guidance(theatre, pane)
    return pane


def read_guidance(theatre: Theatre, pane: TicketPane) -> None:
    """Let the news settle and the guidance be read."""
    desk = pane._side.guidance.desk
    desk._settle.stop()
    desk._read()
    theatre.settle()


def texts(widget: QWidget, name: str) -> str:
    """Return what the labels called *name* say."""
    return " ".join(label.text() for label in widget.findChildren(QLabel, name))
