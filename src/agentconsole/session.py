"""One open window with all that belongs to it: built in order, ended on one path."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from agentconsole.platform.home import Home
from agentconsole.services.profiles import Profile, Profiles
from agentconsole.store.condition import DAMAGE

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtWidgets import QApplication

    from agentconsole.domain.changes import Change
    from agentconsole.gui.context import WindowContext
    from agentconsole.gui.main_window import MainWindow
    from agentconsole.gui.profile_form import ConnectionReport, ProfileForm
    from agentconsole.services.workspace import OpenWorkspace

log = logging.getLogger(__name__)

_LONGEST_PAINTING_MS = 2000
"""A window that comes up minimized or on another desktop is not painted; the console has to go on all the same."""


async def _connect(form: ProfileForm) -> ConnectionReport:
    """Try a new token; imported when somebody signs in again."""
    from agentconsole.first_start import connect

    return await connect(form)


class Session:
    """One open window with all that belongs to it.

    Attributes:
        window: the window, shown.
        context: what its panes were given.
        workspace: the services behind it; their exchange with the help desk is not started yet.
        closing: set once the window wants to close; it is there from :meth:`go_on` on.
        wish: why: "close", "lock", "idle" (lock because nobody is there), "wipe", "wipe for the help desk", "repair".
        is_over: whether everything of it is closed.
    """

    def __init__(
        self,
        app: QApplication,
        home: Home,
        profiles: Profiles,
        profile: Profile,
        started: float,
        *,
        has_loop: bool = True,
    ) -> None:
        """Open the window. Without an event loop yet, :meth:`paint` shows it and :meth:`go_on` continues once there is.

        Raises KeychainError, StoreError and OSError.
        """
        from agentconsole.gui.actions import Actions
        from agentconsole.gui.bridge import Bridge
        from agentconsole.gui.clock import Clock
        from agentconsole.gui.context import WindowContext
        from agentconsole.gui.first_paint import FirstPaint
        from agentconsole.gui.garbage import MainThreadCollector
        from agentconsole.gui.icons import IconSet
        from agentconsole.gui.main_window import MainWindow
        from agentconsole.gui.messages import Messages
        from agentconsole.gui.tasks import Tasks
        from agentconsole.gui.theming import Theming
        from agentconsole.services.archive_door import ArchiveDoor
        from agentconsole.services.custody import KeychainCustody
        from agentconsole.services.opening import open_workspace

        self._started = started
        # first, because it is what the world can refuse: nothing else is begun then
        self.workspace: OpenWorkspace = open_workspace(home, profile, profiles)
        self._garbage = MainThreadCollector(lambda: not self.context.bridge.is_quiet)
        settings = self.workspace.settings
        theming = Theming(
            app,
            choice=settings.get("theme", "system"),
            density=settings.get("density", "comfortable"),
            reduced_motion=bool(settings.get("reduced_motion", False)),
        )
        theming.apply()
        custody = KeychainCustody(profiles.keychain)
        self.context: WindowContext = WindowContext(
            workspace=self.workspace,
            theming=theming,
            icons=IconSet(theming),
            tasks=Tasks(),
            actions=Actions(settings.get("keys", {})),
            bridge=Bridge(self.workspace),
            clock=Clock(self.workspace.now),
            messages=Messages(),
            custody=custody,
            archives=ArchiveDoor(home, profiles),
        )
        self.window: MainWindow = MainWindow(self.context, connect=_connect)
        self.closing: asyncio.Event
        self._is_asking = False
        self.wish = "close"
        self._has_loop = False
        self._wants_to_close = False
        self._paint_seconds: float | None = None
        self._when_painted: list[Callable[[], object]] = []
        self.is_over = False
        self.window.close_requested.connect(self._wish_to_close)
        self.window.lock_requested.connect(lambda: self._leave("lock"))
        self.window.wipe_requested.connect(lambda: self._leave("wipe"))
        self.context.bridge.changed.connect(self._obey)
        self._app = app
        self._custody = custody
        self._report_error, sys.excepthook = sys.excepthook, self._keep_words_after
        FirstPaint(self.window).painted.connect(self._note_first_paint)
        if has_loop:
            self.go_on()
        self.window.show()

    def paint(self) -> None:
        """Return once the first frame of the queue is on the screen, or the system wants none of it by now."""
        # after Qt's import its enums are made quickly, see quick_enums.py
        import signal

        from PySide6.QtCore import QEventLoop, QTimer

        for number in (signal.SIGINT, signal.SIGTERM):
            # until the event loop listens to them
            signal.signal(number, self._asked_to_close)

        loop = QEventLoop()
        self.after_first_paint(loop.quit)
        QTimer.singleShot(_LONGEST_PAINTING_MS, loop, loop.quit)
        loop.exec()

    def _asked_to_close(self, _number: int, _frame: object) -> None:
        self._wants_to_close = True

    def go_on(self) -> None:
        """Live on in the running event loop: what was asked for in the meantime happens now. Idempotent."""
        if self._has_loop:
            return
        import signal

        from agentconsole.gui.idle import LOCK_AFTER, IdleWatch, lock_minutes
        from agentconsole.platform.notifications import DesktopNotifications

        loop = asyncio.get_running_loop()
        self.closing = asyncio.Event()
        self._has_loop = True
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.closing.set)
        self._idle = IdleWatch(
            self._app,
            lambda: lock_minutes(self.workspace.settings.get(LOCK_AFTER), self._custody.guard),
            is_watched=lambda: not self.window.shows_wallboard,
        )
        self._idle.idled.connect(lambda: self._leave("idle"))
        self._desktop = DesktopNotifications()
        self.context.tasks.begin(loop)
        if self._wants_to_close:
            self.closing.set()

    def _keep_words_after(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error that nobody caught is reported; what is being written is saved before anything follows from it."""
        self._report_error(kind, error, trace)
        if not self.is_over:
            with suppress(RuntimeError):  # a part of the window may be gone by now
                self.window.save_words()

    def _wish_to_close(self) -> None:
        """Close, unless words would be lost and the agent would rather stay. A signal does not ask."""
        if not self._has_loop:
            # a moment after the first frame there are no words yet that could be lost
            self._close()
            return
        if self._is_asking:
            return
        self._is_asking = True

        async def ask() -> None:
            try:
                if await self.window.may_leave():
                    self._close()
            finally:
                self._is_asking = False

        self._asking = asyncio.get_running_loop().create_task(ask())

    def _leave(self, wish: str) -> None:
        """Let the owner do what *wish* says; the first wish counts."""
        if not (self.closing.is_set() if self._has_loop else self._wants_to_close):
            self.wish = wish
            self._close()

    def _close(self) -> None:
        if self._has_loop:
            self.closing.set()
        else:
            self._wants_to_close = True

    def _obey(self, change: Change) -> None:
        """Do what can't wait for anybody: the store is damaged, or the help desk asks that all is removed."""
        if DAMAGE in change.topics:
            self._leave("repair")
        if "sync" in change.topics and self.workspace.sync.status().wipe_requested:
            self._leave("wipe for the help desk")

    def place(self) -> tuple[str, str]:
        """Return the queue's view and what is searched there."""
        return self.window.queue_place()

    def follow(self, address: str) -> None:
        """Show what *address* names (``support:ticket/1042``), or say why it can't be shown."""
        from agentconsole.gui.following import follow

        follow(address, self.window, self.context)

    def go_to(self, place: tuple[str, str]) -> None:
        """Show the queue as it was at *place*; which ticket was open the window remembers by itself."""
        self.window.go_to_queue(*place)

    def come_back(self) -> None:
        """Show the window again after it was covered."""
        self.wish = "close"
        self.closing.clear()
        self.window.show()

    def _note_first_paint(self) -> None:
        self._paint_seconds = time.perf_counter() - self._started
        log.info("first paint after %.0f ms", self._paint_seconds * 1000)
        waiting, self._when_painted = self._when_painted, []
        for each in waiting:
            each()

    def after_first_paint(self, act: Callable[[], object]) -> None:
        """Call *act* once the queue is painted: at once if it is already."""
        if self._paint_seconds is None:
            self._when_painted.append(act)
        else:
            act()

    async def first_paint(self) -> float:
        """Return how many seconds passed from the start to the first painted queue, once it is painted."""
        painted = asyncio.Event()
        self.after_first_paint(painted.set)
        await painted.wait()
        assert self._paint_seconds is not None
        return self._paint_seconds

    def start_exchange(self) -> None:
        """Begin to exchange with the help desk, and everything else that goes on by itself."""
        from agentconsole.gui.breach_alarms import BreachAlarms
        from agentconsole.gui.dialogs.new_ticket import take_in_former

        take_in_former(self.context)
        self.workspace.sync.start()
        self.workspace.packs.watch()
        self.workspace.prepare_guidance()
        self.workspace.sla.start()
        # plain copies of attachments that a console left behind which crashed
        Thread(target=self.workspace.tickets.attachments.sweep, name="sweep", daemon=True).start()
        alarms = BreachAlarms(self.context, self._desktop, parent=self.window)
        alarms.ticket_asked.connect(lambda ticket: self._come_forward(lambda: self.window.open_ticket(ticket)))
        alarms.countdown_asked.connect(lambda: self._come_forward(lambda: self.window.show_pane("sla")))

    def _come_forward(self, show: Callable[[], object]) -> None:
        """The agent followed a note of the desktop: bring the window before them, with what the note was about."""
        from PySide6.QtCore import Qt

        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        show()
        self.window.raise_()
        self.window.activateWindow()

    async def end(self, *, coming_back: bool = False) -> None:
        """Save what the window holds, then close everything, innermost last. Idempotent."""
        if self.is_over:
            return
        self.is_over = True
        sys.excepthook = self._report_error
        self._idle.end()
        self.window.hide()
        await self.window.finish(coming_back=coming_back)
        await self.context.tasks.end()
        await self._desktop.withdraw()
        self._desktop.close()
        self.context.bridge.close()
        self.window.hide()
        self.window.deleteLater()
        await self.workspace.close()
        self._garbage.end()
