"""The directory as part of a day: from a ticket to who handles it and back, without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agentconsole.gui.main_window import MainWindow
from tests.support.stage import Theatre

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(theatre: Theatre) -> Iterator[MainWindow]:
    shown = MainWindow(theatre.context)
    shown.resize(1280, 800)
    shown.layout_of_panes.reset()
    shown.show()
    shown.activateWindow()
    theatre.settle()
    yield shown
    shown.hide()
    shown.deleteLater()


def child(window: QWidget, name: str) -> Any:
    found = window.findChildren(QWidget, name)
    assert found, name
    return found[-1]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def test_w_in_the_queue_shows_who_handles_the_ticket_under_the_cursor(theatre: Theatre, window: MainWindow) -> None:
    invoice = next(row for row in theatre.workspace.rows.values() if row.subject.startswith("Refund"))
    queue: Any = window.pane("queue")
    queue.table.setFocus()
    queue.select_ticket(invoice.id)
    press(Qt.Key.Key_W)
    theatre.settle()
    directory: Any = window.pane("directory")
    assert window.layout_of_panes.is_open("directory")
    assert directory.current.title == "Refunds and disputed invoices"
    assert QApplication.focusWidget() is child(directory, "directorySearch")

    press(Qt.Key.Key_E, CONTROL)
    theatre.settle()
    form = next(each for each in QApplication.topLevelWidgets() if each.objectName() == "escalateContact")
    QTest.keyClick(form, Qt.Key.Key_Return, CONTROL)
    theatre.settle()
    assert theatre.workspace.directory.escalations == [("desk/refunds", invoice.id, [], "")]

    window.activateWindow()
    theatre.settle()
    assert QApplication.focusWidget() is child(directory, "directorySearch")
    press(Qt.Key.Key_Escape)  # out of the ranking
    assert not directory.who.isChecked()
    press(Qt.Key.Key_Escape)  # and back to the queue
    assert queue.isAncestorOf(QApplication.focusWidget())


def test_the_directory_knows_the_ticket_that_was_opened_before_it(theatre: Theatre, window: MainWindow) -> None:
    ticket = theatre.workspace.rows[7]
    window.open_ticket(7)
    window.show_pane("directory")
    theatre.settle()
    assert f"#{ticket.ref}" in child(window, "directoryAtHand").text()
    window.open_ticket(8)
    window.show_pane("directory")
    assert f"#{theatre.workspace.rows[8].ref}" in child(window, "directoryAtHand").text()


def test_a_contact_that_a_hint_names_is_shown(theatre: Theatre, window: MainWindow) -> None:
    window.open_ticket(7)
    theatre.settle()
    ticket: Any = window.pane("ticket")
    ticket.contact_asked.emit("desk", "agreements")
    theatre.settle()
    directory: Any = window.pane("directory")
    assert directory.current.title == "Data processing agreements"
