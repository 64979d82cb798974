"""What hands and eyes do at the directory in a test."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agentconsole.gui.models.directory_model import DirectoryModel, Section
from agentconsole.gui.panes.directory_pane import DirectoryPane


def child(parent: QWidget, name: str) -> Any:
    # of two with one name, one is on its way out: it goes when Qt next is idle
    found = parent.findChildren(QWidget, name)
    assert found, name
    return found[-1]


def listed(pane: DirectoryPane) -> list[str]:
    model: DirectoryModel = child(pane, "directoryView").model()
    lines = (model.line_at(place) for place in range(model.rowCount()))
    return [f"# {line.title}" if isinstance(line, Section) else line.title for line in lines if line is not None]


def title(pane: DirectoryPane) -> str:
    return pane.current.title if pane.current else ""


def type_in(pane: DirectoryPane, text: str) -> None:
    QTest.keyClicks(child(pane, "directorySearch"), text)


def press(pane: DirectoryPane, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(child(pane, "directorySearch"), key, modifiers)


def dialog(name: str) -> Any:
    QApplication.processEvents()
    return next(each for each in QApplication.topLevelWidgets() if each.objectName() == name and each.isVisible())
