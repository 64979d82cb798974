"""A new ticket: what it asks, refuses, keeps and hands over."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.rows import Me
from agentconsole.gui.dialogs.new_ticket import FORM, NewTicket
from agentconsole.gui.dialogs.new_ticket_form import NewTicketForm, kept_form, somebody_new, unfinished_form
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.window_actions import NEW_TICKET
from tests.gui.test_dialogs import child
from tests.support.stage import Theatre
from tests.support.staged_rows import PEOPLE

NAME, ADDRESS, _ = PEOPLE[0]


@pytest.fixture
def dialog(theatre: Theatre, qtbot: QtBot) -> Iterator[NewTicket]:
    made = NewTicket(theatre.context)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


@pytest.fixture
def window(theatre: Theatre, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(theatre.context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    theatre.settle()
    yield made
    theatre.complete(made.finish())
    made.close()


def write(dialog: NewTicket, requester: str, subject: str = "Refund twice", body: str = "They paid twice.") -> None:
    field = child(dialog, QLineEdit, "requesterField")
    field.clear()
    QTest.keyClicks(field, requester)
    dialog.person.suggest()
    child(dialog, QLineEdit, "subjectField").setText(subject)
    child(dialog, QPlainTextEdit, "commentText").setPlainText(body)


def created(theatre: Theatre) -> CreateTicket:
    (command,) = [each for _, each in theatre.workspace.tickets.done if isinstance(each, CreateTicket)]
    return command


def test_a_known_person_is_taken_by_address(dialog: NewTicket, theatre: Theatre) -> None:
    write(dialog, ADDRESS)
    child(dialog, QComboBox, "priorityChoice").setCurrentIndex(3)
    child(dialog, QLineEdit, "tagsField").setText("refund, Double refund")
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    theatre.settle()
    command = created(theatre)
    assert (command.requester, command.requester_email) == ("p0", ADDRESS)
    assert command.values == {"priority": "high"}
    assert command.tags == ("refund", "double")
    assert command.public


def test_typing_a_name_offers_people_and_taking_one_names_them(dialog: NewTicket) -> None:
    write(dialog, NAME.split()[0])
    model = dialog.person._model
    assert NAME in model.item(0).text()
    dialog.person._taken(model.index(0, 0))
    assert dialog.form().requester_ref == "p0"
    assert child(dialog, QLabel, "requesterHint").text() == "Known to the help desk"
    QTest.keyClicks(child(dialog, QLineEdit, "requesterField"), "x")
    assert dialog.form().requester_ref == ""


def test_somebody_new_is_introduced_by_name_and_address(dialog: NewTicket, theatre: Theatre) -> None:
    write(dialog, "Ana Silva <ana@new.example>")
    assert "New to the help desk: Ana Silva" in child(dialog, QLabel, "requesterHint").text()
    child(dialog, QToolButton, "kindInternal").click()
    child(dialog, QPushButton, "createButton").click()
    theatre.settle()
    command = created(theatre)
    assert (command.requester, command.requester_name, command.requester_email) == (
        None,
        "Ana Silva",
        "ana@new.example",
    )
    assert not command.public


def test_what_is_missing_is_said_and_gets_the_focus(dialog: NewTicket, theatre: Theatre) -> None:
    write(dialog, "nobody in particular")
    child(dialog, QPushButton, "createButton").click()
    assert child(dialog, QLabel, "problemText").text().startswith("Choose who asks")
    assert dialog.focusWidget().objectName() == "requesterField"
    write(dialog, ADDRESS, subject=" ")
    child(dialog, QPushButton, "createButton").click()
    assert child(dialog, QLabel, "problemText").text() == "Give the ticket a subject"
    assert not theatre.workspace.tickets.done


def test_closing_keeps_what_was_written_and_discarding_does_not(
    dialog: NewTicket, theatre: Theatre, qtbot: QtBot
) -> None:
    write(dialog, ADDRESS)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    theatre.settle()
    assert not dialog.isVisible()
    again = NewTicket(theatre.context)
    qtbot.addWidget(again)
    assert again.form() == dialog.form()
    assert again.form().requester_ref == "p0"
    child(again, QPushButton, "discardButton").click()
    theatre.settle()
    assert not theatre.workspace.drafts.form(FORM)
    assert again.form().is_empty


def test_when_it_can_not_be_saved_the_words_stay(dialog: NewTicket, theatre: Theatre) -> None:
    class Full(Exception):
        title = "The disk is full"
        advice = "Free some space."

    theatre.workspace.tickets.trouble = Full()
    write(dialog, ADDRESS)
    dialog.submit()
    theatre.settle()
    assert dialog.isVisible()
    assert child(dialog, QLabel, "problemText").text() == "The disk is full. Free some space."
    assert dialog.form().body == "They paid twice."
    assert child(dialog, QPushButton, "createButton").isEnabled()


def test_the_new_ticket_is_opened_and_undoing_brings_the_words_back(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger(NEW_TICKET)
    dialog = child(window, NewTicket, "newTicket")
    write(dialog, ADDRESS)
    dialog.submit()
    theatre.settle()
    number = max(theatre.workspace.rows)
    assert getattr(window.pane("ticket"), "ticket", None) == number
    theatre.settle()
    assert not theatre.workspace.drafts.form(FORM)
    theatre.context.actions.trigger("window.undo")
    theatre.settle()
    assert theatre.workspace.tickets.undone
    assert unfinished_form(theatre.workspace.drafts.form(FORM)).body == "They paid twice."


def test_the_form_stays_open_while_the_disk_refuses_it(
    dialog: NewTicket, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(Exception):
        title = "The disk is full"

    async def fails(*_: object) -> None:
        raise Full

    write(dialog, ADDRESS)
    with monkeypatch.context() as full:
        full.setattr(theatre.workspace.drafts, "keep_form", fails)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        theatre.settle()
    assert dialog.isVisible()
    assert "disk refused" in child(dialog, QLabel, "draftState").text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    theatre.settle()
    assert not dialog.isVisible()


def test_what_an_older_console_left_in_the_settings_moves_to_the_drafts(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.settings.set("new_ticket.draft", {"subject": "Half", "body": "begun"})
    dialog = NewTicket(theatre.context)
    qtbot.addWidget(dialog)
    theatre.settle()
    assert dialog.form().subject == "Half"
    assert theatre.workspace.settings.get("new_ticket.draft") is None
    assert unfinished_form(theatre.workspace.drafts.form(FORM)).body == "begun"


def test_ending_the_window_keeps_the_open_form(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger(NEW_TICKET)
    write(child(window, NewTicket, "newTicket"), ADDRESS)
    theatre.complete(window.finish())
    assert unfinished_form(theatre.workspace.drafts.form(FORM)).subject == "Refund twice"


def test_a_reviewer_reads_why_not(theatre: Theatre, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    me = theatre.workspace.me()
    assert me is not None
    reviewer: Me = msgspec.structs.replace(me, role="reviewer")
    monkeypatch.setattr(theatre.workspace, "me", lambda: reviewer)
    window = MainWindow(theatre.context)
    qtbot.addWidget(window)
    action = theatre.context.actions.action(NEW_TICKET)
    assert not action.isEnabled()
    assert "reviewer" in action.text()
    theatre.complete(window.finish())


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Ana Silva <ana@new.example>", "Ana Silva", "ana@new.example"),
        ('"Silva, Ana" <ana@new.example>', "Silva, Ana", "ana@new.example"),
        (" ana@new.example ", "ana", "ana@new.example"),
        ("<ana@new.example>", "ana", "ana@new.example"),
    ],
)
def test_an_introduction_is_read(text: str, name: str, address: str) -> None:
    person = somebody_new(text)
    assert person is not None
    assert (person.name, person.email) == (name, address)


@pytest.mark.parametrize(
    "text", ["", "Ana", "ana@", "ana@new", "a b@new.example", "Ana <ana>", "a@b.example, c@d.example"]
)
def test_what_is_no_introduction_is_none(text: str) -> None:
    assert somebody_new(text) is None


@pytest.mark.parametrize("kept", [None, [], "text", {"subject": 4, "unknown": 1, "public": "yes"}])
def test_a_damaged_draft_is_an_empty_form(kept: object) -> None:
    assert kept_form(kept) == NewTicketForm()
