"""Work that paints much gets a frame of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QElapsedTimer, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agentconsole.gui.frames import FRAME_MS, Frames


@pytest.fixture
def told() -> list[str]:
    """What those who share the interpreter were told."""
    return []


@pytest.fixture
def frames(told: list[str], qtbot: QtBot) -> Iterator[Frames]:
    made = Frames(lambda: told.append("begins"), lambda: told.append("ends"))
    yield made
    made.stop()
    made.deleteLater()


def test_the_first_is_done_at_once_and_the_others_a_frame_apart(frames: Frames, qtbot: QtBot) -> None:
    clock = QElapsedTimer()
    clock.start()
    done: list[tuple[str, int]] = []

    def show(name: str) -> None:
        done.append((name, clock.elapsed()))

    for name in ("a", "b", "c"):
        frames.spaced(frames, show)(name)
    assert [name for name, _ in done] == ["a"]
    qtbot.waitUntil(lambda: not frames.is_busy)
    assert [name for name, _ in done] == ["a", "b", "c"]
    for (_, before), (_, after) in pairwise(done):
        assert after - before >= FRAME_MS - 1


def test_what_is_asked_for_meanwhile_comes_after_it(frames: Frames, qtbot: QtBot) -> None:
    done: list[str] = []

    def first() -> None:
        frames.ask(frames, lambda: done.append("second"))
        done.append("first")

    frames.ask(frames, first)
    assert done == ["first"]
    qtbot.waitUntil(lambda: done == ["first", "second"])


def test_a_pane_that_is_gone_is_not_filled(frames: Frames, qtbot: QtBot) -> None:
    pane = QObject()
    done: list[str] = []
    fill = frames.spaced(pane, done.append)
    frames.ask(frames, lambda: None)
    fill("too late")
    pane.deleteLater()
    qtbot.waitUntil(lambda: not frames.is_busy)
    assert not done


def test_one_that_fails_does_not_hold_up_the_others(frames: Frames, qtbot: QtBot) -> None:
    done: list[str] = []

    def fails() -> None:
        raise ValueError("this pane fails")

    with pytest.raises(ValueError, match="this pane"):
        frames.ask(frames, fails)
    frames.ask(frames, lambda: done.append("next"))
    qtbot.waitUntil(lambda: done == ["next"])


def test_a_frame_lasts_from_its_work_to_the_end_of_its_painting(frames: Frames, told: list[str], qtbot: QtBot) -> None:
    class Pane(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            told.append("paints")

    pane = Pane()
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitUntil(lambda: "paints" in told)
    told.clear()

    def show_news() -> None:
        told.append("works")
        pane.update()

    frames.ask(pane, show_news)
    qtbot.waitUntil(lambda: "ends" in told)
    assert told == ["begins", "works", "paints", "ends"]


def test_a_frame_that_fails_ends_too(frames: Frames, told: list[str], qtbot: QtBot) -> None:
    def fails() -> None:
        raise ValueError("this pane fails")

    with pytest.raises(ValueError, match="this pane"):
        frames.ask(frames, fails)
    qtbot.waitUntil(lambda: told == ["begins", "ends"])


def test_nobody_waits_for_a_window_that_is_closed(frames: Frames, told: list[str]) -> None:
    frames.ask(frames, lambda: None)
    frames.stop()
    assert told == ["begins", "ends"]


def test_the_painting_of_a_watched_window_goes_first(frames: Frames, told: list[str], qtbot: QtBot) -> None:
    class Window(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            told.append("painted")

    window = Window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: "painted" in told)
    told.clear()
    frames.watch(window)
    window.update()
    assert told == []
    qtbot.waitUntil(lambda: "ends" in told)
    assert told == ["begins", "painted", "ends"]
    told.clear()
    frames.stop()
    window.update()
    qtbot.waitUntil(lambda: "painted" in told)
    assert "begins" not in told
