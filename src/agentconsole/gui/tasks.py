"""Coroutines started from slots: owned, ended with the window, and never failing in silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

T = TypeVar("T")
_log = logging.getLogger(__name__)

LONGEST_END = 5.0
"""Seconds that coroutines have to clean up when the window closes."""


class Trouble(Struct, frozen=True):
    """What went wrong and what to do, in words for the agent."""

    title: str
    advice: str


def trouble_of(error: BaseException) -> Trouble:
    """Return the words that *error* brings (``title``, ``advice``), or honest ones for a bug of ours."""
    title = getattr(error, "title", "")
    if isinstance(title, str) and title:
        return Trouble(title, str(getattr(error, "advice", "")))
    return Trouble(
        "Something went wrong in the console",
        "Your saved changes are safe. Try again; if it happens again, copy the diagnostics from About and report it.",
    )


class Tasks(QObject):
    """Runs coroutines on the window's event loop; what is asked before there is one, begins with it.

    Signals:
        troubled: A :class:`Trouble` that no caller took care of.
    """

    troubled = Signal(object)

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = loop
        self._waiting: list[Callable[[], object]] = []
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on there is *loop*: start what was asked for before, in that order."""
        self._loop = loop
        waiting, self._waiting = self._waiting, []
        for start in waiting:
            start()

    @property
    def running(self) -> int:
        """How many coroutines are under way."""
        return len(self._running)

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> asyncio.Task[T] | None:
        """Start *coroutine*; *done* gets its result, *failed* its error (otherwise :attr:`troubled` tells the agent).

        Both are called on the main thread. Returns None after :meth:`end`, when nothing may start any more, and for
        what waits for :meth:`begin`.
        """
        if self._closed:
            coroutine.close()
            return None
        if self._loop is None:
            self._waiting.append(lambda: self.run(coroutine, done, failed))
            return None
        task = self._loop.create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(lambda ended: self._finish(ended, done, failed))
        return task

    def _finish(
        self,
        task: asyncio.Task[T],
        done: Callable[[T], object] | None,
        failed: Callable[[BaseException], object] | None,
    ) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            if done is not None and not self._closed:
                done(task.result())
            return
        if not getattr(error, "title", ""):
            _log.error("a task failed", exc_info=error)
        if self._closed:
            return
        if failed is not None:
            failed(error)
        else:
            self.troubled.emit(trouble_of(error))

    async def settled(self, within: float | None = None) -> None:
        """Return once nothing is running any more, including what was started meanwhile; at the latest *within* s."""
        time = asyncio.get_running_loop().time
        deadline = None if within is None else time() + within
        while self._running:
            left = None if deadline is None else deadline - time()
            if left is not None and left <= 0:
                return
            await asyncio.wait(set(self._running), timeout=left)

    async def end(self, within: float = LONGEST_END) -> None:
        """Refuse new coroutines, cancel the running ones and wait until they have cleaned up, at most *within* s.

        What has not ended by then is named in the log and left: the window must close.
        """
        self._closed = True
        for task in self._running:
            task.cancel()
        await self.settled(within)
        for task in self._running:
            _log.warning("closing does not wait any longer for %s", _name_of(task))


def _name_of(task: asyncio.Task[Any]) -> str:
    coroutine = task.get_coro()
    return str(getattr(coroutine, "__qualname__", type(coroutine).__name__))
