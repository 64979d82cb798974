"""What stands in for the console when it can't start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from agentconsole.gui.start_trouble import StartTrouble, StartTroubleWindow
from tests.support.stage import Theatre

TROUBLE = StartTrouble(
    title="The drawer is stuck",
    meaning="Nothing in it is lost.",
    advice="Pull harder.",
    place=Path("/desk/drawer"),
    aside="Take another drawer",
)


def shown(theatre: Theatre, qtbot: QtBot, trouble: StartTrouble = TROUBLE) -> tuple[StartTroubleWindow, list[str]]:
    window = StartTroubleWindow(theatre.context.theming, theatre.context.icons, trouble)
    qtbot.addWidget(window)
    told: list[str] = []
    window.finished.connect(told.append)
    window.show()
    return window, told


def button(window: StartTroubleWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None, name
    return found


def test_it_says_what_happened_what_it_means_what_to_do_and_where(theatre: Theatre, qtbot: QtBot) -> None:
    window, _told = shown(theatre, qtbot)
    words = {label.text() for label in window.findChildren(QLabel)}
    assert {TROUBLE.title, TROUBLE.meaning, TROUBLE.advice, str(TROUBLE.place)} <= words
    assert button(window, "asideButton").text() == TROUBLE.aside
    window.close()


@pytest.mark.parametrize(
    ("name", "choice"), [("againButton", "again"), ("asideButton", "aside"), ("quitButton", "quit")]
)
def test_each_button_is_one_choice_told_once(theatre: Theatre, qtbot: QtBot, name: str, choice: str) -> None:
    window, told = shown(theatre, qtbot)
    button(window, name).click()
    window.close()
    assert told == [choice]


def test_a_file_that_is_sound_is_not_offered_to_be_set_aside(theatre: Theatre, qtbot: QtBot) -> None:
    window, _told = shown(theatre, qtbot, StartTrouble("Full", "Safe.", "Make room.", Path("/desk")))
    assert not button(window, "asideButton").isVisible()
    window.close()


def test_enter_tries_again_and_escape_leaves(theatre: Theatre, qtbot: QtBot) -> None:
    window, told = shown(theatre, qtbot)
    QTest.keyClick(button(window, "againButton"), Qt.Key.Key_Return)
    assert told == ["again"]
    window, told = shown(theatre, qtbot)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert told == ["quit"]
