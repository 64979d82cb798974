"""Changes reach the panes one by one, unless there are more than anybody could see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from agentconsole.domain.changes import Change
from agentconsole.domain.values import TicketId
from agentconsole.gui.bridge import MANY, Bridge
from agentconsole.services.api import Workspace


class Telling:
    """A workspace that only tells of changes."""

    def __init__(self) -> None:
        self.tell: Callable[[Change], None] = lambda _change: None
        self.is_calming: Callable[[], bool] = lambda: False

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self.tell = listener
        return lambda: None


@pytest.fixture
def feed() -> Telling:
    return Telling()


@pytest.fixture
def heard(feed: Telling, qtbot: QtBot) -> Iterator[list[Change]]:
    told: list[Change] = []
    bridge = Bridge(cast("Workspace", feed))
    bridge.changed.connect(told.append)
    breath = bridge.findChild(QTimer)
    assert breath is not None
    feed.is_calming = breath.isActive
    yield told
    bridge.close()
    bridge.deleteLater()


def _pushed(number: int) -> Change:
    return Change(tickets=frozenset({TicketId(number)}), topics=frozenset({"tickets"}), initiator="push")


def _tickets(changes: list[Change]) -> set[Any]:
    return set().union(*(change.tickets for change in changes))


def test_a_few_changes_are_told_one_by_one(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    few = [_pushed(number) for number in range(MANY)]
    for change in few:
        feed.tell(change)
    assert not heard, "never from within the call that caused it"
    qtbot.waitUntil(lambda: heard == few)


def test_a_storm_is_told_in_few_words_and_none_of_it_is_lost(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    for number in range(500):
        feed.tell(_pushed(number))
    qtbot.waitUntil(lambda: len(_tickets(heard)) == 500)
    assert len(heard) <= MANY + 2
    assert all(change.initiator == "push" for change in heard)


def test_what_the_agent_does_is_told_at_once_and_in_its_turn(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    for number in range(100):
        feed.tell(_pushed(number))
    own = Change(tickets=frozenset({TicketId(7)}), topics=frozenset({"outbox"}), initiator="agent")
    feed.tell(own)
    qtbot.waitUntil(lambda: own in heard)
    before = heard[: heard.index(own)]
    assert len(_tickets(before)) == 100, "it stands on what came before it"


def test_different_doers_are_not_mixed(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    for number in range(50):
        feed.tell(_pushed(number))
        feed.tell(Change(topics=frozenset({"sync"}), initiator="sync"))
    qtbot.waitUntil(lambda: len(_tickets(heard)) == 50)
    assert {change.initiator for change in heard} == {"push", "sync"}
    assert all("sync" not in change.topics for change in heard if change.initiator == "push")


def test_after_the_storm_changes_come_singly_again(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    for number in range(50):
        feed.tell(_pushed(number))
    qtbot.waitUntil(lambda: len(_tickets(heard)) == 50)
    qtbot.waitUntil(lambda: not feed.is_calming())
    heard.clear()
    few = [_pushed(number) for number in range(100, 103)]
    for change in few:
        feed.tell(change)
    qtbot.waitUntil(lambda: heard == few)
