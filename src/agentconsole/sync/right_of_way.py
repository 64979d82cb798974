"""A frame goes first: what nobody looks at waits the few milliseconds that one takes.

Threads of one interpreter share it, half a millisecond each. A pane that needs 15 ms to show what changed takes twice
that while the exchange reads answers, and the agent's next key waits for it. So the exchange and the writer begin
nothing new meanwhile.
"""

from __future__ import annotations

import threading

LONGEST = 0.025
"""Seconds for which anybody gives way: a frame that takes longer gets no faster, and the exchange has to go on."""


class RightOfWay:
    """Who works for the screen takes it, all others give way. Of any thread."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()

    def take(self) -> None:
        """A frame begins."""
        self._free.clear()

    def give_back(self) -> None:
        """It is painted."""
        self._free.set()

    def give_way(self) -> None:
        """Wait until no frame is worked at, at most :data:`LONGEST`."""
        self._free.wait(LONGEST)
