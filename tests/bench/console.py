"""The real console as a program that can be asked for samples: the same objects that `agentconsole` opens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

# as the program does
from agentconsole.late_imports import import_late

import_late()

from agentconsole.loading_ahead import load_ahead  # noqa: E402

load_ahead()

# what the command line imports before it opens a window belongs to the start
from agentconsole.cli.main import read_command_line  # noqa: E402
from agentconsole.cli.opening import home_of, profiles_of  # noqa: E402

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.session import Session


def main() -> int:
    """``console start|window HOME``: tell when the first queue is painted; a window then answers, a start ends."""
    import gc
    import time

    gc.disable()
    started = time.perf_counter()
    mode, os.environ["AGENTCONSOLE_HOME"] = sys.argv[1:]
    options = read_command_line([])
    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.all()[0]
    profiles.read_ahead(profile)
    from agentconsole.app import application, run_with_loop
    from agentconsole.session import Session

    with application(home) as app:
        session = Session(app, home, profiles, profile, started, has_loop=False)
        if mode == "start":
            _tell_first_rows(session)
        session.paint()

        async def go_on(_app: QApplication) -> int:
            session.go_on()
            if mode != "start":
                await _answering(session)
            await session.end()
            return 0

        return run_with_loop(home, app, go_on)


def _tell_first_rows(session: Session) -> None:
    """Tell the time at the end of the first frame that shows rows of the queue, before anything else happens."""
    from PySide6.QtWidgets import QTableView

    from tests.bench.first_rows import FirstRows

    queue = session.window.findChild(QTableView, "queueView")
    if queue is None:
        from tests.bench.asking import tell

        tell({"failed": "the window has no queue"})
        return
    FirstRows(queue)


async def _answering(session: Session) -> None:
    """Answer from a plain slot: inside a coroutine no event loop may run, and every sample runs one."""
    import asyncio

    from PySide6.QtCore import QTimer

    from tests.bench.asking import serve, tell_painted
    from tests.bench.hands import Hands

    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def answer() -> None:
        try:
            hands = Hands(session)
            tell_painted()
            answers: dict[str, Callable[..., Any]] = {
                name: getattr(hands, name) for name in dir(hands) if not name.startswith("_")
            }
            serve(answers)
        finally:
            over.set_result(None)

    QTimer.singleShot(0, answer)
    await over


if __name__ == "__main__":
    sys.exit(main())
