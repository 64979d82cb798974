"""The user guide holds together: its links lead somewhere, its pictures are there and small, its keys are real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from agentconsole.cli.main import GROUPS
from agentconsole.gui.main_window import MainWindow
from tests.support.guide_pictures import CHOSEN, FOLDER, MOST_BYTES, THEMES, WIDEST
from tests.support.stage import Theatre

HELP = FOLDER.parent
PAGES = sorted(HELP.glob("*.md"))
CHAPTERS = {
    *("getting-started", "queue-and-views", "answering", "service-levels", "directory", "offline", "unsent-work"),
    *("dashboard", "policy-packs", "guidance", "security", "command-line", "troubleshooting"),
}


def test_no_chapter_is_missing() -> None:
    assert {path.stem for path in PAGES} >= CHAPTERS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    for alt, address in re.findall(r"!?\[([^\]]+)\]\(([^)]+)\)", text):
        assert alt
        if not address.startswith("https://"):
            assert (HELP / address.partition("#")[0]).is_file(), f"{path.name} points at {address}"


def test_every_picture_is_shown_and_all_are_small() -> None:
    there = {path.name for path in FOLDER.glob("*")}
    assert there == {f"{name}-{theme}.webp" for name in CHOSEN for theme in THEMES}
    shown = {name for path in PAGES for name in re.findall(r"\(pictures/([a-z-]+)-light\.webp\)", path.read_text())}
    assert shown == set(CHOSEN)
    assert sum((FOLDER / name).stat().st_size for name in there) <= MOST_BYTES
    assert all(0 < QImage(str(FOLDER / name)).width() <= WIDEST for name in there)


def test_the_keys_that_the_guide_names_do_something(theatre: Theatre) -> None:
    window = MainWindow(theatre.context)
    window.show()
    theatre.settle()
    window.open_ticket(1)
    for pane in ("outbox", "directory", "sla", "dashboard"):
        window.show_pane(pane)
        theatre.settle()
    known = {key for entry in theatre.context.actions.entries() for key in entry.keys}
    for page in ("queue-and-views", "answering"):
        text = (HELP / f"{page}.md").read_text(encoding="utf-8")
        named = set(re.findall(r"`((?:(?:Ctrl|Shift|Alt)\+)+[A-Za-z0-9.,]+|[A-Z]|[\[\].?/])`", text))
        assert named
        assert {name.replace("Enter", "Return") for name in named} <= known, page
    window.hide()
    window.deleteLater()


def test_the_page_on_the_command_line_has_every_command() -> None:
    text = (HELP / "command-line.md").read_text(encoding="utf-8")
    missing = [name for names in GROUPS.values() for name in names if f"`{name}" not in text]
    assert not missing
