"""Coming back after an absence: one digest, once, when it is known, and the keyboard goes through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QWidget

from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.gui.away_banner import AwayBanner
from agentconsole.gui.dialogs.while_away import WhileAwayWindow
from agentconsole.gui.while_away import WhileAway
from tests.support.stage import Theatre


@pytest.fixture
def away(theatre: Theatre) -> Iterator[WhileAway]:
    """The window was closed for two hours and ten minutes."""
    theatre.workspace.sync.show(online=False, phase="offline", data_as_of=theatre.workspace.now() - 130 * MINUTE)
    watching = WhileAway(theatre.context)
    yield watching
    watching.deleteLater()


def come_back(theatre: Theatre) -> None:
    theatre.workspace.sync.show(online=True, phase="pulling")
    theatre.settle()
    theatre.workspace.sync.show(phase="idle", data_as_of=theatre.workspace.now())
    theatre.settle()


def test_it_is_told_once_the_first_sync_is_through(theatre: Theatre, away: WhileAway) -> None:
    theatre.workspace.sync.show(online=True, phase="pulling")
    theatre.settle()
    assert away.digest is None
    come_back(theatre)
    assert away.digest is not None
    assert len(theatre.workspace.away.asked) == 1
    away.dismiss()
    theatre.workspace.sync.show(data_as_of=theatre.workspace.now() + MINUTE)
    theatre.settle()
    assert len(theatre.workspace.away.asked) == 1


def test_a_spell_without_the_help_desk_is_an_absence_too(theatre: Theatre, away: WhileAway) -> None:
    come_back(theatre)
    away.dismiss()
    left_at = theatre.workspace.now()
    theatre.workspace.sync.show(online=False, phase="offline")
    theatre.settle()
    theatre.workspace.pass_time(HOUR)
    come_back(theatre)
    assert [absence.since for absence in theatre.workspace.away.asked[1:]] == [left_at]


def test_a_short_absence_is_not_worth_a_word(theatre: Theatre, away: WhileAway) -> None:
    come_back(theatre)
    away.dismiss()
    theatre.workspace.sync.show(online=False, phase="offline")
    theatre.settle()
    theatre.workspace.pass_time(14 * MINUTE)
    come_back(theatre)
    assert away.digest is None


def test_the_very_first_sync_is_no_return(theatre: Theatre) -> None:
    theatre.workspace.sync.show(online=False, phase="offline", data_as_of=None)
    watching = WhileAway(theatre.context)
    theatre.workspace.sync.show(online=True, phase="initial")
    theatre.settle()
    come_back(theatre)
    assert watching.digest is None
    watching.deleteLater()


def test_nothing_that_happened_is_not_told(theatre: Theatre, away: WhileAway) -> None:
    theatre.workspace.away.groups, theatre.workspace.away.sent = (), 0
    come_back(theatre)
    assert away.digest is None


def test_the_banner_says_it_in_a_line_and_goes_when_dismissed(theatre: Theatre, away: WhileAway) -> None:
    host = QWidget()
    banner = AwayBanner(theatre.context, away, host)
    assert banner.isHidden()
    come_back(theatre)
    assert not banner.isHidden()
    title, text = banner.findChild(QLabel, "awayTitle"), banner.findChild(QLabel, "awayText")
    assert title is not None
    assert text is not None
    assert title.text() == "While you were away (2 h 10 min)"
    assert text.text() == (
        "1 missed its target · 2 customers answered you · 1 assigned to you · 1 of yours was solved or closed · 15 more"
        " · 3 changes of yours were sent"
    )
    away.dismiss()
    assert banner.isHidden()
    host.deleteLater()


def test_the_window_lists_the_tickets_and_the_keyboard_opens_them(theatre: Theatre, away: WhileAway) -> None:
    come_back(theatre)
    window = WhileAwayWindow(theatre.context, away)
    opened: list[int] = []
    window.ticket_chosen.connect(opened.append)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    listed = window.findChild(QListWidget, "whileAwayList")
    assert listed is not None
    headings = [listed.item(n).text() for n in range(listed.count()) if not listed.item(n).flags()]
    assert headings[:3] == ["Missed their target  ·  1", "Customers answered you  ·  2", "Assigned to you  ·  1"]
    QTest.keyClick(listed, Qt.Key.Key_Return)
    for _ in range(2):
        QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_K, Qt.Key.Key_J, Qt.Key.Key_J):
        QTest.keyClick(window.windowHandle(), key)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert opened == [4, 7, 9]
    done = window.findChild(QPushButton, "whileAwayDone")
    assert done is not None
    done.click()
    assert away.digest is None
    assert not window.isVisible()
    window.deleteLater()
