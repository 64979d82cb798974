"""A stage for each test of a widget, and proof that it left none behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from agentconsole.gui.main_window import MainWindow
from tests.support.stage import Theatre
from tests.support.windows import open_window


@pytest.fixture
def theatre(qapp: QApplication) -> Iterator[Theatre]:
    """A small staged workspace with its context, in the light theme."""
    stage = Theatre(rows=40)
    yield stage
    stage.close()


@pytest.fixture
def window(theatre: Theatre) -> Iterator[MainWindow]:
    opened = open_window(theatre)
    yield opened
    opened.hide()
    opened.deleteLater()


@pytest.fixture(autouse=True)
def _no_window_outlives_its_test(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window behind, shown or hidden: each would keep its panes and timers alive."""
    before = set(map(id, QApplication.topLevelWidgets()))
    # what was there before is nothing that this test leaves behind: looking it all through takes longer than most tests
    gc.freeze()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left]
    for widget in left:
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not names, f"windows left behind: {names}"
