"""Opening an archive from the window: which one, how it gets on, why it can't be, and a window on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QPushButton

from agentconsole.gui.dialogs.open_archive import OpenArchive
from agentconsole.platform.keychain.api import WrongPassphrase
from agentconsole.services.api.archives import ArchiveOpened, Archives, ArchiveStopped, ExportProgress
from tests.gui.test_dialogs import child
from tests.support.stage import Theatre


class StagedArchives(Archives):
    """Gets half way, waits, and ends as a test says."""

    def __init__(self) -> None:
        self.asked: list[tuple[Path, str]] = []
        self.shown: list[str] = []
        self.fault: Exception | None = None
        self.go_on = asyncio.Event()

    async def open(
        self, path: Path, passphrase: str, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> ArchiveOpened:
        self.asked.append((path, passphrase))
        tell(ExportProgress("tickets", 200, 400))
        while not self.go_on.is_set():
            if stopped():
                raise ArchiveStopped
            await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        counts = {"tickets": 400, "comments": 1600, "attachments": 3}
        return ArchiveOpened(
            profile="archive-old", desk="old.example", counts=counts, problems=("line 7 can't be read",)
        )

    def show(self, profile: str) -> None:
        self.shown.append(profile)


@pytest.fixture
def archives() -> StagedArchives:
    return StagedArchives()


@pytest.fixture
def dialog(theatre: Theatre, archives: StagedArchives) -> Iterator[OpenArchive]:
    dialog = OpenArchive(theatre.context, archives)
    dialog.show()
    theatre.settle()
    yield dialog
    dialog.hide()
    dialog.deleteLater()


def said(dialog: OpenArchive) -> str:
    return child(dialog, QLabel, "archiveSaid").text()


def test_it_is_read_and_its_window_opened_by_keyboard_alone(
    theatre: Theatre, dialog: OpenArchive, archives: StagedArchives
) -> None:
    assert not child(dialog, QPushButton, "archiveGo").isEnabled()
    QTest.keyClicks(child(dialog, QLineEdit, "archivePath"), "/backup/old.zip")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    theatre.complete(asyncio.sleep(0))
    bar = child(dialog, QProgressBar, "archiveProgress")
    assert (bar.value(), bar.maximum(), said(dialog)) == (200, 400, "200 of 400 tickets")
    archives.go_on.set()
    theatre.settle()
    assert archives.asked == [(Path("/backup/old.zip"), "")]
    assert "400 tickets, 1,600 comments and 3 attachments of old.example are in the profile archive-old" in said(dialog)
    assert "line 7 can't be read" in said(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert archives.shown == ["archive-old"]
    assert not dialog.isVisible()


def test_a_wrong_passphrase_is_told_and_can_be_typed_again(
    theatre: Theatre, dialog: OpenArchive, archives: StagedArchives
) -> None:
    archives.fault = WrongPassphrase()
    archives.go_on.set()
    child(dialog, QLineEdit, "archivePath").setText("/backup/old.sealed-archive")
    field = child(dialog, QLineEdit, "archivePassphrase")
    field.setText("wrong horse")
    child(dialog, QPushButton, "archiveGo").click()
    theatre.settle()
    assert archives.asked[0][1] == "wrong horse"
    assert said(dialog).startswith(WrongPassphrase.title)
    assert field.text() == ""
    assert child(dialog, QPushButton, "archiveGo").isEnabled()


def test_it_stops_when_told(theatre: Theatre, dialog: OpenArchive) -> None:
    child(dialog, QLineEdit, "archivePath").setText("/backup/old.zip")
    child(dialog, QPushButton, "archiveGo").click()
    theatre.complete(asyncio.sleep(0))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    theatre.settle()
    assert said(dialog).startswith("The archive was not opened")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
