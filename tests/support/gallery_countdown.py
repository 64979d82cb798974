"""Pictures of the countdown: the pane with every state, in grey as well, the ledger, and the wallboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from agentconsole.gui.dialogs.ledger import LedgerWindow
from agentconsole.gui.panes.sla_pane import SlaPane
from agentconsole.gui.wallboard.board import Wallboard
from agentconsole.packs.model import Header, Pack
from tests.support.stage import Theatre
from tests.support.staged_sla import PACK, PACK_TITLE, computed_targets

PANE_SIZES = ((1280, 800), (1900, 900), (640, 480))
WALL_SIZES = ((2560, 1440), (1280, 800))


def take_countdown(folder: Path, theme: str) -> None:
    """Save the pictures in *theme* to *folder*."""
    theatre = Theatre(rows=14, theme=theme)
    theatre.workspace.countdown.more = computed_targets(theatre.workspace.now())
    theatre.workspace.packs.packs = (Pack(pack=Header(id=PACK, title=PACK_TITLE, version="1")),)
    owner = QWidget()
    _pane(folder, theme, theatre, owner)
    ledger = LedgerWindow(theatre.context, owner)
    ledger.show_ticket(1)
    ledger.show()
    theatre.settle()
    ledger.grab().save(str(folder / f"ledger-{theme}.png"))
    ledger.close()
    _wall(folder, theme, theatre, owner)
    owner.deleteLater()
    theatre.close()


def _pane(folder: Path, theme: str, theatre: Theatre, owner: QWidget) -> None:
    pane = SlaPane(theatre.context, owner)
    pane.setWindowFlag(Qt.WindowType.Window)
    for width, height in PANE_SIZES:
        pane.resize(width, height)
        pane.show()
        theatre.settle()
        picture = pane.grab()
        picture.save(str(folder / f"countdown-{theme}-{width}x{height}.png"))
        _grey(picture).save(str(folder / f"countdown-{theme}-{width}x{height}-grey.png"))
    pane.hide()


def _wall(folder: Path, theme: str, theatre: Theatre, owner: QWidget) -> None:
    board = Wallboard(theatre.context, owner)
    board.toggle_dark()
    for width, height in WALL_SIZES:
        board.resize(width, height)
        board.show()
        theatre.settle()
        picture = board.grab()
        picture.save(str(folder / f"wallboard-{theme}-{width}x{height}.png"))
        _grey(picture).save(str(folder / f"wallboard-{theme}-{width}x{height}-grey.png"))
    board.resize(*WALL_SIZES[0])
    board.change_grouping()
    theatre.workspace.sync.show(online=False)
    theatre.settle()
    picture = board.grab()
    picture.save(str(folder / f"wallboard-teams-{theme}.png"))
    smooth = Qt.TransformationMode.SmoothTransformation
    picture.scaledToWidth(picture.width() // 4, smooth).save(str(folder / f"wallboard-quarter-{theme}.png"))
    board.close()


def _grey(picture: QPixmap) -> QImage:
    """Return *picture* as somebody sees it who sees no colours."""
    return picture.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
