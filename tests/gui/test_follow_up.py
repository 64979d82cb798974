"""A closed ticket is followed up by a new one: from its composer or by a key, with the form filled in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.values import Status
from agentconsole.gui.dialogs.new_ticket import NewTicket
from agentconsole.gui.main_window import MainWindow
from tests.support.stage import Theatre


@pytest.fixture
def window(theatre: Theatre, qtbot: QtBot) -> Iterator[MainWindow]:
    theatre.workspace.rows[2] = theatre.workspace.rows[2]._replace(status=Status.CLOSED)
    made = MainWindow(theatre.context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.layout_of_panes.reset()
    made.show()
    theatre.settle()
    yield made
    theatre.complete(made.finish())
    made.close()


def follow_up(window: MainWindow) -> QPushButton:
    found = window.findChild(QPushButton, "composeFollowUp")
    assert found is not None
    return found


def form(window: MainWindow) -> NewTicket:
    (found,) = window.findChildren(NewTicket)
    return found


def test_only_a_closed_ticket_offers_a_follow_up(window: MainWindow, theatre: Theatre) -> None:
    window.open_ticket(1)
    theatre.settle()
    assert not follow_up(window).isVisible()
    window.open_ticket(2)
    theatre.settle()
    assert follow_up(window).isVisible()


@pytest.mark.parametrize("way", ["button", "key"])
def test_a_follow_up_is_the_form_for_a_new_ticket_filled_in(window: MainWindow, theatre: Theatre, way: str) -> None:
    window.open_ticket(2)
    window.show_pane("ticket")
    theatre.settle()
    closed = theatre.workspace.tickets.detail(2)
    assert closed is not None
    if way == "button":
        follow_up(window).click()
    else:
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    asked = form(window)
    assert asked.windowTitle() == f"Follow-up of #{closed.ref}"
    assert asked.form().subject == closed.subject
    assert closed.requester is not None
    assert asked.form().requester_ref == closed.requester.ref
    text = asked.findChild(QPlainTextEdit, "commentText")
    assert text is not None
    text.setPlainText("It is back.")
    asked.submit()
    theatre.settle()
    (done,) = [command for _, command in theatre.workspace.tickets.done if isinstance(command, CreateTicket)]
    assert (done.follows, done.body, done.requester) == (closed.ref, "It is back.", closed.requester.ref)


def test_a_form_that_somebody_is_writing_is_not_overwritten(window: MainWindow, theatre: Theatre) -> None:
    window.open_ticket(2)
    theatre.settle()
    theatre.complete(theatre.workspace.drafts.keep_form("new_ticket", '{"subject": "Begun"}'))
    follow_up(window).click()
    theatre.settle()
    assert form(window).form().subject == "Begun"
    assert form(window).windowTitle() == "New ticket"
