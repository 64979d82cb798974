"""Whether anybody is there: by keys and pointer, over the sleep of the computer, told once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QApplication

from agentconsole.gui.idle import IdleWatch


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def watch(
    app: QApplication, seconds: Seconds, minutes: int = 5, **more: object
) -> tuple[IdleWatch, list[str], QWindow]:
    watching = IdleWatch(app, lambda: minutes, seconds=seconds, **more)  # type: ignore[arg-type]
    told: list[str] = []
    watching.idled.connect(lambda: told.append("idle"))
    window = QWindow()
    app.focusWindowChanged.emit(window)
    return watching, told, window


def key() -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier, "j")


def pointer() -> QMouseEvent:
    at, none = QPointF(3, 3), Qt.MouseButton.NoButton
    return QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)


def test_nobody_for_long_enough_is_told_once(qapp: QApplication, seconds: Seconds) -> None:
    watching, told, _window = watch(qapp, seconds)
    seconds.now += 299
    watching.look()
    assert told == []
    seconds.now += 1
    watching.look()
    watching.look()
    assert told == ["idle"]
    watching.end()


@pytest.mark.parametrize("sign", [key, pointer])
def test_a_key_or_the_pointer_begins_the_time_anew(qapp: QApplication, seconds: Seconds, sign: object) -> None:
    watching, told, window = watch(qapp, seconds)
    for _ in range(3):
        seconds.now += 200
        QApplication.sendEvent(window, sign())  # type: ignore[operator]
        watching.look()
    assert told == []
    seconds.now += 300
    watching.look()
    assert told == ["idle"]
    watching.end()


def test_the_first_key_after_a_sleep_does_not_keep_it_open(qapp: QApplication, seconds: Seconds) -> None:
    watching, told, window = watch(qapp, seconds)
    seconds.now += 3600  # asleep: nobody looked meanwhile
    QApplication.sendEvent(window, key())
    assert told == ["idle"]
    watching.end()


def test_never_is_never_and_a_wallboard_is_left_alone(qapp: QApplication, seconds: Seconds) -> None:
    never, told, _window = watch(qapp, seconds, minutes=0)
    wall, told_wall, _other = watch(qapp, seconds, is_watched=lambda: False)
    seconds.now += 100_000
    never.look()
    wall.look()
    assert told == told_wall == []
    never.end()
    wall.end()


def test_an_ended_watch_says_nothing(qapp: QApplication, seconds: Seconds) -> None:
    watching, told, window = watch(qapp, seconds)
    watching.end()
    other = QWindow()
    qapp.focusWindowChanged.emit(other)
    seconds.now += 1000
    QApplication.sendEvent(other, key())
    assert told == []
    del window
