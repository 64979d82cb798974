"""Garbage is collected from the main thread, and what the window is built of is left alone."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtWidgets import QApplication

from agentconsole.gui import garbage
from agentconsole.gui.garbage import MainThreadCollector


class _Ring:
    """Refers to itself, so only the collector can free it."""

    def __init__(self, freed: list[int]) -> None:
        self._self = self
        self._freed = freed

    def __del__(self) -> None:
        self._freed.append(1)


@pytest.fixture
def collector(qapp: QApplication) -> MainThreadCollector:
    return MainThreadCollector()


def test_what_was_built_at_first_is_not_looked_through_and_later_garbage_is_freed(
    collector: MainThreadCollector,
) -> None:
    try:
        assert not gc.isenabled()
        before = gc.get_freeze_count()
        for _ in range(3):
            collector.check()
        assert gc.get_freeze_count() > before
        freed: list[int] = []
        for _ in range(3000):
            _Ring(freed)
        assert freed == []
        collector.check()
        assert len(freed) == 3000
    finally:
        collector.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_the_oldest_generation_waits_for_a_quiet_moment_but_not_for_ever(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "_LONGEST_PUT_OFF", 3)
    busy = [True]
    collector = MainThreadCollector(lambda: busy[0])
    collected: list[int] = []
    try:
        for _ in range(3):
            collector.check()
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 1000))
        monkeypatch.setattr(gc, "collect", collected.append)
        for _ in range(3):
            collector.check()
        assert collected == []
        collector.check()
        assert collected == [2]
        collector.check()
        assert collected == [2]
        busy[0] = False
        collector.check()
        assert collected == [2, 2]
    finally:
        monkeypatch.undo()
        collector.end()
