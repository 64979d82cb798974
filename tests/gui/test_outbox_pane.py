"""The outbox explains each change and lets the agent decide, by keyboard alone if they like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListView, QPushButton
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import SetFields
from agentconsole.domain.rows import OutboxRow
from agentconsole.gui.panes.outbox_pane import OutboxPane
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


def text(pane: OutboxPane, name: str) -> str:
    found = pane.findChild(QLabel, name)
    assert found is not None
    return found.text()


def button(pane: OutboxPane, name: str) -> QPushButton:
    found = pane.findChild(QPushButton, name)
    assert found is not None
    return found


def listing(pane: OutboxPane) -> QListView:
    found = pane.findChild(QListView, "outboxView")
    assert found is not None
    return found


def titles(pane: OutboxPane) -> list[str]:
    model = listing(pane).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def choose(pane: OutboxPane, beginning: str) -> None:
    row = next(number for number, title in enumerate(titles(pane)) if title.startswith(beginning))
    listing(pane).setCurrentIndex(listing(pane).model().index(row, 0))


def test_what_needs_a_decision_comes_first(pane: OutboxPane) -> None:
    assert [title.partition(":")[0] for title in titles(pane)] == [
        "Conflict",
        "Refused",
        "Held back",
        "Checking whether it arrived",
        "Waiting",
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
    choose(pane, "Conflict")
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    assert theatre.workspace.outbox.retried == ["key-1"]
    choose(pane, "Conflict")
    QTest.keyClick(view, Qt.Key.Key_D)
    theatre.settle()
    assert theatre.workspace.outbox.discarded == ["key-2"]


def test_what_may_have_arrived_can_be_neither_sent_again_nor_discarded(pane: OutboxPane) -> None:
    choose(pane, "Checking")
    assert not button(pane, "outboxRetry").isVisible()
    assert not button(pane, "outboxDiscard").isEnabled()


def test_editing_a_held_reply_takes_it_back_and_opens_its_ticket(pane: OutboxPane, theatre: Theatre) -> None:
    opened: list[int] = []
    pane.ticket_opened.connect(opened.append)
    choose(pane, "Held")
    button(pane, "outboxEdit").click()
    theatre.settle()
    assert theatre.workspace.outbox.discarded == ["key-3"]
    assert opened == [4]


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


def test_an_empty_outbox_says_so(pane: OutboxPane, theatre: Theatre) -> None:
    theatre.context.tasks.run(theatre.workspace.outbox.discard([f"key-{number}" for number in range(5)]))
    theatre.settle()
    assert text(pane, "outboxSummary") == "Nothing waits"
    assert not button(pane, "outboxDiscard").isVisible()
    assert text(pane, "outboxEmptyTitle") == "Everything is sent"


def test_a_screen_reader_hears_the_whole_story(pane: OutboxPane) -> None:
    model = listing(pane).model()
    said = str(model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    for part in ("Refused", "status: open → solved", "#48002", "a solved ticket needs a root cause"):
        assert part in said
