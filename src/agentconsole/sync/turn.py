"""One exchange of a profile at a time, whichever process of this computer runs it.

Two that push from one outbox would each take what the other is sending for something that was left behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from agentconsole.connectors.api import ConnectorError

LOOK_EVERY = 0.1
"""Seconds between attempts to get the turn."""


class Turn(Protocol):
    """What whoever sends must have. The system takes it from a process that ends."""

    def take(self) -> bool:
        """Take it if nobody has it, without waiting; raises OSError when that can't be told."""
        ...

    def give_back(self) -> None:
        """Let others have it."""
        ...


class NoTurn(ConnectorError):
    """Somebody else on this computer is sending what waits in this profile."""

    title = "Another console on this computer is exchanging with the help desk"
    advice = "Your changes are saved. It sends them, or this one does once it is done."
    retryable = True

    def __init__(self, message: str = "") -> None:
        super().__init__(message or f"{self.title}.")


@asynccontextmanager
async def having(
    turn: Turn, patience: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[None]:
    """Have *turn*, for which to wait at most *patience* seconds; NoTurn when it is not to be had."""
    looks = round(patience / LOOK_EVERY)
    while not _taken(turn):
        if looks <= 0:
            raise NoTurn
        looks -= 1
        await sleep(LOOK_EVERY)
    try:
        yield
    finally:
        turn.give_back()


def _taken(turn: Turn) -> bool:
    try:
        return turn.take()
    except OSError as error:
        raise NoTurn(f"Whether another console is exchanging can't be told: {error.strerror}.") from error
