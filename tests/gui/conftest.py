"""A stage for each test of a widget, and proof that it left none behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.support.stage import Theatre


@pytest.fixture
def theatre(qapp: QApplication) -> Iterator[Theatre]:
    """A small staged workspace with its context, in the light theme."""
    stage = Theatre(rows=40)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def _no_window_outlives_its_test(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a visible window open."""
    before = set(map(id, QApplication.topLevelWidgets()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [w for w in QApplication.topLevelWidgets() if id(w) not in before and w.isVisible()]
    names = [f"{type(w).__name__} {w.objectName()!r}" for w in left]
    for widget in left:
        widget.close()
    assert not names, f"windows left open: {names}"
