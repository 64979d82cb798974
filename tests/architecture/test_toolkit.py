"""What we know of our toolkit and must notice when it changes."""

from __future__ import annotations

import subprocess
import sys

import PySide6
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1000


def test_calls_into_qt_do_not_eat_references_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 takes a reference from None with every call that returns it, and so aborts CPython 3.11.

    If this fails after an upgrade, that version must not ship for Python 3.11; once it passes on a newer version, the
    pin in pyproject.toml may move.
    """
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        label.setText("x")
    assert sys.getrefcount(None) > before - CALLS // 10, f"PySide6 {PySide6.__version__} loses references"


def test_the_queue_can_be_painted_without_the_heavy_imports() -> None:
    """SQLAlchemy, the HTTP client and the keychain cost more than the whole window: they come after the first paint."""
    heavy = ("sqlalchemy", "alembic", "httpx", "keyring", "fastapi", "cryptography")
    code = (
        "import sys; import agentconsole.app, agentconsole.gui.main_window, agentconsole.store.opening,"
        " agentconsole.services.workspace;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
