"""Reports as the window and the command line ask for them: off the loop, with progress, and ended when not wanted."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest

from agentconsole.domain.instant import DAY
from agentconsole.domain.reports import Scope, today
from agentconsole.services.reports import ReportService
from agentconsole.store.reports import Raw, ReportReads
from agentconsole.store.store import Store
from tests.store.making import NOON, pull, ticket

TODAY = today(NOON)
WEEK = Scope(first=TODAY - timedelta(days=6), last=TODAY)


@pytest.fixture
def reports(store: Store) -> ReportService:
    return ReportService(store, lambda: NOON, lambda: NOON - DAY)


async def test_a_report_tells_of_its_progress_on_the_callers_loop(store: Store, reports: ReportService) -> None:
    pull(store, ticket("1"), ticket("2", created_at=NOON - 30 * DAY))
    heard: list[tuple[float, bool]] = []
    here = threading.current_thread()
    report = await reports.report(WEEK, lambda share: heard.append((share, threading.current_thread() is here)))
    await asyncio.sleep(0)
    assert (report.open.total, report.created) == (2, 1)
    assert report.coverage.data_as_of == NOON - DAY
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)
    assert heard
    assert all(0 < share < 1 and on_loop for share, on_loop in heard)


async def test_days_to_come_are_left_out(store: Store, reports: ReportService) -> None:
    pull(store, ticket("1"))
    report = await reports.report(Scope(first=TODAY - timedelta(days=1), last=TODAY + timedelta(days=400)))
    assert report.scope.last == TODAY
    assert len(report.days) == 2


async def test_days_in_the_wrong_order_are_refused(reports: ReportService) -> None:
    with pytest.raises(ValueError, match="before the first"):
        await reports.report(Scope(first=TODAY, last=TODAY - timedelta(days=1)))


async def test_a_report_that_is_cancelled_stops_reading(
    store: Store, reports: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, ended = threading.Event(), threading.Event()

    def read(_reads: ReportReads, _scope: Any, _days: Any, _got_on: Any, stopped: Any, _reckoner: Any) -> Raw:
        reading.set()
        while not stopped():
            threading.Event().wait(0.001)
        ended.set()
        raise RuntimeError("nobody hears this")

    monkeypatch.setattr(ReportReads, "read", read)
    task = asyncio.create_task(reports.report(WEEK))
    await asyncio.to_thread(reading.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 10)
