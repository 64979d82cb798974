"""One window a profile: a second start brings the first one's window forward and ends. Commands work beside it.

Two windows on one store would be sound (their commits are in order, one of them at a time sends), but an agent who
starts the console twice wants to see what is open, not to write one reply in two places.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.platform.locks import FileLock
from agentconsole.services.opening import WINDOW_LOCK

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.gui.doorbell import Doorbell

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.2


class AlreadyOpen(Exception):
    """Another process has the window of this profile, and it does not answer."""

    title = "The console is open already, and its window does not answer"
    advice = "Look for it among the open windows. If it hangs, end its process, then try again: nothing saved is lost."


class OneWindow:
    """The right to show the window of the profile in *folder*; it ends with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / WINDOW_LOCK)
        self._bell: Doorbell | None = None

    def take_at_once(self) -> bool:
        """Take the right if nobody has it; return whether it is ours."""
        try:
            with suppress(FileExistsError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._lock.take()
        except OSError:
            # a disk that can only be read has no locks to give; whoever reads does no harm
            return True

    async def take(self, address: str = "") -> bool:
        """Take the right; False when another window has it and has come forward, to show *address*.

        Raises AlreadyOpen.
        """
        if self.take_at_once():
            return True
        from agentconsole.gui.doorbell import PATIENCE, ring

        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if await asyncio.to_thread(ring, self._folder, 1.0, address):
                return False
            # it may have ended meanwhile, or not be painted yet
            if self.take_at_once():
                return True
            await asyncio.sleep(_LOOK_EVERY)
        raise AlreadyOpen

    def listen(self, app: QApplication, asked: Callable[[str], object]) -> None:
        """From now on, come forward when the profile is started once more; *asked* gets the address it is to show."""
        if self._bell is not None:
            return
        from agentconsole.gui.doorbell import Doorbell

        self._bell = bell = Doorbell(self._folder)
        if not bell.is_hung:
            _log.warning("a second start can't find this window")

        def come(address: str) -> None:
            _come_forward(app)
            asked(address)

        bell.rung.connect(come)

    def give_back(self) -> None:
        """Let another window be opened. Idempotent."""
        bell, self._bell = self._bell, None
        if bell is not None:
            bell.close()
            bell.deleteLater()
        self._lock.give_back()


def _come_forward(app: QApplication) -> None:
    """Bring what the agent has open before them: the window, or what is shown in its place."""
    from PySide6.QtCore import Qt

    for window in app.topLevelWidgets():
        if window.isVisible() and window.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.raise_()
            window.activateWindow()
