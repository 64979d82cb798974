"""Pictures of the whole window on the stage, in every theme and the two sizes that matter: ``make gallery``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from agentconsole.domain.rows import Notice
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.overlay import Overlay
from tests.support.stage import Theatre

SIZES = ((1280, 800), (2560, 1440), (1000, 700))
THEMES = ("light", "dark", "contrast")


def take(folder: Path, themes: tuple[str, ...] = THEMES) -> None:
    """Save the pictures to *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for theme in themes:
        for width, height in SIZES:
            _window(folder, theme, width, height)
        _extras(folder, theme)


def _window(folder: Path, theme: str, width: int, height: int) -> None:
    theatre = Theatre(rows=400, theme=theme)
    window = MainWindow(theatre.context)
    window.resize(width, height)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    window.open_ticket(1)
    if width < 1100:
        window.show_pane("queue")
    theatre.settle()
    window.grab().save(str(folder / f"window-{theme}-{width}x{height}.png"))
    _close(theatre, window)


def _extras(folder: Path, theme: str) -> None:
    theatre = Theatre(rows=60, theme=theme)
    theatre.workspace.shown_notices = (
        Notice(
            ref="n1",
            level="warning",
            title="Webhook deliveries are delayed",
            text="We are working through a backlog of about 20 minutes.",
            url="https://status.example/1",
        ),
    )
    theatre.workspace.sync.show(online=False, phase="offline", waiting=5, conflicts=1, refused=1)
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    window.show_pane("outbox")
    theatre.context.messages.undoable("Solved 3 tickets", "b1")
    theatre.context.messages.error("The help desk is busy", "Your changes are saved and will be sent shortly.")
    theatre.settle()
    window.grab().save(str(folder / f"outbox-{theme}.png"))
    theatre.context.actions.trigger("window.palette")
    theatre.settle()
    window.grab().save(str(folder / f"palette-{theme}.png"))
    palette = window.findChild(Overlay, "commandPaletteBackdrop")
    assert palette is not None
    palette.dismiss()
    theatre.context.actions.trigger("window.keys")
    theatre.settle()
    window.grab().save(str(folder / f"keys-{theme}.png"))
    window.show_pane("directory")
    theatre.settle()
    _close(theatre, window)


def _close(theatre: Theatre, window: MainWindow) -> None:
    window.hide()
    window.deleteLater()
    theatre.close()


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    take(Path(sys.argv[1]), tuple(sys.argv[2:]) or THEMES)
