"""One agent's computer: the real window on a home of its own, worked by a story."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from agentconsole.app import _opened, _with_loop
from agentconsole.gui.start_trouble import StartTroubleWindow
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profile, Profiles
from agentconsole.services.settings import SettingsFile
from agentconsole.session import Session
from agentconsole.store.errors import StoreError
from tests.support.processes import TOKEN

T = TypeVar("T")
AGENT = "mira.halvorsen@support.example"
"""The agent whose seat the demo world offers: she has open tickets of her own."""


class Desktop:
    """One agent's computer: a home with one profile, and windows opened on it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = Home(folder, explicit=True)
        self.profiles = Profiles(self.home, open_keychain(self.home))
        self.profile = Profile(name="desk", kind="agentconsole", url=url, email=AGENT)
        self.home.prepare()
        self.profiles.add(self.profile, TOKEN)
        settings = SettingsFile(self.home.settings_file)
        settings.set("undo_send_seconds", 0)
        settings.close()

    def use(self, story: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Open the window, let *story* happen, close it."""

        async def run(app: QApplication) -> T:
            session = Session(app, self.home, self.profiles, self.profile, 0.0)
            try:
                await asyncio.wait_for(session.first_paint(), 20)
                return await asyncio.wait_for(story(session), 60)
            finally:
                await session.end()

        return _with_loop(self.home, run)

    def start_into_trouble(self, story: Callable[[StartTroubleWindow], object], *, opens: bool) -> None:
        """Start the console, which can't open its store: *story* gets what is shown instead.

        *opens* says whether the window is there afterwards; otherwise what was wrong has been raised.
        """

        async def run(app: QApplication) -> None:
            starting = asyncio.create_task(_opened(app, self.home, self.profiles, self.profile, 0.0))
            while not (shown := [each for each in app.topLevelWidgets() if isinstance(each, StartTroubleWindow)]):
                assert not starting.done(), "nothing was in the way"
                await asyncio.sleep(0)
            story(shown[0])
            if opens:
                session = await asyncio.wait_for(starting, 20)
                await session.end()
            else:
                await asyncio.wait([starting], timeout=20)
                assert isinstance(starting.exception(), StoreError)

        _with_loop(self.home, run)


async def until(session: Session, holds: Callable[[], bool]) -> None:
    """Return once *holds*, asked again at every change of the store or of the exchange."""
    changed = asyncio.Event()

    def hear(_change: object) -> None:
        changed.set()

    session.context.bridge.changed.connect(hear)
    try:
        while not holds():
            changed.clear()
            if holds():
                break
            await changed.wait()
    finally:
        session.context.bridge.changed.disconnect(hear)


def control(session: Session, name: str) -> QWidget:
    """Return the control that the window calls *name*."""
    found = session.window.findChild(QWidget, name)
    assert found is not None, name
    return found


async def appears(session: Session, name: str) -> QWidget:
    """Return the control *name* of the window or a dialog of it, once there is one; the caller limits the time."""
    while True:
        found = session.window.findChild(QWidget, name)
        if found is not None:
            return found
        await asyncio.sleep(0)


def press(window: QWidget, name: str) -> None:
    """Press the button that *window* calls *name*."""
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    assert button.isVisible(), name
    button.click()
