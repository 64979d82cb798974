"""Notices that nobody works in the window any more, also over the sleep of the computer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from agentconsole.services.api.custody import Guard


_SIGNS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)
_LOOK_MS = 5_000

LOCK_AFTER = "lock.minutes"
"""The setting: minutes without anybody before the console locks itself; 0 never; unset: as the guard suggests."""


def lock_minutes(setting: object, guard: Guard) -> int:
    """Return after how many minutes to lock. By itself only where a passphrase makes the lock worth its trouble."""
    if isinstance(setting, int) and not isinstance(setting, bool) and setting >= 0:
        return setting
    return 15 if guard == "passphrase" else 0


def seconds_awake_or_asleep() -> float:
    """Return seconds of a clock that nobody can set, and that goes on while the computer sleeps where there is one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class IdleWatch(QObject):
    """Watches keys and pointer in whichever of our windows has the keyboard.

    It listens to windows, not to the application: that would bring every paint of every widget through Python.

    Signals:
        idled: Nobody was here for as long as *minutes* says. Told once; activity begins the time anew.
    """

    idled = Signal()

    def __init__(
        self,
        app: QApplication,
        minutes: Callable[[], int],
        *,
        is_watched: Callable[[], bool] = lambda: True,
        seconds: Callable[[], float] = seconds_awake_or_asleep,
        parent: QObject | None = None,
    ) -> None:
        """*minutes* 0 means never; *is_watched* says that what is on the screen is meant to be left alone."""
        super().__init__(parent)
        self._app, self._minutes, self._is_watched, self._seconds = app, minutes, is_watched, seconds
        self._last = seconds()
        self._told = False
        app.focusWindowChanged.connect(self._watch)
        self._watch(app.focusWindow())
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """See whether the time is over."""
        minutes = self._minutes()
        if self._told or not minutes or not self._is_watched():
            return
        if self._seconds() - self._last >= minutes * 60:
            self._told = True
            self.idled.emit()

    def end(self) -> None:
        """Watch no more."""
        self._timer.stop()
        self._app.focusWindowChanged.disconnect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            # once more on the same window is once
            window.installEventFilter(self)
            self._came()

    def _came(self) -> None:
        # whoever comes back to a computer that slept is not here before they have shown who they are
        self.look()
        if not self._told:
            self._last = self._seconds()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take signs of somebody for what they are; nothing is kept from anybody."""
        if event.type() in _SIGNS:
            self._came()
        return False
