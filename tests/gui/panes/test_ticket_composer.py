"""The composer never loses a keystroke, never sends twice, and shows what it will do before it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, SetFields
from agentconsole.domain.drafts import Along, AlongFile
from agentconsole.domain.rows import Draft, MacroEffect
from agentconsole.domain.values import Status
from agentconsole.gui.messages import Message
from agentconsole.gui.panes.ticket.composer import Composer
from agentconsole.gui.panes.ticket.reply_editor import ReplyEditor
from agentconsole.gui.panes.ticket_pane import TicketPane
from tests.support.stage import Theatre


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[TicketPane]:
    shown = TicketPane(theatre.context)
    shown.resize(900, 800)
    shown.show()
    shown.show_ticket(1)
    theatre.settle()
    yield shown
    shown.close()
    shown.deleteLater()


@pytest.fixture
def composer(pane: TicketPane) -> Composer:
    found = pane.findChild(Composer)
    assert found is not None
    return found


def editor(pane: QWidget) -> ReplyEditor:
    found = pane.findChild(ReplyEditor, "replyEditor")
    assert found is not None
    return found


def drafted(theatre: Theatre, ticket: int) -> tuple[str, bool] | None:
    draft = theatre.workspace.drafts.draft(ticket)
    return (draft.body, draft.public) if draft else None


class Full(Exception):
    """A disk without room."""

    title, advice = "The disk is full", "Make room."


def test_a_pause_in_typing_saves_the_draft(theatre: Theatre, pane: TicketPane, qtbot: QtBot) -> None:
    QTest.keyClicks(editor(pane), "Dear Ana")
    theatre.settle()
    assert drafted(theatre, 1) is None

    def saved() -> None:
        theatre.settle()
        assert drafted(theatre, 1) == ("Dear Ana", True)

    qtbot.waitUntil(saved, timeout=1000)


def test_the_draft_is_kept_on_switching_and_comes_back_with_its_caret(theatre: Theatre, pane: TicketPane) -> None:
    pane.note()
    QTest.keyClicks(editor(pane), "half a thought")
    editor(pane).moveCursor(QTextCursor.MoveOperation.StartOfLine)
    editor(pane).moveCursor(QTextCursor.MoveOperation.NextWord)
    QTest.keyClicks(editor(pane), "of ")
    pane.show_ticket(2)
    theatre.settle()
    assert drafted(theatre, 1) == ("half of a thought", False)
    assert editor(pane).toPlainText() == ""
    pane.show_ticket(1)
    assert editor(pane).toPlainText() == "half of a thought"
    assert editor(pane).textCursor().position() == 8
    assert not pane.findChild(Composer).is_public  # type: ignore[union-attr]


@pytest.mark.parametrize("leave", ["hide", "close", "flush"])
def test_the_draft_is_kept_on_leaving(theatre: Theatre, pane: TicketPane, leave: str) -> None:
    QTest.keyClicks(editor(pane), "not lost")
    getattr(pane, leave)()
    theatre.settle()
    assert drafted(theatre, 1) == ("not lost", True)


def test_a_reply_and_a_note_are_two_texts(theatre: Theatre, pane: TicketPane, composer: Composer) -> None:
    pane.reply()
    QTest.keyClicks(editor(pane), "Dear Ana")
    pane.note()
    assert editor(pane).toPlainText() == ""
    QTest.keyClicks(editor(pane), "she is furious")
    pane.reply()
    assert (composer.is_public, editor(pane).toPlainText()) == (True, "Dear Ana")
    pane.note()
    assert (composer.is_public, editor(pane).toPlainText()) == (False, "she is furious")
    pane.show_ticket(2)
    theatre.settle()
    drafts = theatre.workspace.drafts.all_drafts()
    assert [(draft.public, draft.body) for draft in drafts] == [(True, "Dear Ana"), (False, "she is furious")]
    pane.show_ticket(1)
    pane.reply()
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert theatre.workspace.tickets.done == [(1, AddComment(body="Dear Ana", public=True))]
    pane.note()
    assert editor(pane).toPlainText() == "she is furious"
    assert drafted(theatre, 1) == ("she is furious", False)


def test_words_change_their_readers_only_when_they_are_moved(
    theatre: Theatre, pane: TicketPane, composer: Composer
) -> None:
    pane.note()
    QTest.keyClicks(editor(pane), "ship a new one")
    move = pane.findChild(QToolButton, "composeMove")
    assert move is not None
    assert move.isVisible()
    assert "public reply" in move.toolTip()
    move.click()
    assert (composer.is_public, editor(pane).toPlainText()) == (True, "ship a new one")
    pane.flush()
    theatre.settle()
    assert [(draft.public, draft.body) for draft in theatre.workspace.drafts.all_drafts()] == [(True, "ship a new one")]
    pane.note()
    assert editor(pane).toPlainText() == ""
    assert not move.isVisible()


def test_a_note_that_comes_back_does_not_join_the_reply_being_written(
    theatre: Theatre, pane: TicketPane, composer: Composer
) -> None:
    QTest.keyClicks(editor(pane), "Dear Ana")
    theatre.workspace.drafts._drafts[1, False] = Draft(ticket=1, body="undone", public=False, cursor=6, saved_at=0)
    theatre.workspace.publish(Change(tickets=frozenset({1}), topics=frozenset({"drafts"})))
    theatre.settle()
    assert (composer.is_public, editor(pane).toPlainText()) == (True, "Dear Ana")
    pane.note()
    assert editor(pane).toPlainText() == "undone"


def test_a_draft_that_could_not_be_saved_is_told_and_tried_again(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = theatre.workspace.drafts.save

    async def fails(*_: Any, **__: Any) -> None:
        raise Full

    monkeypatch.setattr(theatre.workspace.drafts, "save", fails)
    QTest.keyClicks(editor(pane), "precious")
    pane.flush()
    theatre.settle()
    state = pane.findChild(QWidget, "draftState")
    assert "not saved" in state.text()  # type: ignore[union-attr]
    monkeypatch.setattr(theatre.workspace.drafts, "save", save)
    pane.flush()
    theatre.settle()
    assert drafted(theatre, 1) == ("precious", True)


def test_words_that_could_not_be_saved_wait_for_the_agent_to_come_back(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> None:
        raise Full

    with monkeypatch.context() as full:
        full.setattr(theatre.workspace.drafts, "save", fails)
        QTest.keyClicks(editor(pane), "precious")
        pane.show_ticket(2)
        theatre.settle()
        assert editor(pane).toPlainText() == ""
        assert pane.holds_unsaved
        pane.show_ticket(1)
        theatre.settle()
        assert editor(pane).toPlainText() == "precious"
        pane.show_ticket(2)
        theatre.settle()
    pane.flush()
    theatre.settle()
    assert drafted(theatre, 1) == ("precious", True)
    assert not pane.holds_unsaved


def test_sending_queues_the_reply_empties_the_composer_and_offers_undo(theatre: Theatre, pane: TicketPane) -> None:
    said: list[Message] = []
    finished: list[int] = []
    theatre.context.messages.posted.connect(said.append)
    pane.ticket_finished.connect(finished.append)
    QTest.keyClicks(editor(pane), "It is on its way.")
    button = pane.findChild(QPushButton, "replySend")
    assert button is not None
    assert button.text() == "Send reply"
    button.click()
    theatre.settle()
    assert theatre.workspace.tickets.done == [(1, AddComment(body="It is on its way.", public=True))]
    assert (said[-1].batch, said[-1].delay_ms) == ("batch-1", 5000)
    assert "Lucía Romero" in said[-1].title
    assert finished == [1]
    assert editor(pane).toPlainText() == ""
    pane.flush()
    theatre.settle()
    assert drafted(theatre, 1) is None


def test_the_undo_delay_follows_the_setting_and_notes_go_at_once(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[int] = []
    comment = theatre.workspace.tickets.comment

    async def listening(ticket: int, body: str, **more: Any) -> str:
        delays.append(more["delay"])
        return await comment(ticket, body, **more)

    monkeypatch.setattr(theatre.workspace.tickets, "comment", listening)
    theatre.workspace.settings.set("undo_send_seconds", 12)
    finished: list[int] = []
    pane.ticket_finished.connect(finished.append)
    pane.note()
    QTest.keyClicks(editor(pane), "just between us")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert finished == []  # a note leaves the agent with the ticket
    pane.reply()
    QTest.keyClicks(editor(pane), "hello")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert delays == [0, 12_000_000]


def test_a_send_that_is_refused_keeps_the_words_and_their_draft(
    theatre: Theatre, pane: TicketPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> str:
        raise Full

    said: list[Message] = []
    theatre.context.messages.posted.connect(said.append)
    monkeypatch.setattr(theatre.workspace.tickets, "comment", fails)
    QTest.keyClicks(editor(pane), "do not lose me")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert editor(pane).toPlainText() == "do not lose me"
    assert not editor(pane).isReadOnly()
    assert said[-1].level == "error"
    assert "The disk is full. Your text is still in the composer. Make room." in said[-1].detail
    pane.flush()
    theatre.settle()
    assert drafted(theatre, 1) == ("do not lose me", True)


def test_moving_on_while_a_reply_is_being_queued_does_not_bring_its_draft_back(
    theatre: Theatre, pane: TicketPane
) -> None:
    QTest.keyClicks(editor(pane), "sent once")
    theatre.context.actions.trigger("composer.send")
    pane.show_ticket(2)
    theatre.settle()
    assert [command for _, command in theatre.workspace.tickets.done] == [AddComment(body="sent once", public=True)]
    assert theatre.workspace.tickets.last_seen == ["c4"]
    assert drafted(theatre, 1) is None


def test_sending_twice_in_a_row_sends_once(theatre: Theatre, pane: TicketPane) -> None:
    QTest.keyClicks(editor(pane), "once")
    theatre.context.actions.trigger("composer.send")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert len(theatre.workspace.tickets.done) == 1


def test_send_and_set_status(theatre: Theatre, pane: TicketPane, composer: Composer) -> None:
    QTest.keyClicks(editor(pane), "Which order?")
    composer.send(Status.PENDING)
    theatre.settle()
    assert theatre.workspace.tickets.done == [
        (1, AddComment(body="Which order?", public=True, values={"status": "pending"}))
    ]


def test_a_macro_is_shown_before_it_is_sent_and_parts_can_be_left_out(theatre: Theatre, pane: TicketPane) -> None:
    pane._ready.use(1, "m3")
    assert editor(pane).toPlainText() == "Escalated: needs a look at the webhook log."
    assert not pane.findChild(Composer).is_public  # type: ignore[union-attr]
    chips = [pane.findChild(QToolButton, f"pending{number}") for number in range(3)]
    assert [chip.text().strip() for chip in chips if chip] == [
        "Priority → High  ✕",
        "Group → Integrations  ✕",
        "+ escalated  ✕",
    ]
    assert theatre.workspace.tickets.done == []
    assert chips[1] is not None
    chips[1].click()
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    sent = theatre.workspace.tickets.done[0][1]
    assert isinstance(sent, AddComment)
    assert (sent.values, sent.add_tags, sent.macro) == ({"priority": "high"}, ("escalated",), "m3")


def test_a_macro_keeps_what_was_written(theatre: Theatre, pane: TicketPane) -> None:
    QTest.keyClicks(editor(pane), "Hi,")
    pane._ready.use(1, "m2")
    assert editor(pane).toPlainText() == "Hi,\n\nWhich order is it?"


def test_changes_without_words_can_be_applied(theatre: Theatre, pane: TicketPane) -> None:
    pane._ready.use(1, "m2")
    editor(pane).clear()
    button = pane.findChild(QPushButton, "replySend")
    assert button is not None
    assert button.text() == "Apply changes"
    button.click()
    theatre.settle()
    assert theatre.workspace.tickets.done == [(1, SetFields(values={"status": "pending"}, base={}))]


def test_nothing_written_is_not_sent(theatre: Theatre, pane: TicketPane) -> None:
    QTest.keyClicks(editor(pane), "   ")
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert theatre.workspace.tickets.done == []


def test_dropped_files_go_along(theatre: Theatre, pane: TicketPane, composer: Composer, tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(b"x" * 2048)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://x.example/not-a-file")])
    editor(pane).insertFromMimeData(dropped)
    theatre.settle()
    assert composer.pending.files == [AlongFile("photo.png", 2048, str(file), "copy-photo.png")]
    chip = pane.findChild(QToolButton, "pending0")
    assert chip is not None
    assert "photo.png" in chip.text()


def test_a_draft_from_elsewhere_appears_after_what_is_being_written(theatre: Theatre, pane: TicketPane) -> None:
    elsewhere = Draft(ticket=1, body="from undo", public=True, cursor=4, saved_at=0)
    theatre.workspace.drafts._drafts[1, True] = elsewhere
    changed = Change(tickets=frozenset({1}), topics=frozenset({"drafts"}))
    theatre.workspace.publish(changed)
    theatre.settle()
    assert editor(pane).toPlainText() == "from undo"
    QTest.keyClicks(editor(pane), "!")
    theatre.workspace.drafts._drafts[1, True] = Draft(ticket=1, body="third", public=True, cursor=0, saved_at=0)
    theatre.workspace.publish(changed)
    theatre.settle()
    assert editor(pane).toPlainText() == "from! undo\n\nthird"
    assert editor(pane).textCursor().position() == len("from!")


def test_words_that_come_back_while_others_are_unsaved_are_not_overwritten(theatre: Theatre, pane: TicketPane) -> None:
    QTest.keyClicks(editor(pane), "second thoughts")
    # the outbox gave the words of a withdrawn reply back, and the window has not heard of it yet
    back = Draft(ticket=1, body="first words", public=True, cursor=0, saved_at=0)
    theatre.workspace.drafts._drafts[1, True] = back
    pane.flush()
    theatre.settle()
    assert drafted(theatre, 1) == ("second thoughts\n\nfirst words", True)
    assert editor(pane).toPlainText() == "second thoughts\n\nfirst words"
    QTest.keyClicks(editor(pane), "!")
    pane.flush()
    theatre.settle()
    assert drafted(theatre, 1) == ("second thoughts!\n\nfirst words", True)


def test_files_and_changes_are_part_of_the_draft_of_their_kind(
    theatre: Theatre, pane: TicketPane, composer: Composer, tmp_path: Path
) -> None:
    file = tmp_path / "proof.pdf"
    file.write_bytes(b"x")
    composer.attach([file])
    composer.pending.add({"status": "pending"}, ("vip",), ())
    composer.pending.changed.emit()
    QTest.keyClicks(editor(pane), "See the file")
    theatre.settle()
    file.unlink()
    pane.note()
    assert not composer.pending.files
    pane.show_ticket(2)
    theatre.settle()
    assert not composer.pending.has_changes
    pane.show_ticket(1)
    pane.reply()
    assert [each.key for each in composer.pending.files] == ["copy-proof.pdf"]
    assert (composer.pending.values, composer.pending.add_tags) == ({"status": "pending"}, ("vip",))
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    ((_, command),) = theatre.workspace.tickets.done
    assert isinstance(command, AddComment)
    assert (command.attachments, command.values, command.add_tags) == (
        ("copy-proof.pdf",),
        {"status": "pending"},
        ("vip",),
    )
    assert theatre.workspace.drafts.all_drafts() == ()


def test_changes_that_were_applied_leave_no_draft(theatre: Theatre, pane: TicketPane, composer: Composer) -> None:
    composer.pending.add({"status": "pending"}, (), ())
    composer.pending.changed.emit()
    pane.flush()
    theatre.settle()
    assert theatre.workspace.drafts.all_drafts()[0].along == Along(values={"status": "pending"})
    theatre.context.actions.trigger("composer.send")
    theatre.settle()
    assert theatre.workspace.drafts.all_drafts() == ()


def test_moving_the_caret_alone_is_kept(theatre: Theatre, pane: TicketPane) -> None:
    editor(pane).insertPlainText("Dear 😀 Ana")
    pane.flush()
    theatre.settle()
    for _ in range(3):
        QTest.keyClick(editor(pane), Qt.Key.Key_Left)
    pane.flush()
    theatre.settle()
    draft = theatre.workspace.drafts.draft(1)
    assert draft is not None
    assert draft.cursor == len("Dear xx ")
    pane.show_ticket(2)
    pane.show_ticket(1)
    assert editor(pane).textCursor().position() == len("Dear xx ")


def test_a_ready_text_leaves_a_version_of_what_was_written_before_it(
    theatre: Theatre, pane: TicketPane, composer: Composer
) -> None:
    QTest.keyClicks(editor(pane), "my own words")
    composer.apply_macro(MacroEffect(macro="m1", values={}, body="Ready text"))
    pane.flush()
    theatre.settle()
    (version,) = theatre.workspace.drafts.versions(1, public=True)
    assert (version.body, version.why) == ("my own words", "macro")


def test_news_of_the_ticket_leave_the_words_being_typed_alone(theatre: Theatre, pane: TicketPane) -> None:
    QTest.keyClicks(editor(pane), "typing")
    theatre.context.tasks.run(theatre.workspace.tickets.set_fields([1], {"priority": "high"}))
    theatre.settle()
    QTest.keyClicks(editor(pane), " on")
    assert editor(pane).toPlainText() == "typing on"


def test_colleagues_are_told_of_typing_once(theatre: Theatre, pane: TicketPane) -> None:
    QTest.keyClicks(editor(pane), "hello")
    assert theatre.workspace.tickets.announced.count((1, "replying")) == 1


def test_quoting_puts_the_words_behind_angle_brackets(pane: TicketPane, composer: Composer) -> None:
    composer.quote("first\nsecond")
    assert editor(pane).toPlainText() == "> first\n> second\n\n"


def test_reply_and_note_can_not_be_mistaken(pane: TicketPane, composer: Composer) -> None:
    audience = pane.findChild(QWidget, "composeAudience")
    assert editor(pane).accessibleName() == "Reply"
    reply = composer.grab().toImage().pixelColor(composer.width() // 2, composer.height() - 30)
    pane.note()
    assert editor(pane).accessibleName() == "Internal note"
    assert audience.text() == "Only your team sees this"  # type: ignore[union-attr]
    note = composer.grab().toImage().pixelColor(composer.width() // 2, composer.height() - 30)
    assert reply != note
