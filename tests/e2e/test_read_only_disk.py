"""A home on a disk that can only be read: everything can be looked at, and it is said what can't be kept."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit

from agentconsole.domain.query import QueueQuery
from agentconsole.session import Session
from agentconsole.store.opening import open_store
from tests.store.making import pull, ticket
from tests.support.desktop import Desktop, control
from tests.support.processes import ConsoleCli, free_port

# what could not be kept of settings and packs is told in the log
pytestmark = pytest.mark.expects_log

WORDS = "Words on a disk that keeps none"


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        desktop = Desktop(disk / "home", f"http://127.0.0.1:{free_port()}")
        path = desktop.home.database(desktop.profile.name)
        store = open_store(path, key=desktop.profiles.store_key(desktop.profile))
        pull(store, ticket("7"), ticket("8", "Invoice"))
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        yield desktop
    finally:
        subprocess.run(["umount", disk], check=True)


def test_the_command_line_reads_and_refuses_to_write(desktop: Desktop) -> None:
    console = ConsoleCli(desktop.home.root)
    no_bytecode = {"PYTHONDONTWRITEBYTECODE": "1"}
    listed = console.run("tickets", "--json", environment=no_bytecode)
    assert "Invoice" in listed.stdout
    assert "Checkout is down" in console.run("show", "7", environment=no_bytecode).stdout
    refused = console.run("reply", "7", "--text", WORDS, expect=1, environment=no_bytecode)
    assert "can't write" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_window_opens_for_reading_and_keeps_words_on_the_screen(desktop: Desktop) -> None:
    async def story(session: Session) -> None:
        title = control(session, "noticeTitle")
        assert isinstance(title, QLabel)
        assert "only read" in title.text()
        (local, *_) = session.workspace.queue.first_ids(QueueQuery(view="everything"))
        session.window.open_ticket(local)
        await session.context.tasks.settled()
        editor = control(session, "replyEditor")
        assert isinstance(editor, QPlainTextEdit | QTextEdit)
        QTest.keyClicks(editor, WORDS)
        session.context.actions.trigger("composer.send")
        await session.context.tasks.settled()
        assert editor.toPlainText() == WORDS
        state = control(session, "draftState")
        assert isinstance(state, QLabel)
        assert session.workspace.outbox.rows() == ()

    desktop.use(story)
