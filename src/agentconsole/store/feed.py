"""Tells listeners what changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from agentconsole.domain.changes import Change

_log = logging.getLogger(__name__)

Listener = Callable[[Change], None]


class Feed:
    """Hands every change to every listener, on the thread that publishes it.

    A listener that raises is logged and keeps its subscription: its fault must not reach the writer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[tuple[object, Listener], ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* on every change from now on; returns what ends that."""
        token = object()
        with self._lock:
            self._listeners = (*self._listeners, (token, listener))

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(entry for entry in self._listeners if entry[0] is not token)

        return unsubscribe

    def publish(self, change: Change) -> None:
        """Tell everybody about *change*."""
        for _, listener in self._listeners:
            try:
                listener(change)
            except Exception:
                # the boundary to foreign code: whatever it raises, the change is committed and others must hear of it
                _log.exception("a listener of the change feed failed")
