"""Decisions by keys on a real store: what is queued afterwards is what the window said would be sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import AddComment, SetFields
from agentconsole.domain.instant import MINUTE
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.values import OutboxState, Status
from agentconsole.gui.dialogs.decide.window import DecisionWindow
from agentconsole.services.unsent import DraftService, OutboxService
from agentconsole.store.store import Store
from tests.store.making import NOON, agent, comment, opened, person, pull, ticket
from tests.support.stage import Theatre


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    opened(path).close()
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    made = opened(Path(shutil.copy(empty, tmp_path / "console.db")))
    tickets = [ticket(str(number), requester="p1") for number in (1, 2, 3)]
    pull(made, *tickets, agent("a1", "Mira Lund"), person("p1", "Ana Silva"), comment("c1", "2"))
    yield made
    made.close()


@pytest.fixture
def window(theatre: Theatre, store: Store, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[DecisionWindow]:
    monkeypatch.setattr(theatre.workspace, "outbox", OutboxService(store, None))
    monkeypatch.setattr(theatre.workspace, "drafts", DraftService(store))
    made = DecisionWindow(theatre.context)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.hide()


def begin(window: DecisionWindow, theatre: Theatre, key: str) -> None:
    window.begin(key)
    theatre.settle()
    theatre.settle()


def press(theatre: Theatre, key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)
    theatre.settle()
    theatre.settle()


def text(window: DecisionWindow, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def test_a_conflict(window: DecisionWindow, theatre: Theatre, store: Store) -> None:
    command = SetFields(values={"priority": "high", "assignee": "a1"}, base={"priority": None, "assignee": None})
    (key,) = store.outbox.queue([(1, command)], batch="x").result()
    clash = FieldConflict(name="priority", base=None, mine="high", theirs="low", who="Keiko", at=NOON - 9 * MINUTE)
    store.outbox.mark(key, OutboxState.CONFLICT, reason="both", conflicts=[clash]).result()
    begin(window, theatre, key)
    press(theatre, Qt.Key.Key_1)
    assert text(window, "conflictOutcome") == "Will be sent: Priority → high, assignee: none → Mira Lund"
    press(theatre, Qt.Key.Key_Return)
    decided = store.outbox.get(key)
    assert decided is not None
    assert decided.state is OutboxState.QUEUED
    assert isinstance(decided.command, SetFields)
    assert decided.command.values == {"priority": "high", "assignee": "a1"}


def test_a_held_reply_that_is_written_on(window: DecisionWindow, theatre: Theatre, store: Store) -> None:
    (key,) = store.outbox.queue([(2, AddComment(body="Hello", public=True, last_seen="c1"))], batch="y").result()
    store.outbox.mark(key, OutboxState.HELD, reason="moved on").result()
    begin(window, theatre, key)
    press(theatre, Qt.Key.Key_E)
    withdrawn, draft = store.outbox.get(key), store.drafts.draft(2)
    assert withdrawn is not None
    assert draft is not None
    assert (withdrawn.state, draft.body, draft.public) == (OutboxState.WITHDRAWN, "Hello", True)


def test_words_of_a_ticket_that_was_merged_away(window: DecisionWindow, theatre: Theatre, store: Store) -> None:
    (key,) = store.outbox.queue([(3, AddComment(body="Where to?", public=True))], batch="z").result()
    pull(store, ticket("3", requester="p1", merged_into="2", status=Status.CLOSED))
    store.outbox.mark(key, OutboxState.REFUSED, reason="closed", cause="closed").result()
    begin(window, theatre, key)
    assert text(window, "rescueIntro").startswith("#3 was merged into another ticket.")
    press(theatre, Qt.Key.Key_1)
    assert [(row.ticket, row.state) for row in store.outbox.rows()] == [(2, OutboxState.QUEUED)]
