"""Pictures of work that is not at the help desk yet: the outbox, what needs a decision, drafts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget

from agentconsole.domain.commands import AddComment
from agentconsole.domain.drafts import Along, AlongFile
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.gui.dialogs.decide.window import DecisionWindow
from agentconsole.gui.dialogs.drafts.window import DraftsWindow
from agentconsole.gui.main_window import MainWindow
from tests.support.stage import Theatre
from tests.support.staged_outbox import REPLY

SIZES = ((1280, 800), (2560, 1440))
KINDS = ("refused", "conflict", "held", "gone")


def take_unsent(folder: Path, theme: str) -> None:
    """Save the pictures in *theme* to *folder*."""
    for width, height in SIZES:
        theatre = Theatre(rows=60, theme=theme)
        outbox = theatre.workspace.outbox
        outbox.fill()
        outbox.bury(outbox.put(8, AddComment(body=REPLY, public=True), text="public reply"))
        window = MainWindow(theatre.context)
        window.resize(width, height)
        window.layout_of_panes.reset()
        window.show()
        theatre.settle()
        window.show_pane("outbox")
        theatre.settle()
        window.grab().save(str(folder / f"outbox-full-{theme}-{width}x{height}.png"))
        if (width, height) == SIZES[0]:
            _decisions(folder, theme, theatre, window)
            _drafts(folder, theme, theatre, window)
        window.hide()
        window.deleteLater()
        theatre.close()


def _decisions(folder: Path, theme: str, theatre: Theatre, window: MainWindow) -> None:
    decisions = DecisionWindow(theatre.context, window)
    decisions.show()
    decisions.begin()
    for kind in KINDS:
        theatre.settle()
        theatre.settle()
        if kind == "conflict":
            for key in (Qt.Key.Key_1, Qt.Key.Key_2):
                QTest.keyClick(QApplication.focusWidget() or decisions, key)
            theatre.settle()
        decisions.grab().save(str(folder / f"decide-{kind}-{theme}.png"))
        QTest.keyClick(decisions, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    decisions.hide()
    decisions.deleteLater()


def _drafts(folder: Path, theme: str, theatre: Theatre, window: MainWindow) -> None:
    drafts = theatre.workspace.drafts
    letter = "Dear Ana,\n\nthe plan was indeed cancelled on 12 September.\nI credit the difference today.\n\nNoor"
    file = AlongFile("credit-note.pdf", 48_000, key="k")
    drafts.put(3, letter, age=3 * MINUTE, along=Along(files=(file,)))
    drafts.put_version(3, "Dear Ana,\n\nwhen did you cancel the plan?\n\nNoor", "macro", age=20 * MINUTE)
    drafts.put(5, "Called the warehouse, they check tomorrow.", public=False, age=2 * HOUR)
    drafts.put(8, "Try again with the new certificate, please.", age=5 * HOUR)
    drafts.merged[8] = "48012"
    shown = DraftsWindow(theatre.context, window)
    shown.show()
    theatre.settle()
    versions = shown.findChild(QListWidget, "draftVersions")
    assert versions is not None
    versions.setCurrentRow(1)
    theatre.settle()
    shown.grab().save(str(folder / f"drafts-{theme}.png"))
    shown.hide()
    shown.deleteLater()
    window.open_ticket(12)
    theatre.settle()
    window.grab().save(str(folder / f"merged-words-{theme}.png"))
