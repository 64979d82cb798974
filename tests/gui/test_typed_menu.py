"""Menus go to what one types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agentconsole.gui.typed_menu import TypedMenu


@pytest.fixture
def menu(qapp: QApplication) -> Iterator[TypedMenu]:
    made = TypedMenu()
    for title in ("Open", "On hold", "&Pending", "Solved"):
        made.addAction(title)
    made.popup(QPoint(10, 10))
    yield made
    made.close()
    made.deleteLater()


def active(menu: TypedMenu) -> str:
    return menu.activeAction().text()


@pytest.mark.parametrize(
    ("typed", "reached"), [("s", "Solved"), ("P", "&Pending"), ("on", "On hold"), ("o", "Open"), ("oo", "On hold")]
)
def test_letters_go_to_the_entry_that_begins_with_them(menu: TypedMenu, typed: str, reached: str) -> None:
    QTest.keyClicks(menu, typed)
    assert active(menu) == reached


def test_letters_of_no_entry_move_nothing(menu: TypedMenu) -> None:
    QTest.keyClicks(menu, "sx")
    assert active(menu) == "Solved"


def test_keys_of_the_widget_below_do_not_take_the_letters(menu: TypedMenu) -> None:
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_E, Qt.KeyboardModifier.NoModifier, "e")
    override.ignore()
    QApplication.sendEvent(menu, override)
    assert override.isAccepted()
