"""Changes reach the panes one after the other, and no more often than anybody could see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from pytestqt.qtbot import QtBot

from agentconsole.domain.changes import Change
from agentconsole.domain.values import TicketId
from agentconsole.gui.bridge import Bridge
from agentconsole.services.api import Workspace


class Telling:
    """A workspace that only tells of changes."""

    def __init__(self) -> None:
        self.tell: Callable[[Change], None] = lambda _change: None

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self.tell = listener
        return lambda: None

    def frame_begins(self) -> None:
        """Nobody else is at work here."""

    def frame_ends(self) -> None:
        """Nobody waited."""


@pytest.fixture
def feed() -> Telling:
    return Telling()


@pytest.fixture
def bridge(feed: Telling, qtbot: QtBot) -> Iterator[Bridge]:
    bridge = Bridge(cast("Workspace", feed))
    yield bridge
    bridge.close()
    bridge.deleteLater()


@pytest.fixture
def heard(bridge: Bridge) -> list[Change]:
    told: list[Change] = []
    bridge.changed.connect(told.append)
    return told


def _pushed(number: int) -> Change:
    return Change(tickets=frozenset({TicketId(number)}), topics=frozenset({"tickets"}), initiator="push")


def _tickets(changes: list[Change]) -> set[Any]:
    return set().union(*(change.tickets for change in changes))


def test_a_change_of_others_is_told_by_the_next_turn(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    feed.tell(_pushed(1))
    assert not heard, "never from within the call that caused it"
    qtbot.waitUntil(lambda: heard == [_pushed(1)])


def test_a_storm_is_told_in_few_words_and_none_of_it_is_lost(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    for number in range(500):
        feed.tell(_pushed(number))
    qtbot.waitUntil(lambda: len(_tickets(heard)) == 500)
    assert len(heard) <= 3
    assert all(change.initiator == "push" for change in heard)


def test_what_the_agent_does_is_told_at_once_and_in_its_turn(
    feed: Telling, bridge: Bridge, heard: list[Change], qtbot: QtBot
) -> None:
    pane = QObject(bridge)
    in_pane: list[Change] = []
    bridge.turn(pane).changed.connect(in_pane.append)
    for number in range(100):
        feed.tell(_pushed(number))
    own = Change(tickets=frozenset({TicketId(7)}), topics=frozenset({"outbox"}), initiator="agent")
    feed.tell(own)
    qtbot.waitUntil(lambda: own in heard and own in in_pane)
    for told in (heard, in_pane):
        assert len(_tickets(told[: told.index(own)])) == 100, "it stands on what came before it"


def test_different_doers_are_not_mixed(feed: Telling, heard: list[Change], qtbot: QtBot) -> None:
    for number in range(50):
        feed.tell(_pushed(number))
        feed.tell(Change(topics=frozenset({"sync"}), initiator="sync"))
    qtbot.waitUntil(lambda: len(_tickets(heard)) == 50)
    assert {change.initiator for change in heard} == {"push", "sync"}
    assert all("sync" not in change.topics for change in heard if change.initiator == "push")


def test_after_the_storm_a_change_is_told_without_waiting_for_a_breath(
    feed: Telling, bridge: Bridge, heard: list[Change], qtbot: QtBot
) -> None:
    for number in range(50):
        feed.tell(_pushed(number))
    qtbot.waitUntil(lambda: bridge.is_quiet and len(_tickets(heard)) == 50)
    heard.clear()
    feed.tell(_pushed(100))
    QCoreApplication.processEvents()
    assert heard == [_pushed(100)]


def test_no_two_panes_are_told_of_others_work_in_one_frame(feed: Telling, bridge: Bridge, qtbot: QtBot) -> None:
    frame = 0
    told: dict[int, list[int]] = {number: [] for number in range(6)}
    frames = QTimer(bridge)
    frames.setInterval(0)

    def count() -> None:
        nonlocal frame
        frame += 1

    frames.timeout.connect(count)
    panes = [QObject(bridge) for _ in told]
    for number, pane in enumerate(panes):
        bridge.turn(pane).changed.connect(lambda _change, number=number: told[number].append(frame))
    frames.start()
    for number in range(300):
        feed.tell(_pushed(number))
    qtbot.waitUntil(lambda: all(told.values()) and bridge.is_quiet)
    frames.stop()
    every = [frame for frames_of_pane in told.values() for frame in frames_of_pane]
    assert len(every) == len(set(every))


def test_a_pane_that_is_gone_is_told_nothing(feed: Telling, bridge: Bridge, heard: list[Change], qtbot: QtBot) -> None:
    pane = QObject()
    told: list[Change] = []
    bridge.turn(pane).changed.connect(told.append)
    feed.tell(_pushed(1))
    pane.deleteLater()
    qtbot.waitUntil(lambda: bridge.is_quiet)
    told.clear()
    feed.tell(_pushed(2))
    qtbot.waitUntil(lambda: _tickets(heard) == {1, 2})
    assert not told
