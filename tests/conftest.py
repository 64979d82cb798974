"""What every test may rely on: no display, no leaked windows or threads, and nothing logged that was not expected."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from tests.support.workers import InCompany, turn_of

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CUT_SHORT = 70
"""How the process of the tests ends when a test has ended it, in place of the 0 that was asked for."""


def pytest_configure(config: pytest.Config) -> None:
    """See to it that a test that ends this process does not end the run as if all had passed."""
    ours, leave = os.getpid(), os._exit

    def leave_aloud(status: int) -> NoReturn:
        # children that a test forks end as they like
        if os.getpid() == ours and status == 0:
            capture = config.pluginmanager.getplugin("capturemanager")
            if capture is not None:
                capture.suspend_global_capture()
            print("\nA test has ended the process of the tests; what comes after it did not run.", flush=True)
            status = CUT_SHORT
        leave(status)

    os._exit = leave_aloud


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InCompany:
    """Share the tests out by what they have in common."""
    return InCompany(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let begin first what takes longest, where workers share the tests."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn_of(item.nodeid))


@pytest.fixture(autouse=True)
def _nothing_unexpected_is_logged(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning or worse, unless it is marked ``expects_log`` and asserts on it itself."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    loud = [f"{record.name}: {record.getMessage()}" for record in records if record.levelno >= logging.WARNING]
    assert not loud, f"unexpected log records: {loud}"


@pytest.fixture(autouse=True)
def _rights_of_new_files_are_given_back() -> Iterator[None]:
    """The command line keeps what it writes to its owner; a test that calls it must not do so for those after it."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_test() -> Iterator[None]:
    """Fail a test that leaves a thread running; a pool's daemon helpers get a moment to end.

    None may leave the one that ends a program whose closing hangs (``platform/leaving.py``): half a minute later it
    would end the process of the tests.
    """
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        assert thread.name != "last-resort", "it ends the process of all tests in half a minute"
        if not thread.daemon:
            thread.join(timeout=2)
            assert not thread.is_alive(), f"thread {thread.name!r} was left running"
