"""Walking through the queue shows each ticket one pauses on, without taking the keyboard or the words being written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.preview import PREVIEW
from tests.support.stage import Theatre


@pytest.fixture
def window(theatre: Theatre, qtbot: QtBot) -> Iterator[MainWindow]:
    theatre.workspace.settings.set("queue.view", "all-open")
    made = MainWindow(theatre.context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.layout_of_panes.reset()
    made.show()
    theatre.settle()
    made.open_ticket(1)
    made.show_pane("queue")
    theatre.settle()
    theatre.workspace.tickets.seen.clear()
    yield made
    theatre.complete(made.finish())
    made.close()


def walk(window: MainWindow, theatre: Theatre, keys: str, *, pause: bool = True) -> Any:
    queue: Any = window.pane("queue")
    for key in keys:
        QTest.keyClicks(queue.table, key)
    if pause:
        elapse(window.preview.pause)
        theatre.settle()
    return window.pane("ticket")


def elapse(timer: Any) -> None:
    """Let a running timer's time be over now."""
    if timer.isActive():
        timer.stop()
        timer.timeout.emit()


def test_a_pause_shows_the_ticket_and_leaves_the_keyboard_in_the_queue(window: MainWindow, theatre: Theatre) -> None:
    pane = walk(window, theatre, "jj")
    queue: Any = window.pane("queue")
    assert pane.ticket == queue.table.current_ticket() != 1
    assert queue.table.hasFocus()


def test_walking_without_a_pause_shows_nothing_on_the_way(window: MainWindow, theatre: Theatre) -> None:
    pane = walk(window, theatre, "jjj", pause=False)
    assert pane.ticket == 1
    assert window.preview.pause.isActive()


def test_it_counts_as_seen_only_after_a_while_or_when_it_is_opened(window: MainWindow, theatre: Theatre) -> None:
    pane = walk(window, theatre, "j")
    assert theatre.workspace.tickets.seen == []
    first = pane.ticket
    elapse(pane._looking)
    theatre.settle()
    assert theatre.workspace.tickets.seen == [first]
    pane = walk(window, theatre, "j")
    window.open_ticket(pane.ticket)
    theatre.settle()
    assert theatre.workspace.tickets.seen == [first, pane.ticket]


def test_a_ticket_that_was_passed_is_not_marked_later(window: MainWindow, theatre: Theatre) -> None:
    pane = walk(window, theatre, "j")
    passed = pane.ticket
    pane = walk(window, theatre, "j")
    elapse(pane._looking)
    theatre.settle()
    assert passed not in theatre.workspace.tickets.seen
    assert theatre.workspace.tickets.seen == [pane.ticket]


def test_drafts_stay_with_their_tickets(window: MainWindow, theatre: Theatre) -> None:
    editor = window.findChild(QTextEdit, "replyEditor") or window.findChild(QPlainTextEdit, "replyEditor")
    assert editor is not None
    QTest.keyClicks(editor, "Half a sentence")
    window.show_pane("queue")
    walk(window, theatre, "j")
    assert editor.toPlainText() == ""
    walk(window, theatre, "k")
    assert editor.toPlainText() == "Half a sentence"
    draft = theatre.workspace.drafts.draft(1)
    assert draft is not None
    assert draft.body == "Half a sentence"


def test_what_was_chosen_waits_at_its_ticket(window: MainWindow, theatre: Theatre) -> None:
    pane: Any = window.pane("ticket")
    pane._composer.pending.add({"priority": "high"}, (), ())
    pane._composer.pending.changed.emit()
    assert walk(window, theatre, "j").ticket == 2
    assert not pane._composer.pending.has_changes
    walk(window, theatre, "k")
    assert pane._composer.pending.values == {"priority": "high"}


def test_the_agent_may_switch_it_off(window: MainWindow, theatre: Theatre, qtbot: QtBot) -> None:
    preferences = Preferences(theatre.context)
    qtbot.addWidget(preferences)
    box = preferences.findChild(QCheckBox, "queuePreview")
    assert box is not None
    assert box.isChecked()
    box.click()
    assert theatre.workspace.settings.get(PREVIEW) is False
    assert walk(window, theatre, "j").ticket == 1


def test_it_does_not_interfere_while_the_keyboard_is_elsewhere(window: MainWindow, theatre: Theatre) -> None:
    pane = walk(window, theatre, "j", pause=False)
    found = window.findChild(QWidget, "conversationView")
    assert found is not None
    found.setFocus(Qt.FocusReason.ShortcutFocusReason)
    elapse(window.preview.pause)
    assert pane.ticket == 1
