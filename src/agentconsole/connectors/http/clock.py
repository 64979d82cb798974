"""Learn how far the help desk's clock is from ours, from the ``Date`` of its answers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from agentconsole.domain.instant import SECOND, Instant, from_datetime

DATE_LASTS = 2 * SECOND + SECOND // 2
"""How long after it was right a ``Date`` may still be sent: it is cut to seconds, and renewed once a second."""


class ClockOffset:
    """The offset, narrowed by every answer.

    A ``Date`` of whole seconds, written somewhere between our sending and our receiving, says only that the offset
    lies in an interval; and servers write a new one only every second or so. Intervals of several answers overlap in
    a narrower one. When they do not, one of the clocks was set, and only the newest answer counts.
    """

    def __init__(self) -> None:
        self._low: int | None = None
        self._high = 0

    @property
    def value(self) -> int:
        """Microseconds to add to our clock for the help desk's; 0 as long as nothing speaks against it."""
        if self._low is None or self._low <= 0 <= self._high:
            return 0
        return (self._low + self._high) // 2

    def learn(self, date: str | None, sent_at: Instant, received_at: Instant) -> None:
        """Take the ``Date`` header of an answer to a request sent and received at these times of our clock."""
        if not date:
            return
        try:
            written = from_datetime(parsedate_to_datetime(date))
        except ValueError:
            return
        low, high = written - received_at, written + DATE_LASTS - sent_at
        if self._low is not None and max(low, self._low) <= min(high, self._high):
            low, high = max(low, self._low), min(high, self._high)
        self._low, self._high = low, high
