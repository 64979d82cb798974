"""Keep Python's cyclic garbage collection on the main thread.

Python collects on whatever thread happens to allocate; a QObject that is destroyed on the sync thread takes the
program with it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000
_SETTLING = 3
"""How many times at first: what the window is built of lives as long as it does, and is never looked through again."""

_LONGEST_PUT_OFF = 600
"""How many times the oldest generation waits for a quiet moment: ten minutes, twice a long outbox."""


class MainThreadCollector(QObject):
    """Collects garbage from a timer instead of from allocations, for as long as it lives.

    The oldest generation takes longer than a frame: while *is_busy* says that the window follows others, it waits.
    """

    def __init__(self, is_busy: Callable[[], bool] = lambda: False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_busy = is_busy
        self._put_off = 0
        self._thresholds = gc.get_threshold()
        self._settling = _SETTLING
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.start(_EVERY_MS)

    def check(self) -> None:
        """Collect the oldest generation whose threshold is passed, as the interpreter itself would have."""
        if self._settling:
            # a hundred thousand objects that stay cost two frames each time that they are looked through
            self._settling -= 1
            gc.freeze()
            return
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] <= self._thresholds[generation]:
                continue
            if generation == 2:
                if self._put_off < _LONGEST_PUT_OFF and self._is_busy():
                    self._put_off += 1
                    continue
                self._put_off = 0
            gc.collect(generation)
            return

    def end(self) -> None:
        """Give collection back to the interpreter."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
