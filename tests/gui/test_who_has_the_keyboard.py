"""Keys as they come from a keyboard, to the window as a whole: each starts one thing, and what the agent sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.commands import AddComment, SetFields
from agentconsole.domain.values import Status
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.messages import Message
from tests.support.stage import Theatre


@pytest.fixture
def window(theatre: Theatre, qtbot: QtBot) -> Iterator[MainWindow]:
    theatre.workspace.settings.set("queue.view", "all-open")
    made = MainWindow(theatre.context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.layout_of_panes.reset()
    made.show()
    theatre.settle()
    made.open_ticket(1)
    made.show_pane("queue")
    theatre.settle()
    yield made
    theatre.complete(made.finish())
    made.close()


def press(window: MainWindow, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press *keys* the way the window system does: to the window, wherever the focus is."""
    handle = window.windowHandle()
    for key in keys:
        QTest.keyClick(handle, key, modifier)


def write(window: MainWindow, text: str) -> None:
    """Type the letters of *text*."""
    press(window, *(Qt.Key(ord(letter.upper())) for letter in text))


def set_by(theatre: Theatre) -> list[tuple[int, dict[str, Any]]]:
    """What was queued: (ticket, values)."""
    return [(ticket, c.values) for ticket, c in theatre.workspace.tickets.done if isinstance(c, SetFields)]


def popup() -> QWidget:
    found: QWidget | None = QApplication.activePopupWidget()
    assert found is not None
    return found


def test_what_is_typed_into_the_status_list_narrows_it_and_starts_nothing(window: MainWindow, theatre: Theatre) -> None:
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_J, Qt.Key.Key_J, modifier=Qt.KeyboardModifier.ShiftModifier)
    press(window, Qt.Key.Key_S)
    assert popup().accessibleName() == "Set status…"
    write(window, "pend")
    press(window, Qt.Key.Key_Return)
    theatre.settle()
    assert set_by(theatre) == [(ticket, {"status": "pending"}) for ticket in (1, 2, 3)]
    assert QApplication.activePopupWidget() is None
    press(window, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    theatre.settle()
    assert len(theatre.workspace.tickets.undone) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_S, Qt.Key.Key_P, Qt.Key.Key_A, Qt.Key.Key_G])
@pytest.mark.parametrize("pane", ["queue", "ticket"])
def test_escape_closes_a_list_of_values_and_nothing_else(
    window: MainWindow, theatre: Theatre, pane: str, key: Qt.Key
) -> None:
    window.show_pane(pane)
    if pane == "queue":
        press(window, Qt.Key.Key_Home)
    else:
        part = window.findChild(QWidget, "conversationView")
        assert part is not None
        part.setFocus()
    press(window, key)
    popup()
    press(window, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Escape)
    theatre.settle()
    assert QApplication.activePopupWidget() is None
    home = window.findChild(QWidget, f"{pane}Pane")
    focused = QApplication.focusWidget()
    assert home is not None
    assert focused is not None
    assert home.isAncestorOf(focused)
    assert not set_by(theatre)


def test_letters_below_an_open_menu_start_nothing(window: MainWindow, theatre: Theatre) -> None:
    press(window, Qt.Key.Key_Home)
    queue: Any = window.pane("queue")
    queue.row_menu(queue.table.menu_point())
    menu = popup()
    write(window, "pesr")
    theatre.settle()
    assert not set_by(theatre)
    # what one types goes to an entry of the menu, which may open a menu of its own
    opened = QApplication.activePopupWidget()
    assert opened in (menu, *(entry.menu() for entry in menu.actions()))
    press(window, Qt.Key.Key_Escape)
    if opened is not menu:
        press(window, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


@pytest.mark.parametrize("width", [1280, 900])
def test_r_in_the_queue_answers_the_ticket_under_its_cursor(window: MainWindow, theatre: Theatre, width: int) -> None:
    press(window, Qt.Key.Key_1, modifier=Qt.KeyboardModifier.ControlModifier)
    window.resize(width, 800)
    theatre.settle()
    press(window, Qt.Key.Key_Home, Qt.Key.Key_J, Qt.Key.Key_R)
    theatre.settle()
    pane: Any = window.pane("ticket")
    assert pane.ticket == 2
    write(window, "hello")
    press(window, Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    theatre.settle()
    written = [(ticket, c.body) for ticket, c in theatre.workspace.tickets.done if isinstance(c, AddComment)]
    assert written == [(2, "hello")]


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_M])
def test_notes_and_macros_in_the_queue_go_to_the_ticket_under_its_cursor(
    window: MainWindow, theatre: Theatre, key: Qt.Key
) -> None:
    press(window, Qt.Key.Key_Home, Qt.Key.Key_J, Qt.Key.Key_J, key)
    theatre.settle()
    pane: Any = window.pane("ticket")
    assert pane.ticket == 3
    if key == Qt.Key.Key_M:
        assert popup().accessibleName() == "Use macro or template"
        press(window, Qt.Key.Key_Escape)
    else:
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.objectName() == "replyEditor"


