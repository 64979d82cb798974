"""When to believe that a request which was never answered did not take effect.

A help desk works on a request to its end whether anybody still listens: a proxy gives up, a read times out, and the
reply goes out a moment later. What is not there yet is therefore looked for a few times before it counts as not having
arrived. Without that it would be sent once more, and the customer would have two mails.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

AT_WORK = 10.0
"""Seconds that a help desk may still be at work on a request whose answer was lost."""

PAUSE = 2.0
"""Seconds between looks."""


class Patience:
    """Remembers when requests ended without an answer; *sleep* passes time, *seconds* is a monotonic clock.

    What ended in an earlier session may have ended just before this one began.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]], seconds: Callable[[], float]) -> None:
        self._sleep = sleep
        self._seconds = seconds
        self._began = seconds()
        self._ended: dict[str, float] = {}

    def unanswered(self, key: str) -> None:
        """The request with *key* has ended without an answer just now."""
        self._ended[key] = self._seconds()

    async def until_found(self, key: str, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """What *look* finds of the request with *key*; None when it is not there, and can't be under way any more."""
        left = AT_WORK - (self._seconds() - self._ended.get(key, self._began))
        for _ in range(max(0, int(left // PAUSE))):
            found = await look()
            if found is not None:
                return found
            await self._sleep(PAUSE)
        return await look()
