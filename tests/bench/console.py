"""The real console as a program that can be asked for samples: the same objects that `agentconsole` opens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

# what the command line imports before it opens a window belongs to the start
from agentconsole.cli.main import build_parser
from agentconsole.cli.opening import home_of, profiles_of
from tests.bench.asking import serve, tell, tell_painted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.app import Session


def main() -> int:
    """``console start|window|sync HOME``: tell when the first queue is painted, then answer (start: end at once)."""
    import time

    started = time.perf_counter()
    mode, home_name = sys.argv[1:]
    options = build_parser().parse_args(["--home", home_name])
    from agentconsole.app import Session, _with_loop

    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.all()[0]

    async def run(application: QApplication) -> int:
        session = Session(application, home, profiles, profile, started)
        await session.first_paint()
        if mode == "start":
            tell_painted_queue(session)
            await session.end()
            return 0
        await _answering(session)
        await session.end()
        return 0

    return _with_loop(home, run)


def tell_painted_queue(session: Session) -> None:
    """Tell the time, if what was painted are the rows of a queue."""
    from PySide6.QtWidgets import QTableView

    queue = session.window.findChild(QTableView, "queueView")
    if queue is None or not queue.isVisible() or not queue.model().rowCount():
        tell({"failed": "the first frame showed no rows of the queue"})
    else:
        tell_painted()


async def _answering(session: Session) -> None:
    """Answer from a plain slot: inside a coroutine no event loop may run, and every sample runs one."""
    import asyncio

    from PySide6.QtCore import QTimer

    from tests.bench.hands import Hands

    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def answer() -> None:
        try:
            hands = Hands(session)
            tell_painted_queue(session) if hands.has_rows else tell_painted()
            answers: dict[str, Callable[..., Any]] = {
                name: getattr(hands, name) for name in dir(hands) if not name.startswith("_") and name != "has_rows"
            }
            serve(answers)
        finally:
            over.set_result(None)

    QTimer.singleShot(0, answer)
    await over


if __name__ == "__main__":
    sys.exit(main())
