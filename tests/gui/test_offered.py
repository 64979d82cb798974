"""What a help desk lacks is disabled where it would be used, with the reason, and never pretended."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPlainTextEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.capabilities import WORDS, Capabilities
from agentconsole.domain.values import Status
from agentconsole.gui.dialogs.desk_page import DeskPage
from agentconsole.gui.dialogs.new_ticket import NewTicket
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.offered import NEEDS, refuse_what_is_lacking
from agentconsole.gui.panes.ticket.send_button import SendButton
from tests.support.stage import Theatre

POOR = Capabilities(
    create=False,
    tags=False,
    settable=frozenset({"status", "assignee"}),
    statuses=frozenset({Status.OPEN, Status.SOLVED}),
    why={"merge": "This desk merges by hand."},
)


def test_every_action_that_needs_something_is_known(theatre: Theatre, qtbot: QtBot) -> None:
    window = _window(theatre, qtbot)
    assert set(NEEDS) <= {entry.id for entry in theatre.context.actions.entries()}
    assert set(NEEDS.values()) <= set(WORDS)
    window.close()


def test_what_is_lacking_is_disabled_with_its_reason(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.offers = POOR
    window = _window(theatre, qtbot)
    for name, need in NEEDS.items():
        action = theatre.context.actions.action(name)
        reason = POOR.lack(need)
        assert action.isEnabled() is (reason == ""), name
        assert reason in action.toolTip()
    assert not theatre.context.actions.action("ticket.merge").isEnabled()
    assert theatre.context.actions.action("ticket.assign").isEnabled()
    window.close()


def test_its_key_says_why_instead_of_nothing(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.offers = POOR
    host = QWidget()
    qtbot.addWidget(host)
    actions = theatre.context.actions
    actions.attach(host)
    done: list[str] = []
    actions.register("ticket.merge", "Merge into another ticket…", "Shift+M", lambda: done.append("merged"))
    refuse_what_is_lacking(theatre.context)
    told: list[tuple[str, str]] = []
    actions.refused.connect(lambda what, why: told.append((what, why)))
    with qtbot.waitActive(host):
        host.show()
    host.setFocus()
    QTest.keyClick(host, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert told == [("Merge into another ticket…", "This desk merges by hand.")]
    theatre.workspace.offers = Capabilities(merge=True)
    refuse_what_is_lacking(theatre.context)
    QTest.keyClick(host, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert (told[1:], done) == ([], ["merged"])
    assert "by hand" not in actions.action("ticket.merge").toolTip()


def test_the_palette_tells_why(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.offers = POOR
    window = _window(theatre, qtbot)
    theatre.context.actions.trigger("window.palette")
    typed = window.findChild(QLineEdit, "commandPaletteInput")
    listed = window.findChild(QListView, "commandPaletteList")
    assert typed is not None
    assert listed is not None
    typed.setText("merge into")
    model = listed.model()
    shown = [model.index(row, 0) for row in range(model.rowCount())]
    # that of the queue and that of the open ticket
    merging = [index for index in shown if index.data() == "Merge into another ticket"]
    assert len(merging) == 2
    for index in merging:
        assert "This desk merges by hand." in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        assert not index.flags() & Qt.ItemFlag.ItemIsEnabled
    window.close()


def _window(theatre: Theatre, qtbot: QtBot) -> MainWindow:
    window = MainWindow(theatre.context)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    theatre.settle()
    return window


def test_the_page_of_the_help_desk_tells_all_of_it(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.offers = POOR
    page = DeskPage(theatre.context)
    qtbot.addWidget(page)
    said = [label.text() for label in page.findChildren(QLabel)]
    for name, words in WORDS.items():
        sentence = POOR.lack(name) or words.gain
        if sentence:
            assert f"<b>{escape(words.title)}</b>. {escape(sentence)}" in said, name
    assert "This desk merges by hand." in " ".join(said)
    asked: list[bool] = []
    page.sign_in_asked.connect(lambda: asked.append(True))
    button = page.findChild(QPushButton, "deskSignIn")
    assert button is not None
    button.click()
    assert asked == [True]


def test_it_opens_from_the_palette_and_stands_in_the_diagnostics(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.offers = POOR
    window = _window(theatre, qtbot)
    theatre.context.actions.trigger("window.desk")
    theatre.settle()
    page = window.findChild(DeskPage, "deskPage")
    assert page is not None
    assert page.isVisible()
    theatre.context.actions.trigger("window.about")
    theatre.settle()
    lines = window.findChild(QPlainTextEdit, "diagnostics")
    assert lines is not None
    assert "Help desk: agentconsole; without " in lines.toPlainText()
    assert "settable:priority" in lines.toPlainText()
    window.close()


def test_a_new_ticket_has_no_tags_where_there_are_none(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.workspace.offers = POOR
    form = NewTicket(theatre.context)
    qtbot.addWidget(form)
    tags = form.findChild(QLineEdit, "tagsField")
    assert tags is not None
    assert not tags.isEnabled()
    assert tags.toolTip() == WORDS["tags"].lack


def test_sending_sets_only_what_the_help_desk_knows(theatre: Theatre, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    button = SendButton(theatre.context, host)
    theatre.workspace.offers = POOR
    chevron = button.findChild(QToolButton, "replySendAnd")
    assert chevron is not None
    chevron.menu().aboutToShow.emit()
    told = {str(action.data()): (action.isEnabled(), action.toolTip()) for action in chevron.menu().actions()}
    assert told["hold"] == (False, POOR.lack("statuses:hold"))
    assert told["solved"][0]
