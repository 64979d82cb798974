"""What an agent was writing when the console was killed is there again, with its caret."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QToolButton

from agentconsole.gui.panes.ticket.composer import Composer
from agentconsole.session import Session
from tests.e2e.typing_window import BEGUN, LETTERS, STEPS_BACK
from tests.support.desktop import AGENT, Desktop, control, until
from tests.support.processes import TOKEN, DeskProcess

MOST_LOST = 1.5
"""Seconds of typing without a pause that a kill may take: one until the next save, and the disk's time."""


@pytest.mark.expects_log
def test_killed_while_typing_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text("left with the neighbour")
    with DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={TOKEN}-2", tickets=30) as desk:
        desktop = Desktop(tmp_path / "home", desk.url)
        desktop.profiles.add(desktop.profile, f"{TOKEN}-2")

        async def synced(session: Session) -> None:
            session.workspace.sync.start()
            await until(session, lambda: session.workspace.sync.status().last_sync_at is not None)

        desktop.use(synced)

    typed = _type_and_kill(tmp_path / "home", file, letters=120)
    file.unlink()
    killed_at = time.monotonic()

    async def comes_back(session: Session) -> str:
        editor = control(session, "replyEditor")
        assert isinstance(editor, QPlainTextEdit)
        composer = control(session, "composer")
        assert isinstance(composer, Composer)
        await until(session, lambda: bool(editor.toPlainText()))
        text, caret = editor.toPlainText(), editor.textCursor().position()
        place = len(BEGUN) - STEPS_BACK
        assert text[:place] + text[caret:] == BEGUN, "only what was typed last may be missing, and nowhere else"
        assert not composer.is_public
        assert (composer.pending.values, composer.pending.add_tags) == ({"status": "pending"}, ("courier",))
        assert [each.name for each in composer.pending.files] == ["receipt.txt"]
        assert composer.pending.files[0].key, "the original is gone: the copy is what is sent"
        chip = session.window.findChild(QToolButton, "pending0")
        assert chip is not None
        assert editor.hasFocus() or session.window.focusWidget() is editor
        return text[place:caret]

    came_back = desktop.use(comes_back)
    letters = [letter for _, letter in typed]
    assert came_back == "".join(letters[: len(came_back)]), "letters in the order they were typed"
    safe = sum(1 for at, _ in typed if at < typed[-1][0] - MOST_LOST)
    assert len(came_back) >= safe, f"{len(came_back)} of {len(letters)} letters came back, {safe} had to"
    assert killed_at >= typed[-1][0]

    async def begins_at_the_queue(session: Session) -> bool:
        return getattr(session.window.pane("ticket"), "ticket", None) is None

    assert desktop.use(begins_at_the_queue), "after an orderly end nothing is restored by itself"


@pytest.mark.expects_log
def test_an_error_that_nobody_caught_saves_what_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop(tmp_path / "home", "http://127.0.0.1:9")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    saved: list[str] = []

    async def stumbles(session: Session) -> None:
        monkeypatch.setattr(session.window, "save_words", lambda: saved.append("saved"))
        sys.excepthook(ValueError, ValueError("a bug of ours"), None)
        assert saved == ["saved"]

    desktop.use(stumbles)
    assert list(desktop.home.logs.glob("crash-*.txt"))
    sys.excepthook(KeyError, KeyError(), None)
    assert saved == ["saved"], "a window that is closed has nothing to save"


def _type_and_kill(home: Path, file: Path, letters: int) -> list[tuple[float, str]]:
    """Let a window type and kill it after so many letters; returns them, each with when it was seen here."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.typing_window", str(home), str(file)], stdout=subprocess.PIPE, text=True
    )
    typed: list[tuple[float, str]] = []
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "paused"
        while len(typed) < letters:
            typed.append((time.monotonic(), process.stdout.readline().strip()))
    finally:
        process.kill()
        rest = process.communicate(timeout=20)[0]
    typed += [(time.monotonic(), letter) for letter in rest.split()]
    assert all(letter in LETTERS for _, letter in typed)
    return typed
