"""The real console as a program that can be asked for samples: the same objects that `agentconsole` opens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

# what the command line imports before it opens a window belongs to the start
from agentconsole.cli.main import build_parser
from agentconsole.cli.opening import home_of, profiles_of
from tests.bench.asking import serve, tell, tell_painted

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
    options = build_parser([]).parse_args([])
    from agentconsole.app import _with_loop
    from agentconsole.session import Session

    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.all()[0]

    async def run(application: QApplication) -> int:
        session = Session(application, home, profiles, profile, started)
        if mode == "start":
            _tell_first_rows(session)
        await session.first_paint()
        if mode != "start":
            await _answering(session)
        await session.end()
        return 0

    return _with_loop(home, run)


def _tell_first_rows(session: Session) -> None:
    """Tell the time at the end of the first frame that shows rows of the queue, before anything else happens."""
    from PySide6.QtWidgets import QTableView

    from tests.bench.painting import PaintWatch

    queue = session.window.findChild(QTableView, "queueView")
    if queue is None:
        tell({"failed": "the window has no queue"})
        return
    watch = PaintWatch(queue.viewport())
    watch.setParent(queue)
    watch.tell_next(tell_painted, lambda: queue.model().rowCount() > 0)


async def _answering(session: Session) -> None:
    """Answer from a plain slot: inside a coroutine no event loop may run, and every sample runs one."""
    import asyncio

    from PySide6.QtCore import QTimer

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
