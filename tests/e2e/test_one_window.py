"""A second start of the same profile brings the first window forward; the command line works beside it."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from agentconsole.gui.doorbell import Doorbell, ring
from agentconsole.platform.locks import FileLock
from tests.support.processes import ConsoleCli, free_port


@pytest.fixture
def console(tmp_path: Path) -> ConsoleCli:
    console = ConsoleCli(tmp_path / "home")
    console.add_profile(f"http://127.0.0.1:{free_port()}")
    return console


def _rings(home: Path) -> bool:
    """Whether the window of the profile under *home* comes, within the patience of somebody who starts it twice."""
    return ring(home / "profiles" / "desk", 1.0)


def _appeared(home: Path, window: subprocess.Popen[bytes]) -> None:
    while not _rings(home):
        assert window.poll() is None, "the window has ended"


@pytest.mark.usefixtures("qapp")
def test_two_windows_and_a_killed_one(console: ConsoleCli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = console.start()
    try:
        _appeared(home, first)
        second = console.run()
        assert "comes forward" in second.stdout
        assert first.poll() is None
        # commands are no windows
        assert console.json("outbox", "list") == []
        first.send_signal(signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
        # what the killed one left behind keeps nobody out
        assert not _rings(home)
        third = console.start()
        try:
            _appeared(home, third)
            third.send_signal(signal.SIGTERM)
            assert third.wait(30) == 0
        finally:
            third.kill()
            third.wait(10)
    finally:
        first.kill()
        first.wait(10)
    lock = FileLock(home / "profiles" / "desk" / "window.lock")
    assert lock.take()
    lock.give_back()


def test_a_bell_is_answered_and_another_profile_has_its_own(qapp: QApplication, tmp_path: Path) -> None:
    bell = Doorbell(tmp_path / "one")
    rung: list[bool] = []
    bell.rung.connect(lambda: rung.append(True))
    try:
        assert bell.is_hung
        code = (
            "import sys, pathlib\nfrom PySide6.QtCore import QCoreApplication\n"
            "from agentconsole.gui.doorbell import ring\napp = QCoreApplication([])\n"
            "print([ring(pathlib.Path(each), 10.0) for each in sys.argv[1:]])"
        )
        import sys

        words = [sys.executable, "-c", code, str(tmp_path / "one"), str(tmp_path / "other")]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as caller:
            while not rung:
                QCoreApplication.processEvents()
            while caller.poll() is None:
                QCoreApplication.processEvents()
            assert caller.stdout is not None
            assert caller.stdout.read().strip() == "[True, False]"
    finally:
        bell.close()