def test_a_console_that_starts_narrow_answers_from_the_queue_too(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.settings.set("queue.view", "all-open")
    made = MainWindow(theatre.context)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    theatre.settle()
    made.show_pane("queue")
    press(made, Qt.Key.Key_Home, Qt.Key.Key_R)
    theatre.settle()
    pane: Any = made.pane("ticket")
    assert pane is not None
    assert pane.ticket == 1
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "replyEditor"
    theatre.complete(made.finish())
    made.close()


def close_for_good(theatre: Theatre, *tickets: int) -> list[Message]:
    """Let *tickets* be closed at the help desk; return what is told from now on."""
    for ticket in tickets:
        theatre.workspace.rows[ticket] = theatre.workspace.rows[ticket]._replace(status=Status.CLOSED)
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    return told


@pytest.mark.parametrize("pane", ["queue", "ticket"])
def test_words_for_a_ticket_that_takes_none_run_as_no_commands(window: MainWindow, theatre: Theatre, pane: str) -> None:
    told = close_for_good(theatre, 2)
    press(window, Qt.Key.Key_Home, Qt.Key.Key_J)
    if pane == "ticket":
        press(window, Qt.Key.Key_Return)
        window.show_pane("ticket")
    press(window, Qt.Key.Key_R)
    assert "a new reply needs a follow-up ticket" in told[-1].detail
    heard = len(told)
    write(window, "seaprmnhgi")
    press(window, Qt.Key.Key_Return)
    theatre.settle()
    assert QApplication.activePopupWidget() is None
    assert not theatre.workspace.tickets.done
    assert len(told) == heard
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "conversationView"
    theatre.context.actions.quiet.stop()
    press(window, Qt.Key.Key_S)
    assert len(told) == heard + 1


@pytest.mark.parametrize("key", [Qt.Key.Key_S, Qt.Key.Key_P, Qt.Key.Key_A, Qt.Key.Key_T, Qt.Key.Key_E])
def test_a_closed_ticket_of_the_queue_says_why_it_stays_as_it_is(
    window: MainWindow, theatre: Theatre, key: Qt.Key
) -> None:
    told = close_for_good(theatre, 1)
    press(window, Qt.Key.Key_Home, key)
    theatre.settle()
    assert "Closed tickets can't be changed" in told[-1].detail
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None
    assert not theatre.workspace.tickets.done


def test_a_bulk_edit_skips_closed_tickets_and_says_how_many(window: MainWindow, theatre: Theatre) -> None:
    told = close_for_good(theatre, 2)
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_J, Qt.Key.Key_J, modifier=Qt.KeyboardModifier.ShiftModifier)
    press(window, Qt.Key.Key_E)
    theatre.settle()
    assert [ticket for ticket, _ in set_by(theatre)] == [1, 3]
    assert told[-1].title == "2 tickets set to solved, 1 closed skipped"


def test_a_window_that_gets_narrow_shows_the_pane_that_has_the_keyboard(window: MainWindow, theatre: Theatre) -> None:
    press(window, Qt.Key.Key_Home, Qt.Key.Key_Return)
    window.resize(900, 700)
    theatre.settle()
    view = window.findChild(QWidget, "queueView")
    assert view is not None
    assert view.isVisible()
    assert QApplication.focusWidget() is view
    press(window, Qt.Key.Key_Return)
    theatre.settle()
    assert not view.isVisible()
    press(window, Qt.Key.Key_Escape)
    theatre.settle()
    assert QApplication.focusWidget() is view


def test_the_keyboard_never_gets_into_a_title_bar(window: MainWindow, theatre: Theatre) -> None:
    for name in ("queue", "ticket", "sla"):
        for button in ("Float", "Close"):
            found = window.findChild(QWidget, f"{name}Pane{button}")
            assert found is not None
            assert found.focusPolicy() == Qt.FocusPolicy.NoFocus
