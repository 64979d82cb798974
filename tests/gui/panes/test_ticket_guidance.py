"""The side panel says what the packs say, and does what the agent decides about it."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agentconsole.gui.panes.ticket.guidance.hints import HintCard
from agentconsole.gui.panes.ticket_pane import TicketPane
from agentconsole.triage.values import Applied, TicketGuidance
from tests.support.guided_pane import guided_pane, read_guidance, texts
from tests.support.stage import Theatre
from tests.support.staged_guidance import FOLLOW_UP, INTAKE, PRIORITY, ROUTE


@pytest.fixture
def pane(theatre: Theatre, qtbot: QtBot) -> TicketPane:
    return guided_pane(theatre, qtbot)


def _cards(pane: QWidget) -> list[HintCard]:
    return sorted(
        (card for card in pane.findChildren(HintCard) if card.isVisible()), key=lambda card: card.geometry().top()
    )


def test_the_weightiest_hint_is_open_and_quotes_its_rule_the_rest_wait(theatre: Theatre, pane: TicketPane) -> None:
    cards = _cards(pane)
    assert [card.proposal.key for card in cards] == [PRIORITY.key, INTAKE.key, ROUTE.key]
    assert [card.is_open for card in cards] == [True, False, False]
    assert "Payments fail for most customers" in texts(cards[0], "hintWords")
    assert "nobody can pay" in texts(cards[0], "hintWords")
    more = pane.findChild(QPushButton, "hintsMore")
    assert isinstance(more, QPushButton)
    assert more.text() == "1 more"
    more.click()
    theatre.settle()
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


def test_hints_that_say_the_same_as_before_are_left_alone(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second, third = _cards(pane)
    third.setFocus()
    found = theatre.workspace.guidance.of

    async def of(ticket: int) -> TicketGuidance | None:
        guidance = await found(ticket)
        assert guidance is not None
        return msgspec.structs.replace(guidance, proposals=(PRIORITY, ROUTE, FOLLOW_UP))

    monkeypatch.setattr(theatre.workspace.guidance, "of", of)
    read_guidance(theatre, pane)
    cards = _cards(pane)
    assert [card.proposal.key for card in cards] == [PRIORITY.key, ROUTE.key, FOLLOW_UP.key]
    assert cards[:2] == [first, third]
    assert third.hasFocus()
    assert third.is_open
    dismiss = cards[1].findChildren(QPushButton)[-1]
    assert dismiss.nextInFocusChain() is cards[2]


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
    read_guidance(theatre, pane)
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
    read_guidance(theatre, pane)
    box = window.focusWidget()
    assert isinstance(box, QCheckBox)
    assert box.accessibleName() == "Tried to reproduce it: ticked"


def test_intake_names_what_is_missing_first(pane: TicketPane) -> None:
    section = pane.findChild(QWidget, "section_intake")
    assert section is not None
    words = texts(section, "intakeFacts")
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
    read_guidance(theatre, pane)
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
    read_guidance(theatre, pane)
    assert desk.guidance is not None
    assert desk.guidance.ticket == 5
