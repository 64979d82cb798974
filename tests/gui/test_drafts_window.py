"""Drafts are found, compared, restored, moved and discarded by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView, QListWidget, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.gui.dialogs.drafts.comparing import compared
from agentconsole.gui.dialogs.drafts.window import DraftsWindow
from agentconsole.gui.messages import Message
from agentconsole.gui.panes.ticket_pane import TicketPane
from agentconsole.gui.undo import Undo
from tests.support.stage import Theatre

LETTER = "Dear Ana,\nthe parcel is on its way.\nNoor"


@pytest.fixture
def window(theatre: Theatre, qtbot: QtBot) -> Iterator[DraftsWindow]:
    drafts = theatre.workspace.drafts
    drafts.put(3, LETTER, age=MINUTE, cursor=9)
    drafts.put_version(3, "Dear Ana,\nthe parcel is lost.\nNoor", "macro", age=10 * MINUTE)
    drafts.put(5, "Ask the warehouse", public=False, age=HOUR)
    drafts.put_version(11, "No longer needed", "discarded", age=2 * HOUR)
    made = DraftsWindow(theatre.context)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    theatre.settle()
    yield made
    made.hide()


def press(theatre: Theatre, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)
    theatre.settle()


def titles(window: DraftsWindow) -> list[str]:
    found = window.findChild(QListView, "draftList")
    assert found is not None
    model = found.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def label(window: QWidget, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def shown(window: DraftsWindow) -> str:
    found = window.findChild(QPlainTextEdit, "draftText")
    assert found is not None
    return found.toPlainText()


def test_all_drafts_are_listed_and_enter_writes_on(window: DraftsWindow, theatre: Theatre) -> None:
    asked: list[tuple[int, bool]] = []
    window.write_asked.connect(lambda ticket, public: asked.append((ticket, public)))
    assert titles(window) == ["Reply: Dear Ana, the parcel is on its way. Noor", "Note: Ask the warehouse"]
    press(theatre, Qt.Key.Key_J)
    assert shown(window) == "Ask the warehouse"
    press(theatre, Qt.Key.Key_Return)
    assert asked == [(5, False)]
    assert not window.isVisible()


def test_words_narrow_the_list_and_escape_widens_it(window: DraftsWindow, theatre: Theatre) -> None:
    press(theatre, Qt.Key.Key_Slash)
    QTest.keyClicks(QApplication.focusWidget() or window, "ware")
    theatre.settle()
    assert titles(window) == ["Note: Ask the warehouse"]
    QTest.keyClicks(QApplication.focusWidget() or window, "xyz")
    assert label(window, "draftsEmptyTitle") == "No draft has these words"
    press(theatre, Qt.Key.Key_Escape)
    assert len(titles(window)) == 2
    assert window.isVisible()


def test_versions_are_compared_and_restored(window: DraftsWindow, theatre: Theatre) -> None:
    press(theatre, Qt.Key.Key_V)
    press(theatre, Qt.Key.Key_J)
    assert shown(window).splitlines() == [
        "  Dear Ana,",
        "− the parcel is lost.",
        "+ the parcel is on its way.",
        "  Noor",
    ]
    versions = window.findChild(QListWidget, "draftVersions")
    assert versions is not None
    assert versions.item(1).text() == "10 min ago\nBefore a ready text came in"
    press(theatre, Qt.Key.Key_R)
    draft = theatre.workspace.drafts.draft(3)
    assert draft is not None
    assert draft.body == "Dear Ana,\nthe parcel is lost.\nNoor"
    assert theatre.workspace.drafts.versions(3, public=True)[0].body == LETTER


def test_a_discarded_draft_comes_back_by_undo_and_from_the_discarded_ones(
    window: DraftsWindow, theatre: Theatre
) -> None:
    said: list[Message] = []
    undo = Undo(lambda: theatre.workspace.tickets, theatre.context.tasks, theatre.context.messages)
    theatre.context.messages.posted.connect(said.append)
    press(theatre, Qt.Key.Key_D)
    assert titles(window) == ["Note: Ask the warehouse"]
    assert said[-1].title.startswith("Draft discarded: #48003")
    undo.undo_last()
    theatre.settle()
    draft = theatre.workspace.drafts.draft(3)
    assert draft is not None
    assert (draft.body, draft.cursor) == (LETTER, 9)
    press(theatre, Qt.Key.Key_2)
    assert titles(window) == ["Reply: No longer needed"]
    press(theatre, Qt.Key.Key_R)
    assert theatre.workspace.drafts.draft(11) is not None
    assert label(window, "draftsEmptyTitle") == "Nothing was discarded"


def test_words_move_to_the_ticket_that_took_theirs_in(window: DraftsWindow, theatre: Theatre) -> None:
    theatre.workspace.drafts.merged[3] = "48012"
    window.refresh()
    press(theatre, Qt.Key.Key_M)
    press(theatre, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    draft = theatre.workspace.drafts.draft(12)
    assert draft is not None
    assert draft.body == LETTER
    assert theatre.workspace.drafts.draft(3) is None


def test_the_unfinished_form_is_one_of_them(window: DraftsWindow, theatre: Theatre) -> None:
    asked: list[bool] = []
    window.form_asked.connect(lambda: asked.append(True))
    theatre.workspace.drafts.forms["new_ticket"] = '{"subject": "Printer burns", "body": "Half of it"}'
    window.refresh()
    theatre.settle()
    assert titles(window)[0] == "Reply: Half of it"
    press(theatre, Qt.Key.Key_K)
    assert label(window, "draftTitle") == "Reply · New ticket: Printer burns"
    press(theatre, Qt.Key.Key_Return)
    assert asked == [True]


def test_without_drafts_it_says_what_is_kept_here(theatre: Theatre, qtbot: QtBot) -> None:
    made = DraftsWindow(theatre.context)
    qtbot.addWidget(made)
    assert label(made, "draftsEmptyTitle") == "No drafts"


def test_lines_are_compared_in_order() -> None:
    assert compared("a\nb", "b\nc") == [("− ", "a"), ("  ", "b"), ("+ ", "c")]


def test_words_of_a_merged_ticket_are_offered_above_the_composer(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.drafts.put(3, "Begun for the other one")
    theatre.workspace.drafts.merged[3] = "48001"
    pane = TicketPane(theatre.context)
    qtbot.addWidget(pane)
    pane.resize(900, 700)
    pane.show()
    pane.show_ticket(1)
    theatre.settle()
    offer = pane.findChild(QWidget, "mergedWords")
    assert offer is not None
    assert offer.isVisible()
    assert label(pane, "mergedWordsText") == (
        "Your reply for #48003, which was merged into this ticket: “Begun for the other one”"
    )
    take = pane.findChild(QPushButton, "mergedWordsTake")
    assert take is not None
    take.click()
    theatre.settle()
    editor = pane.findChild(QPlainTextEdit, "replyEditor")
    assert editor is not None
    assert editor.toPlainText() == "Begun for the other one"
    assert not offer.isVisible()
    pane.hide()
