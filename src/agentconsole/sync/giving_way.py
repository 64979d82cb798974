"""A loop that takes up nothing while somebody else goes first; see :mod:`agentconsole.sync.right_of_way`."""

from __future__ import annotations

import selectors
from collections.abc import Callable


class GivingWay(selectors.DefaultSelector):
    """Tells a loop what is ready for it once *give_way* returns."""

    def __init__(self, give_way: Callable[[], None]) -> None:
        super().__init__()
        self._give_way = give_way

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As of any selector."""
        ready = super().select(timeout)
        self._give_way()
        return ready
