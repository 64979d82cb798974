"""Slow down before the help desk has to say so: what its rate-limit headers mean for the next request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

ACCOUNT = ""
"""The bucket that every request counts against."""

SCARCE = 0.1
"""Below this share of a limit, what is left is spread over the time until it is renewed."""

WINDOW = 60.0
"""Seconds after which a limit is renewed where the help desk does not say."""

PER_TICKET = "per-ticket"
"""In the name of a limit that counts for the ticket of the request only."""

_PAIR = re.compile(r"(total|remaining|resets)\s*=\s*(\d+)")
_REMAINING = ("ratelimit-remaining", "x-rate-limit-remaining", "x-ratelimit-remaining")
_LIMIT = ("ratelimit-limit", "x-rate-limit", "x-ratelimit-total", "x-ratelimit-limit")
_ENDPOINT = ("zendesk-ratelimit-", "zendesk-rate-limit-")


class Bucket(msgspec.Struct, frozen=True):
    """One limit as last told. ``renewed_at`` is in seconds of the pace's own clock."""

    total: int
    remaining: int
    renewed_at: float


class Pace:
    """What is left of each limit. *seconds* is a monotonic clock.

    A request names its endpoint by a label of the connector's; the headers of its answer are remembered under it,
    whatever the help desk calls them.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._buckets: dict[str, Bucket] = {}

    def learn(self, label: str, headers: Mapping[str, str]) -> None:
        """Remember what the answer to a request of *label* tells about limits."""
        now = self._seconds()
        remaining = _number(_first(headers, _REMAINING))
        if remaining is not None:
            total = _number(_first(headers, _LIMIT)) or remaining
            resets = _number(headers.get("ratelimit-reset"))
            self._note(ACCOUNT, total, remaining, now + (WINDOW if resets is None else resets))
        if not label:
            return
        for name, text in headers.items():
            if name.lower().startswith(_ENDPOINT) and PER_TICKET not in name.lower():
                told = {word: int(number) for word, number in _PAIR.findall(text)}
                if "remaining" in told:
                    renewed_at = now + told.get("resets", WINDOW)
                    self._note(label, told.get("total", told["remaining"]), told["remaining"], renewed_at)

    def stop(self, label: str, seconds: float) -> None:
        """Nothing of *label* may be sent for *seconds*: the help desk refused a request for its number."""
        self._buckets[label] = Bucket(1, 0, self._seconds() + seconds)

    def wait_for(self, label: str) -> float:
        """Seconds to wait before the next request of *label*; 0 when there is plenty."""
        return max(self._wait(ACCOUNT), self._wait(label)) if label else self._wait(ACCOUNT)

    def _note(self, label: str, total: int, remaining: int, renewed_at: float) -> None:
        known = self._buckets.get(label)
        # answers of requests side by side arrive in any order: within one window the lowest number is the newest
        if known is not None and abs(known.renewed_at - renewed_at) < 2 and known.remaining < remaining:
            return
        self._buckets[label] = Bucket(total, remaining, renewed_at)

    def _wait(self, label: str) -> float:
        bucket = self._buckets.get(label)
        if bucket is None:
            return 0.0
        left = bucket.renewed_at - self._seconds()
        if left <= 0:
            del self._buckets[label]
            return 0.0
        if bucket.remaining <= 0:
            return left
        if bucket.remaining >= bucket.total * SCARCE:
            return 0.0
        return left / (bucket.remaining + 1)


def is_for_one_ticket(headers: Mapping[str, str]) -> bool:
    """Say whether a refusal with these headers is about one ticket: that limit is used up, and no other."""
    used_up = set()
    for name, text in headers.items():
        told = dict(_PAIR.findall(text)) if name.lower().startswith(_ENDPOINT) else {}
        if told.get("remaining") == "0":
            used_up.add(PER_TICKET in name.lower())
    for name in _REMAINING:
        if _number(headers.get(name)) == 0:
            used_up.add(False)
    return used_up == {True}


def _first(headers: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((headers[name] for name in names if name in headers), None)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdigit() else None
