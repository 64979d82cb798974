"""One list of actions, with keys that start exactly what they say."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.gui.actions import Actions


class Desk(QWidget):
    """A window with two panes."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right, self.line = QWidget(), QWidget(), QLineEdit()
        column = QVBoxLayout(self)
        for part in (self.left, self.right, self.line):
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            column.addWidget(part)


def show(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitActive(desk):
        desk.show()
        desk.activateWindow()


def shown(qtbot: QtBot) -> tuple[Desk, Actions, list[str]]:
    desk = Desk()
    qtbot.addWidget(desk)
    actions = Actions()
    actions.attach(desk)
    started: list[str] = []
    actions.register("left.assign", "Assign", "A", lambda: started.append("left"), desk.left)
    actions.register("right.assign", "Assign", "A", lambda: started.append("right"), desk.right)
    actions.register("window.reply", "Reply", "R", lambda: started.append("reply"))
    show(qtbot, desk)
    return desk, actions, started


def test_a_key_means_what_the_focused_pane_says(qtbot: QtBot) -> None:
    desk, _, started = shown(qtbot)
    desk.left.setFocus()
    QTest.keyClick(desk.left, Qt.Key.Key_A)
    desk.right.setFocus()
    QTest.keyClick(desk.right, Qt.Key.Key_A)
    assert started == ["left", "right"]


def test_a_window_wide_key_works_in_every_pane_but_not_while_typing(qtbot: QtBot) -> None:
    desk, _, started = shown(qtbot)
    desk.left.setFocus()
    QTest.keyClick(desk.left, Qt.Key.Key_R)
    desk.line.setFocus()
    QTest.keyClick(desk.line, Qt.Key.Key_R)
    assert started == ["reply"]
    assert desk.line.text() == "r"


def test_an_action_registered_before_the_window_exists_works_afterwards(qtbot: QtBot) -> None:
    actions = Actions()
    started: list[str] = []
    actions.register("early", "Early", "Y", lambda: started.append("early"))
    desk = Desk()
    qtbot.addWidget(desk)
    actions.attach(desk)
    show(qtbot, desk)
    desk.left.setFocus()
    QTest.keyClick(desk.left, Qt.Key.Key_Y)
    assert started == ["early"]


def test_a_remapped_key_replaces_the_default_and_can_be_restored(qtbot: QtBot) -> None:
    desk, actions, started = shown(qtbot)
    desk.left.setFocus()
    actions.remap("window.reply", "Ctrl+R")
    QTest.keyClick(desk.left, Qt.Key.Key_R)
    assert started == []
    QTest.keyClick(desk.left, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert started == ["reply"]
    assert actions.remapped == {"window.reply": "Ctrl+R"}
    actions.remap("window.reply", None)
    QTest.keyClick(desk.left, Qt.Key.Key_R)
    assert started == ["reply", "reply"]
    assert actions.remapped == {}


def test_a_clash_is_told_only_where_both_would_listen(qtbot: QtBot) -> None:
    _, actions, _ = shown(qtbot)
    window_wide = actions.clash("left.assign", "R")
    assert window_wide is not None
    assert window_wide.id == "window.reply"
    assert actions.clash("left.assign", "A") is None


def test_the_tooltip_tells_the_key(qtbot: QtBot) -> None:
    _, actions, _ = shown(qtbot)
    assert actions.action("window.reply").toolTip() == "Reply  (R)"
