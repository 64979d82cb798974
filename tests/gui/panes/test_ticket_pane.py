"""The ticket pane as an agent uses it: reading, editing in place, following changes, and its empty states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, SetFields
from agentconsole.domain.instant import MINUTE
from agentconsole.domain.records import ArticleRecord, Presence
from agentconsole.domain.rows import Me, TicketDetail, WaitingChange
from agentconsole.domain.values import OutboxState, Priority, Status
from agentconsole.gui.messages import Message
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup
from agentconsole.gui.panes.ticket.conversation import ConversationView
from agentconsole.gui.panes.ticket_pane import TicketPane
from tests.support.stage import Theatre
from tests.support.staged_outbox import refused_change


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[TicketPane]:
    shown = TicketPane(theatre.context)
    shown.resize(900, 800)
    shown.show()
    theatre.settle()
    yield shown
    shown.close()
    shown.deleteLater()


def child(pane: QWidget, name: str) -> Any:
    found = pane.findChild(QWidget, name)
    assert found is not None, name
    return found


def retell(theatre: Theatre, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Make every detail of the stage say *values*."""
    tell: Callable[[int], TicketDetail | None] = theatre.workspace.tickets.detail

    def told(ticket: int) -> TicketDetail | None:
        detail = tell(ticket)
        return None if detail is None else msgspec.structs.replace(detail, **values)

    monkeypatch.setattr(theatre.workspace.tickets, "detail", told)


def popup() -> ChoicePopup:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, ChoicePopup) and w.isVisible())


def choose(text: str) -> None:
    """Type into the open list and take the first match."""
    shown = popup()
    QTest.keyClicks(shown.filter, text)
    QTest.keyClick(shown.filter, Qt.Key.Key_Return)


def test_without_a_ticket_the_next_step_is_told(pane: TicketPane) -> None:
    assert child(pane, "emptyTicket").isVisible()
    assert "queue" in child(pane, "emptyTicketText").text()
    assert not child(pane, "replyEditor").isVisible()


