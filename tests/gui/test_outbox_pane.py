"""The outbox explains each change and lets the agent decide, by keyboard alone if they like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import CreateTicket, SetFields
from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.messages import Message
from agentconsole.gui.panes.outbox_pane import OutboxPane
from agentconsole.gui.undo import Undo
from tests.support.stage import Theatre


@pytest.fixture
def pane(theatre: Theatre, qtbot: QtBot) -> Iterator[OutboxPane]:
    made = OutboxPane(theatre.context)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    theatre.settle()
    yield made
    made.hide()


@pytest.fixture
def messages(theatre: Theatre) -> list[Message]:
    said: list[Message] = []
    theatre.context.messages.posted.connect(said.append)
    return said


def text(pane: OutboxPane, name: str) -> str:
    found = pane.findChild(QLabel, name)
    assert found is not None
    return found.text()


def button(pane: OutboxPane, name: str) -> QPushButton:
    found = pane.findChild(QPushButton, name)
    assert found is not None
    return found


def listing(pane: OutboxPane) -> QTableView:
    found = pane.findChild(QTableView, "outboxView")
    assert found is not None
    return found


def titles(pane: OutboxPane) -> list[str]:
    model = listing(pane).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def choose(pane: OutboxPane, beginning: str) -> None:
    row = next(number for number, title in enumerate(titles(pane)) if title.startswith(beginning))
    listing(pane).setFocus()
    listing(pane).setCurrentIndex(listing(pane).model().index(row, 0))


def test_what_needs_a_decision_comes_first(pane: OutboxPane) -> None:
    assert [title.partition(":")[0] for title in titles(pane)] == [
        "Refused",
        "Conflict",
        "Held back",
        "Waiting",
        "Checking whether it arrived",
    ]
    assert text(pane, "outboxSummary") == "3 need you · 2 waiting"


def test_a_refused_change_tells_the_reason_and_the_next_step(pane: OutboxPane) -> None:
    choose(pane, "Refused")
    assert text(pane, "outboxReason") == "The help desk says: a solved ticket needs a root cause."
    assert text(pane, "outboxNextStep") == "Open the ticket to set it otherwise, try again, or discard it."
    assert button(pane, "outboxEdit").isVisible()
    assert button(pane, "outboxOpen").isVisible()


def test_a_waiting_change_counts_down_to_its_next_attempt(pane: OutboxPane, theatre: Theatre) -> None:
    choose(pane, "Waiting")
    assert text(pane, "outboxNextStep") == "Next attempt in 30 s after 1 attempt."
    theatre.tick(10_000_000)
    assert text(pane, "outboxNextStep") == "Next attempt in 20 s after 1 attempt."


def test_keys_alone_retry_and_discard(pane: OutboxPane, theatre: Theatre) -> None:
    view = listing(pane)
    view.setFocus()
    choose(pane, "Refused")
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    assert theatre.workspace.outbox.retried == ["key-2"]
    choose(pane, "Refused")
    QTest.keyClick(view, Qt.Key.Key_D)
    theatre.settle()
    assert theatre.workspace.outbox.discarded == ["key-1"]


def test_several_are_discarded_at_once_and_come_back_by_one_undo(
    pane: OutboxPane, theatre: Theatre, messages: list[Message]
) -> None:
    view = listing(pane)
    view.setFocus()
    choose(pane, "Refused")
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    assert text(pane, "outboxWhat") == "3 changes are chosen"
    QTest.keyClick(view, Qt.Key.Key_D)
    theatre.settle()
    assert theatre.workspace.outbox.discarded == ["key-1", "key-2", "key-3"]
    assert messages[-1].title == "Discarded: 3 changes"
    undo = Undo(lambda: theatre.workspace.tickets, theatre.context.tasks, theatre.context.messages)
    theatre.context.messages.posted.emit(messages[-1])
    undo.undo_last()
    theatre.settle()
    assert theatre.workspace.outbox.restored == ["key-1", "key-2", "key-3"]
    assert [title.partition(":")[0] for title in titles(pane)][:3] == ["Refused", "Conflict", "Held back"]


def test_its_neighbours_keep_their_room_when_it_offers_less(pane: OutboxPane, theatre: Theatre) -> None:
    theatre.workspace.outbox.fill()
    pane.refresh()
    theatre.settle()
    widths = []
    for number in range(len(titles(pane))):
        listing(pane).setCurrentIndex(listing(pane).model().index(number, 0))
        theatre.settle()
        layout = pane.layout()
        assert layout is not None
        widths.append((layout.minimumSize().width(), pane.minimumWidth()))
    needs, kept = zip(*widths, strict=True)
    assert len(set(needs)) > 1, "some changes offer less than others"
    assert list(kept) == sorted(kept)


def test_what_is_asked_for_is_done_to_the_change_that_is_explained(
    pane: OutboxPane, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(pane, "Refused")
    explained = text(pane, "outboxWhat")
    frames: list[Callable[[], object]] = []
    monkeypatch.setattr(theatre.context.bridge.frames, "ask", lambda _owner, work: frames.append(work))
    theatre.workspace.outbox.accept("key-1")
    pane.refresh()
    theatre.settle()
    frames.pop(0)()
    assert not any(title.startswith("Refused") for title in titles(pane)), "the list shows what follows"
    assert text(pane, "outboxWhat") == explained
    button(pane, "outboxRetry").click()
    theatre.settle()
    assert theatre.workspace.outbox.retried == ["key-1"]
    while frames:
        frames.pop(0)()
        theatre.settle()
    assert text(pane, "outboxWhat") != explained
    button(pane, "outboxRetry").click()
    theatre.settle()
    assert theatre.workspace.outbox.retried == ["key-1", "key-2"]


def test_what_was_changed_in_one_go_is_taken_back_in_one_go(pane: OutboxPane, theatre: Theatre) -> None:
    theatre.workspace.outbox.fill()
    pane.refresh()
    theatre.settle()
    number = next(n for n in range(len(titles(pane))) if pane._model.row(n).batch == "bulk")  # type: ignore[union-attr]
    listing(pane).setCurrentIndex(listing(pane).model().index(number, 0))
    assert button(pane, "outboxBatch").text() == "Take the whole batch back"
    assert "12 are not sent" in button(pane, "outboxBatch").toolTip()
    listing(pane).setFocus()
    QTest.keyClick(listing(pane), Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    assert theatre.workspace.tickets.undone == ["bulk"]


def test_the_views_list_what_was_sent_and_withdrawn_and_the_latter_is_put_back(
    pane: OutboxPane, theatre: Theatre
) -> None:
    theatre.workspace.outbox.fill()
    view = listing(pane)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_3)
    theatre.settle()
    assert [title.partition(":")[0] for title in titles(pane)] == ["Sent"] * 5
    assert not button(pane, "outboxDiscard").isVisible()
    QTest.keyClick(view, Qt.Key.Key_4)
    theatre.settle()
    assert titles(pane) == ["Withdrawn: Internal note: “Never mind, found it.”"]
    assert button(pane, "outboxRetry").text() == "Put back"
    QTest.keyClick(view, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    assert len(theatre.workspace.outbox.restored) == 1
    assert text(pane, "outboxEmptyTitle") == "Nothing was withdrawn"


def test_changes_of_one_ticket_hang_together_and_say_what_they_wait_for(pane: OutboxPane, theatre: Theatre) -> None:
    theatre.workspace.outbox.fill()
    pane.refresh()
    theatre.settle()
    model = pane._model
    first = next(n for n in range(model.rowCount()) if titles(pane)[n].startswith("Waiting: Public reply: “I ask"))
    assert [(model.begins(n), model.ends(n)) for n in range(first, first + 3)] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    listing(pane).setCurrentIndex(model.index(first + 1, 0))
    assert text(pane, "outboxNextStep").startswith("Waits for “public reply”, which goes first")
    assert "made 1 h ago" in text(pane, "outboxHistory")


def test_enter_decides_what_needs_a_decision_and_opens_the_ticket_of_the_rest(pane: OutboxPane) -> None:
    decided: list[str] = []
    opened: list[int] = []
    pane.decide_asked.connect(decided.append)
    pane.ticket_opened.connect(opened.append)
    choose(pane, "Conflict")
    QTest.keyClick(listing(pane), Qt.Key.Key_Return)
    choose(pane, "Waiting")
    QTest.keyClick(listing(pane), Qt.Key.Key_Return)
    assert (decided, opened) == (["key-2"], [1])


def test_ten_thousand_changes_are_listed_a_page_at_a_time(
    pane: OutboxPane, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = theatre.workspace.outbox
    for number in range(10_000):
        outbox.put(number % 40 + 1, SetFields(values={"status": "open"}, base={}))
    read: list[int] = []
    page = outbox.page

    def counted(ids: Sequence[int]) -> list[OutboxRow]:
        read.append(len(ids))
        return page(ids)

    monkeypatch.setattr(pane._model, "_read", counted)
    pane.refresh()
    theatre.settle()
    assert pane._model.rowCount() == 10_005
    listing(pane).scrollToBottom()
    theatre.settle()
    assert sum(read) < 400


def test_what_may_have_arrived_can_be_neither_sent_again_nor_discarded(pane: OutboxPane) -> None:
    choose(pane, "Checking")
    assert not button(pane, "outboxRetry").isVisible()
    assert not button(pane, "outboxDiscard").isEnabled()


def test_editing_a_held_reply_takes_it_back_into_its_composer(pane: OutboxPane, theatre: Theatre) -> None:
    asked: list[tuple[int, bool]] = []
    pane.write_asked.connect(lambda ticket, public: asked.append((ticket, public)))
    choose(pane, "Held")
    button(pane, "outboxEdit").click()
    theatre.settle()
    assert theatre.workspace.outbox.reopened == ["key-3"]
    assert asked == [(4, True)]


def test_editing_a_new_ticket_takes_it_back_into_its_form(pane: OutboxPane, theatre: Theatre) -> None:
    asked: list[CreateTicket] = []
    pane.form_asked.connect(asked.append)
    command = CreateTicket(subject="Printer", body="It burns")
    key = theatre.workspace.outbox.put(9, command, text="new ticket")
    pane.refresh()
    theatre.settle()
    pane.show_key(key)
    listing(pane).setFocus()
    QTest.keyClick(listing(pane), Qt.Key.Key_E)
    theatre.settle()
    assert theatre.workspace.outbox.discarded == [key]
    assert [(each.subject, each.body) for each in asked] == [("Printer", "It burns")]


def test_a_refused_value_is_edited_where_it_was_set(pane: OutboxPane) -> None:
    asked: list[OutboxRow] = []
    pane.edit_asked.connect(asked.append)
    choose(pane, "Refused")
    QTest.keyClick(listing(pane), Qt.Key.Key_E)
    assert [row.command for row in asked] == [SetFields(values={"status": "solved"}, base={"status": "open"})]


def test_the_selection_stays_on_its_change_when_others_go(pane: OutboxPane, theatre: Theatre) -> None:
    choose(pane, "Held")
    theatre.context.tasks.run(theatre.workspace.outbox.discard(["key-2"]))
    theatre.settle()
    assert text(pane, "outboxWhat").startswith("Public reply")


def test_a_pane_that_is_not_seen_reads_nothing_until_it_is(pane: OutboxPane, theatre: Theatre) -> None:
    pane.hide()
    key = theatre.workspace.outbox.put(9, SetFields(values={"status": "open"}, base={}))
    theatre.workspace.outbox._tell()
    theatre.settle()
    assert pane._model.rowCount() == 5
    pane.show()
    theatre.settle()
    assert pane._model.rowCount() == 6
    assert pane._model.number_of(theatre.workspace.outbox.id_of(key)) >= 0


def test_an_empty_outbox_says_so(pane: OutboxPane, theatre: Theatre) -> None:
    theatre.context.tasks.run(theatre.workspace.outbox.discard([f"key-{number}" for number in range(5)]))
    theatre.settle()
    assert text(pane, "outboxSummary") == "Nothing waits"
    assert not button(pane, "outboxDiscard").isVisible()
    assert text(pane, "outboxEmptyTitle") == "Everything is sent"


def test_a_screen_reader_hears_the_whole_story(pane: OutboxPane) -> None:
    model = listing(pane).model()
    said = str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    for part in ("Refused", "Status: open → solved", "#48002", "a solved ticket needs a root cause"):
        assert part in said
