"""After a run: the faults are over, both consoles exchange until nothing moves any more."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

from agentconsole.domain.instant import SECOND
from agentconsole.domain.values import OutboxState
from tests.faults.console import Console
from tests.faults.stage import Access

MOST_ROUNDS = 12
QUIET = 130.0
"""Seconds between rounds: longer than any help desk withholds its newest past, and than any pause of the console."""

MOVING = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)


def make_peace(people: dict[str, Path], access: Access, dice: random.Random) -> list[str]:
    """Exchange until all stores stand still; returns what went wrong where nothing should."""
    return asyncio.run(_peace(people, access, dice))


async def _peace(people: dict[str, Path], access: Access, dice: random.Random) -> list[str]:
    wrong: list[str] = []
    time = access.time
    consoles = [Console(who, access, path, dice) for who, path in people.items()]
    for number in range(MOST_ROUNDS):
        wrong.clear()
        moved = 0
        for console in consoles:
            time.pass_(QUIET)
            due_at = max((row.not_before for row in console.store.outbox.rows()), default=0)
            time.reach(due_at + SECOND)
            report = await console.exchange()
            moved += _moved(report)
            if "problem" in report:
                wrong.append(f"{console.who}: {report['problem']}")
            if any(row.state in MOVING for row in console.store.outbox.rows()):
                moved += number < 2
        if not moved and not wrong:
            break
    for console in consoles:
        await console.leave()
        console.store.close()
    return wrong


def _moved(report: dict[str, Any]) -> int:
    return int(report["pushed"])
