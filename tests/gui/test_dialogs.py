"""Wizard, preferences and about: what they ask, refuse and remember."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agentconsole.domain.desk_kinds import complete_address
from agentconsole.gui.dialogs.about import About
from agentconsole.gui.dialogs.connection_wizard import ConnectionWizard
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.first_start import FirstStartWindow
from agentconsole.gui.profile_form import ConnectionReport, ProfileForm, address_problem
from tests.support.stage import Theatre

W = TypeVar("W", bound=QWidget)


def child(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


class Desk:
    """A help desk that knows one token; ``asked`` are the profiles that were tried."""

    def __init__(self) -> None:
        self.asked: list[ProfileForm] = []
        self.gate: asyncio.Event | None = None

    async def connect(self, profile: ProfileForm) -> ConnectionReport:
        self.asked.append(profile)
        if self.gate is not None:
            await self.gate.wait()
        if profile.token != "right":
            raise WrongToken
        return ConnectionReport(ok=True, facts=("Signed in as Noor Haddad, agent",))


class WrongToken(Exception):
    title = "The help desk does not accept your sign-in"
    advice = "Check the token."


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def wizard(theatre: Theatre, desk: Desk, qtbot: QtBot) -> Iterator[ConnectionWizard]:
    made = ConnectionWizard(theatre.context.tasks, desk.connect)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


def fill(wizard: ConnectionWizard, token: str) -> None:
    child(wizard, QLineEdit, "addressField").setText("acme")
    child(wizard, QPushButton, "nextButton").click()
    child(wizard, QLineEdit, "emailField").setText("noor@acme.example")
    child(wizard, QLineEdit, "tokenField").setText(token)
    child(wizard, QPushButton, "nextButton").click()


def test_a_profile_that_works_is_handed_over(wizard: ConnectionWizard, theatre: Theatre, desk: Desk) -> None:
    handed: list[ProfileForm] = []
    wizard.connected.connect(handed.append)
    fill(wizard, "right")
    assert not child(wizard, QPushButton, "nextButton").isEnabled()
    theatre.settle()
    assert "Signed in as Noor Haddad" in child(wizard, QLabel, "resultFacts").text()
    child(wizard, QPushButton, "nextButton").click()
    assert handed == [
        ProfileForm(
            name="acme", kind="zendesk", url="https://acme.zendesk.com", email="noor@acme.example", token="right"
        )
    ]
    assert child(wizard, QLineEdit, "tokenField").text() == ""


def test_a_refused_token_says_so_and_can_be_mended(wizard: ConnectionWizard, theatre: Theatre) -> None:
    fill(wizard, "wrong")
    theatre.settle()
    assert child(wizard, QLabel, "resultProblem").text() == "The help desk does not accept your sign-in"
    assert child(wizard, QLabel, "resultAdvice").text() == "Check the token."
    assert not child(wizard, QPushButton, "nextButton").isEnabled()
    child(wizard, QPushButton, "backButton").click()
    assert child(wizard, QLineEdit, "emailField").text() == "noor@acme.example"
    child(wizard, QLineEdit, "tokenField").setText("right")
    child(wizard, QPushButton, "nextButton").click()
    theatre.settle()
    assert child(wizard, QPushButton, "nextButton").isEnabled()


def test_an_answer_to_an_older_form_is_ignored(wizard: ConnectionWizard, theatre: Theatre, desk: Desk) -> None:
    desk.gate = asyncio.Event()
    fill(wizard, "right")
    child(wizard, QPushButton, "backButton").click()
    desk.gate.set()
    theatre.settle()
    assert child(wizard, QPushButton, "nextButton").text() == "Test the connection"
    assert child(wizard, QLabel, "resultFacts").text() == ""


def test_an_expired_token_is_asked_for_alone(theatre: Theatre, desk: Desk, qtbot: QtBot) -> None:
    known = ProfileForm(name="acme", kind="agentconsole", url="https://a.example", email="n@a.example", token="")
    wizard = ConnectionWizard(theatre.context.tasks, desk.connect, known=known)
    qtbot.addWidget(wizard)
    wizard.show()
    assert child(wizard, QLabel, "stepText").text() == "Step 1 of 2"
    child(wizard, QLineEdit, "tokenField").setText("right")
    child(wizard, QPushButton, "nextButton").click()
    theatre.settle()
    assert child(wizard, QPushButton, "nextButton").isEnabled()
    assert [(tried.url, tried.email) for tried in desk.asked] == [("https://a.example", "n@a.example")]
    wizard.hide()


def test_incomplete_pages_are_not_left(wizard: ConnectionWizard, desk: Desk) -> None:
    following = child(wizard, QPushButton, "nextButton")
    following.click()
    assert child(wizard, QLabel, "addressProblem").text()
    child(wizard, QLineEdit, "addressField").setText("acme")
    following.click()
    following.click()
    assert child(wizard, QLabel, "signInProblem").text() == "Enter the e-mail address that you sign in with."
    assert desk.asked == []


def test_the_token_is_hidden_and_never_in_a_repr(wizard: ConnectionWizard) -> None:
    token = child(wizard, QLineEdit, "tokenField")
    token.setText("sesame")
    assert "sesame" not in token.displayText()
    child(wizard, QCheckBox, "showToken").setChecked(True)
    assert token.displayText() == "sesame"
    assert "sesame" not in repr(wizard.profile)


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        ("zendesk", "Acme", "https://acme.zendesk.com"),
        ("zendesk", "acme.zendesk.com", "https://acme.zendesk.com"),
        ("zendesk", "https://acme.zendesk.com/agent/filters/1", "https://acme.zendesk.com"),
        ("agentconsole", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("agentconsole", "desk.example", "https://desk.example"),
        ("agentconsole", "https://desk.example/support/", "https://desk.example/support"),
        ("zendesk", "", ""),
    ],
)
def test_addresses_are_completed(kind: str, typed: str, meant: str) -> None:
    assert complete_address(kind, typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "http://desk.example", "ftp://desk.example", "desk example", "https://[", "x:99999999"]
)
def test_bad_addresses_are_refused(typed: str) -> None:
    assert address_problem("agentconsole", typed)


@pytest.mark.parametrize("typed", ["http://localhost:9000", "https://desk.example", "desk.example:8443"])
def test_good_addresses_pass(typed: str) -> None:
    assert address_problem("agentconsole", typed) == ""


def test_the_first_start_offers_the_demo_and_tells_once(theatre: Theatre, desk: Desk, qtbot: QtBot) -> None:
    context = theatre.context
    window = FirstStartWindow(context.theming, context.icons, context.tasks, desk.connect)
    qtbot.addWidget(window)
    window.show()
    told: list[object] = []
    window.finished.connect(told.append)
    child(window, QPushButton, "demoButton").click()
    window.close()
    assert told == ["demo"]


def test_closing_the_first_window_means_no_choice(theatre: Theatre, desk: Desk, qtbot: QtBot) -> None:
    context = theatre.context
    window = FirstStartWindow(context.theming, context.icons, context.tasks, desk.connect)
    qtbot.addWidget(window)
    window.show()
    told: list[object] = []
    window.finished.connect(told.append)
    window.close()
    assert told == [None]


@pytest.fixture
def preferences(theatre: Theatre, qtbot: QtBot) -> Iterator[Preferences]:
    theatre.context.actions.register("ticket.reply", "Reply", "R", section="Ticket")
    theatre.context.actions.register("ticket.note", "Write a note", "N", section="Ticket")
    host = QWidget()
    theatre.context.actions.attach(host)
    qtbot.addWidget(host)
    made = Preferences(theatre.context, host)
    made.show()
    yield made
    made.hide()


def test_appearance_changes_at_once_and_is_remembered(preferences: Preferences, theatre: Theatre) -> None:
    theme = child(preferences, QComboBox, "themeChoice")
    theme.setCurrentIndex(2)
    theme.activated.emit(2)
    density = child(preferences, QComboBox, "densityChoice")
    density.activated.emit(1)
    child(preferences, QCheckBox, "reducedMotion").setChecked(True)
    assert theatre.context.theming.theme.name == "dark"
    assert theatre.context.theming.row_height == 26
    assert theatre.context.theming.fade_ms == 0
    stored = theatre.workspace.settings.values
    assert (stored["theme"], stored["density"], stored["reduced_motion"]) == ("dark", "compact", True)


def test_thresholds_that_contradict_each_other_are_not_taken(preferences: Preferences, theatre: Theatre) -> None:
    child(preferences, QSpinBox, "dueNow").setValue(30)
    assert theatre.workspace.settings.get("sla.due_now_minutes") == 30
    child(preferences, QSpinBox, "dueSoon").setValue(20)
    assert child(preferences, QLabel, "countdownProblem").text()
    assert theatre.workspace.settings.get("sla.due_soon_minutes") == 120


def type_key(preferences: Preferences, action: str, key: str) -> None:
    listing = child(preferences, QTreeWidget, "keyList")
    for number in range(listing.topLevelItemCount()):
        item = listing.topLevelItem(number)
        assert item is not None
        if item.text(0) == action:
            listing.setCurrentItem(item)
    edit = child(preferences, QKeySequenceEdit, "keyEdit")
    edit.setKeySequence(QKeySequence(key))
    edit.editingFinished.emit()


def test_a_key_is_remapped_remembered_and_restored(preferences: Preferences, theatre: Theatre) -> None:
    type_key(preferences, "Reply", "Ctrl+R")
    assert theatre.workspace.settings.get("keys") == {"ticket.reply": "Ctrl+R"}
    assert theatre.context.actions.action("ticket.reply").shortcut().toString() == "Ctrl+R"
    child(preferences, QPushButton, "keyRestore").click()
    assert theatre.workspace.settings.get("keys") == {}
    assert theatre.context.actions.action("ticket.reply").shortcut().toString() == "R"


def test_a_key_that_is_taken_is_refused_with_the_reason(preferences: Preferences, theatre: Theatre) -> None:
    type_key(preferences, "Reply", "N")
    assert "Write a note" in child(preferences, QLabel, "keyProblem").text()
    assert theatre.workspace.settings.get("keys") is None


def test_about_copies_diagnostics_without_personal_data(theatre: Theatre, qtbot: QtBot) -> None:
    about = About(theatre.context)
    qtbot.addWidget(about)
    about.show()
    theatre.settle()
    child(about, QPushButton, "copyButton").click()
    copied = QGuiApplication.clipboard().text()
    assert copied == child(about, QPlainTextEdit, "diagnostics").toPlainText()
    assert "40 tickets" in copied
    me = theatre.workspace.me()
    assert me is not None
    assert me.name not in copied
    assert me.email not in copied
    about.hide()
