"""The composition root: builds the objects, starts and stops them in order. The only user of qasync.

Start: theme, store, window with its first page of the queue, painted; then the exchange with the help desk, whose
imports cost more than all that. Stop, on one path: the window says that it wants to close, its layout and drafts are
saved, coroutines end, the exchange stops, the store closes.
"""

from __future__ import annotations

import asyncio
import builtins
import gc
import logging
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from agentconsole.one_window import AlreadyOpen, OneWindow
from agentconsole.platform.crash import CrashReports, DiscreetFormatter
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import KeychainError
from agentconsole.platform.leaving import leave_within
from agentconsole.platform.notifications import DesktopNotifications
from agentconsole.services.profiles import DamagedProfiles, Profile, Profiles
from agentconsole.store.condition import DAMAGE
from agentconsole.store.errors import StoreError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.domain.changes import Change
    from agentconsole.gui.context import WindowContext
    from agentconsole.gui.main_window import MainWindow
    from agentconsole.services.workspace import OpenWorkspace

log = logging.getLogger(__name__)
T = TypeVar("T")

_HARMLESS = (
    "OpenType support missing for",
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
)
"""What Qt warns of although nothing is amiss and nobody could do anything about it.

A system without fonts that shape a rare script still draws its letters; a screen without a window manager has no window
to raise or to resize.
"""

LONGEST_LEAVING = 30.0
"""Seconds after the agent has closed the window at which the process ends in any case."""

WIPED = 64
"""How a run of the window ends when its profile was wiped and the agent wants to connect another help desk."""

_LOG_BYTES = 1024 * 1024
_SWITCH_SECONDS = 0.0005


def run_first_start(home: Home, profiles: Profiles) -> Profile | Literal["demo"] | None:
    """Ask which help desk to connect; return the new profile, "demo", or None when the agent left."""
    from agentconsole.first_start import ask_for_profile

    return _with_loop(home, lambda app: ask_for_profile(app, profiles))


def run_window(home: Home, profiles: Profiles, profile: Profile) -> int:
    """Open the window on *profile* and return the exit code once it is closed."""
    started = time.perf_counter()

    async def stay(app: QApplication) -> int:
        one = OneWindow(home.profile(profile.name))
        try:
            if not await _is_first(app, home, profiles, one):
                return 0
            return await live(app, one)
        finally:
            one.give_back()

    async def live(app: QApplication, one: OneWindow) -> int:
        session = await _opened(app, home, profiles, profile, started)
        while True:
            session.start_exchange_after_first_paint()
            session.painted.add_done_callback(lambda _painted: one.listen(app))
            await session.closing.wait()
            match session.wish:
                case "lock" | "idle" as wish:
                    following = await _locked(app, home, profiles, profile, session, wish)
                    if following is None:
                        leave_within(LONGEST_LEAVING, 0)
                        await session.end()
                        return 0
                    session = following
                case "wipe" | "wipe for the help desk" as wish:
                    outcome = await _wiped(app, home, profiles, profile, session, wish)
                    if isinstance(outcome, int):
                        return outcome
                    session = outcome
                case "repair":
                    # opened anew it is found damaged, and mended
                    await session.end()
                    session = await _opened(app, home, profiles, profile, time.perf_counter())
                case _:
                    # whatever hangs from here on, what the agent wrote is saved first and a commit can't be half done
                    leave_within(LONGEST_LEAVING, 0)
                    await session.end()
                    return 0

    return _with_loop(home, stay)


async def _is_first(app: QApplication, home: Home, profiles: Profiles, one: OneWindow) -> bool:
    """Take the right to the window; False when the one that is open has come forward."""
    while True:
        try:
            if await one.take():
                return True
        except AlreadyOpen as error:
            from agentconsole.start_trouble import solve

            log.info("a window is open already and does not answer")
            if not await solve(app, error, home, profiles, home.root):
                return False
        else:
            print("The console is open already: its window comes forward.")
            return False


async def _locked(
    app: QApplication, home: Home, profiles: Profiles, profile: Profile, session: Session, wish: Literal["lock", "idle"]
) -> Session | None:
    """Lock *session*; return what is open once it is unlocked, None when the agent leaves instead."""
    from agentconsole.locking import lock

    place = session.place()
    unlocked = await lock(session, profiles.keychain, "idle" if wish == "idle" else "locked")
    if not unlocked:
        return None
    if not session.is_over:
        session.come_back()
        return session
    again = await _opened(app, home, profiles, profile, time.perf_counter())
    again.go_to(place)
    return again


