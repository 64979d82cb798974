"""The disk fills up while the agent works: words stay where they were typed, and arrive once there is room."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QTextEdit

from agentconsole.domain.query import QueueQuery
from agentconsole.gui.toasts import Toasts
from agentconsole.session import Session
from tests.support.desktop import AGENT, Desktop, appears, control, until
from tests.support.processes import TOKEN, ConsoleCli, DeskProcess

WORDS = "We are looking into it. "


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow: every write beyond the first byte fails, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def _toasts(session: Session) -> str:
    """Return all that the window says in passing."""
    toasts = session.window.findChild(Toasts)
    assert toasts is not None
    return " ".join(f"{message.title} {message.detail}" for message in toasts.shown)


def _text(session: Session, name: str) -> str:
    widget = control(session, name)
    assert isinstance(widget, QLabel | QPushButton)
    return widget.text()


@pytest.mark.expects_log
def test_a_full_disk_loses_no_words_and_says_so_where_the_agent_looks(tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={TOKEN}-2", tickets=30) as desk:
        desktop = Desktop(tmp_path / "home", desk.url)
        desktop.profiles.add(desktop.profile, f"{TOKEN}-2")

        def colleague_writes(number: str) -> None:
            httpx.put(
                f"{desk.url}/api/v2/tickets/{number}",
                headers={"Authorization": f"Bearer {TOKEN}"},
                json={"ticket": {"comment": {"body": "From a colleague", "public": False}}},
            ).raise_for_status()

        async def story(session: Session) -> str:
            sync, tasks = session.workspace.sync, session.context.tasks
            sync.start()
            await until(session, lambda: sync.status().live and sync.status().last_sync_at is not None)
            local, other = session.workspace.queue.first_ids(QueueQuery(view="all-open"), 2)
            detail, others = session.workspace.tickets.detail(local), session.workspace.tickets.detail(other)
            assert detail is not None
            assert others is not None
            session.window.open_ticket(local)
            await tasks.settled()
            editor = control(session, "replyEditor")
            assert isinstance(editor, QPlainTextEdit | QTextEdit)

            with full_disk():
                QTest.keyClicks(editor, WORDS)
                session.window.close()
                stay = await asyncio.wait_for(appears(session, "stayButton"), 10)
                assert isinstance(stay, QPushButton)
                stay.click()
                assert not session.closing.is_set()
                assert "not saved" in _text(session, "draftState")
                session.context.actions.trigger("composer.send")
                await tasks.settled()
                assert editor.toPlainText() == WORDS
                assert session.workspace.outbox.rows() == ()
                assert "The disk is full" in _toasts(session)
                await asyncio.to_thread(colleague_writes, others.ref)
                await until(session, lambda: "disk is full" in sync.status().problem)
                # what comes thick from the exchange is told the window a moment later
                await until(session, lambda: "The disk is full" in _text(session, "statusSentence"))

            assert session.workspace.integrity() == ""
            session.context.actions.trigger("composer.send")
            await tasks.settled()
            assert editor.toPlainText() == ""
            sync.nudge()
            await until(session, lambda: not session.workspace.outbox.rows() and not sync.status().problem)
            return detail.ref

        number = desktop.use(story)
        answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}/comments", headers={"Authorization": f"Bearer {TOKEN}"})
        bodies = [comment["body"] for comment in answer.json()["comments"]]
        assert bodies.count(WORDS.strip()) == 1


def test_a_command_on_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", tickets=40) as desk:
        console.add_profile(desk.url)
        console.run("sync")
        number = str(console.json("tickets", "is:unsolved", "--limit", "1")[0]["id"])
        kept = console.json("reply", number, "--text", "Before")["key"]
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
        try:
            refused = console.run("reply", number, "--text", "Not any more", expect=1, environment=_NO_BYTECODE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert "The disk is full" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert [row["key"] for row in console.json("outbox", "list")] == [kept]
        assert console.json("sync")["pushed"] == 1


_NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}
