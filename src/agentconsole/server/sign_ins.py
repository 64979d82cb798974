"""A brake on guessing tokens: who keeps offering wrong ones is not listened to for a while."""

import threading
from collections.abc import Callable

from agentconsole.server import errors
from agentconsole.server.settings import Limit

MOST_KNOWN = 10_000


class SignInBrake:
    """Counts wrong credentials by the address they come from, in this process.

    Whoever has offered more than *limit* wrong ones in its window is refused unheard until the window ends. Tokens that
    were right lately are heard all the same: behind one address there may be a whole team and one program that was not
    told of a new token. *seconds* is a monotonic clock.
    """

    def __init__(self, limit: Limit, seconds: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._wrong: dict[str, tuple[float, int]] = {}
        self._right: dict[int, None] = {}
        self._lock = threading.Lock()

    def check(self, address: str, header: str) -> None:
        """Raise `Problem` 429 when *header* (of ``Authorization``) from *address* is not to be looked at now."""
        with self._lock:
            began, count = self._wrong.get(address, (0.0, 0))
            resets_in = began + self._limit.seconds - self._seconds()
            if count >= self._limit.total and resets_in > 0 and hash(header) not in self._right:
                raise errors.too_many_requests(max(1, int(resets_in + 0.999)))

    def was_wrong(self, address: str) -> None:
        """Count one."""
        now = self._seconds()
        with self._lock:
            if len(self._wrong) > MOST_KNOWN:
                self._wrong = {k: w for k, w in self._wrong.items() if now - w[0] < self._limit.seconds}
            began, count = self._wrong.get(address, (now, 0))
            self._wrong[address] = (began, count + 1) if now - began < self._limit.seconds else (now, 1)

    def was_right(self, header: str) -> None:
        """Remember *header*, by a hash that is good in this process only."""
        with self._lock:
            self._right[hash(header)] = None
            if len(self._right) > MOST_KNOWN:
                self._right.pop(next(iter(self._right)))
