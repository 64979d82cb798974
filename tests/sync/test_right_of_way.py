"""What nobody looks at waits while a frame is worked at, and not for ever."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from agentconsole.sync import right_of_way
from agentconsole.sync.giving_way import GivingWay
from agentconsole.sync.right_of_way import LONGEST, RightOfWay


def test_nobody_waits_while_the_way_is_free() -> None:
    way = RightOfWay()
    began = time.perf_counter()
    for _ in range(100):
        way.give_way()
    assert time.perf_counter() - began < LONGEST


def test_others_wait_until_the_frame_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(right_of_way, "LONGEST", 30.0)
    way = RightOfWay()
    passed = threading.Event()

    def exchange() -> None:
        way.give_way()
        passed.set()

    way.take()
    other = threading.Thread(target=exchange)
    other.start()
    assert not passed.wait(0.1)
    way.give_back()
    assert passed.wait(5)
    other.join()


def test_a_frame_that_does_not_end_holds_nobody_up() -> None:
    way = RightOfWay()
    way.take()
    began = time.perf_counter()
    way.give_way()
    assert LONGEST * 0.9 < time.perf_counter() - began < LONGEST * 20


def test_a_loop_begins_nothing_while_a_frame_is_worked_at() -> None:
    way = RightOfWay()
    steps: list[str] = []

    def paint() -> None:
        steps.append("painted")
        way.give_back()

    async def exchange() -> None:
        steps.append("first")
        way.take()
        threading.Timer(LONGEST / 3, paint).start()
        await asyncio.sleep(0)
        steps.append("second")

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(GivingWay(way.give_way))) as runner:
        runner.run(exchange())
    assert steps == ["first", "painted", "second"]
