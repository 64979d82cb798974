"""The window as a whole: places, panes, memory, and the one way out."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import Notice
from agentconsole.gui import pane_builders
from agentconsole.gui.actions import _overlap
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.connection_wizard import ConnectionWizard
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.messages import Message
from agentconsole.gui.notice_banner import NoticeBanner
from agentconsole.gui.panes.queue_pane import QueuePane
from agentconsole.gui.panes.ticket_pane import TicketPane
from agentconsole.gui.profile_form import ConnectionReport, ProfileForm
from tests.support.stage import Theatre
from tests.support.windows import open_window

PANES = ("queue", "ticket", "directory", "sla", "outbox")


class Full(Exception):
    """A disk without room."""

    title, advice = "The disk is full", "Make room."


def dock(window: MainWindow, name: str) -> QDockWidget:
    found = window.findChild(QDockWidget, f"{name}Pane")
    assert found is not None
    return found


def open_panes(window: MainWindow) -> set[str]:
    return {name for name in PANES if window.layout_of_panes.is_open(name)}


def test_a_first_start_shows_queue_ticket_and_countdown(window: MainWindow) -> None:
    assert open_panes(window) == {"queue", "ticket", "sla"}


def test_directory_and_outbox_take_the_tickets_place_and_give_it_back(window: MainWindow, theatre: Theatre) -> None:
    window.show_pane("outbox")
    assert open_panes(window) == {"queue", "sla", "outbox"}
    window.show_pane("directory")
    assert open_panes(window) == {"queue", "sla", "directory"}
    window.layout_of_panes.conceal("directory")
    assert open_panes(window) == {"queue", "sla", "ticket"}
    theatre.settle()


def test_who_takes_the_tickets_place_takes_its_width(window: MainWindow, theatre: Theatre) -> None:
    before = dock(window, "queue").width()
    window.show_pane("directory")
    theatre.settle()
    window.show_pane("ticket")
    theatre.settle()
    assert abs(dock(window, "queue").width() - before) < 8


def test_a_roomy_window_shows_the_directory_beside_the_ticket(theatre: Theatre) -> None:
    window = open_window(theatre, 2560, 1440)
    window.show_pane("directory")
    theatre.settle()
    assert open_panes(window) == {"queue", "ticket", "sla", "directory"}
    window.hide()
    window.deleteLater()


def test_below_1100_pixels_the_ticket_replaces_the_queue_and_back_returns(theatre: Theatre) -> None:
    window = open_window(theatre, 1000, 700)
    assert "ticket" not in open_panes(window)
    window.open_ticket(3)
    assert open_panes(window) == {"ticket"}
    pane = window.pane("ticket")
    assert pane is not None
    pane.back_requested.emit()  # type: ignore[attr-defined]
    assert open_panes(window) == {"queue", "sla"}
    window.resize(1400, 800)
    theatre.settle()
    assert open_panes(window) == {"queue", "ticket", "sla"}
    window.hide()
    window.deleteLater()


def test_opening_leaves_the_keyboard_in_the_list_unless_the_list_gives_way(theatre: Theatre) -> None:
    window = open_window(theatre)
    window.show_pane("queue")
    window.open_ticket(3)
    assert QApplication.focusWidget() is window.findChild(QWidget, "queueView")
    window.resize(1000, 700)
    theatre.settle()
    window.open_ticket(4)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert dock(window, "ticket").isAncestorOf(focused)
    assert focused.objectName() != "replyEditor"
    window.hide()
    window.deleteLater()


def test_after_a_ticket_is_done_the_next_one_is_ready_for_commands(window: MainWindow, theatre: Theatre) -> None:
    queue, pane = window.pane("queue"), window.pane("ticket")
    assert isinstance(queue, QueuePane)
    assert isinstance(pane, TicketPane)
    first = queue.model.ticket_at(0)
    second = queue.model.ticket_at(1)
    assert first is not None
    window.open_ticket(first)
    theatre.settle()
    pane.ticket_finished.emit(first)
    theatre.settle()
    assert pane.ticket == second
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() != "replyEditor"


def test_what_the_agent_closed_stays_closed_after_a_restart(theatre: Theatre) -> None:
    first = open_window(theatre)
    dock(first, "sla").close()
    theatre.complete(first.finish())
    first.hide()
    first.deleteLater()
    second = open_window(theatre)
    assert open_panes(second) == {"queue", "ticket"}
    second.layout_of_panes.reset()
    assert open_panes(second) == {"queue", "ticket", "sla"}
    second.hide()
    second.deleteLater()


def test_a_floating_pane_is_left_alone_when_the_window_gets_narrow(theatre: Theatre) -> None:
    window = open_window(theatre)
    window.show_pane("outbox")
    dock(window, "outbox").setFloating(True)
    window.open_ticket(2)
    window.resize(900, 700)
    theatre.settle()
    assert "outbox" in open_panes(window)
    window.hide()
    window.deleteLater()


def test_closing_asks_and_finishing_lets_go(window: MainWindow, theatre: Theatre) -> None:
    asked: list[bool] = []
    window.close_requested.connect(lambda: asked.append(True))
    assert not window.close()
    assert asked == [True]
    assert window.isVisible()
    theatre.complete(window.finish())
    assert theatre.workspace.settings.get("window.panes") == ["queue", "sla", "ticket"]
    assert window.close()


def test_closing_with_words_that_could_not_be_saved_asks_first(
    window: MainWindow, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise Full

    answers: list[bool] = []

    async def leave(choice: str) -> None:
        asking = asyncio.ensure_future(window.may_leave())
        await theatre.context.tasks.settled()
        await asyncio.sleep(0)
        for box in window.findChildren(QMessageBox, "leavingQuestion"):
            next(button for button in box.buttons() if button.text() == choice).click()
        answers.append(await asking)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    window.open_ticket(1)
    theatre.settle()
    editor = window.findChild(QWidget, "replyEditor")
    assert editor is not None
    QTest.keyClicks(editor, "x")
    theatre.complete(leave(""))
    with monkeypatch.context() as full:
        full.setattr(theatre.workspace.drafts, "save", fails)
        QTest.keyClicks(editor, "y")
        theatre.complete(leave("Keep open"))
        theatre.complete(leave("Close without saving"))
    assert answers == [True, False, True]


def test_no_two_keys_of_the_whole_window_clash(window: MainWindow, theatre: Theatre) -> None:
    for name in PANES:
        window.show_pane(name)
    entries = theatre.context.actions.entries()
    clashes = [
        (one.id, other.id, key)
        for one, other in itertools.combinations(entries, 2)
        for key in set(one.keys) & set(other.keys)
        if _overlap(one.scope, other.scope)
    ]
    assert not clashes
    theatre.settle()


def test_every_control_has_a_name_for_people_and_for_machines(window: MainWindow, theatre: Theatre) -> None:
    window.open_ticket(1)
    theatre.settle()
    nameless = [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit)
        and widget.isVisible()
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QLineEdit)  # Qt's own buttons within a field, named by their action
        and not (widget.objectName() and (widget.accessibleName() or getattr(widget, "text", str)()))
    ]
    assert not nameless


def test_the_status_bar_follows_the_sync_and_its_counts_open_the_outbox(window: MainWindow, theatre: Theatre) -> None:
    sentence = window.findChild(QPushButton, "statusSentence")
    need_you = window.findChild(QPushButton, "statusNeedYou")
    assert sentence is not None
    assert need_you is not None
    assert sentence.text() == "Online · synced 12 s ago"
    assert need_you.isHidden()
    theatre.tick()
    assert sentence.text() == "Online · synced 13 s ago"
    theatre.workspace.sync.show(online=False, phase="offline", waiting=7, conflicts=2, refused=1, held=1)
    theatre.settle()
    assert sentence.text().startswith("Offline · 3 changes waiting · data as of ")
    assert need_you.text() == "4 need you"
    assert need_you.toolTip().startswith("2 conflicts, 1 refused, 1 held back")
    outbox = window.findChild(QToolButton, "railOutbox")
    assert outbox is not None
    assert outbox.accessibleName() == "Outbox, 4 need you"
    need_you.click()
    assert "outbox" in open_panes(window)


def test_a_click_on_the_sentence_and_f5_sync_now(window: MainWindow, theatre: Theatre) -> None:
    sentence = window.findChild(QPushButton, "statusSentence")
    assert sentence is not None
    sentence.click()
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert theatre.workspace.sync.nudges == 2


def test_signed_out_a_click_asks_for_a_token_and_goes_on_with_it(theatre: Theatre) -> None:
    async def connect(profile: ProfileForm) -> ConnectionReport:
        return ConnectionReport(ok=profile.token == "new")

    window = MainWindow(theatre.context, connect)
    window.show()
    theatre.workspace.sync.show(needs_login=True, phase="offline", online=False)
    theatre.settle()
    sentence = window.findChild(QPushButton, "statusSentence")
    assert sentence is not None
    assert sentence.text().startswith("Signed out")
    sentence.click()
    assert theatre.workspace.sync.nudges == 0
    wizard = window.findChild(ConnectionWizard)
    assert wizard is not None
    token = wizard.findChild(QLineEdit, "tokenField")
    following = wizard.findChild(QPushButton, "nextButton")
    assert token is not None
    assert following is not None
    token.setText("new")
    following.click()
    theatre.settle()
    following.click()
    theatre.settle()
    assert theatre.workspace.tokens == ["new"]
    assert theatre.workspace.ways == [("", "")]
    window.hide()
    window.deleteLater()


def test_a_notice_shows_until_it_is_dismissed_and_returns_when_it_changes(window: MainWindow, theatre: Theatre) -> None:
    banner = window.findChild(NoticeBanner, "noticeBanner")
    dismiss = window.findChild(QAbstractButton, "noticeDismiss")
    assert banner is not None
    assert dismiss is not None
    assert not banner.isVisible()
    theatre.workspace.shown_notices = (Notice(ref="i1", level="warning", title="Mail is late"),)
    banner.refresh()
    theatre.settle()
    assert banner.isVisible()
    dismiss.click()
    assert not banner.isVisible()
    theatre.workspace.shown_notices = (Notice(ref="i1", level="critical", title="Mail is down"),)
    banner.refresh()
    theatre.settle()
    assert banner.isVisible()


def test_the_first_sync_tells_its_progress_and_can_be_paused(window: MainWindow, theatre: Theatre) -> None:
    banner = window.findChild(QWidget, "firstSyncBanner")
    pause = window.findChild(QPushButton, "firstSyncPause")
    assert banner is not None
    assert pause is not None
    theatre.workspace.sync.show(phase="initial", done=4210, total=12000)
    theatre.settle()
    assert banner.isVisible()
    pause.click()
    theatre.settle()
    assert theatre.workspace.sync.stopped == 1
    theatre.workspace.sync.show(phase="stopped")
    theatre.settle()
    assert pause.text() == "Resume"
    theatre.context.actions.trigger("window.sync")
    assert (theatre.workspace.sync.started, theatre.workspace.sync.nudges) == (1, 0)
    theatre.workspace.sync.show(phase="idle")
    theatre.settle()
    assert not banner.isVisible()


def test_ctrl_z_withdraws_the_latest_change_first(window: MainWindow, theatre: Theatre) -> None:
    messages = theatre.context.messages
    messages.undoable("Solved #48001", "one")
    messages.undoable("Solved #48002", "two")
    theatre.context.actions.trigger("window.undo")
    theatre.settle()
    theatre.context.actions.trigger("window.undo")
    theatre.settle()
    assert theatre.workspace.tickets.undone == ["two", "one"]


def test_a_ticket_asked_for_by_its_number_has_the_keyboard(window: MainWindow, theatre: Theatre) -> None:
    window.show_pane("queue")
    theatre.context.actions.trigger("window.palette")
    theatre.settle()
    palette = window.findChild(QLineEdit, "commandPaletteInput")
    assert palette is not None
    row = theatre.workspace.rows[30]
    QTest.keyClicks(palette, row.ref)
    QTest.keyClick(palette, Qt.Key.Key_Return)
    theatre.settle()
    pane, focus = window.pane("ticket"), QApplication.focusWidget()
    assert pane is not None
    assert focus is not None
    assert pane.isAncestorOf(focus)


def test_escape_closes_the_cheat_sheet_and_letters_don_t_act_behind_it(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger("window.keys")
    sheet = window.findChild(QWidget, "cheatSheet")
    assert sheet is not None
    assert sheet.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    nudges = theatre.workspace.sync.nudges
    QTest.keyClick(focused, Qt.Key.Key_F5)
    assert theatre.workspace.sync.nudges == nudges
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


@pytest.mark.expects_log
def test_a_broken_pane_shows_its_error_and_the_others_go_on(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    build = pane_builders.build_pane

    def fail_once(name: str, context: WindowContext, window: MainWindow, dock: QDockWidget) -> QWidget:
        if name == "sla" and not broken:
            broken.append(name)
            raise RuntimeError("no clock")
        return build(name, context, window, dock)

    broken: list[str] = []
    monkeypatch.setattr(pane_builders, "build_pane", fail_once)
    window = open_window(theatre)
    retry = window.findChild(QPushButton, "paneErrorRetry")
    assert retry is not None
    assert window.findChild(QWidget, "queueView") is not None
    retry.click()
    theatre.settle()
    assert window.findChild(QWidget, "slaView") is not None
    window.hide()
    window.deleteLater()


def test_the_menus_hold_every_action_that_the_palette_has(window: MainWindow, theatre: Theatre) -> None:
    theatre.settle()
    bar = window.menuBar()
    held: set[str] = set()
    menus = [action.menu() for action in bar.actions()]
    for menu in menus:
        assert isinstance(menu, QMenu)
        held |= {action.objectName() for action in menu.actions()}
        menus += [action.menu() for action in menu.actions() if action.menu() is not None]
    wanted = {entry.id for entry in theatre.context.actions.entries() if not entry.hidden}
    assert wanted <= held


def test_the_theme_can_be_changed_from_the_palette_and_is_remembered(window: MainWindow, theatre: Theatre) -> None:
    action: QAction = theatre.context.actions.action("window.theme_contrast")
    action.trigger()
    assert theatre.context.theming.theme.name == "contrast"
    assert theatre.workspace.settings.get("theme") == "contrast"


def test_the_menu_bar_follows_its_setting_wherever_it_was_changed(window: MainWindow, theatre: Theatre) -> None:
    theatre.context.actions.trigger("window.menu_bar")
    assert window.menuBar().isHidden()
    theatre.workspace.settings.set("menu_bar", True)
    theatre.workspace.publish(Change(topics=frozenset({"settings"})))
    theatre.settle()
    assert not window.menuBar().isHidden()


def test_who_signs_in_as_somebody_else_sends_nothing_under_their_name(theatre: Theatre) -> None:
    async def connect(profile: ProfileForm) -> ConnectionReport:
        return ConnectionReport(ok=True, form=replace(profile, email="eve@desk.example"))

    window = MainWindow(theatre.context, connect)
    window.show()
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    window.dialogs.open_sign_in()
    wizard = window.findChild(ConnectionWizard)
    assert wizard is not None
    token = wizard.findChild(QLineEdit, "tokenField")
    following = wizard.findChild(QPushButton, "nextButton")
    assert token is not None
    assert following is not None
    token.setText("new")
    following.click()
    theatre.settle()
    following.click()
    theatre.settle()
    assert theatre.workspace.tokens == []
    assert "eve@desk.example" in told[-1].detail
    window.hide()
    window.deleteLater()