async def _wiped(
    app: QApplication, home: Home, profiles: Profiles, profile: Profile, session: Session, wish: str
) -> Session | int:
    """Wipe *profile*; return what is open afterwards because it could not be, else how the window's run ended."""
    from agentconsole.locking import tell_wipe_failed, tell_wiped
    from agentconsole.services.wiping import CantExport, wipe_profile

    await session.end()
    try:
        outcome = await asyncio.to_thread(
            wipe_profile, home, profiles, profile, why="agent" if wish == "wipe" else "help desk"
        )
    except (CantExport, StoreError, KeychainError, OSError) as error:
        log.warning("the profile could not be wiped: %s", type(error).__name__)
        if not await tell_wipe_failed(app, home, error):
            return 1
        return await _opened(app, home, profiles, profile, time.perf_counter())
    return WIPED if await tell_wiped(app, home, outcome) == "connect" else 0


def run_start_trouble(home: Home, profiles: Profiles, error: DamagedProfiles | OSError) -> bool:
    """Show why nothing can be opened at all; return whether to try again."""
    from agentconsole.start_trouble import solve

    return _with_loop(home, lambda app: solve(app, error, home, profiles, home.root))


async def _opened(app: QApplication, home: Home, profiles: Profiles, profile: Profile, started: float) -> Session:
    """Open the window. What stands in the way is shown, and raised if the agent leaves it at that."""
    while True:
        try:
            return Session(app, home, profiles, profile, started)
        except KeychainError as error:
            from agentconsole.locking import let_in

            log.info("the keychain did not open: %s", type(error).__name__)
            if not await let_in(app, home, profiles.keychain, error):
                raise
        except (StoreError, OSError) as error:
            from agentconsole.services.opening import rebuild
            from agentconsole.start_trouble import solve

            log.info("the window could not be opened: %s", type(error).__name__)
            mend = partial(rebuild, home, profile, profiles)
            if not await solve(app, error, home, profiles, home.database(profile.name), mend):
                raise


def run_tour(home: Home, profiles: Profiles, profile: Profile, folder: Path) -> int:
    """Sync *profile*, save a picture of every pane to *folder*, print one line of JSON, and end."""
    started = time.perf_counter()

    async def tour(app: QApplication) -> int:
        from agentconsole.cli.printing import print_json
        from agentconsole.gui.tour import take_tour

        session = Session(app, home, profiles, profile, started)
        try:
            first_paint = await session.first_paint()
            session.workspace.sync.start()
            session.workspace.packs.watch()
            session.workspace.prepare_guidance()
            session.workspace.sla.start()
            report = await take_tour(session.window, session.context, folder)
        finally:
            await session.end()
        print_json({**report, "first_paint_ms": round(first_paint * 1000, 1)})
        return 0

    return _with_loop(home, tour)


