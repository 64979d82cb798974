"""What the engine knows of how things stand, and what it tells others of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from agentconsole.domain.rows import SyncStatus
from agentconsole.store.store import Store

UNREAD = "unread"
"""The fact that says what of the help desk's answers could not be read."""


class Standing:
    """The one status of a profile. Read from any thread; *changed* is called, by whoever changes it, on every change.

    What the last run of the program remembered is told until there is something newer.
    """

    def __init__(self, store: Store, changed: Callable[[SyncStatus], None]) -> None:
        self._store = store
        self._changed = changed
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._counts_are_old = True
        self._status = SyncStatus(
            data_as_of=_number(store.facts.get("data_as_of")),
            last_sync_at=_number(store.facts.get("last_sync_at")),
            clock_offset=_number(store.facts.get("clock_offset")) or 0,
            unread=_counts(store.facts.get(UNREAD)),
        )

    @property
    def clock_offset(self) -> int:
        """The help desk's clock less ours, microseconds."""
        return self._status.clock_offset

    def status(self) -> SyncStatus:
        """The status with the outbox counted as of now."""
        # whoever asks while another thread counts waits for that count: the one before it is known to be old
        with self._counting:
            if self._counts_are_old:
                self._counts_are_old = False
                waiting, conflicts, refused, held = self._store.outbox.summary()
                with self._lock:
                    self._status = msgspec.structs.replace(
                        self._status, waiting=waiting, conflicts=conflicts, refused=refused, held=held
                    )
        return self._status

    def outbox_changed(self) -> None:
        """The outbox is to be counted anew."""
        self._counts_are_old = True

    def change(self, **values: Any) -> None:
        """Take over *values* and tell, if they are different."""
        with self._lock:
            status = msgspec.structs.replace(self._status, **values)
            if status == self._status:
                return
            self._status = status
        self._changed(self.status())

    def tell(self) -> None:
        """Tell the status as it is: something it counts has changed."""
        self._changed(self.status())


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.lstrip("-").isdigit() else None


def _counts(text: str | None) -> dict[str, int]:
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, int])
    except msgspec.DecodeError:
        return {}
