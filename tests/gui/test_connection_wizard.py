"""The connection wizard asks for what each kind of help desk wants, and for nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.desk_kinds import DESK_KINDS
from agentconsole.gui.dialogs.connection_wizard import KINDS, ConnectionWizard
from agentconsole.gui.profile_form import ConnectionReport, ProfileForm
from tests.support.stage import Theatre

W = TypeVar("W", bound=QWidget)
ASKED = {
    ("zendesk", "token"): {"wayChoice", "emailField", "tokenField"},
    ("zendesk", "browser"): {"wayChoice", "clientField"},
    ("rt", "password"): {"wayChoice", "emailField", "tokenField"},
    ("rt", "token"): {"wayChoice", "emailField", "tokenField"},
    ("zammad", "token"): {"tokenField"},
    ("freshdesk", "key"): {"tokenField"},
    ("agentconsole", "token"): {"emailField", "tokenField"},
}
FILLED = {"emailField": "noor@acme.example", "tokenField": "sesame", "clientField": "console"}


class Desk:
    """Answers every test of a connection; waits for ``gate`` first."""

    def __init__(self) -> None:
        self.asked: list[ProfileForm] = []
        self.gate: asyncio.Event | None = None
        self.given_up = False

    async def connect(self, form: ProfileForm) -> ConnectionReport:
        self.asked.append(form)
        if self.gate is not None:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.given_up = True
                raise
        known = ProfileForm(name=form.name, kind=form.kind, url=form.url, email="who@acme.example", token="new")
        return ConnectionReport(ok=True, facts=("Signed in as Noor",), lacks="Merging", form=known)


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


def child(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def choose(wizard: ConnectionWizard, kind: str, way: str) -> None:
    """Fill in the first page for *kind*, go on and choose *way*."""
    child(wizard, QComboBox, "kindChoice").setCurrentIndex(KINDS.index(kind))
    child(wizard, QLineEdit, "addressField").setText("desk.acme.example")
    child(wizard, QPushButton, "nextButton").click()
    names = [each.name for each in DESK_KINDS[kind].ways]
    child(wizard, QComboBox, "wayChoice").setCurrentIndex(names.index(way))


def test_every_kind_is_offered_with_what_it_was_proven_on(wizard: ConnectionWizard) -> None:
    choice = child(wizard, QComboBox, "kindChoice")
    assert [choice.itemText(row) for row in range(choice.count())] == [each.title for each in DESK_KINDS.values()]
    for row, desk in enumerate(DESK_KINDS.values()):
        choice.setCurrentIndex(row)
        assert child(wizard, QLabel, "kindProof").text() == desk.proof
        assert child(wizard, QLabel, "addressHint").text() == desk.address_hint
    assert "never against a live Zammad" in DESK_KINDS["zammad"].proof
    assert "never against a live Freshdesk" in DESK_KINDS["freshdesk"].proof


@pytest.mark.parametrize(("kind", "way"), ASKED)
def test_what_a_way_needs_is_asked_and_handed_on(
    wizard: ConnectionWizard, theatre: Theatre, desk: Desk, kind: str, way: str
) -> None:
    choose(wizard, kind, way)
    fields = ("wayChoice", "emailField", "clientField", "tokenField")
    assert {name for name in fields if child(wizard, QWidget, name).isVisible()} == ASKED[kind, way]
    following = child(wizard, QPushButton, "nextButton")
    following.click()
    assert child(wizard, QLabel, "signInProblem").text().startswith("Enter ")
    assert desk.asked == []
    for name in ASKED[kind, way] - {"wayChoice"}:
        child(wizard, QLineEdit, name).setText(FILLED[name])
    following.click()
    theatre.settle()
    (form,) = desk.asked
    assert (form.kind, DESK_KINDS[kind].way(form.way).name) == (kind, way)
    assert form.email == (FILLED["emailField"] if "emailField" in ASKED[kind, way] else "")
    assert form.token == (FILLED["tokenField"] if "tokenField" in ASKED[kind, way] else "")
    assert form.client_id == (FILLED["clientField"] if "clientField" in ASKED[kind, way] else "")


def test_what_the_test_learnt_is_what_is_kept(wizard: ConnectionWizard, theatre: Theatre) -> None:
    handed: list[ProfileForm] = []
    wizard.connected.connect(handed.append)
    choose(wizard, "zendesk", "browser")
    child(wizard, QLineEdit, "clientField").setText("console")
    following = child(wizard, QPushButton, "nextButton")
    assert following.text() == "Open the browser"
    following.click()
    theatre.settle()
    assert child(wizard, QLabel, "resultLacks").text() == "Not offered here: Merging."
    following.click()
    assert [(form.email, form.token) for form in handed] == [("who@acme.example", "new")]


@pytest.mark.parametrize("button", ["backButton", "cancelButton"])
def test_nobody_waits_for_a_browser_that_was_given_up(
    wizard: ConnectionWizard, theatre: Theatre, desk: Desk, button: str
) -> None:
    desk.gate = asyncio.Event()
    choose(wizard, "zendesk", "browser")
    child(wizard, QLineEdit, "clientField").setText("console")
    child(wizard, QPushButton, "nextButton").click()
    assert "browser" in child(wizard, QLabel, "resultText").text()
    theatre.complete(asyncio.sleep(0))
    child(wizard, QPushButton, button).click()
    theatre.settle()
    assert desk.given_up


def test_a_secret_is_not_carried_from_one_vendor_to_another(wizard: ConnectionWizard) -> None:
    choose(wizard, "zammad", "token")
    child(wizard, QLineEdit, "tokenField").setText("of zammad")
    child(wizard, QPushButton, "backButton").click()
    child(wizard, QComboBox, "kindChoice").setCurrentIndex(KINDS.index("freshdesk"))
    assert wizard.profile.token == ""


def test_signing_in_again_asks_as_the_profile_does(theatre: Theatre, desk: Desk, qtbot: QtBot) -> None:
    known = ProfileForm(name="rt", kind="rt", url="https://rt.example/rt", email="noor", token="", way="token")
    wizard = ConnectionWizard(theatre.context.tasks, desk.connect, known=known)
    qtbot.addWidget(wizard)
    wizard.show()
    assert child(wizard, QComboBox, "wayChoice").currentText() == "Authentication token"
    child(wizard, QLineEdit, "tokenField").setText("1-2-abc")
    child(wizard, QPushButton, "nextButton").click()
    theatre.settle()
    assert [(form.email, form.way, form.url) for form in desk.asked] == [("noor", "token", "https://rt.example/rt")]
    wizard.hide()
