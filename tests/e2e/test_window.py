"""The real window on the real server: worked by keyboard, cut off, closed, opened again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from agentconsole.domain.query import QueueQuery
from agentconsole.session import Session
from tests.support.desktop import AGENT, Desktop, control, until
from tests.support.processes import TOKEN, DeskProcess

WORDS = "The gateway answers again, please try once more."


def server_bodies(desk: DeskProcess, number: str) -> list[str]:
    answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}/comments", headers={"Authorization": f"Bearer {TOKEN}"})
    return [comment["body"] for comment in answer.json()["comments"]]


@pytest.mark.expects_log
def test_a_reply_typed_while_the_server_is_down_arrives_after_both_were_restarted(tmp_path: Path) -> None:
    desk = DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={TOKEN}-2", tickets=200)
    desk.start()
    desktop = Desktop(tmp_path / "home", desk.url)
    desktop.profiles.add(desktop.profile, f"{TOKEN}-2")

    async def synced(session: Session) -> None:
        session.workspace.sync.start()
        await until(session, lambda: session.workspace.sync.status().last_sync_at is not None)

    desktop.use(synced)
    assert desk.stop() == 0

    async def works_offline(session: Session) -> str:
        session.workspace.sync.start()
        await until(session, lambda: bool(session.workspace.sync.status().problem))
        view = control(session, "queueView")
        assert isinstance(view, QAbstractItemView)
        assert view.model().rowCount() > 0
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_J)
        QTest.keyClick(view, Qt.Key.Key_Return)
        await session.context.tasks.settled()
        editor = control(session, "replyEditor")
        QTest.keyClicks(editor, WORDS)
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(session, lambda: len(session.workspace.outbox.rows()) == 1)
        (row,) = session.workspace.outbox.rows()
        detail = session.workspace.tickets.detail(row.ticket)
        assert detail is not None
        assert (detail.comments[-1].body, detail.comments[-1].state) == (WORDS, row.state)
        return row.ref

    number = desktop.use(works_offline)
    desk.start()
    assert WORDS not in server_bodies(desk, number)

    async def drains(session: Session) -> None:
        assert len(session.workspace.outbox.rows()) == 1
        session.workspace.sync.start()
        await until(session, lambda: not session.workspace.outbox.rows())

    desktop.use(drains)
    desktop.use(drains_nothing)
    assert server_bodies(desk, number).count(WORDS) == 1
    assert desk.stop() == 0


async def drains_nothing(session: Session) -> None:
    """One more start with nothing to send."""
    session.workspace.sync.start()
    await until(session, lambda: session.workspace.sync.status().online)


@pytest.mark.expects_log
def test_two_windows_on_one_server_see_each_others_changes_by_the_stream(tmp_path: Path) -> None:
    """The other agent writes at the server; the window shows it without asking for it."""
    with DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={TOKEN}-2", tickets=30) as desk:
        desktop = Desktop(tmp_path / "home", desk.url)
        desktop.profiles.add(desktop.profile, f"{TOKEN}-2")

        async def watches(session: Session) -> None:
            session.workspace.sync.start()
            status = session.workspace.sync.status
            await until(session, lambda: status().live and status().last_sync_at is not None)
            local = session.workspace.queue.first_ids(QueueQuery(view="all-open"), 1)[0]
            first = session.workspace.tickets.detail(local)
            assert first is not None
            number = first.ref

            def write() -> None:
                httpx.put(
                    f"{desk.url}/api/v2/tickets/{number}",
                    headers={"Authorization": f"Bearer {TOKEN}"},
                    json={"ticket": {"comment": {"body": "From a colleague", "public": False}}},
                ).raise_for_status()

            def arrived() -> bool:
                detail = session.workspace.tickets.detail(local)
                return detail is not None and detail.comments[-1].body == "From a colleague"

            loop = asyncio.get_running_loop()
            began_at = loop.time()
            await asyncio.to_thread(write)
            await until(session, arrived)
            took = loop.time() - began_at
            # the polling interval is fifteen seconds: only the stream is this quick
            assert took < 10, f"it took {took:.1f} s"

        desktop.use(watches)
