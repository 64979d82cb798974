"""Coroutines of the window: they end with it, in seconds."""

from __future__ import annotations

import asyncio
import logging

import pytest
from PySide6.QtWidgets import QApplication

from agentconsole.gui.tasks import Tasks


def test_ending_cancels_what_runs(qapp: QApplication) -> None:
    async def story() -> None:
        tasks = Tasks(asyncio.get_running_loop())
        task = tasks.run(asyncio.Event().wait())
        assert task is not None
        await tasks.end()
        assert task.cancelled()
        assert tasks.running == 0

    asyncio.run(story())


def test_what_does_not_let_itself_be_cancelled_is_named_and_left(
    qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    free = asyncio.Event()

    async def stubborn() -> None:
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue

    async def story() -> None:
        tasks = Tasks(asyncio.get_running_loop())
        task = tasks.run(stubborn())
        assert task is not None
        await asyncio.sleep(0)
        await asyncio.wait_for(tasks.end(within=0.05), 5)
        assert tasks.running == 1
        free.set()
        await task

    with caplog.at_level(logging.WARNING):
        asyncio.run(story())
    assert "stubborn" in caplog.text
    caplog.clear()
