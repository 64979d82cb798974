"""Rate limits, counted in this process, told in the headers that clients of the dialect read."""

import threading
from collections.abc import Callable, Hashable

from agentconsole.server import errors
from agentconsole.server.settings import Limit, RateLimits

SWEEP_ABOVE = 10_000


class Limiter:
    """Counts requests in fixed windows.

    *seconds* is a monotonic clock. Several processes behind one address each count for themselves.
    """

    def __init__(self, limits: RateLimits, seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._seconds = seconds
        self._windows: dict[Hashable, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def count_account(self, token: str) -> dict[str, str]:
        """Count one request of *token*; return the headers for its answer. Raises `Problem` 429."""
        limit = self._limits.account
        used, resets_in = self._count(("account", token), limit)
        remaining = max(0, limit.total - used)
        headers = {
            "X-Rate-Limit": str(limit.total),
            "X-Rate-Limit-Remaining": str(remaining),
            "ratelimit-limit": str(limit.total),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(resets_in),
        }
        if used > limit.total:
            raise _refusal(resets_in, headers)
        return headers

    def count_endpoint(self, name: str, who: Hashable) -> dict[str, str]:
        """Count one request to the endpoint *name* by *who*; return its header. Raises `Problem` 429."""
        limit = self._limits.endpoints.get(name)
        if limit is None:
            return {}
        used, resets_in = self._count((name, who), limit)
        remaining = max(0, limit.total - used)
        headers = {f"zendesk-ratelimit-{name}": f"total={limit.total}; remaining={remaining}; resets={resets_in}"}
        if used > limit.total:
            raise _refusal(resets_in, headers)
        return headers

    def _count(self, key: Hashable, limit: Limit) -> tuple[int, int]:
        now = self._seconds()
        with self._lock:
            if len(self._windows) > SWEEP_ABOVE:
                longest = max([limit.seconds, *(each.seconds for each in self._limits.endpoints.values())])
                self._windows = {k: w for k, w in self._windows.items() if now - w[0] < longest}
            began, used = self._windows.get(key, (now, 0))
            if now - began >= limit.seconds:
                began, used = now, 0
            self._windows[key] = (began, used + 1)
        return used + 1, max(1, int(began + limit.seconds - now + 0.999))


def _refusal(retry_after: int, headers: dict[str, str]) -> errors.Problem:
    problem = errors.too_many_requests(retry_after)
    problem.headers.update(headers)
    return problem
