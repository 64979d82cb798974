"""The export from the window: where to and how, how it gets on, how it is stopped, and what was written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QProgressBar, QPushButton, QRadioButton

from agentconsole.archive.format import UnusableArchive
from agentconsole.gui.dialogs.export import ExportDialog
from tests.gui.test_dialogs import child
from tests.support.stage import Theatre
from tests.support.staged_exports import StagedExports


@pytest.fixture
def exports(theatre: Theatre) -> StagedExports:
    return theatre.workspace.exports


@pytest.fixture
def dialog(theatre: Theatre) -> Iterator[ExportDialog]:
    dialog = ExportDialog(theatre.context)
    dialog.show()
    theatre.settle()
    yield dialog
    dialog.hide()
    dialog.deleteLater()


def said(dialog: ExportDialog) -> str:
    return child(dialog, QLabel, "exportSaid").text()


def go(dialog: ExportDialog) -> None:
    child(dialog, QPushButton, "exportGo").click()


def finish(theatre: Theatre, exports: StagedExports) -> None:
    exports.go_on.set()
    theatre.settle()


def test_a_folder_is_offered_and_who_can_read_it_is_said(
    theatre: Theatre, dialog: ExportDialog, exports: StagedExports
) -> None:
    assert "not encrypted" in child(dialog, QLabel, "exportWarning").text()
    path = child(dialog, QLineEdit, "exportPath").text()
    assert Path(path).suffix == ""
    assert "agentconsole" in Path(path).name
    child(dialog, QCheckBox, "exportFetch").setChecked(False)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    finish(theatre, exports)
    (choice,) = exports.asked
    assert (choice.path, choice.passphrase, choice.fetch, choice.is_one_file) == (Path(path), None, False, False)
    assert "2,400 tickets, 9,600 comments and 31 attachments" in said(dialog)
    assert "2 attachments are listed, but not in it: The help desk can't be reached" in said(dialog)
    assert "1 change not sent yet is not in it" in said(dialog)
    assert "not encrypted" in said(dialog)
    assert not child(dialog, QPushButton, "exportGo").isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_it_tells_how_it_gets_on_and_stops_when_told(
    theatre: Theatre, dialog: ExportDialog, exports: StagedExports
) -> None:
    go(dialog)
    theatre.complete(asyncio.sleep(0))
    bar = child(dialog, QProgressBar, "exportProgress")
    assert (bar.isVisible(), bar.value(), bar.maximum()) == (True, 1200, 2400)
    assert said(dialog) == "Tickets: 1,200 of 2,400"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    theatre.settle()
    assert said(dialog).startswith("The export was stopped")
    assert "export to the same folder again" in said(dialog)
    assert child(dialog, QPushButton, "exportGo").isEnabled()


def test_a_sealed_file_wants_the_passphrase_twice(
    theatre: Theatre, dialog: ExportDialog, exports: StagedExports
) -> None:
    child(dialog, QRadioButton, "exportSealed").click()
    assert child(dialog, QLineEdit, "exportPath").text().endswith(".sealed-archive")
    assert "Only the passphrase opens it" in child(dialog, QLabel, "exportWarning").text()
    first, again = child(dialog, QLineEdit, "exportPassphrase"), child(dialog, QLineEdit, "exportAgain")
    assert not child(dialog, QPushButton, "exportGo").isEnabled()
    first.setText("four words here")
    again.setText("four words there")
    go(dialog)
    assert "differ" in said(dialog)
    assert exports.asked == []
    again.setText("four words here")
    go(dialog)
    finish(theatre, exports)
    assert exports.asked[0].passphrase == "four words here"
    assert first.text() == again.text() == ""
    assert "Only the passphrase opens it" in said(dialog)


def test_what_can_not_be_written_is_said_and_another_place_may_be_named(
    theatre: Theatre, dialog: ExportDialog, exports: StagedExports
) -> None:
    child(dialog, QRadioButton, "exportZip").click()
    exports.outcome = UnusableArchive("/x.zip is there already", "Name another file.")
    go(dialog)
    finish(theatre, exports)
    assert said(dialog) == "The archive can't be used: /x.zip is there already. Name another file."
    exports.outcome = None
    go(dialog)
    finish(theatre, exports)
    assert "2,400 tickets" in said(dialog)
