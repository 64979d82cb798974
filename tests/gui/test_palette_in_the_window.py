"""The palette of a whole window: what it starts, opens and finds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListView,
)

from agentconsole.gui.dialogs.handbook import Handbook
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.panes.queue_pane import QueuePane
from agentconsole.packs.loading import pack_from
from tests.packs.good_pack import GOOD
from tests.support.stage import Theatre


def test_the_palette_finds_starts_and_gives_the_focus_back(window: MainWindow, theatre: Theatre) -> None:
    window.show_pane("queue")
    before = QApplication.focusWidget()
    theatre.context.actions.trigger("window.palette")
    field = window.findChild(QLineEdit, "commandPaletteInput")
    assert field is not None
    assert field.hasFocus()
    QTest.keyClicks(field, "sync now")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert theatre.workspace.sync.nudges == 1
    assert not field.isVisible()
    assert QApplication.focusWidget() is before


def test_the_palette_opens_a_ticket_by_its_number(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger("window.palette")
    field = window.findChild(QLineEdit, "commandPaletteInput")
    assert field is not None
    QTest.keyClicks(field, "#48007")
    QTest.keyClick(field, Qt.Key.Key_Return)
    theatre.settle()
    assert theatre.workspace.tickets.seen[-1] == 7


def test_the_palette_opens_a_view_by_its_name(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger("window.palette")
    field = window.findChild(QLineEdit, "commandPaletteInput")
    assert field is not None
    QTest.keyClicks(field, "recently")
    QTest.keyClick(field, Qt.Key.Key_Return)
    theatre.settle()
    queue = window.pane("queue")
    assert isinstance(queue, QueuePane)
    assert queue.view == "recently-solved"


def test_the_palette_opens_a_chapter_of_the_handbook_by_its_title(window: MainWindow, theatre: Theatre) -> None:
    theatre.workspace.packs.packs = (pack_from(GOOD.encode(), "acme.toml"),)
    theatre.context.actions.trigger("window.palette")
    field = window.findChild(QLineEdit, "commandPaletteInput")
    assert field is not None
    QTest.keyClicks(field, "welcome")
    QTest.keyClick(field, Qt.Key.Key_Return)
    handbook = window.findChild(Handbook)
    assert handbook is not None
    assert handbook.windowTitle() == "Welcome – Handbook"
    handbook.close()


def test_the_palette_offers_first_what_is_called_as_was_typed(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger("window.palette")
    field, lines = (
        window.findChild(QLineEdit, "commandPaletteInput"),
        window.findChild(QListView, "commandPaletteList"),
    )
    assert field is not None
    assert lines is not None
    QTest.keyClicks(field, "solve")
    titles = [str(lines.model().index(row, 0).data()) for row in range(lines.model().rowCount())]
    assert titles[0] == "Solve"
    assert "View: Recently solved" in titles
    QTest.keyClick(field, Qt.Key.Key_Escape)
