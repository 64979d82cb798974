"""What hands and eyes do at the queue in a test."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from agentconsole.gui.panes.queue_pane import QueuePane
from tests.support.stage import Theatre

W = TypeVar("W", bound=QWidget)


def part(of: QWidget, kind: type[W], name: str) -> W:
    """Return the widget called *name* within *of*."""
    found = of.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def settle_changes(theatre: Theatre, pane: QueuePane) -> None:
    """Let what gathers changes go off now instead of after its pause."""
    theatre.settle()
    pane._feed._again.stop()
    pane._feed._look_again()
    theatre.settle()


def press(pane: QueuePane, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(pane.table, key, modifier)


def shown(pane: QueuePane) -> list[int]:
    return list(pane.model.ids)
