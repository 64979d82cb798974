"""How long to wait before trying again."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Waits that double with each failure, drawn at random from zero up (full jitter), and capped.

    Consoles that lost the same server must not all come back in the same second. *random* yields numbers in [0, 1).
    All times are in seconds.
    """

    def __init__(self, random: Callable[[], float], *, first: float = 1.0, cap: float = 60.0) -> None:
        self._random = random
        self._first = first
        self._cap = cap
        self._failures = 0

    @property
    def failures(self) -> int:
        """How many failures there were since the last success."""
        return self._failures

    def failed(self) -> float:
        """Note a failure; returns how long to wait. Never less than a tenth of the first wait: zero would spin."""
        ceiling = min(self._cap, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return max(self._first / 10, ceiling * self._random())

    def succeeded(self) -> None:
        """Note a success: the next failure is the first again."""
        self._failures = 0
