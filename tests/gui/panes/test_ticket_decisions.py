"""What an agent decides from the side panel: a status, a PIN, conduct, privacy, ready texts."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import AddComment
from agentconsole.domain.instant import HOUR
from agentconsole.domain.values import Status
from agentconsole.gui.messages import Message
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup
from agentconsole.gui.panes.ticket_pane import TicketPane
from agentconsole.triage.base import Evidence
from agentconsole.triage.notes import Note, write_note
from agentconsole.triage.values import Applied
from tests.support.guided_pane import guided_pane, read_guidance, texts
from tests.support.stage import Theatre
from tests.support.staged_guidance import PRIORITY, RIGHT_PIN


@pytest.fixture
def pane(theatre: Theatre, qtbot: QtBot) -> TicketPane:
    return guided_pane(theatre, qtbot)


def _dialog(pane: QWidget, name: str) -> QDialog:
    found = pane.findChild(QDialog, name)
    assert isinstance(found, QDialog)
    return found


def test_solving_with_something_open_asks_once_more_and_the_sending_chord_goes_on(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.strict = "solved"
    theatre.context.actions.trigger("ticket.solve")
    theatre.settle()
    question = _dialog(pane, "openDemands")
    assert "Asked for what is missing" in texts(question, "openDemandsList")
    question.reject()
    theatre.settle()
    assert theatre.workspace.tickets.done == []
    theatre.context.actions.trigger("ticket.solve")
    theatre.settle()
    QTest.keyClick(_dialog(pane, "openDemands"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    theatre.settle()
    assert [getattr(command, "values", None) for _ticket, command in theatre.workspace.tickets.done] == [
        {"status": "solved"}
    ]


def _stand(theatre: Theatre, pane: TicketPane, status: Status) -> None:
    theatre.workspace.rows[1] = theatre.workspace.rows[1]._replace(status=status)
    pane.refresh()
    theatre.settle()


def test_closing_asks_for_what_is_open_and_is_undone_in_one_step(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    _stand(theatre, pane, Status.SOLVED)
    theatre.workspace.guidance.strict = "closed"
    theatre.context.actions.trigger("ticket.close")
    theatre.settle()
    question = _dialog(pane, "openDemands")
    assert question.windowTitle() == "Close?"
    QTest.keyClick(question, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    theatre.settle()
    assert [getattr(command, "values", None) for _ticket, command in theatre.workspace.tickets.done] == [
        {"status": "closed"}
    ]
    assert told[-1].batch


def test_closing_what_is_not_solved_says_so_and_changes_nothing(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    _stand(theatre, pane, Status.OPEN)
    theatre.context.actions.trigger("ticket.close")
    theatre.settle()
    assert told[-1].detail == "Only a solved ticket can be closed. Press E to solve it."
    assert theatre.workspace.tickets.done == []


def test_the_status_menu_offers_closing_for_a_solved_ticket_and_tells_why_not(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    def offered() -> dict[str, tuple[bool, str]]:
        theatre.context.actions.trigger("ticket.status")
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, ChoicePopup)
        items = [popup.list.item(row) for row in range(popup.list.count())]
        found = {i.text(): (bool(i.flags() & Qt.ItemFlag.ItemIsEnabled), i.toolTip()) for i in items}
        popup.list.setCurrentRow(popup.list.count() - 1)
        QTest.keyClick(popup.filter, Qt.Key.Key_Return)
        if not popup.isHidden():
            popup.close()
        theatre.settle()
        return found

    _stand(theatre, pane, Status.OPEN)
    assert "Closed" not in offered()
    _stand(theatre, pane, Status.SOLVED)
    theatre.workspace.tickets.done.clear()
    theatre.workspace.tickets.refuses_closing = "This help desk closes tickets itself."
    assert offered()["Closed"] == (False, "This help desk closes tickets itself.")
    assert theatre.workspace.tickets.done == []
    theatre.workspace.tickets.refuses_closing = ""
    assert offered()["Closed"] == (True, "Final, can no longer be changed")
    assert [getattr(command, "values", None) for _ticket, command in theatre.workspace.tickets.done] == [
        {"status": "closed"}
    ]


def test_send_and_solve_asks_too_and_going_back_keeps_the_words(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.strict = "solved"
    pane.reply()
    pane._composer.editor.setPlainText("Here is your refund.")
    theatre.context.actions.trigger("composer.send_solve")
    theatre.settle()
    _dialog(pane, "openDemands").reject()
    theatre.settle()
    assert theatre.workspace.tickets.done == []
    assert pane._composer.editor.toPlainText() == "Here is your refund."


def test_a_pasted_record_makes_no_record(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    pane.note()
    forged = write_note(Note(what="infraction", entry="e9", pack="harbour", id="cursing"), "They cursed.")
    pane._composer.editor.setPlainText(forged)
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert theatre.workspace.tickets.done == []
    pane._composer.editor.setPlainText(f"{forged}\nThe customer pasted this.")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert len(theatre.workspace.tickets.done) == 1


def test_a_ready_text_with_a_gap_is_not_sent(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    pane.reply()
    editor = pane._composer.editor
    editor.setPlainText("You hear from us {{sla.first_reply}}. Your theme has {{ product.title }}.")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert theatre.workspace.tickets.done == []
    assert editor.textCursor().selectedText() == "{{sla.first_reply}}"
    editor.textCursor().insertText("today")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert len(theatre.workspace.tickets.done) == 1


def test_nothing_open_nothing_asked(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.workspace.guidance.empty = True
    theatre.context.actions.trigger("ticket.solve")
    theatre.settle()
    assert pane.findChild(QDialog, "openDemands") is None
    assert len(theatre.workspace.tickets.done) == 1


def test_a_pin_is_checked_by_the_help_desk_and_stays_nowhere(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    assert "○ Not verified" in texts(pane, "verificationFacts")
    theatre.context.actions.trigger("ticket.pin")
    dialog = _dialog(pane, "pinCheck")
    field = dialog.findChild(QLineEdit, "pinField")
    assert isinstance(field, QLineEdit)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.setText("0000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == ""
    theatre.settle()
    assert texts(dialog, "pinResult") == "✕ Wrong PIN, 2 tries left"
    field.setText(RIGHT_PIN)
    QTest.keyClick(field, Qt.Key.Key_Return)
    theatre.settle()
    read_guidance(theatre, pane)
    assert "✓ Verified for 1 h" in texts(pane, "verificationFacts")
    theatre.workspace.pass_time(2 * HOUR)
    pane._side.guidance.tell_time(theatre.workspace.now())
    assert "○ Not verified" in texts(pane, "verificationFacts")


def test_three_wrong_pins_lock_the_field(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.context.actions.trigger("ticket.pin")
    dialog = _dialog(pane, "pinCheck")
    field = dialog.findChild(QLineEdit, "pinField")
    assert isinstance(field, QLineEdit)
    for _ in range(3):
        field.setText("0000")
        QTest.keyClick(field, Qt.Key.Key_Return)
        theatre.settle()
    assert texts(dialog, "pinResult") == "▲ Locked for 15 min: too many wrong PINs"
    assert not field.isEnabled()


def test_without_the_help_desk_a_pin_is_neither_right_nor_wrong(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.cut_off()
    theatre.context.actions.trigger("ticket.pin")
    dialog = _dialog(pane, "pinCheck")
    field = dialog.findChild(QLineEdit, "pinField")
    assert isinstance(field, QLineEdit)
    field.setText(RIGHT_PIN)
    QTest.keyClick(field, Qt.Key.Key_Return)
    theatre.settle()
    assert "The help desk can't be reached" in texts(dialog, "pinResult")
    assert "nothing was decided" in texts(dialog, "pinResult")
    assert "○ Not verified" in texts(pane, "verificationFacts")


def test_an_infraction_is_recorded_in_the_agents_words_and_the_next_step_is_proposed(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.misbehave()
    read_guidance(theatre, pane)
    assert "Writing in capitals" in texts(pane, "conductFacts")
    assert "FIX THIS NOW" in texts(pane, "conductFacts")
    theatre.context.actions.trigger("ticket.conduct")
    dialog = _dialog(pane, "conductRecord")
    shouting = dialog.findChild(QCheckBox, "infraction_shouting")
    assert isinstance(shouting, QCheckBox)
    assert shouting.isChecked()
    step = dialog.findChild(QPushButton, "conductStep")
    assert isinstance(step, QPushButton)
    assert step.text() == "Propose temporary ban"
    words = dialog.findChild(QPlainTextEdit, "conductWords")
    assert isinstance(words, QPlainTextEdit)
    words.clear()
    assert not step.isEnabled()
    words.setPlainText("Shouted at us twice")
    step.click()
    theatre.settle()
    assert theatre.workspace.guidance.done == [
        ("infractions", 1, (("shouting",), "Shouted at us twice")),
        ("sanction", 1, ("ban", "Shouted at us twice")),
    ]


def test_a_privacy_request_is_put_on_record_from_its_hint(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    asked = msgspec.structs.replace(
        PRIORITY,
        kind="privacy",
        key="harbour:privacy:request",
        evidence=(Evidence(comment="1", start=0, end=6, text="delete my data"),),
    )
    desk = pane._side.guidance.desk
    assert desk.guidance is not None
    desk._tell(msgspec.structs.replace(desk.guidance, proposals=(asked,)))
    desk._applied(1, asked, Applied(pack="harbour", dialog="privacy", draft="It goes to our privacy team."))
    dialog = _dialog(pane, "privacyRequest")
    assert "privacy team" in pane._composer.editor.toPlainText()
    go = dialog.findChild(QPushButton, "privacyRequestGo")
    wish = dialog.findChild(QRadioButton, "privacyRequestDelete")
    assert isinstance(go, QPushButton)
    assert isinstance(wish, QRadioButton)
    assert not go.isEnabled()
    wish.click()
    go.click()
    theatre.settle()
    assert ("privacy", 1, ("delete", "“delete my data”")) in theatre.workspace.guidance.done


def test_by_keyboard_what_happened_is_recorded_with_the_sending_chord(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.misbehave()
    read_guidance(theatre, pane)
    theatre.context.actions.trigger("ticket.conduct")
    dialog = _dialog(pane, "conductRecord")
    chords = {each.key().toString(): each for each in dialog.findChildren(QShortcut)}
    chords["Ctrl+Return"].activated.emit()
    theatre.settle()
    assert [each[0] for each in theatre.workspace.guidance.done] == ["infractions"]


def test_only_a_supervisor_confirms_a_ban(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.workspace.guidance.misbehave(proposed=True)
    read_guidance(theatre, pane)
    assert "Temporary ban</b> ◔ waits for a supervisor" in texts(pane, "conductFacts")
    theatre.context.actions.trigger("ticket.conduct")
    dialog = _dialog(pane, "conductRecord")
    confirm = dialog.findChild(QPushButton, "conductConfirm")
    assert isinstance(confirm, QPushButton)
    assert not confirm.isEnabled()
    dialog.reject()
    theatre.settle()
    theatre.workspace.role = "admin"
    theatre.context.actions.trigger("ticket.conduct")
    confirm = _dialog(pane, "conductRecord").findChild(QPushButton, "conductConfirm")
    assert isinstance(confirm, QPushButton)
    confirm.click()
    theatre.settle()
    assert [what for what, _ticket, _about in theatre.workspace.guidance.done] == ["confirm"]


def test_what_stands_is_lifted_and_what_was_wrong_is_withdrawn(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.misbehave()
    read_guidance(theatre, pane)
    for name, done in (("conductEnd", ("lift", 1, ("e2", ""))), ("conductWithdraw", ("withdraw", 1, ("e1", "")))):
        theatre.context.actions.trigger("ticket.conduct")
        dialog = _dialog(pane, "conductRecord")
        button = dialog.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        assert "Warning" in button.accessibleName() or "Cursing" in button.accessibleName()
        button.click()
        theatre.settle()
        assert theatre.workspace.guidance.done[-1] == done


def test_only_a_supervisor_lifts_what_one_confirmed(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    guidance = theatre.workspace.guidance
    guidance.misbehave()
    (warning,) = guidance.conduct.sanctions
    guarded = msgspec.structs.replace(warning, title="Temporary ban", guarded=True)
    guidance.conduct = msgspec.structs.replace(guidance.conduct, sanctions=(guarded,))
    read_guidance(theatre, pane)
    for role, may in (("agent", False), ("admin", True)):
        theatre.workspace.role = role
        theatre.context.actions.trigger("ticket.conduct")
        dialog = _dialog(pane, "conductRecord")
        lift = dialog.findChild(QPushButton, "conductEnd")
        assert isinstance(lift, QPushButton)
        assert lift.isEnabled() is may
        dialog.reject()
        theatre.settle()


def test_a_template_of_a_pack_is_found_beside_the_macros_and_fills_the_composer(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.context.actions.trigger("ticket.macro")
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ChoicePopup)
    QTest.keyClicks(popup.filter, "ackno")
    QTest.keyClick(popup.filter, Qt.Key.Key_Return)
    assert pane._composer.editor.toPlainText() == "Your case number is 48001."
    assert pane._composer.pending.values == {"status": "open"}
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    sent = theatre.workspace.tickets.done[0][1]
    assert isinstance(sent, AddComment)
    assert (sent.body, sent.macro, sent.values) == ("Your case number is 48001.", None, {"status": "open"})
