"""The locked console takes the passphrase, and says plainly what is wrong with it and what the lock is worth."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from agentconsole.gui.lock_screen import LockScreen, Why
from agentconsole.services.api.custody import Guard
from tests.support.stage import Theatre
from tests.support.staged_custody import StagedCustody


class Shown:
    """A lock screen on the stage."""

    def __init__(self, theatre: Theatre, custody: StagedCustody, why: Why = "locked", waiting: int = 0) -> None:
        context = theatre.context
        self.theatre = theatre
        self.screen = LockScreen(context.theming, context.icons, context.tasks, custody, why=why, waiting=waiting)
        self.ends: list[str] = []
        self.screen.finished.connect(self.ends.append)
        self.screen.show()
        theatre.settle()

    def label(self, name: str) -> QLabel:
        found = self.screen.findChild(QLabel, name)
        assert found is not None
        return found

    @property
    def field(self) -> QLineEdit:
        found = self.screen.findChild(QLineEdit, "passphraseField")
        assert found is not None
        return found

    @property
    def button(self) -> QPushButton:
        found = self.screen.findChild(QPushButton, "unlockButton")
        assert found is not None
        return found

    def type(self, passphrase: str) -> None:
        QTest.keyClicks(self.field, passphrase)
        QTest.keyClick(self.field, Qt.Key.Key_Return)
        self.theatre.settle()

    def close(self) -> None:
        self.screen.hide()
        self.screen.deleteLater()


def test_the_passphrase_unlocks_by_keyboard_alone(theatre: Theatre) -> None:
    shown = Shown(theatre, StagedCustody(), waiting=2)
    assert shown.field.hasFocus() or shown.screen.focusWidget() is shown.field
    assert not shown.button.isEnabled()
    assert shown.label("lockWaiting").text() == "2 changes wait and will be sent after unlocking."
    shown.type("open sesame")
    assert shown.ends == ["unlocked"]
    assert shown.field.text() == ""
    shown.close()


def test_a_wrong_one_is_told_slowed_and_forgotten(theatre: Theatre) -> None:
    custody = StagedCustody()
    shown = Shown(theatre, custody)
    shown.type("open cesame")
    assert shown.ends == []
    assert "not the passphrase" in shown.label("lockProblem").text()
    assert shown.label("lockProblem").isVisible()
    assert shown.field.text() == ""
    assert shown.button.text() == "Try again in 8 s"
    QTest.keyClicks(shown.field, "open sesame")
    assert not shown.button.isEnabled()
    custody.waits = 0.0
    shown.screen._show_ready()
    assert shown.button.isEnabled()
    QTest.keyClick(shown.field, Qt.Key.Key_Return)
    theatre.settle()
    assert shown.ends == ["unlocked"]
    shown.close()


def test_what_is_typed_is_hidden_until_one_wants_to_see_it(theatre: Theatre) -> None:
    shown = Shown(theatre, StagedCustody())
    assert shown.field.echoMode() is QLineEdit.EchoMode.Password
    assert shown.field.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData
    show = shown.screen.findChild(QPushButton, "passphraseFieldShow")
    assert show is not None
    show.click()
    assert shown.field.echoMode() is QLineEdit.EchoMode.Normal
    shown.type("wrong")
    assert shown.field.echoMode() is QLineEdit.EchoMode.Password
    shown.close()


@pytest.mark.parametrize(
    ("guard", "words"),
    [("key file", "anybody at this computer can unlock it"), ("system", "keychain opens it again")],
)
def test_without_a_passphrase_it_says_so_and_opens_at_a_press(theatre: Theatre, guard: Guard, words: str) -> None:
    shown = Shown(theatre, StagedCustody(guard), why="idle")
    assert words in shown.label("lockText").text()
    assert "Nobody was here" in shown.label("lockText").text()
    assert not shown.field.isVisible()
    QTest.keyClick(shown.screen, Qt.Key.Key_Return)
    theatre.settle()
    assert shown.ends == ["unlocked"]
    shown.close()


def test_closing_it_leaves_and_unlocks_nothing(theatre: Theatre) -> None:
    shown = Shown(theatre, StagedCustody())
    shown.screen.close()
    shown.screen.close()
    assert shown.ends == ["quit"]
    shown.close()


def test_its_title_names_no_profile(theatre: Theatre) -> None:
    shown = Shown(theatre, StagedCustody(), why="start")
    assert shown.screen.windowTitle() == "Agent Console – locked"
    assert theatre.workspace.profile.name not in shown.label("lockText").text()
    shown.close()
