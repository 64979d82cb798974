"""The console is locked and unlocked: nothing of a ticket is left on the screen, and everything comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTextEdit, QWidget

from agentconsole.app import WIPED, _locked, _opened, _wiped, _with_loop
from agentconsole.domain.query import QueueQuery
from agentconsole.gui.dialogs.passphrase import PassphraseDialog
from agentconsole.gui.lock_screen import LockScreen
from agentconsole.gui.wiped import WipedWindow
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import HomeKeychain, PassphraseNeeded
from agentconsole.services.profiles import Profile, Profiles
from agentconsole.session import Session
from tests.support.desktop import AGENT, Desktop, control, press, until
from tests.support.processes import TOKEN, ConsoleCli, DeskProcess

PASSPHRASE = "four words nobody guesses"
WORDS = "Dear customer, the gateway"
pytestmark = pytest.mark.expects_log


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    """A computer whose console knows some tickets; the help desk is out of reach since."""
    desk = DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={TOKEN}-2", tickets=60)
    desk.start()
    desktop = Desktop(tmp_path / "home", desk.url)
    desktop.profiles.add(desktop.profile, f"{TOKEN}-2")

    async def synced(session: Session) -> None:
        session.workspace.sync.start()
        await until(session, lambda: session.workspace.sync.status().last_sync_at is not None)

    desktop.use(synced)
    assert desk.stop() == 0
    return desktop


def shown_words() -> str:
    """Return every word that is on the screen, title bars included."""
    words = []
    for window in QApplication.topLevelWidgets():
        if not window.isVisible():
            continue
        words.append(window.windowTitle())
        for part in (window, *window.findChildren(QWidget)):
            words.extend((part.accessibleName(), part.toolTip()))
            if isinstance(part, QLabel | QPushButton | QLineEdit):
                words.append(part.text())
            elif isinstance(part, QTextEdit | QPlainTextEdit):
                words.append(part.toPlainText())
    return "\n".join(words)


def screen_of() -> LockScreen | None:
    found = (each for each in QApplication.topLevelWidgets() if isinstance(each, LockScreen) and each.isVisible())
    return next(found, None)


async def the_screen() -> LockScreen:
    await met(lambda: screen_of() is not None)
    screen = screen_of()
    assert screen is not None
    return screen


async def met(condition: Callable[[], bool]) -> None:
    """Return once *condition* holds; the caller limits the time."""
    while True:
        if condition():
            return
        await asyncio.sleep(0)


def type_passphrase(screen: LockScreen, passphrase: str) -> None:
    field = screen.findChild(QLineEdit, "passphraseField")
    assert field is not None
    QTest.keyClicks(field, passphrase)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def opened_ticket(session: Session) -> int:
    """Open the first ticket and write into its reply; the caret is left within the words."""
    await asyncio.wait_for(session.first_paint(), 20)
    (number,) = session.workspace.queue.first_ids(QueueQuery(view="all-open"), 1)
    session.window.open_ticket(number)
    await session.context.tasks.settled()
    editor: Any = control(session, "replyEditor")
    editor.setFocus()
    QTest.keyClicks(editor, WORDS)
    for _ in range(7):
        QTest.keyClick(editor, Qt.Key.Key_Left)
    await asyncio.sleep(0)
    pane: Any = session.window.pane("ticket")
    return int(pane.ticket)


def play(desktop: Desktop, story: Any) -> None:
    async def run(app: QApplication) -> None:
        session = await _opened(app, desktop.home, desktop.profiles, desktop.profile, 0.0)
        left = await asyncio.wait_for(story(app, session), 90)
        if left is not None:
            await left.end()

    _with_loop(desktop.home, run)


def locked(app: QApplication, desktop: Desktop, session: Session) -> Coroutine[Any, Any, Session | None]:
    return _locked(app, desktop.home, desktop.profiles, desktop.profile, session, "lock")


def test_locked_nothing_can_be_read_and_unlocked_everything_is_as_it_was(desktop: Desktop) -> None:
    desktop.profiles.keychain.set_passphrase(PASSPHRASE)

    async def story(app: QApplication, session: Session) -> Session:
        ticket = await opened_ticket(session)
        detail = session.workspace.tickets.detail(ticket)
        assert detail is not None
        subject = detail.subject
        assert subject in shown_words()
        assert WORDS in shown_words()

        control(session, "queueView").setFocus()
        session.context.actions.action("window.lock").trigger()
        assert session.closing.is_set()
        locking = asyncio.create_task(locked(app, desktop, session))
        screen = await the_screen()
        assert not session.window.isVisible()
        for secret in (subject, WORDS, desktop.profile.name, AGENT):
            assert secret not in shown_words()
        await met(lambda: session.is_over)
        with pytest.raises(PassphraseNeeded):
            desktop.profiles.keychain.get_key("store:desk")

        type_passphrase(screen, "not that one")
        problem = screen.findChild(QLabel, "lockProblem")
        assert problem is not None
        await met(problem.isVisible)
        assert "not the passphrase" in problem.text()
        type_passphrase(screen, PASSPHRASE)
        again = await locking
        assert again is not None
        await asyncio.wait_for(again.first_paint(), 20)
        await met(lambda: again.window.findChild(QWidget, "replyEditor") is not None)
        await again.context.tasks.settled()
        pane: Any = again.window.pane("ticket")
        await met(lambda: pane.ticket == ticket)
        await again.context.tasks.settled()
        editor: Any = control(again, "replyEditor")
        assert editor.toPlainText() == WORDS
        assert editor.textCursor().position() == len(WORDS) - 7
        return again

    play(desktop, story)


def test_a_search_is_there_again(desktop: Desktop) -> None:
    async def story(app: QApplication, session: Session) -> Session:
        await asyncio.wait_for(session.first_paint(), 20)
        session.window.search_for("is:unsolved refund")
        locking = asyncio.create_task(locked(app, desktop, session))
        screen = await the_screen()
        press(screen, "unlockButton")
        again = await locking
        assert again is not None
        assert again.window.queue_place()[1] == "is:unsolved refund"
        await again.first_paint()
        return again

    play(desktop, story)


def test_without_a_passphrase_it_says_what_the_lock_is_worth(desktop: Desktop) -> None:
    async def story(app: QApplication, session: Session) -> None:
        await asyncio.wait_for(session.first_paint(), 20)
        locking = asyncio.create_task(locked(app, desktop, session))
        screen = await the_screen()
        assert "anybody at this computer can unlock it" in shown_words()
        press(screen, "lockQuit")
        assert await locking is None
        await session.end()
        assert session.is_over

    play(desktop, story)


def test_words_that_cant_be_saved_are_not_given_up_for_the_lock(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.profiles.keychain.set_passphrase(PASSPHRASE)

    async def story(app: QApplication, session: Session) -> Session:
        await opened_ticket(session)
        await session.window.keep_words()
        with monkeypatch.context() as patch:
            patch.setattr(type(session.window), "holds_unsaved", True)
            locking = asyncio.create_task(locked(app, desktop, session))
            screen = await the_screen()
            assert WORDS not in shown_words()
            type_passphrase(screen, PASSPHRASE)
            again = await locking
        assert again is session
        assert session.window.isVisible()
        assert not session.closing.is_set()
        assert WORDS in shown_words()
        return session

    play(desktop, story)


def test_a_wipe_ends_the_window_and_tells_where_the_words_are(desktop: Desktop) -> None:
    async def story(app: QApplication, session: Session) -> None:
        await opened_ticket(session)
        wiping = asyncio.create_task(
            _wiped(app, desktop.home, desktop.profiles, desktop.profile, session, "wipe for the help desk")
        )
        await met(lambda: wiping.done() or any(isinstance(each, WipedWindow) for each in app.topLevelWidgets()))
        shown = [each for each in app.topLevelWidgets() if isinstance(each, WipedWindow)]
        words = shown_words()
        (export,) = desktop.home.unsent.iterdir()
        assert str(export) in words
        assert "An administrator of the help desk" in words
        assert "1 draft" in words
        assert WORDS not in words
        press(shown[0], "wipedQuit")
        assert await wiping == 0

    play(desktop, story)
    assert desktop.profiles.all() == ()
    assert not desktop.home.profile("desk").exists()


def test_the_window_wipes_itself_when_the_help_desk_asks_for_it(tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={TOKEN}-2", tickets=60) as desk:
        desktop = Desktop(tmp_path / "home", desk.url)
        desktop.profiles.add(desktop.profile, f"{TOKEN}-2")

        async def story(app: QApplication, session: Session) -> None:
            await asyncio.wait_for(session.first_paint(), 20)
            session.workspace.sync.start()
            await until(session, lambda: session.workspace.sync.status().last_sync_at is not None)
            revoking = ("serve", "--home", str(tmp_path / "desk"), "--revoke", AGENT, "--wipe")
            await asyncio.to_thread(ConsoleCli(tmp_path / "desk").run, *revoking)
            session.workspace.sync.nudge()
            await session.closing.wait()
            assert session.wish == "wipe for the help desk"
            wiping = asyncio.create_task(
                _wiped(app, desktop.home, desktop.profiles, desktop.profile, session, session.wish)
            )
            await met(lambda: wiping.done() or any(isinstance(each, WipedWindow) for each in app.topLevelWidgets()))
            assert "Everything you wrote was at the help desk." in shown_words()
            press(next(each for each in app.topLevelWidgets() if isinstance(each, WipedWindow)), "wipedConnect")
            assert await wiping == WIPED

        play(desktop, story)
    assert desktop.profiles.all() == ()


def test_a_start_asks_for_the_passphrase_before_anything_is_shown(desktop: Desktop) -> None:
    desktop.profiles.keychain.set_passphrase(PASSPHRASE)
    desktop.profiles.keychain.lock()

    async def run(app: QApplication) -> None:
        starting = asyncio.create_task(_opened(app, desktop.home, desktop.profiles, desktop.profile, 0.0))
        screen = await asyncio.wait_for(the_screen(), 20)
        assert "Unlock Agent Console" in shown_words()
        type_passphrase(screen, PASSPHRASE)
        session = await asyncio.wait_for(starting, 20)
        await asyncio.wait_for(session.first_paint(), 20)
        assert screen_of() is None
        await session.end()

    _with_loop(desktop.home, run)


def test_a_computer_without_a_keychain_asks_for_a_first_passphrase(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", explicit=False)
    chain = HomeKeychain(home.keys, may_use_system=True, find_system=lambda: None)
    profiles = Profiles(home, chain)
    profile = Profile(name="desk", kind="agentconsole", url="http://127.0.0.1:1", email=AGENT)

    async def run(app: QApplication) -> None:
        starting = asyncio.create_task(_opened(app, home, profiles, profile, 0.0))
        await met(lambda: any(isinstance(each, PassphraseDialog) for each in app.topLevelWidgets()))
        dialog = next(each for each in app.topLevelWidgets() if isinstance(each, PassphraseDialog))
        assert "offers no keychain" in shown_words()
        for name in ("newPassphrase", "againPassphrase"):
            field = dialog.findChild(QLineEdit, name)
            assert field is not None
            QTest.keyClicks(field, PASSPHRASE)
        press(dialog, "passphraseGo")
        session = await asyncio.wait_for(starting, 20)
        await session.first_paint()
        await session.end()

    _with_loop(home, run)
    assert chain.guard == "passphrase"
    assert not (home.keys / "key").exists()