def test_an_opened_ticket_shows_its_head_its_words_and_is_seen(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    theatre.settle()
    assert "Webhook deliveries" in child(pane, "ticketSubject").text()
    assert child(pane, "ticketNumber").text() == "#48001"
    assert child(pane, "ticketStatus").accessibleName() == "Status New"
    view: ConversationView = child(pane, "conversationView")
    assert [card.comment.ref for card in view.cards()] == ["c1", "c2", "c3", "c4"]
    assert view.cards()[1].accessibleName().startswith("Internal note by Noor Haddad")
    assert theatre.workspace.tickets.seen == [1]
    assert theatre.workspace.tickets.announced[-1] == (1, "viewing")
    assert child(pane, "ticketPresence").text() == "Keiko is viewing"


def test_a_ticket_that_is_gone_is_told_honestly(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    del theatre.workspace.rows[1]
    theatre.workspace.publish(Change(tickets=frozenset({1}), topics=frozenset({"tickets"})))
    theatre.settle()
    assert child(pane, "emptyTicketTitle").text() == "This ticket is no longer here"


def test_a_deleted_ticket_with_a_last_copy_stays_readable_but_not_writable(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    retell(theatre, monkeypatch, deleted=True)
    pane.show_ticket(1)
    assert "last copy" in child(pane, "ticketBanner").text()
    assert not child(pane, "replyEditor").isEnabled()
    assert "deleted" in child(pane, "composeRefusal").text()


@pytest.mark.parametrize(
    ("key", "typed", "command"),
    [
        (Qt.Key.Key_S, "pend", SetFields(values={"status": "pending"}, base={})),
        (Qt.Key.Key_P, "urg", SetFields(values={"priority": "urgent"}, base={})),
        (Qt.Key.Key_A, "keiko", SetFields(values={"assignee": "a2"}, base={})),
        (Qt.Key.Key_G, "plat", SetFields(values={"group": "g3"}, base={})),
    ],
)
def test_fields_are_set_by_one_key_and_a_few_letters(
    theatre: Theatre, pane: TicketPane, key: Qt.Key, typed: str, command: SetFields
) -> None:
    pane.show_ticket(1)
    pane.activateWindow()
    child(pane, "conversationView").setFocus()
    QTest.keyClick(child(pane, "conversationView"), key)
    choose(typed)
    theatre.settle()
    assert theatre.workspace.tickets.done == [(1, command)]


def test_a_projected_edit_shows_at_once(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    child(pane, "property_priority").click()
    choose("urgent")
    theatre.settle()
    assert child(pane, "property_priority").accessibleName() == "Priority: Urgent"
    assert child(pane, "ticketPriority").accessibleName() == "Priority Urgent"
    assert theatre.workspace.rows[1].priority is Priority.URGENT


def test_choosing_what_is_set_already_changes_nothing(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    child(pane, "property_status").click()
    choose("new")
    theatre.settle()
    assert theatre.workspace.tickets.done == []


def test_tags_are_added_by_typing_and_removed_by_pressing(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    line: QLineEdit = child(pane, "addTag")
    QTest.keyClicks(line, "Urgent! ")
    QTest.keyClicks(line, "vip")  # is there already
    QTest.keyClick(line, Qt.Key.Key_Return)
    tag: QToolButton = child(pane, "tag0")
    tag.click()
    theatre.settle()
    assert [command for _, command in theatre.workspace.tickets.done] == [
        ChangeTags(add=("urgent",)),
        ChangeTags(remove=("refund",)),
    ]


def test_a_text_field_is_typed_in_place_and_escape_leaves_it(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    child(pane, "property_field_f3").click()
    line: QLineEdit = child(pane, "edit_field_f3")
    QTest.keyClicks(line, "4711")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    theatre.settle()
    assert theatre.workspace.tickets.done == []
    child(pane, "property_field_f3").click()
    line.setText("4712")
    QTest.keyClick(line, Qt.Key.Key_Return)
    theatre.settle()
    assert theatre.workspace.tickets.done == [(1, SetFields(values={"field:f3": "4712"}, base={}))]


def test_solving_asks_for_the_next_ticket_and_can_be_undone(theatre: Theatre, pane: TicketPane) -> None:
    finished: list[int] = []
    said: list[Message] = []
    pane.ticket_finished.connect(finished.append)
    theatre.context.messages.posted.connect(said.append)
    pane.show_ticket(1)
    theatre.context.actions.trigger("ticket.solve")
    theatre.settle()
    assert finished == [1]
    assert said[-1].title == "Status: Solved"
    assert said[-1].batch == "batch-1"


def test_news_from_elsewhere_arrives_without_moving_what_is_read(theatre: Theatre, pane: TicketPane) -> None:
    pane.resize(700, 420)
    pane.show_ticket(2)
    theatre.settle()
    view: ConversationView = child(pane, "conversationView")
    view.verticalScrollBar().setValue(0)
    first = view.cards()[0]
    before = first.pos()
    theatre.context.tasks.run(theatre.workspace.tickets.comment(2, "From another window", public=False))
    theatre.settle()
    assert view.comments[-1].body == "From another window"
    assert view.cards()[0] is first
    assert first.pos() == before


def test_changes_of_other_tickets_are_not_read(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.show_ticket(1)
    theatre.settle()
    read: list[int] = []
    monkeypatch.setattr(theatre.workspace.tickets, "detail", read.append)
    theatre.workspace.publish(Change(tickets=frozenset({7}), topics=frozenset({"tickets"})))
    theatre.settle()
    assert read == []


def test_unsent_changes_are_told_in_words_and_can_be_taken_back(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = WaitingChange(
        key="key-1", text="status: open → solved", state=OutboxState.REFUSED, reason="no root cause"
    )
    retell(theatre, monkeypatch, waiting=(refused,))
    pane.show_ticket(1)
    words = child(pane, "unsent_key-1").text()
    assert "status: open → solved" in words
    assert "refused" in words
    assert "no root cause" in words
    asked: list[str] = []
    pane.decide_asked.connect(asked.append)
    child(pane, "unsentDecide_key-1").click()
    child(pane, "unsentRetry_key-1").click()
    child(pane, "unsentUndo_key-1").click()
    theatre.settle()
    assert theatre.workspace.outbox.retried == ["key-1"]
    assert theatre.workspace.outbox.discarded == ["key-1"]
    assert asked == ["key-1"]


def test_a_reviewer_reads_but_cannot_write_and_is_told_why(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer = Me(ref="a9", name="Rita", email="rita@desk.example", role="reviewer", profile="Demo")
    monkeypatch.setattr(theatre.workspace, "me", lambda: reviewer)
    pane.show_ticket(1)
    assert "reviewer" in child(pane, "composeRefusal").text()
    assert not child(pane, "replySend").isVisible()
    assert not child(pane, "property_status").isEnabled()
    theatre.context.actions.trigger("ticket.status")
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, ChoicePopup) and w.isVisible()]


def test_history_and_articles_are_fetched_only_when_opened(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    theatre.settle()
    text: QLabel = child(pane, "ticketArticlesText")
    assert text.text() == ""
    child(pane, "sectionHead_articles").click()
    theatre.settle()
    assert "When will my refund arrive?" in text.text()


def test_articles_that_can_not_be_fetched_say_so_and_can_be_tried_again(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Offline(Exception):
        title = "You are offline"

    async def fails(_ticket: int) -> tuple[ArticleRecord, ...]:
        raise Offline

    pane._side.articles._fetch = fails
    pane.show_ticket(1)
    child(pane, "sectionHead_articles").click()
    theatre.settle()
    assert child(pane, "ticketArticlesState").text() == "You are offline"
    assert child(pane, "ticketArticlesAgain").isVisible()


def test_somebody_who_replies_is_told_as_it_happens(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.show_ticket(2)
    maya = Presence(ticket="2", person="a7", name="Maya Lindt", mode="replying", since=0)
    me = Presence(ticket="2", person="a0", name="Noor Haddad", mode="replying", since=0)
    monkeypatch.setattr(theatre.workspace.tickets, "presence", lambda _ticket: (maya, me))
    theatre.workspace.publish(Change(tickets=frozenset({2}), topics=frozenset({"presence"})))
    theatre.settle()
    assert child(pane, "ticketPresence").text() == "Maya is replying"


def test_who_left_or_is_not_known_to_be_there_is_said_with_its_age(
    pane: TicketPane, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.show_ticket(2)
    now = theatre.workspace.now()
    maya = Presence(ticket="2", person="a7", name="Maya Lindt", mode="replying", since=0, seen_at=now - 6 * MINUTE)
    monkeypatch.setattr(theatre.workspace.tickets, "presence", lambda _ticket: (maya,))
    theatre.workspace.publish(Change(tickets=frozenset({2}), topics=frozenset({"presence"})))
    theatre.settle()
    shown = child(pane, "ticketPresence")
    assert shown.text() == "seen by Maya 6 min ago"
    assert shown.property("look") == "meta"
    theatre.workspace.pass_time(2 * MINUTE)
    theatre.context.clock.tick()
    assert shown.text() == "seen by Maya 8 min ago"


def test_times_stay_true_while_the_ticket_is_open(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    theatre.settle()
    last = child(pane, "conversationView").cards()[-1]
    assert last.accessibleName().endswith("7 min ago")
    theatre.tick(2 * MINUTE)
    assert last.accessibleName().endswith("9 min ago")


def test_the_side_panel_folds_and_is_remembered(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    assert child(pane, "ticketSide").isVisible()
    theatre.context.actions.trigger("ticket.side")
    assert not child(pane, "ticketSide").isVisible()
    assert theatre.workspace.settings.values["ticket.side"] is False


def test_a_narrow_pane_gives_all_its_room_to_the_conversation(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    pane.resize(480, 700)
    assert pane.width() == 480
    assert not child(pane, "ticketSide").isVisible()
    theatre.context.actions.trigger("ticket.status")
    choose("solved")
    theatre.settle()
    assert theatre.workspace.rows[1].status is Status.SOLVED


def test_in_a_narrow_pane_the_details_are_a_drawer_that_escape_shuts(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    pane.resize(480, 700)
    theatre.settle()
    words = child(pane, "conversationView").width()
    child(pane, "ticketSideToggle").click()
    assert child(pane, "ticketSide").isVisible()
    assert child(pane, "ticketSide").geometry().right() == pane.width() - 1
    assert child(pane, "conversationView").width() == words
    theatre.context.actions.trigger("ticket.back")
    assert not child(pane, "ticketSide").isVisible()
    pane.resize(900, 700)
    assert child(pane, "ticketSide").isVisible()  # what was chosen for a wide pane still holds


def test_escape_leaves_the_composer_first_and_then_the_ticket(theatre: Theatre, pane: TicketPane) -> None:
    asked: list[bool] = []
    pane.back_requested.connect(lambda: asked.append(True))
    pane.show_ticket(1)
    pane.activateWindow()
    pane.reply()
    theatre.context.actions.trigger("ticket.back")
    assert asked == []
    assert child(pane, "conversationView").hasFocus()
    theatre.context.actions.trigger("ticket.back")
    assert asked == [True]


def test_an_other_ticket_of_the_requester_can_be_opened(theatre: Theatre, pane: TicketPane) -> None:
    opened: list[int] = []
    pane.ticket_opened.connect(opened.append)
    pane.show_ticket(1)
    child(pane, "requesterTickets").click()
    child(pane, "otherTicket_9").click()
    theatre.settle()
    assert opened == [9]
    assert pane.ticket == 9


def test_a_held_reply_can_be_sent_anyway(theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch) -> None:
    detail = theatre.workspace.tickets.detail(1)
    assert detail is not None
    held = msgspec.structs.replace(detail.comments[2], ref="", key="key-3", state=OutboxState.HELD)
    retell(theatre, monkeypatch, comments=(*detail.comments, held))
    pane.show_ticket(1)
    theatre.settle()
    assert "somebody wrote" in child(pane, "commentState").text()
    assert child(pane, "commentRetry").text() == "Send anyway"
    child(pane, "commentRetry").click()
    theatre.settle()
    assert theatre.workspace.outbox.retried == ["key-3"]


def test_the_number_can_be_copied(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    theatre.context.actions.trigger("ticket.copy_link")
    assert QGuiApplication.clipboard().text() == "#48001"


def test_sending_with_the_keyboard_alone(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    pane.activateWindow()
    pane.reply()
    editor = child(pane, "replyEditor")
    QTest.keyClicks(editor, "Sent.")
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    assert theatre.workspace.tickets.done == [
        (1, AddComment(body="Sent.", public=True, values={"status": "solved"})),
    ]


def test_every_control_has_a_name_for_scripts_and_for_screen_readers(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    theatre.settle()
    nameless = [
        (type(each).__name__, each.objectName())
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QTextBrowser)
        for each in pane.findChildren(kind)
        if not each.objectName().startswith("qt_")
        and not (each.objectName() and (each.accessibleName() or _text(each)))
    ]
    assert nameless == []


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def test_a_refused_value_waits_in_its_editor_and_the_next_one_takes_its_place(
    theatre: Theatre, pane: TicketPane
) -> None:
    pane.show_ticket(1)
    child(pane, "ticketSide").hide()
    pane.edit_again(refused_change(1, status="hold", type="task"))
    popup = next(each for each in QApplication.topLevelWidgets() if isinstance(each, ChoicePopup) and each.isVisible())
    assert popup.list.currentItem().text() == "On hold"
    QTest.keyClicks(popup.filter, "pend")
    QTest.keyClick(popup.filter, Qt.Key.Key_Return)
    theatre.settle()
    assert theatre.workspace.outbox.discarded == ["no"]
    assert theatre.workspace.tickets.done == [(1, SetFields(values={"status": "pending", "type": "task"}, base={}))]


def test_refused_words_of_a_field_wait_in_its_line(theatre: Theatre, pane: TicketPane) -> None:
    pane.show_ticket(1)
    theatre.settle()
    pane.edit_again(refused_change(1, **{"field:f3": "no number"}))
    line = child(pane, "edit_field_f3")
    assert line.isVisible()
    assert line.text() == "no number"
