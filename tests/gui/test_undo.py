"""Ctrl+Z takes back whatever was not sent, says what that was, and how long there is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from agentconsole.domain.outbox_views import OutboxBatch
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.messages import Message
from agentconsole.gui.toasts import Toast
from agentconsole.gui.undo import Undo
from agentconsole.gui.whereabouts import OPEN_TICKET
from tests.support.stage import Theatre


@pytest.fixture
def said(theatre: Theatre) -> list[Message]:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    return told


def undo_of(theatre: Theatre) -> Undo:
    context = theatre.context
    return Undo(
        lambda: context.workspace.tickets, context.tasks, context.messages, outbox=lambda: context.workspace.outbox
    )


def test_the_latest_is_taken_back_first_each_by_its_own_way(theatre: Theatre, said: list[Message]) -> None:
    undo = undo_of(theatre)
    done: list[str] = []

    async def back() -> int:
        done.append("draft")
        return 1

    theatre.context.messages.undoable("3 tickets tagged +vip", "bulk")
    theatre.context.messages.reversible("Draft discarded", back)
    undo.undo_last()
    theatre.settle()
    assert (done, said[-1].title) == (["draft"], "Undone: Draft discarded")
    theatre.workspace.tickets._before["bulk"] = [theatre.workspace.rows[1]]
    undo.undo_last()
    theatre.settle()
    assert theatre.workspace.tickets.undone == ["bulk"]
    assert said[-1].title == "Undone: 3 tickets tagged +vip"
    undo.undo_last()
    assert said[-1].title == "Nothing to undo"


def test_after_a_start_what_was_queued_last_is_taken_back_once(
    theatre: Theatre, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = theatre.workspace.outbox
    monkeypatch.setattr(outbox, "latest_batch", lambda: "earlier")
    monkeypatch.setattr(outbox, "batch", lambda _batch: OutboxBatch(total=214, left=200))
    theatre.workspace.tickets._before["earlier"] = [theatre.workspace.rows[1]]
    undo = undo_of(theatre)
    undo.undo_last()
    theatre.settle()
    assert theatre.workspace.tickets.undone == ["earlier"]
    assert said[-1].title == "Undone: 200 changes that waited"
    undo.undo_last()
    assert said[-1].title == "Nothing to undo"


def test_what_was_done_in_this_window_hides_what_was_queued_before_it(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theatre.workspace.outbox, "latest_batch", lambda: "earlier")
    undo = undo_of(theatre)
    theatre.context.messages.undoable("Priority: High", "now")
    undo.undo_last()
    undo.undo_last()
    theatre.settle()
    assert theatre.workspace.tickets.undone == ["now"]


def test_a_note_counts_down_to_when_it_goes_out(theatre: Theatre, qtbot: QtBot) -> None:
    toast = Toast(theatre.context, Message("Reply to Ana", "", "success", "b", 3000), None)  # type: ignore[arg-type]
    qtbot.addWidget(toast)
    detail = toast.findChild(QLabel, "toastDetail")
    assert detail is not None
    assert detail.text() == "Goes out in 3 s"
    seconds = next(timer for timer in toast.findChildren(QTimer) if not timer.isSingleShot())
    for words in ("Goes out in 2 s", "Goes out in 1 s", "Going out now"):
        seconds.timeout.emit()
        assert detail.text() == words


@pytest.mark.parametrize("orderly", [False, True])
def test_after_a_crash_the_ticket_that_was_open_is_open_again(
    theatre: Theatre, qtbot: QtBot, said: list[Message], orderly: bool
) -> None:
    theatre.workspace.drafts.put(5, "half of a thought", public=False, cursor=4)
    theatre.workspace.settings.set(
        OPEN_TICKET, {"ref": "48005", "ticket": 5, "writing": True, **({"orderly": True} if orderly else {})}
    )
    window = MainWindow(theatre.context)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    theatre.settle()
    theatre.settle()
    assert getattr(window.pane("ticket"), "ticket", None) == 5
    editor = window.findChild(QPlainTextEdit, "replyEditor")
    assert editor is not None
    assert (editor.toPlainText(), editor.textCursor().position()) == ("half of a thought", 4)
    assert window.focusWidget() is editor
    assert ("You are back where you were" in [message.title for message in said]) is not orderly
    theatre.complete(window.finish())
    assert theatre.workspace.settings.get(OPEN_TICKET) is None


def test_who_left_in_order_begins_at_the_queue(theatre: Theatre, qtbot: QtBot) -> None:
    window = MainWindow(theatre.context)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    theatre.settle()
    window.open_ticket(3)
    theatre.settle()
    kept = theatre.workspace.settings.get(OPEN_TICKET)
    assert kept == {"ref": "48003", "ticket": 3, "writing": False}
    theatre.complete(window.finish(coming_back=True))
    assert theatre.workspace.settings.get(OPEN_TICKET) == {**kept, "orderly": True}
