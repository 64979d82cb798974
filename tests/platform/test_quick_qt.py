"""PySide6 is imported without its modules of signatures, which come when they are asked for."""

from __future__ import annotations

import subprocess
import sys

from PySide6.support import deprecated

_IMPORT = """
import builtins, sys
plain, compile_anew = builtins.__import__, builtins.compile
from agentconsole.quick_qt import import_qt
import_qt()
assert builtins.__import__ is plain and builtins.compile is compile_anew
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
"""


def _said(code: str) -> str:
    """What *code* prints in a process of its own, after Qt was imported there."""
    done = subprocess.run([sys.executable, "-c", _IMPORT + code], capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def test_the_import_brings_no_modules_of_signatures() -> None:
    said = _said("print([name for name in sys.modules if name.startswith(('shibokensupport', 'zipfile', 'inspect'))])")
    assert said.strip() == "['shibokensupport.signature.mapping']"


def test_a_wrong_argument_is_told_as_ever() -> None:
    said = _said(
        """
for wrong in (lambda: QTimer().setInterval("soon"), lambda: QWidget.setTabOrder(1, 2), lambda: QTimer(soon=3)):
    try:
        wrong()
    except (TypeError, AttributeError) as error:
        print(error)
    else:
        raise AssertionError("a wrong argument was taken")
assert "zipfile" in sys.modules
"""
    )
    assert "'PySide6.QtCore.QTimer.setInterval' called with wrong argument types" in said
    assert "setInterval(msec: int" in said
    assert "setTabOrder(arg__1: PySide6.QtWidgets.QWidget" in said
    assert "'soon' is not a Qt property or a signal" in said


def test_help_tells_signatures() -> None:
    assert "setInterval(self, msec: int" in _said("print(QTimer.setInterval.__doc__)")


def test_the_library_still_tells_of_itself() -> None:
    code = "import shiboken6; print(shiboken6.isValid(QTimer()), shiboken6.__version__, shiboken6.__version_info__[:2])"
    said = _said(code)
    assert said.startswith("True 6.")
    assert _said(code) == said


def test_a_wrong_name_is_still_wrong() -> None:
    code = "import shiboken6; print([hasattr(shiboken6, name) for name in ('nothing', '__nothing__', 'delete')])"
    assert _said(code).strip() == "[False, False, True]"


def test_pyside_mends_nothing_in_its_modules() -> None:
    """It could, once a module is imported (``fix_for_QtCore`` and so on): then quick_qt has to let it."""
    assert [name for name in vars(deprecated) if name.startswith("fix_for_")] == []
