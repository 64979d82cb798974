"""Keep Python's cyclic garbage collection on the main thread.

Python collects on whatever thread happens to allocate; a QObject that is destroyed on the sync thread takes the
program with it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000


class MainThreadCollector(QObject):
    """Collects garbage from a timer instead of from allocations, for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.start(_EVERY_MS)

    def check(self) -> None:
        """Collect the oldest generation whose threshold is passed, as the interpreter itself would have."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def end(self) -> None:
        """Give collection back to the interpreter."""
        self._timer.stop()
        gc.enable()
