"""The side panel says what the packs say, and does what the agent decides about it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import AddComment
from agentconsole.domain.instant import HOUR
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup
from agentconsole.gui.panes.ticket.guidance.hints import HintCard
from agentconsole.gui.panes.ticket_pane import TicketPane
from agentconsole.triage.base import Evidence
from agentconsole.triage.notes import Note, write_note
from agentconsole.triage.values import Applied
from tests.support.stage import Theatre
from tests.support.staged_guidance import FOLLOW_UP, INTAKE, PRIORITY, RIGHT_PIN, ROUTE


@pytest.fixture
def theatre(qapp: object) -> Iterator[Theatre]:
    theatre = Theatre()
    yield theatre
    theatre.close()


@pytest.fixture
def pane(theatre: Theatre, qtbot: QtBot) -> TicketPane:
    pane = TicketPane(theatre.context)
    qtbot.addWidget(pane)
    pane.resize(1100, 1400)
    pane.show()
    pane.show_ticket(1)
    _read(theatre, qtbot, pane)
    return pane


def _read(theatre: Theatre, qtbot: QtBot, pane: TicketPane) -> None:
    """Let the news settle and the guidance be read."""
    desk = pane._side.guidance.desk
    desk._settle.stop()
    desk._read()
    theatre.settle()


def _cards(pane: QWidget) -> list[HintCard]:
    return sorted(
        (card for card in pane.findChildren(HintCard) if card.isVisible()), key=lambda card: card.geometry().top()
    )


def _texts(pane: QWidget, name: str) -> str:
    return " ".join(label.text() for label in pane.findChildren(QLabel, name))


def test_the_weightiest_hint_is_open_and_quotes_its_rule_the_rest_wait(pane: TicketPane) -> None:
    cards = _cards(pane)
    assert [card.proposal.key for card in cards] == [PRIORITY.key, INTAKE.key, ROUTE.key]
    assert [card.is_open for card in cards] == [True, False, False]
    assert "Payments fail for most customers" in _texts(cards[0], "hintWords")
    assert "nobody can pay" in _texts(cards[0], "hintWords")
    more = pane.findChild(QPushButton, "hintsMore")
    assert isinstance(more, QPushButton)
    assert more.text() == "1 more"
    more.click()
    assert [card.proposal.key for card in _cards(pane)][-1] == FOLLOW_UP.key


def test_one_key_applies_the_first_hint_and_undo_is_offered(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    told: list[str] = []
    theatre.context.messages.posted.connect(lambda message: told.append(message.title))
    pane.setFocus()
    theatre.context.actions.trigger("hint.apply")
    theatre.settle()
    assert theatre.workspace.guidance.done == [("apply", 1, PRIORITY.key)]
    assert told == ["Set the priority to urgent"]
    assert _cards(pane)[0].proposal.key == INTAKE.key


def test_what_asks_the_requester_comes_as_words_in_the_composer_and_nothing_is_sent(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.context.actions.trigger("hint.ask_missing")
    theatre.settle()
    assert pane._composer.editor.toPlainText() == INTAKE.effect.draft
    assert pane._composer.is_public
    assert theatre.workspace.tickets.done == []


def test_without_room_for_the_panel_the_first_hint_stands_above_the_conversation(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    line = pane.findChild(QWidget, "hintLine")
    assert line is not None
    assert not line.isVisible(), "the panel says it already"
    pane.resize(560, 700)
    assert line.isVisible()
    title = line.findChild(QLabel, "hintLineTitle")
    rest = line.findChild(QPushButton, "hintLineAll")
    assert isinstance(title, QLabel)
    assert isinstance(rest, QPushButton)
    assert PRIORITY.title in title.accessibleName()
    assert rest.text() == "3 more"
    assert {cap.text() for cap in line.findChildren(QLabel) if cap.property("look") == "key"} == {"Y", "Shift+H"}

    theatre.context.actions.trigger("hint.focus")
    assert not line.isVisible()
    assert _cards(pane)[0].hasFocus()
    pane._side.guidance.desk.apply(INTAKE.key)
    theatre.settle()
    assert not pane._side.isVisible(), "the words to send would be covered"


def test_the_keys_of_the_hints_work_outside_the_ticket_and_name_the_ticket_first(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    meant: list[bool] = []
    pane.about_to_write.connect(lambda: meant.append(True))
    for action in ("hint.apply", "hint.dismiss", "hint.focus", "lifecycle.focus", "ticket.pin", "ticket.conduct"):
        key = theatre.context.actions.action(action)
        assert key is not None
        assert key.shortcutContext() is Qt.ShortcutContext.WindowShortcut
    theatre.context.actions.trigger("hint.apply")
    theatre.settle()
    assert meant


def test_what_was_handed_over_keeps_the_agent_at_the_ticket(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    asked: list[tuple[str, str]] = []
    pane.contact_asked.connect(lambda pack, contact: asked.append((pack, contact)))
    desk = pane._side.guidance.desk
    for applied, leads in (
        (Applied(pack="p", contact="c", batch="b"), False),
        (Applied(pack="p", contact="c", draft="Hello"), False),
        (Applied(pack="p", contact="c"), True),
    ):
        asked.clear()
        desk._applied(1, PRIORITY, applied)
        assert bool(asked) is leads


def test_a_dismissed_hint_goes_and_can_be_called_back(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.context.actions.trigger("hint.dismiss")
    theatre.settle()
    assert PRIORITY.key not in [card.proposal.key for card in _cards(pane)]
    again = pane.findChild(QPushButton, "hintsRestore")
    assert isinstance(again, QPushButton)
    assert again.text() == "Show 1 dismissed"
    again.click()
    theatre.settle()
    assert _cards(pane)[0].proposal.key == PRIORITY.key


def test_by_keyboard_a_card_opens_when_it_has_the_focus_and_enter_applies(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    pane.activateWindow()
    theatre.context.actions.trigger("hint.focus")
    first, _second, third = _cards(pane)
    assert first.hasFocus()
    third.setFocus()
    assert third.is_open
    QTest.keyClick(third, Qt.Key.Key_Return)
    theatre.settle()
    assert theatre.workspace.guidance.done == [("apply", 1, ROUTE.key)]
    left = _cards(pane)
    assert ROUTE.key not in [card.proposal.key for card in left]
    assert left[0].hasFocus()
    QTest.keyClick(left[0], Qt.Key.Key_Delete)
    theatre.settle()
    assert ("dismiss", 1, PRIORITY.key) in theatre.workspace.guidance.done


def test_after_the_last_hint_the_conversation_has_the_keyboard(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    desk = pane._side.guidance.desk
    assert desk.guidance is not None
    _cards(pane)[0].setFocus()
    desk._tell(msgspec.structs.replace(desk.guidance, proposals=()))
    focused = pane.window().focusWidget()
    assert focused is pane._conversation or pane._conversation.isAncestorOf(focused)


def test_a_long_heading_does_not_widen_the_panel(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    scroll = pane.findChild(QScrollArea, "ticketSideScroll")
    assert isinstance(scroll, QScrollArea)
    inner = scroll.widget()
    assert inner is not None
    before = inner.width()
    pane._side.guidance.sections["scope"].set_title("SLA targets · " + "a service with a long name " * 3)
    QApplication.processEvents()
    assert inner.width() == before == scroll.viewport().width()


def test_the_current_stage_is_listed_and_what_the_ticket_shows_can_not_be_unticked(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    boxes = {box.accessibleName(): box for box in pane.findChildren(QCheckBox, "demandBox")}
    assert list(boxes) == [
        "Investigation notes: open",
        "Tried to reproduce it: open",
        "Asked for what is missing: open",
    ]
    assert boxes["Investigation notes: open"].isEnabled(), "what was done by phone is seen nowhere"
    boxes["Tried to reproduce it: open"].click()
    theatre.settle()
    assert theatre.workspace.guidance.done == [("tick", 1, ("harbour:reproduced", True))]
    _read(theatre, qtbot, pane)
    assert "Tried to reproduce it: ticked" in [
        box.accessibleName() for box in pane.findChildren(QCheckBox, "demandBox") if box.isVisible()
    ]


def test_the_stages_are_walked_with_the_arrows(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.context.actions.trigger("lifecycle.focus")
    track = pane.findChild(QWidget, "stageTrack")
    assert track is not None
    assert track.accessibleName() == "Stage 2 of 3: Investigation, current, 3 open"
    QTest.keyClick(track, Qt.Key.Key_Left)
    assert track.accessibleName() == "Stage 1 of 3: Creation, done"
    seen = next(box for box in pane.findChildren(QCheckBox, "demandBox") if "Case number sent" in box.accessibleName())
    assert not seen.isEnabled(), "what the ticket shows is not a matter of opinion"
    QTest.keyClick(track, Qt.Key.Key_Left)
    assert track.accessibleName() == "Stage 1 of 3: Creation, done"


def test_tab_leads_from_the_stages_to_their_demands_and_a_tick_keeps_the_keyboard(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.context.actions.trigger("lifecycle.focus")
    window = pane.window()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    box = window.focusWidget()
    assert isinstance(box, QCheckBox)
    assert box.accessibleName() == "Tried to reproduce it: open"
    QTest.keyClick(box, Qt.Key.Key_Space)
    theatre.settle()
    _read(theatre, qtbot, pane)
    box = window.focusWidget()
    assert isinstance(box, QCheckBox)
    assert box.accessibleName() == "Tried to reproduce it: ticked"


def test_intake_names_what_is_missing_first(pane: TicketPane) -> None:
    section = pane.findChild(QWidget, "section_intake")
    assert section is not None
    words = _texts(section, "intakeFacts")
    assert words.index("Steps to reproduce") < words.index("Error messages")
    head = pane.findChild(QWidget, "sectionHead_intake")
    assert head is not None
    assert head.property("text") == "What it should say · 2 missing"


def test_a_duplicate_can_be_opened_and_be_merged_into(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    asked: list[tuple[object, object]] = []
    pane.merge_requested.connect(lambda ticket, into: asked.append((ticket, into)))
    merge = pane.findChild(QWidget, "duplicateMerge_2")
    assert merge is not None
    QTest.mouseClick(merge, Qt.MouseButton.LeftButton)
    assert asked == [(1, 2)]
    title = pane.findChild(QPushButton, "duplicate_2")
    assert isinstance(title, QPushButton)
    title.click()
    assert pane.ticket == 2


def test_what_is_open_to_the_requester_now_is_told_in_words(pane: TicketPane) -> None:
    label = pane.findChild(QLabel, "ticketEntitlements")
    assert label is not None
    assert "Mail <b>open now</b>" in label.text()
    assert "Chat opens in 1 h 10 min" in label.text()
    assert "✕ Technical account manager: No" in label.text()


def _dialog(pane: QWidget, name: str) -> QDialog:
    found = pane.findChild(QDialog, name)
    assert isinstance(found, QDialog)
    return found


def test_solving_with_something_open_asks_once_more_and_the_sending_chord_goes_on(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.strict = True
    theatre.context.actions.trigger("ticket.solve")
    theatre.settle()
    question = _dialog(pane, "openDemands")
    assert "Asked for what is missing" in _texts(question, "openDemandsList")
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


def test_send_and_solve_asks_too_and_going_back_keeps_the_words(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.strict = True
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
    assert "○ Not verified" in _texts(pane, "verificationFacts")
    theatre.context.actions.trigger("ticket.pin")
    dialog = _dialog(pane, "pinCheck")
    field = dialog.findChild(QLineEdit, "pinField")
    assert isinstance(field, QLineEdit)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.setText("0000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == ""
    theatre.settle()
    assert _texts(dialog, "pinResult") == "✕ Wrong PIN, 2 tries left"
    field.setText(RIGHT_PIN)
    QTest.keyClick(field, Qt.Key.Key_Return)
    theatre.settle()
    _read(theatre, qtbot, pane)
    assert "✓ Verified for 1 h" in _texts(pane, "verificationFacts")
    theatre.workspace.pass_time(2 * HOUR)
    pane._side.guidance.tell_time(theatre.workspace.now())
    assert "○ Not verified" in _texts(pane, "verificationFacts")


def test_three_wrong_pins_lock_the_field(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.context.actions.trigger("ticket.pin")
    dialog = _dialog(pane, "pinCheck")
    field = dialog.findChild(QLineEdit, "pinField")
    assert isinstance(field, QLineEdit)
    for _ in range(3):
        field.setText("0000")
        QTest.keyClick(field, Qt.Key.Key_Return)
        theatre.settle()
    assert _texts(dialog, "pinResult") == "▲ Locked for 15 min: too many wrong PINs"
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
    assert "The help desk can't be reached" in _texts(dialog, "pinResult")
    assert "nothing was decided" in _texts(dialog, "pinResult")
    assert "○ Not verified" in _texts(pane, "verificationFacts")


def test_an_infraction_is_recorded_in_the_agents_words_and_the_next_step_is_proposed(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    theatre.workspace.guidance.misbehave()
    _read(theatre, qtbot, pane)
    assert "Writing in capitals" in _texts(pane, "conductFacts")
    assert "FIX THIS NOW" in _texts(pane, "conductFacts")
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
    _read(theatre, qtbot, pane)
    theatre.context.actions.trigger("ticket.conduct")
    dialog = _dialog(pane, "conductRecord")
    chords = {each.key().toString(): each for each in dialog.findChildren(QShortcut)}
    chords["Ctrl+Return"].activated.emit()
    theatre.settle()
    assert [each[0] for each in theatre.workspace.guidance.done] == ["infractions"]


def test_only_a_supervisor_confirms_a_ban(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.workspace.guidance.misbehave(proposed=True)
    _read(theatre, qtbot, pane)
    assert "Temporary ban</b> ◔ waits for a supervisor" in _texts(pane, "conductFacts")
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
    _read(theatre, qtbot, pane)
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
    _read(theatre, qtbot, pane)
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


def test_links_and_the_handbook_lead_on(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    links = pane.findChild(QLabel, "ticketLinks")
    assert links is not None
    text = links.text()
    assert text.index("For this ticket") < text.index("Gateway test") < text.index("Status page")
    pages: list[str] = []
    pane.page_asked.connect(pages.append)
    assert "First replies" in text
    links.linkActivated.emit("handbook:harbour/first_replies")
    assert pages == ["harbour/first_replies"]


def test_without_a_pack_there_are_no_empty_headings(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    theatre.workspace.guidance.empty = True
    pane.show_ticket(3)
    _read(theatre, qtbot, pane)
    for name in (
        "hints",
        "lifecycle",
        "intake",
        "scope",
        "related",
        "entitlements",
        "verification",
        "conduct",
        "desks",
        "links",
    ):
        section = pane.findChild(QWidget, f"section_{name}")
        assert section is not None
        assert not section.isVisible()


def test_the_guidance_of_a_ticket_that_was_left_is_not_shown_for_the_next(
    theatre: Theatre, pane: TicketPane, qtbot: QtBot
) -> None:
    desk = pane._side.guidance.desk
    desk._read()
    pane.show_ticket(5)
    theatre.settle()
    assert desk.guidance is None or desk.guidance.ticket == 5
    _read(theatre, qtbot, pane)
    assert desk.guidance is not None
    assert desk.guidance.ticket == 5
