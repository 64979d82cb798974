"""Short questions look like the rest and can't be answered with nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.gui.dialogs.line_question import LineQuestion
from agentconsole.gui.panes.queue.saving import ask_title


def test_an_answer_is_given_by_keyboard_and_never_empty(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    answers: list[str] = []
    dialog = LineQuestion("Change tags", "Why.", "Change tags", parent)
    dialog.answered.connect(answers.append)
    dialog.show()
    field, go = dialog.findChild(QLineEdit), dialog.findChild(QPushButton, "lineQuestionAnswer")
    assert field is not None
    assert go is not None
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (answers, go.isEnabled(), dialog.isVisible()) == ([], False, True)
    QTest.keyClicks(field, " vip ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert answers == ["vip"]
    assert not dialog.isVisible()


def test_saving_a_search_offers_its_text_as_the_name(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    saved: list[tuple[str, str]] = []
    ask_title(parent, "status:open", lambda title, text: saved.append((title, text)))
    dialog = parent.findChild(LineQuestion, "queueSaveDialog")
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert saved == [("status:open", "status:open")]
