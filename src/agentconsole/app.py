"""The composition root: builds the objects, starts and stops them in order. The only user of qasync.

Start: theme, store, window with its first page of the queue, painted; then the exchange with the help desk, whose
imports cost more than all that. Stop, on one path: the window says that it wants to close, its layout and drafts are
saved, coroutines end, the exchange stops, the store closes.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from agentconsole.errand import Errand
from agentconsole.one_window import AlreadyOpen, OneWindow
from agentconsole.platform.crash import CrashReports
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import KeychainError
from agentconsole.platform.leaving import leave_within
from agentconsole.quick_qt import import_qt
from agentconsole.services.profiles import DamagedProfiles, Profile, Profiles
from agentconsole.session import Session
from agentconsole.store.errors import StoreError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


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

_SWITCH_SECONDS = 0.0005


def run_first_start(home: Home, profiles: Profiles) -> Profile | Literal["demo"] | None:
    """Ask which help desk to connect; return the new profile, "demo", or None when the agent left."""
    from agentconsole.first_start import ask_for_profile

    return _with_loop(home, lambda app: ask_for_profile(app, profiles))


def run_window(home: Home, profiles: Profiles, profile: Profile, address: str = "") -> int:
    """Open the window on *profile* and return the exit code once it is closed.

    *address* is what to show in it, or in the one that is open already (see ``domain/links.py``).
    """
    errand = Errand(address)
    started = time.perf_counter()
    one = OneWindow(home.profile(profile.name))
    is_ours = one.take_at_once()

    async def stay(app: QApplication, first: Session | None) -> int:
        if not is_ours and not await _is_first(app, home, profiles, one, address):
            return 0
        session = first or await _opened(app, home, profiles, profile, started)
        session.go_on()
        while True:
            session.after_first_paint(session.start_exchange)
            session.after_first_paint(lambda: one.listen(app, errand.ask))
            session.after_first_paint(partial(errand.can_be_shown, session.follow))
            await session.closing.wait()
            errand.wait()
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

    try:
        with application(home) as app:
            # the agent sees their queue before asyncio is imported: that takes as long as to paint it
            first = first_frame(app, home, profiles, profile, started) if is_ours else None
            return run_with_loop(home, app, lambda app: stay(app, first))
    finally:
        one.give_back()


def first_frame(app: QApplication, home: Home, profiles: Profiles, profile: Profile, started: float) -> Session | None:
    """Open the window and return once the queue is painted; None when something stands in the way.

    Then it has to be shown what that is, which takes more than a window: see :func:`_opened`.
    """
    try:
        session = Session(app, home, profiles, profile, started, has_loop=False)
    except (KeychainError, StoreError, OSError) as error:
        log.info("the window did not open at once: %s", type(error).__name__)
        return None
    session.paint()
    return session


async def _is_first(app: QApplication, home: Home, profiles: Profiles, one: OneWindow, address: str) -> bool:
    """Take the right to the window; False when the one that is open has come forward, to show *address*."""
    while True:
        try:
            if await one.take(address):
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


def _with_loop(home: Home, main: Callable[[QApplication], Coroutine[Any, Any, T]]) -> T:
    """Run *main* on an application with asyncio, and with logs and crash reports under *home*."""
    with application(home) as app:
        return run_with_loop(home, app, main)


@contextmanager
def application(home: Home) -> Iterator[QApplication]:
    """Yield the application, which can show and paint windows; crash reports go to a folder under *home*."""
    # what a start builds lives as long as the window; looking it through for garbage again and again delays the first
    # frame (Session gives collection to a timer, and at the end back to the interpreter)
    gc.disable()
    import_qt()
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from agentconsole.gui.theming import STYLE, WORN

    # Qt hands the interpreter back and forth all the time; the main thread must not wait 5 ms for it each time that the
    # sync is busy
    sys.setswitchinterval(_SWITCH_SECONDS)
    CrashReports(home.logs).install()
    early = _EarlyRecords()
    ours = logging.getLogger("agentconsole")
    ours.addHandler(early)
    ours.setLevel(logging.INFO)
    qInstallMessageHandler(_log_qt)
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        app = QApplication([*sys.argv[:1], "-style", STYLE])
        app.setProperty(WORN, STYLE)
    app.setApplicationName("agentconsole")
    app.setApplicationDisplayName("Agent Console")
    # the one way out is Session.end: the last window's closing must not stop the loop under it
    app.setQuitOnLastWindowClosed(False)
    try:
        yield app
    finally:
        ours.removeHandler(early)
        gc.enable()


def run_with_loop(home: Home, app: QApplication, main: Callable[[QApplication], Coroutine[Any, Any, T]]) -> T:
    """Run *main* with asyncio on Qt's loop, and with a log under *home* (where what was logged before is found too)."""
    from agentconsole.quick_enums import complete_enums

    complete_enums()
    from qasync import QEventLoop

    from agentconsole.platform.log_file import logging_to

    ours = logging.getLogger("agentconsole")
    early: list[logging.LogRecord] = []
    for handler in [each for each in ours.handlers if isinstance(each, _EarlyRecords)]:
        ours.removeHandler(handler)
        early += handler.records
    with logging_to(home.logs, early), asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(main(app))


class _EarlyRecords(logging.Handler):
    """Keeps what is logged before there is a file: that costs an import, and so comes after the first frame."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep *record*."""
        self.records.append(record)


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
