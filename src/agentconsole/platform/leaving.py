"""The program's end: when closing hangs on something that can't be interrupted, it ends all the same, and says so."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from pathlib import Path

_log = logging.getLogger(__name__)


def leave_within(seconds: float, code: int) -> None:
    """End this process with exit *code* if it has not ended by itself within *seconds*.

    Only for when everything that must last is on the disk. A thread that waits for a name server or for a network drive
    can't be cancelled, and the interpreter would wait for it as long as that takes.
    """
    threading.Thread(target=_wait_and_leave, args=(seconds, code), name="last-resort", daemon=True).start()


def _wait_and_leave(seconds: float, code: int) -> None:
    threading.Event().wait(seconds)
    places = "; ".join(f"{thread.name} at {where_is(thread)}" for thread in threading.enumerate())
    _log.error("closing took more than %.0f s and was cut short: %s", seconds, places)
    for handler in logging.getLogger("agentconsole").handlers:
        handler.flush()
    os._exit(code)


def where_is(thread: threading.Thread) -> str:
    """Return where *thread* is just now, as ``file.py:line in function`` of the innermost calls, outermost first."""
    frame = sys._current_frames().get(thread.ident or 0)
    if frame is None:
        return "its end"
    calls = traceback.extract_stack(frame)[-3:]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} in {call.name}" for call in calls)
