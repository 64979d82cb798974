"""Panes that several files of tests open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentconsole.gui.panes.directory_pane import DirectoryPane
from tests.support.directory_hands import child
from tests.support.stage import Theatre


@pytest.fixture
def directory(theatre: Theatre) -> Iterator[DirectoryPane]:
    shown = DirectoryPane(theatre.context)
    shown.resize(1000, 700)
    shown.show()
    shown.activateWindow()
    theatre.settle()
    child(shown, "directorySearch").setFocus()
    yield shown
    shown.close()
    shown.deleteLater()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    for module in ("agentconsole.gui.panes.directory.doing", "agentconsole.gui.link_opener"):
        monkeypatch.setattr(f"{module}.QDesktopServices.openUrl", lambda url: addresses.append(url.toString()))
    return addresses
