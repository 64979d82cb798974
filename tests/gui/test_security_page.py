"""Preferences, Security: what guards the tickets, and how that is changed."""

from __future__ import annotations

from typing import TypeVar

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from agentconsole.gui.dialogs.passphrase import PassphraseDialog, What, strength_words
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.dialogs.wipe_question import WipeQuestion
from agentconsole.gui.idle import LOCK_AFTER, lock_minutes
from tests.support.stage import Theatre
from tests.support.staged_custody import StagedCustody

W = TypeVar("W", bound=QWidget)
NEW = "four words nobody guesses"


def part(owner: QWidget, kind: type[W], name: str) -> W:
    found = owner.findChild(kind, name)
    assert found is not None, name
    return found


def preferences(theatre: Theatre, custody: StagedCustody) -> Preferences:
    dialog = Preferences(replace(theatre.context, custody=custody))
    names = dialog._form.pageList
    names.setCurrentRow(names.count() - 1)
    dialog.show()
    theatre.settle()
    return dialog


def ended(theatre: Theatre, dialog: QWidget) -> None:
    dialog.hide()
    dialog.deleteLater()
    theatre.settle()


def test_a_passphrase_is_set_from_the_page(theatre: Theatre) -> None:
    custody = StagedCustody("key file")
    dialog = preferences(theatre, custody)
    assert "Whoever gets hold of the whole folder" in part(dialog, QLabel, "securityGuard").text()
    assert part(dialog, QComboBox, "lockAfter").currentText() == "Never"
    part(dialog, QPushButton, "passphraseSet").click()
    asked = part(dialog, PassphraseDialog, "passphraseDialog")
    QTest.keyClicks(part(asked, QLineEdit, "newPassphrase"), NEW)
    QTest.keyClicks(part(asked, QLineEdit, "againPassphrase"), NEW)
    part(asked, QPushButton, "passphraseGo").click()
    theatre.settle()
    assert (custody.done, custody.passphrase) == (["set"], NEW)
    assert "whoever gets the files has to guess it" in part(dialog, QLabel, "securityGuard").text()
    assert part(dialog, QComboBox, "lockAfter").currentText() == "15 minutes"
    assert not part(dialog, QPushButton, "passphraseSet").isVisible()
    assert part(dialog, QPushButton, "passphraseChange").isVisible()
    ended(theatre, dialog)


def test_the_time_to_lock_is_remembered(theatre: Theatre) -> None:
    dialog = preferences(theatre, StagedCustody())
    after = part(dialog, QComboBox, "lockAfter")
    after.setFocus()
    QTest.keyClick(after, Qt.Key.Key_Down)
    assert theatre.workspace.settings.get(LOCK_AFTER) == 30
    ended(theatre, dialog)


def test_locking_and_wiping_are_asked_for_by_signals(theatre: Theatre) -> None:
    dialog = preferences(theatre, StagedCustody())
    asked: list[str] = []
    dialog.lock_asked.connect(lambda: asked.append("lock"))
    dialog.wipe_asked.connect(lambda: asked.append("wipe"))
    part(dialog, QPushButton, "lockNow").click()
    part(dialog, QPushButton, "wipeButton").click()
    question = part(dialog, WipeQuestion, "wipeQuestion")
    go = part(question, QPushButton, "wipeGo")
    assert not go.isEnabled()
    QTest.keyClicks(part(question, QLineEdit, "wipeName"), theatre.workspace.profile.name[:-1])
    assert not go.isEnabled()
    assert asked == ["lock"]
    QTest.keyClicks(part(question, QLineEdit, "wipeName"), theatre.workspace.profile.name[-1])
    go.click()
    theatre.settle()
    assert asked == ["lock", "wipe"]
    ended(theatre, dialog)


def test_without_a_keychain_to_change_there_is_no_page(theatre: Theatre) -> None:
    dialog = Preferences(theatre.context)
    names = dialog._form.pageList
    assert "Security" not in [names.item(row).text() for row in range(names.count())]
    ended(theatre, dialog)


def dialog_for(theatre: Theatre, custody: StagedCustody, what: What) -> PassphraseDialog:
    dialog = PassphraseDialog(custody, theatre.context.tasks, what)
    dialog.show()
    theatre.settle()
    return dialog


def test_two_that_differ_are_not_taken(theatre: Theatre) -> None:
    custody = StagedCustody("key file")
    dialog = dialog_for(theatre, custody, "set")
    QTest.keyClicks(part(dialog, QLineEdit, "newPassphrase"), NEW)
    QTest.keyClicks(part(dialog, QLineEdit, "againPassphrase"), NEW + "!")
    part(dialog, QPushButton, "passphraseGo").click()
    theatre.settle()
    assert custody.done == []
    assert "The two differ" in part(dialog, QLabel, "passphraseProblem").text()
    assert part(dialog, QLineEdit, "newPassphrase").text() == NEW
    ended(theatre, dialog)


@pytest.mark.parametrize("what", ["change", "remove"])
def test_the_old_one_must_be_right(theatre: Theatre, what: What) -> None:
    custody = StagedCustody(slow=2)
    dialog = dialog_for(theatre, custody, what)
    old = part(dialog, QLineEdit, "oldPassphrase")
    QTest.keyClicks(old, "open cesame")
    if what == "change":
        QTest.keyClicks(part(dialog, QLineEdit, "newPassphrase"), NEW)
        QTest.keyClicks(part(dialog, QLineEdit, "againPassphrase"), NEW)
    part(dialog, QPushButton, "passphraseGo").click()
    theatre.settle()
    assert "not the passphrase" in part(dialog, QLabel, "passphraseProblem").text()
    old.setText("open sesame")
    QTest.keyClick(old, Qt.Key.Key_Return)
    theatre.settle()
    assert custody.done == ["unlock", what]
    ended(theatre, dialog)


def test_a_short_one_cant_be_set(theatre: Theatre) -> None:
    dialog = dialog_for(theatre, StagedCustody("none"), "first")
    for name in ("newPassphrase", "againPassphrase"):
        QTest.keyClicks(part(dialog, QLineEdit, name), "short")
    assert not part(dialog, QPushButton, "passphraseGo").isEnabled()
    assert part(dialog, QLabel, "passphraseStrength").text() == "3 more characters at least."
    ended(theatre, dialog)


def test_strength_is_told_in_words() -> None:
    assert strength_words("").startswith("At least 8 characters")
    assert strength_words("aaaaaaaaaaaa").endswith("easy to guess.")
    assert strength_words("hedgehog!") == "Long enough. A few words more make it strong."
    assert strength_words(NEW) == "Strong by its length."


@pytest.mark.parametrize(
    ("setting", "guard", "minutes"),
    [
        (None, "passphrase", 15),
        (None, "system", 0),
        (None, "key file", 0),
        (5, "key file", 5),
        (0, "passphrase", 0),
        ("often", "passphrase", 15),
        (-3, "passphrase", 15),
        (True, "passphrase", 15),
    ],
)
def test_it_locks_by_itself_where_that_protects(setting: object, guard: str, minutes: int) -> None:
    assert lock_minutes(setting, guard) == minutes  # type: ignore[arg-type]
