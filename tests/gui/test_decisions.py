"""What needs the agent is decided by keyboard alone, one change after the other, and nothing waits for the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.unsent import Gone, Instead, Side
from agentconsole.domain.values import OutboxState
from agentconsole.gui.dialogs.decide.window import DecisionWindow
from agentconsole.gui.messages import Message
from agentconsole.gui.tasks import Trouble
from tests.support.stage import Theatre


@pytest.fixture
def window(theatre: Theatre, qtbot: QtBot) -> Iterator[DecisionWindow]:
    made = DecisionWindow(theatre.context)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.hide()


@pytest.fixture
def said(theatre: Theatre) -> list[Message]:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    return told


def begin(window: DecisionWindow, theatre: Theatre, key: str = "") -> None:
    window.begin(key)
    theatre.settle()
    theatre.settle()


def press(theatre: Theatre, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)
    theatre.settle()
    theatre.settle()


def text(window: QWidget, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def test_fields_are_decided_by_one_key_each_and_enter_sends_it_off(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre, "key-2")
    assert (text(window, "decisionKind"), text(window, "decisionCount")) == ("Conflict", "2 of 3")
    assert text(window, "conflictOutcome") == "3 of 3 still to decide"
    press(theatre, Qt.Key.Key_1)
    press(theatre, Qt.Key.Key_2)
    press(theatre, Qt.Key.Key_Right)
    assert text(window, "conflictOutcome") == "Will be sent: Priority → High, tags: +courier, your internal note"
    press(theatre, Qt.Key.Key_Return)
    ((key, decisions),) = theatre.workspace.outbox.decided
    assert key == "key-2"
    assert decisions == {"priority": Side.MINE, "group": Side.THEIRS, "field:notes": Side.THEIRS}
    assert (text(window, "decisionKind"), text(window, "decisionCount")) == ("Held back", "2 of 2")


def test_what_is_left_open_is_asked_for_before_anything_is_sent(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre, "key-2")
    press(theatre, Qt.Key.Key_Down)
    press(theatre, Qt.Key.Key_1)
    press(theatre, Qt.Key.Key_Return)
    assert theatre.workspace.outbox.decided == []
    assert text(window, "conflictOutcome").startswith("Choose for “Priority” first")
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "conflictField_priority"


def test_a_third_value_is_typed_or_chosen(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre, "key-2")
    press(theatre, Qt.Key.Key_3)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup_list = popup.findChild(QListWidget)
    assert popup_list is not None
    QTest.keyClicks(QApplication.focusWidget() or popup, "urg")
    QTest.keyClick(QApplication.focusWidget() or popup, Qt.Key.Key_Return)
    theatre.settle()
    assert text(window, "conflictState_priority") == "Will be set to: Urgent"
    for _ in range(2):
        press(theatre, Qt.Key.Key_Down)
    press(theatre, Qt.Key.Key_3)
    line = window.findChild(QLineEdit, "conflictOther_field_notes")
    assert line is not None
    assert line.hasFocus()
    line.clear()
    QTest.keyClicks(line, "Calls at 4")
    press(theatre, Qt.Key.Key_Return)
    assert theatre.workspace.outbox.decided == []
    press(theatre, Qt.Key.Key_Up)
    press(theatre, Qt.Key.Key_2)
    press(theatre, Qt.Key.Key_Return)
    ((_, decisions),) = theatre.workspace.outbox.decided
    assert decisions == {"priority": Instead("urgent"), "group": Side.THEIRS, "field:notes": Instead("Calls at 4")}


def test_all_theirs_says_that_only_the_rest_is_sent(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre, "key-2")
    press(theatre, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert text(window, "conflictOutcome") == "Will be sent: tags: +courier, your internal note"
    press(theatre, Qt.Key.Key_Return)
    assert set(theatre.workspace.outbox.decided[0][1].values()) == {Side.THEIRS}


def test_a_field_tells_a_screen_reader_all_three_values(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre, "key-2")
    focused = QApplication.focusWidget()
    assert focused is not None
    for part in (
        "Priority",
        "you saw Normal",
        "yours High",
        "theirs Low by Keiko Tanabe",
        "Not decided",
        "1 takes yours",
    ):
        assert part in focused.accessibleName()


def test_news_do_not_undo_what_was_chosen(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre, "key-2")
    press(theatre, Qt.Key.Key_1)
    theatre.workspace.outbox._tell()
    theatre.settle()
    assert text(window, "conflictState_priority") == "Yours will be set"


def test_a_held_reply_stands_beside_what_was_written_since(
    window: DecisionWindow, theatre: Theatre, said: list[Message]
) -> None:
    begin(window, theatre, "key-3")
    assert text(window, "heldIntro").startswith("2 new messages since you wrote")
    words = window.findChild(QPlainTextEdit, "heldWords")
    new = window.findChild(QPlainTextEdit, "heldBody1")
    assert words is not None
    assert new is not None
    assert words.toPlainText().startswith("Dear Ana")
    assert new.toPlainText().startswith("Never mind")
    press(theatre, Qt.Key.Key_D)
    assert theatre.workspace.outbox.discarded == ["key-3"]
    assert (said[-1].title, said[-1].detail) == ("Not sent", "Its words are kept as a draft.")
    assert said[-1].take_back is not None


def test_a_held_reply_is_sent_anyway_or_written_on(window: DecisionWindow, theatre: Theatre) -> None:
    asked: list[tuple[int, bool]] = []
    window.write_asked.connect(lambda ticket, public: asked.append((ticket, public)))
    begin(window, theatre, "key-3")
    press(theatre, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert theatre.workspace.outbox.retried == ["key-3"]
    theatre.workspace.outbox._change("key-3", state=OutboxState.HELD)
    begin(window, theatre, "key-3")
    press(theatre, Qt.Key.Key_E)
    assert theatre.workspace.outbox.reopened == ["key-3"]
    assert asked == [(4, True)]
    assert not window.isVisible()


@pytest.mark.parametrize(
    ("key", "what"), [(Qt.Key.Key_1, "readdressed"), (Qt.Key.Key_2, "created"), (Qt.Key.Key_4, "discarded")]
)
def test_words_whose_ticket_is_gone_go_elsewhere_by_one_key(
    window: DecisionWindow, theatre: Theatre, key: Qt.Key, what: str
) -> None:
    theatre.workspace.outbox.bury("key-3")
    begin(window, theatre, "key-3")
    assert text(window, "decisionKind") == "Ticket gone"
    assert "was merged into another ticket" in text(window, "rescueIntro")
    press(theatre, key)
    outbox = theatre.workspace.outbox
    done = {
        "readdressed": len(outbox.readdressed),
        "created": len(outbox.created),
        "discarded": len(outbox.discarded),
    }
    assert {name: count for name, count in done.items() if count} == {what: 1}
    assert text(window, "decisionCount") == "2 of 2"


def test_words_of_a_deleted_ticket_go_to_one_that_is_named(window: DecisionWindow, theatre: Theatre) -> None:
    theatre.workspace.outbox.bury("key-3", Gone.DELETED)
    begin(window, theatre, "key-3")
    into = window.findChild(QPushButton, "rescueInto")
    assert into is not None
    assert not into.isVisible()
    press(theatre, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text().startswith("Dear Ana")
    press(theatre, Qt.Key.Key_3)
    QTest.keyClicks(QApplication.focusWidget() or window, "48011")
    theatre.settle()
    press(theatre, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert theatre.workspace.outbox.readdressed == [("key-3", 11)]


def test_one_walks_from_change_to_change_and_at_the_end_nothing_is_left(
    window: DecisionWindow, theatre: Theatre
) -> None:
    begin(window, theatre)
    assert (text(window, "decisionKind"), text(window, "decisionCount")) == ("Refused", "1 of 3")
    press(theatre, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert text(window, "decisionKind") == "Conflict"
    press(theatre, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    press(theatre, Qt.Key.Key_D)
    press(theatre, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    press(theatre, Qt.Key.Key_Return)
    press(theatre, Qt.Key.Key_D)
    assert text(window, "decisionKind") == "All decided"
    assert text(window, "decisionsEmptyTitle") == "Nothing needs you"


def test_what_the_disk_refuses_is_said_and_can_be_tried_again(
    window: DecisionWindow, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(Exception):
        title = "The disk is full"
        advice = "Make room."

    async def fails(*_: object) -> None:
        raise Full

    told: list[Trouble] = []
    theatre.context.tasks.troubled.connect(told.append)
    begin(window, theatre, "key-3")
    with monkeypatch.context() as full:
        full.setattr(theatre.workspace.outbox, "discard", fails)
        press(theatre, Qt.Key.Key_D)
    assert told == [Trouble("The disk is full", "Make room.")]
    assert text(window, "decisionKind") == "Held back"
    press(theatre, Qt.Key.Key_D)
    assert theatre.workspace.outbox.discarded == ["key-3"]


def test_escape_puts_it_off(window: DecisionWindow, theatre: Theatre) -> None:
    begin(window, theatre)
    press(theatre, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert theatre.workspace.outbox.discarded == []
