"""``sync`` does what a help desk with limits asks for, and goes on."""

from __future__ import annotations

from typing import Any

from agentconsole.cli.exchange import patiently


class Exchanges:
    """Reports in the order in which exchanges end."""

    def __init__(self, *reports: dict[str, Any]) -> None:
        self._reports = list(reports)
        self.slept: list[float] = []
        self.told: list[float] = []

    async def once(self) -> dict[str, Any]:
        return self._reports.pop(0)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def run(self) -> dict[str, Any]:
        return await patiently(self.once, self.told.append, self.sleep)


def busy(seconds: float, **pulled: int) -> dict[str, Any]:
    return {"pulled": pulled, "pushed": 1, "problem": "The help desk is busy", "retry_after": seconds}


async def test_a_pause_is_kept_and_everything_is_counted() -> None:
    exchanges = Exchanges(busy(43.0), busy(12.0), {"pulled": {"tickets": 7}, "pushed": 0})
    assert await exchanges.run() == {"pulled": {"tickets": 7}, "pushed": 1}
    assert exchanges.slept == exchanges.told == [43.0, 12.0]


async def test_a_long_pause_is_told_and_not_waited_for() -> None:
    exchanges = Exchanges(busy(3600.0))
    assert (await exchanges.run())["problem"] == "The help desk is busy"
    assert exchanges.slept == []


async def test_a_help_desk_that_is_always_busy_is_given_up() -> None:
    exchanges = Exchanges(*(busy(120.0) for _ in range(40)))
    assert (await exchanges.run())["problem"] == "The help desk is busy"
    assert sum(exchanges.slept) == 3600
