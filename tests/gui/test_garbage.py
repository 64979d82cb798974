"""Garbage is collected from the main thread, and what the window is built of is left alone."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtWidgets import QApplication

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
