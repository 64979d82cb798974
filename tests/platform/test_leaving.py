"""A process that can't end by itself ends all the same, with its own exit code and a word in the log."""

from __future__ import annotations

import subprocess
import sys
import threading

from agentconsole.platform.leaving import where_is

_STUCK = """
import logging, threading
logging.basicConfig(level=logging.INFO, format="%(message)s")
from agentconsole.platform.leaving import leave_within
leave_within(0.2, 3)
threading.Thread(target=threading.Event().wait, name="stuck").start()
"""


def test_a_thread_that_never_ends_does_not_keep_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", _STUCK], timeout=30, capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert "closing took more than 0 s" in ended.stderr
    assert "stuck at" in ended.stderr


def test_a_process_that_ends_by_itself_is_left_alone() -> None:
    quick = "from agentconsole.platform.leaving import leave_within\nleave_within(60, 3)"
    ended = subprocess.run([sys.executable, "-c", quick], timeout=30, check=False)
    assert ended.returncode == 0


def test_where_a_thread_is() -> None:
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    assert "in wait" in where_is(thread)
    gate.set()
    thread.join()
    assert where_is(thread) == "its end"
