"""Merging: which ticket, what is refused, and that it is told how long it can be undone."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import MergeTickets
from agentconsole.domain.values import Status
from agentconsole.gui.dialogs.merge_ticket import MergeTicket, merge_refusal
from agentconsole.gui.main_window import MainWindow
from tests.gui.test_dialogs import child
from tests.support.stage import Theatre


@pytest.fixture
def dialog(theatre: Theatre, qtbot: QtBot) -> Iterator[MergeTicket]:
    source = theatre.workspace.tickets.detail(1)
    assert source is not None
    made = MergeTicket(theatre.context, source)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


def test_other_tickets_of_the_requester_are_offered_but_none_is_chosen(dialog: MergeTicket, theatre: Theatre) -> None:
    rows = theatre.workspace.rows
    others = [row for row in rows.values() if row.requester == rows[1].requester and row.id != 1]
    assert child(dialog, QListWidget, "targetList").count() == len(others) > 0
    assert dialog.target is None
    assert not child(dialog, QPushButton, "mergeButton").isEnabled()


def test_a_number_names_any_ticket_and_both_subjects_are_shown(dialog: MergeTicket, theatre: Theatre) -> None:
    child(dialog, QLineEdit, "targetField").setText("#48005")
    assert dialog.target == 5
    assert theatre.workspace.rows[1].subject in child(dialog, QLabel, "sourceText").text()
    effect = child(dialog, QLabel, "effectText").text()
    assert theatre.workspace.rows[5].subject in effect
    assert "undo this until it is sent" in effect
    told: list[tuple[int, str, str]] = []
    dialog.merged.connect(lambda *said: told.append(said))
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    theatre.settle()
    assert theatre.workspace.tickets.done == [(1, MergeTickets(into=5))]
    assert told[0][:2] == (5, "#48001 merged into #48005")
    assert not dialog.isVisible()


def test_the_arrows_choose_from_the_list_while_typing(dialog: MergeTicket) -> None:
    QTest.keyClick(child(dialog, QLineEdit, "targetField"), Qt.Key.Key_Down)
    assert dialog.target is not None
    assert child(dialog, QPushButton, "mergeButton").text().startswith("Merge into #")


@pytest.mark.parametrize(
    ("number", "words"), [("48001", "can’t be merged into itself"), ("99999", "No ticket #99999"), ("48002", "closed")]
)
def test_what_can_not_be_merged_into_is_refused(dialog: MergeTicket, theatre: Theatre, number: str, words: str) -> None:
    theatre.workspace.rows[2] = theatre.workspace.rows[2]._replace(status=Status.CLOSED)
    child(dialog, QLineEdit, "targetField").setText(number)
    assert words in child(dialog, QLabel, "problemText").text()
    assert not child(dialog, QPushButton, "mergeButton").isEnabled()
    dialog.merge()
    theatre.settle()
    assert not theatre.workspace.tickets.done


def test_a_ticket_without_a_number_or_closed_can_not_be_merged(theatre: Theatre) -> None:
    ticket = theatre.workspace.tickets.detail(1)
    assert ticket is not None
    assert merge_refusal(theatre.context, ticket) == ""
    assert "number" in merge_refusal(theatre.context, msgspec.structs.replace(ticket, ref=""))
    assert "closed" in merge_refusal(theatre.context, msgspec.structs.replace(ticket, status=Status.CLOSED))


def test_the_window_merges_the_shown_ticket_and_goes_to_the_target(theatre: Theatre, qtbot: QtBot) -> None:
    window = MainWindow(theatre.context)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    theatre.settle()
    window.open_ticket(1)
    theatre.context.actions.trigger("ticket.merge")
    dialog = child(window, MergeTicket, "mergeTicket")
    child(dialog, QLineEdit, "targetField").setText("48005")
    dialog.merge()
    theatre.settle()
    assert getattr(window.pane("ticket"), "ticket", None) == 5
    theatre.context.actions.trigger("window.undo")
    theatre.settle()
    assert len(theatre.workspace.tickets.undone) == 1
    theatre.complete(window.finish())
    window.close()
