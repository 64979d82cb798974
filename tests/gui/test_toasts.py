"""What the window tells for a moment: where it stands, and how much of it at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QDockWidget, QWidget

from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.toasts import Toasts
from tests.support.stage import Theatre


def test_a_failed_task_becomes_a_toast_with_advice(window: MainWindow, theatre: Theatre) -> None:
    class DiskFull(Exception):
        title = "The disk is full"
        advice = "Free some space, then try again."

    async def fail() -> None:
        raise DiskFull

    toasts = window.findChild(Toasts)
    assert toasts is not None
    theatre.context.tasks.run(fail())
    theatre.settle()
    assert [(shown.title, shown.detail, shown.level) for shown in toasts.shown] == [
        ("The disk is full", "Free some space, then try again.", "error")
    ]


def test_toasts_cover_neither_the_countdown_nor_the_composer(window: MainWindow, theatre: Theatre) -> None:
    window.resize(1280, 800)
    window.open_ticket(1)
    theatre.context.messages.tell("Solved")
    theatre.settle()
    toast, composer = window.findChild(QWidget, "toast"), window.findChild(QWidget, "composer")
    countdown = window.findChild(QDockWidget, "slaPane")
    assert toast is not None
    assert composer is not None
    assert countdown is not None

    def is_clear() -> bool:
        places = [QRect(each.mapTo(window, QPoint(0, 0)), each.size()) for each in (composer, countdown)]
        return not any(toast.geometry().intersects(place) for place in places)

    assert is_clear()
    height = composer.height()
    composer.setMinimumHeight(height + 80)
    theatre.settle()
    assert composer.height() > height
    assert is_clear()


def test_at_most_two_toasts_and_an_error_is_not_pushed_out(window: MainWindow, theatre: Theatre) -> None:
    toasts = window.findChild(Toasts)
    assert toasts is not None
    theatre.context.messages.error("Broken", "Mend it")
    for number in range(5):
        theatre.context.messages.tell(f"Note {number}")
    assert [shown.title for shown in toasts.shown] == ["Broken", "Note 4"]
