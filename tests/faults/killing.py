"""Ends its own process at a counted event: the n-th commit, or the n-th line of the console's store and sync."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from agentconsole.store.writer import Writer

_TRACED = ("/agentconsole/store/", "/agentconsole/sync/", "/agentconsole/connectors/")


def die() -> None:
    """End as the power of the process ends: nothing is closed, nothing written, nobody told."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_commit(number: int, where: str) -> None:
    """Die just before, or just after, the *number*-th commit of this process."""
    count = 0
    commit = Writer.commit

    def counted(self: Writer, work: Callable[[Any], Any], initiator: str, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count < number:
            return commit(self, work, initiator, **options)
        if where == "after":
            commit(self, work, initiator, **options)
            die()

        def done(transaction: Any) -> Any:
            work(transaction)
            die()

        return commit(self, done, initiator, **options)

    Writer.commit = counted  # type: ignore[method-assign]


def die_at_line(number: int) -> None:
    """Die at the *number*-th line that any thread runs of what keeps and exchanges changes."""
    left = number

    def on_line(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left <= 0:
                die()
        return on_line

    def on_call(frame: FrameType, _event: str, _argument: Any) -> Any:
        return on_line if any(part in frame.f_code.co_filename for part in _TRACED) else None

    threading.settrace(on_call)
    sys.settrace(on_call)
