"""Qt whose libraries another thread has loaded is Qt as ever."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CODE = """
import sys, threading
from agentconsole.loading_ahead import load_ahead
load_ahead()
for thread in threading.enumerate():
    if thread.name == "loader":
        thread.join()
loaded = open("/proc/self/maps").read()
assert "libQt6Widgets" in loaded and "QtGui.abi3" in loaded
assert "libfontconfig" in loaded, "the fonts of the system are listed too"
assert "PySide6" not in sys.modules
from agentconsole.quick_qt import import_qt
import_qt()
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication(["test"])
assert QThread.isMainThread() and application.thread() is QThread.currentThread()
window = QWidget()
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
print("painted")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems load Qt when it is imported")
def test_a_window_comes_up_on_the_main_thread() -> None:
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("painted\n", "")


def test_without_pyside_nothing_is_loaded_and_nothing_fails() -> None:
    code = (
        "from agentconsole import loading_ahead\nloading_ahead.find_spec = lambda name: None\n"
        "loading_ahead.load_ahead()\nimport threading\nassert threading.active_count() == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
