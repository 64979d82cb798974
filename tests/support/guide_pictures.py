"""The pictures of the user guide, chosen from those of the gallery and of the demo's tour: ``make guide-pictures``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from agentconsole.gui.dialogs.decide.window import DecisionWindow
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.panes.ticket.guidance.desk import GuidanceDesk
from agentconsole.platform.program import own_command
from tests.support.gallery import take
from tests.support.stage import Theatre

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "help" / "pictures"
THEMES = ("light", "dark")
WIDEST = 1120
"""Pixels: a page of the handbook on a large screen."""

MOST_BYTES = 1_500_000
"""Of all of them together: they come with every copy of the sources."""

CHOSEN = {
    "window": "tour/window-{theme}.png",
    "reply": "reply-{theme}.png",
    "palette": "palette-{theme}.png",
    "outbox": "outbox-full-{theme}-1280x800.png",
    "conflict": "conflict-{theme}.png",
    "drafts": "drafts-{theme}.png",
    "trip": "trip-choice-{theme}.png",
    "countdown": "countdown-{theme}-1280x800.png",
    "ledger": "ledger-{theme}.png",
    "wallboard": "wallboard-{theme}-1280x800.png",
    "dashboard": "tour/dashboard-{theme}.png",
    "directory": "tour/directory-{theme}.png",
    "connecting": "wizard-1-{theme}.png",
}
"""By the name in the guide: which picture of the gallery, or of the tour through the real window."""

_QUALITY = 82

_REPLY = (
    "Hello Lucía,\n\nyes: the provider releases it tonight, and your bank should show it by Thursday, 26 November. "
    "I will write as soon as it is booked.\n\nKind regards\nNoor"
)


def take_reply(folder: Path, theme: str) -> None:
    """Save the picture of a ticket that somebody answers."""
    theatre = Theatre(rows=60, theme=theme)
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.layout_of_panes.reset()
    window.show()
    window.activateWindow()
    theatre.settle()
    window.layout_of_panes.conceal("sla")
    window.write_on(1, public=True)
    theatre.settle()
    for desk in window.findChildren(GuidanceDesk):
        desk.read_again()
    editor = window.findChild(QPlainTextEdit, "replyEditor")
    assert editor is not None
    editor.setPlainText(_REPLY)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    theatre.settle()
    window.grab().save(str(folder / f"reply-{theme}.png"))
    window.hide()
    window.deleteLater()
    theatre.close()


def take_conflict(folder: Path, theme: str) -> None:
    """Save the picture of a conflict of which the first field is decided."""
    theatre = Theatre(rows=60, theme=theme)
    theatre.workspace.outbox.fill()
    decisions = DecisionWindow(theatre.context)
    decisions.show()
    decisions.begin()
    theatre.settle()
    QTest.keyClick(decisions, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    theatre.settle()
    theatre.settle()
    QTest.keyClick(QApplication.focusWidget() or decisions, Qt.Key.Key_1)
    theatre.settle()
    decisions.grab().save(str(folder / f"conflict-{theme}.png"))
    decisions.hide()
    decisions.deleteLater()
    theatre.close()


def choose(gallery: Path, target: Path) -> int:
    """Bring the chosen pictures from *gallery* to *target*; return how many bytes they are together."""
    target.mkdir(parents=True, exist_ok=True)
    kept = set()
    for name, source in CHOSEN.items():
        for theme in THEMES:
            picture = QImage(str(gallery / source.format(theme=theme)))
            if picture.isNull():
                raise FileNotFoundError(f"the gallery has no {source.format(theme=theme)}")
            if picture.width() > WIDEST:
                picture = picture.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
            path = target / f"{name}-{theme}.webp"
            writer = QImageWriter(str(path), b"webp")
            writer.setQuality(_QUALITY)
            if not writer.write(picture):
                raise OSError(f"{path} could not be written: {writer.errorString()}")
            kept.add(path.name)
    for path in target.glob("*.webp"):
        if path.name not in kept:
            path.unlink()
    return sum(path.stat().st_size for path in target.glob("*.webp"))


def main() -> int:
    """Take the pictures anew; 1 when they have become too large. The tour's show the day on which they are taken."""
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*own_command(), "demo", "--tour", f"{folder}/tour"], check=True, stdout=subprocess.DEVNULL)
        take(Path(folder), THEMES)
        for theme in THEMES:
            take_reply(Path(folder), theme)
            take_conflict(Path(folder), theme)
        size = choose(Path(folder), FOLDER)
    application.quit()
    print(f"{FOLDER}: {len(CHOSEN) * len(THEMES)} pictures, {size:,} bytes")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
