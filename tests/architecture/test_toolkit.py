"""What we know of our toolkit and must notice when it changes."""

from __future__ import annotations

import ast
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
    """Each costs the first frame more than its rows do: they come after it, or when they are used."""
    heavy = (
        *("sqlalchemy", "alembic", "httpx", "keyring", "fastapi", "cryptography", "qasync", "dataclasses"),
        *("typing_extensions", "logging.handlers", "agentconsole.sync.engine", "agentconsole.services.tickets"),
        *("agentconsole.services.api", "agentconsole.store.outbox", "agentconsole.gui.panes.ticket_pane"),
        *("agentconsole.gui.panes.sla_pane", "agentconsole.gui.banners", "agentconsole.gui.toasts"),
    )
    code = (
        "import sys; from agentconsole.late_imports import import_late, _LATE; import_late();"
        " from agentconsole.quick_qt import import_qt; import_qt();"
        " import agentconsole.app, agentconsole.gui.main_window, agentconsole.store.opening,"
        " agentconsole.services.workspace, agentconsole.gui.panes.queue_pane, agentconsole.cli.window;"
        f"print([name for name in {heavy!r} if name in sys.modules and"
        " type(sys.modules[name]).__name__ != '_LateModule']);"
        "print(sorted(name for name in _LATE if type(sys.modules.get(name)) is type(sys)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported, executed = run.stdout.splitlines()
    assert imported == "[]"
    # of these something small is used: by pathlib, and by msgspec
    assert set(ast.literal_eval(executed)) <= {"urllib.parse", "uuid", "msgspec._json_schema", "textwrap"}
