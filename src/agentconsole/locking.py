"""The locked console, and what asks for a passphrase before there is a window: glue between keychain and screen."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import (
    HomeKeychain,
    KeychainError,
    PassphraseNeeded,
    PassphraseUnset,
    TooSoon,
    WrongPassphrase,
)
from agentconsole.services.custody import KeychainCustody
from agentconsole.services.settings import SettingsFile

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.gui.lock_screen import Why
    from agentconsole.gui.theming import Theming
    from agentconsole.services.wiping import Outcome
    from agentconsole.session import Session


async def let_in(app: QApplication, home: Home, keychain: HomeKeychain, error: KeychainError) -> bool:
    """The window could not be opened because of *error*: ask for what is missing; return whether to try again."""
    theming = _theming(app, home)
    if isinstance(error, PassphraseNeeded | WrongPassphrase | TooSoon):
        return await unlocked(theming, keychain, "start")
    if isinstance(error, PassphraseUnset):
        return await passphrase_chosen(theming, keychain)
    return await _told(
        theming,
        title=error.title,
        meaning=f"{error}. Tickets, drafts and changes that were not sent yet are where they were.".lstrip(". "),
        advice=error.advice,
        place=home.keys,
    )


async def passphrase_chosen(theming: Theming, keychain: HomeKeychain) -> bool:
    """Ask for the first passphrase of a home that no keychain guards; return whether there is one now."""
    from PySide6.QtWidgets import QDialog

    from agentconsole.gui.dialogs.passphrase import PassphraseDialog
    from agentconsole.gui.tasks import Tasks

    theming.apply()
    loop = asyncio.get_running_loop()
    tasks = Tasks(loop)
    dialog = PassphraseDialog(KeychainCustody(keychain), tasks, "first")
    chosen: asyncio.Future[int] = loop.create_future()
    dialog.finished.connect(chosen.set_result)
    dialog.show()
    try:
        return await chosen == QDialog.DialogCode.Accepted
    finally:
        await tasks.end()
        dialog.deleteLater()


async def lock(session: Session, keychain: HomeKeychain, why: Why) -> bool:
    """Cover the console, end *session* behind it and forget the key; return whether somebody unlocked it.

    Words that can't be saved are not given up for it: then the session stays, hidden, and ``session.is_over`` is False.
    """
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QToolTip

    from agentconsole.gui.lock_screen import LockScreen
    from agentconsole.gui.tasks import Tasks

    loop = asyncio.get_running_loop()
    tasks = Tasks(loop)
    window, context = session.window, session.context
    waiting = session.workspace.sync.status().waiting
    screen = LockScreen(context.theming, context.icons, tasks, KeychainCustody(keychain), why=why, waiting=waiting)
    screen.setGeometry(window.geometry())
    answer: asyncio.Future[str] = loop.create_future()
    screen.finished.connect(answer.set_result)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, screen.close)
    if window.isMaximized() or window.isFullScreen():
        screen.showMaximized()
    else:
        screen.show()
    QToolTip.hideText()
    covered = [each for each in QApplication.topLevelWidgets() if each is not screen and each.isVisible()]
    for each in covered:
        each.hide()
    keychain.lock()
    try:
        await window.keep_words()
        if not window.holds_unsaved:
            await session.end(coming_back=True)
        is_unlocked = await answer == "unlocked"
        if is_unlocked and keychain.wants == "passphrase":
            # the key was asked for once more by what ended behind the screen
            is_unlocked = await unlocked(context.theming, keychain, why)
        if is_unlocked and not session.is_over:
            for each in covered:
                # a menu that was open is not what anybody comes back to
                if each.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool):
                    each.show()
        return is_unlocked
    finally:
        await tasks.end()
        screen.hide()
        screen.deleteLater()


async def tell_wiped(app: QApplication, home: Home, outcome: Outcome) -> str:
    """Say what was wiped and what was kept; return "connect" or "quit"."""
    from agentconsole.gui.icons import IconSet
    from agentconsole.gui.wiped import WipedNote, WipedWindow

    theming = _theming(app, home)
    wiped = outcome.wiped
    note = WipedNote(
        profile=wiped.profile,
        by_help_desk=wiped.why == "help desk",
        changes=wiped.changes,
        drafts=wiped.drafts,
        export=Path(wiped.export) if wiped.export else None,
        recovery_key=outcome.recovery_key,
    )
    window = WipedWindow(theming, IconSet(theming), note)
    chosen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    window.finished.connect(chosen.set_result)
    window.show()
    try:
        return await chosen
    finally:
        window.hide()
        window.deleteLater()


async def tell_wipe_failed(app: QApplication, home: Home, error: Exception) -> bool:
    """Say why nothing was wiped; return whether to open the console again."""
    title, advice = getattr(error, "title", "The profile could not be wiped"), getattr(error, "advice", "")
    reason = f"{error}. " if str(error) else ""
    return await _told(
        _theming(app, home),
        title=title,
        meaning=f"{reason}What was not sent is still here: the console opens again as it was.",
        advice=advice,
        place=home.root,
    )


async def unlocked(theming: Theming, keychain: HomeKeychain, why: Why) -> bool:
    """Ask for the passphrase of the home; return whether it was given."""
    from agentconsole.gui.icons import IconSet
    from agentconsole.gui.lock_screen import LockScreen
    from agentconsole.gui.tasks import Tasks

    loop = asyncio.get_running_loop()
    tasks = Tasks(loop)
    screen = LockScreen(theming, IconSet(theming), tasks, KeychainCustody(keychain), why=why)
    answer: asyncio.Future[str] = loop.create_future()
    screen.finished.connect(answer.set_result)
    screen.show()
    try:
        return await answer == "unlocked"
    finally:
        await tasks.end()
        screen.hide()
        screen.deleteLater()


async def _told(theming: Theming, *, title: str, meaning: str, advice: str, place: Path) -> bool:
    """Show what is wrong; return whether to try again."""
    from agentconsole.gui.icons import IconSet
    from agentconsole.gui.start_trouble import StartTrouble, StartTroubleWindow

    trouble = StartTrouble(title=title, meaning=meaning, advice=advice, place=place)
    window = StartTroubleWindow(theming, IconSet(theming), trouble)
    chosen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    window.finished.connect(chosen.set_result)
    window.show()
    try:
        return await chosen == "again"
    finally:
        window.hide()
        window.deleteLater()


def _theming(app: QApplication, home: Home) -> Theming:
    from agentconsole.gui.theming import Theming

    theming = Theming(app, choice=SettingsFile(home.settings_file).get("theme", "system"))
    theming.apply()
    return theming