class Session:
    """One open window with all that belongs to it.

    Attributes:
        window: the window, shown.
        context: what its panes were given.
        workspace: the services behind it; their exchange with the help desk is not started yet.
        closing: set once the window wants to close.
        wish: why: "close", "lock", "idle" (lock because nobody is there), "wipe", "wipe for the help desk", "repair".
        painted: done once the queue was painted for the first time.
        is_over: whether everything of it is closed.
    """

    def __init__(self, app: QApplication, home: Home, profiles: Profiles, profile: Profile, started: float) -> None:
        from agentconsole.first_start import connect
        from agentconsole.gui.actions import Actions
        from agentconsole.gui.bridge import Bridge
        from agentconsole.gui.clock import Clock
        from agentconsole.gui.context import WindowContext
        from agentconsole.gui.first_paint import FirstPaint
        from agentconsole.gui.garbage import MainThreadCollector
        from agentconsole.gui.icons import IconSet
        from agentconsole.gui.idle import LOCK_AFTER, IdleWatch, lock_minutes
        from agentconsole.gui.main_window import MainWindow
        from agentconsole.gui.messages import Messages
        from agentconsole.gui.tasks import Tasks
        from agentconsole.gui.theming import Theming
        from agentconsole.services.custody import KeychainCustody
        from agentconsole.services.opening import open_workspace

        self._started = started
        # first, because it is what the world can refuse: nothing else is begun then
        self.workspace: OpenWorkspace = open_workspace(home, profile, profiles)
        self._garbage = MainThreadCollector()
        settings = self.workspace.settings
        theming = Theming(
            app,
            choice=settings.get("theme", "system"),
            density=settings.get("density", "comfortable"),
            reduced_motion=bool(settings.get("reduced_motion", False)),
        )
        theming.apply()
        loop = asyncio.get_running_loop()
        custody = KeychainCustody(profiles.keychain)
        self.context: WindowContext = WindowContext(
            workspace=self.workspace,
            theming=theming,
            icons=IconSet(theming),
            tasks=Tasks(loop),
            actions=Actions(settings.get("keys", {})),
            bridge=Bridge(self.workspace),
            clock=Clock(self.workspace.now),
            messages=Messages(),
            custody=custody,
        )
        self.window: MainWindow = MainWindow(self.context, connect=connect)
        self.closing = asyncio.Event()
        self._is_asking = False
        self.wish = "close"
        self.is_over = False
        self.window.close_requested.connect(self._wish_to_close)
        self.window.lock_requested.connect(lambda: self._leave("lock"))
        self.window.wipe_requested.connect(lambda: self._leave("wipe"))
        self.context.bridge.changed.connect(self._obey)
        self._idle = IdleWatch(
            app,
            lambda: lock_minutes(settings.get(LOCK_AFTER), custody.guard),
            is_watched=lambda: not self.window.shows_wallboard,
        )
        self._idle.idled.connect(lambda: self._leave("idle"))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.closing.set)
        self._desktop = DesktopNotifications()
        self.painted: asyncio.Future[float] = loop.create_future()
        FirstPaint(self.window).painted.connect(self._note_first_paint)
        self.window.show()

    def _wish_to_close(self) -> None:
        """Close, unless words would be lost and the agent would rather stay. A signal does not ask."""
        if self._is_asking:
            return
        self._is_asking = True

        async def ask() -> None:
            try:
                if await self.window.may_leave():
                    self.closing.set()
            finally:
                self._is_asking = False

        self._asking = asyncio.get_running_loop().create_task(ask())

    def _leave(self, wish: str) -> None:
        """Let the owner do what *wish* says; the first wish counts."""
        if not self.closing.is_set():
            self.wish = wish
            self.closing.set()

    def _obey(self, change: Change) -> None:
        """Do what can't wait for anybody: the store is damaged, or the help desk asks that all is removed."""
        if DAMAGE in change.topics:
            self._leave("repair")
        if "sync" in change.topics and self.workspace.sync.status().wipe_requested:
            self._leave("wipe for the help desk")

    def place(self) -> tuple[str, str]:
        """Return the queue's view and what is searched there."""
        return self.window.queue_place()

    def go_to(self, place: tuple[str, str]) -> None:
        """Show the queue as it was at *place*; which ticket was open the window remembers by itself."""
        self.window.go_to_queue(*place)

    def come_back(self) -> None:
        """Show the window again after it was covered."""
        self.wish = "close"
        self.closing.clear()
        self.window.show()

    def _note_first_paint(self) -> None:
        if not self.painted.done():
            self.painted.set_result(time.perf_counter() - self._started)
            log.info("first paint after %.0f ms", self.painted.result() * 1000)

    async def first_paint(self) -> float:
        """Return how many seconds passed from the start to the first painted queue, once it is painted."""
        return await self.painted

    def start_exchange_after_first_paint(self) -> None:
        """Begin to exchange with the help desk as soon as the agent can see their queue."""
        self.painted.add_done_callback(lambda _painted: self._begin())

    def _begin(self) -> None:
        from agentconsole.gui.breach_alarms import BreachAlarms

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


def _with_loop(home: Home, main: Callable[[QApplication], Coroutine[Any, Any, T]]) -> T:
    """Run *main* on an application with asyncio, and with logs and crash reports under *home*."""
    # what a start builds lives as long as the window; looking it through for garbage again and again delays the first
    # frame (Session gives collection to a timer, and at the end back to the interpreter)
    gc.disable()
    # PySide6 puts its own import in the place of Python's, for its "snake_case" and "true_property": of every module that
    # comes after it, it reads the source. Nothing here asks for those, and reading delays the first frame
    plain_import = builtins.__import__
    from PySide6.QtCore import qInstallMessageHandler

    builtins.__import__ = plain_import
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    # Qt hands the interpreter back and forth all the time; the main thread must not wait 5 ms for it each time that the
    # sync is busy
    sys.setswitchinterval(_SWITCH_SECONDS)
    CrashReports(home.logs).install()
    qInstallMessageHandler(_log_qt)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("agentconsole")
    app.setApplicationDisplayName("Agent Console")
    # the one way out is Session.end: the last window's closing must not stop the loop under it
    app.setQuitOnLastWindowClosed(False)

    try:
        with _logging_to(home.logs), asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            return runner.run(main(app))
    finally:
        gc.enable()


class _LogFile(RotatingFileHandler):
    """A log file that a full disk can't turn into complaints on the terminal: what it can't keep is not kept."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Let the record go."""


@contextmanager
def _logging_to(folder: Path) -> Iterator[None]:
    """Keep the log in files of a limited size; it holds no text of tickets and no secrets.

    Where nothing can be written there is no log: that must not be why the agent can't see what is wrong.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _LogFile(folder / "agentconsole.log", maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8")
    except OSError:
        yield
        return
    file.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("agentconsole")
    ours.addHandler(file)
    ours.setLevel(logging.INFO)
    try:
        yield
    finally:
        ours.removeHandler(file)
        with suppress(OSError):
            file.close()


def _log_qt(kind: object, _context: object, message: str) -> None:
    """Bring Qt's own messages into the log."""
    from PySide6.QtCore import QtMsgType

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }
    level = levels.get(kind, logging.ERROR)  # type: ignore[call-overload]
    logging.getLogger("qt").log(logging.DEBUG if message.startswith(_HARMLESS) else level, "%s", message)
