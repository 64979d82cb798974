"""A whole window on the stage."""

from __future__ import annotations

from agentconsole.gui.main_window import MainWindow
from tests.support.stage import Theatre


def open_window(theatre: Theatre, width: int = 1280, height: int = 800) -> MainWindow:
    opened = MainWindow(theatre.context)
    opened.resize(width, height)
    opened.show()
    opened.activateWindow()
    theatre.settle()
    return opened
