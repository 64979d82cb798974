"""What Qt says goes to the log; what is known to be harmless does not reach the terminal."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import QtMsgType

from agentconsole.app import _log_qt


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("message", "level"),
    [
        ('OpenType support missing for "Inter", script 13', logging.DEBUG),
        ("This plugin does not support propagateSizeHints()", logging.DEBUG),
        ("This plugin does not support raise()", logging.DEBUG),
        ("This plugin does not support setParent!", logging.WARNING),
        ("QObject::connect: No such slot", logging.WARNING),
    ],
)
def test_only_known_harmless_warnings_are_quiet(caplog: pytest.LogCaptureFixture, message: str, level: int) -> None:
    caplog.set_level(logging.DEBUG, "qt")
    _log_qt(QtMsgType.QtWarningMsg, None, message)
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(level, message)]
