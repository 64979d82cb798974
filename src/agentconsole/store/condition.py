"""What the disk lets the store do just now, so that a window can say it once instead of with every action.

Damage is noted beside the file as well: it may be on a page that the next start does not look at.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from enum import Enum
from pathlib import Path

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import Notice
from agentconsole.store.errors import CorruptDatabase, DiskFull, ReadOnlyDisk, StoreError
from agentconsole.store.feed import Feed

_log = logging.getLogger(__name__)

DAMAGE = "damage"
"""The topic of the change that tells of damage: nothing can be relied on until the store is rebuilt."""


class State(Enum):
    """How far the store can be used."""

    WELL = "read and written"
    READING = "read, not written"
    FULL = "read, not written for want of room"
    DAMAGED = "not to be relied on"


_NOTICES = {
    State.READING: Notice(
        ref="disk:reading",
        level="critical",
        title="The console can only read here: its disk or folder can't be written",
        text="What you write is not kept until that changes: leave this window open, or copy your words.",
    ),
    State.FULL: Notice(
        ref="disk:full",
        level="critical",
        title="The disk is full: nothing can be kept until there is room",
        text="Everything saved before is safe. Words in a reply stay where they are while this window is open.",
    ),
    State.DAMAGED: Notice(
        ref="disk:damaged",
        level="critical",
        title="The local database is damaged",
        text="Open the console again: it saves what was not sent, and fetches the tickets anew.",
    ),
}


def mark_of(path: Path) -> Path:
    """Return the file whose being there says that the store at *path* was found damaged."""
    return path.with_name(f"{path.name}-found-damaged")


class Condition:
    """Hears of every failure of one store, and of every commit; tells the feed when that changes what is possible."""

    def __init__(self, path: Path, feed: Feed, *, state: State = State.WELL) -> None:
        self._path = path
        self._feed = feed
        self._is_fixed = state is State.READING
        self.state = state

    def hear(self, error: StoreError) -> None:
        """Something failed with *error*."""
        if isinstance(error, CorruptDatabase):
            self._become(State.DAMAGED)
        elif isinstance(error, ReadOnlyDisk):
            self._become(State.READING)
        elif isinstance(error, DiskFull):
            self._become(State.FULL)

    def committed(self) -> None:
        """A change was written."""
        if self.state is not State.WELL:
            self._become(State.WELL)

    def notice(self) -> Notice | None:
        """Return what people are to be told, None while all is well."""
        return _NOTICES.get(self.state)

    def _become(self, state: State) -> None:
        if state is self.state or self.state is State.DAMAGED or self._is_fixed:
            return
        self.state = state
        _log.info("the store can be %s", state.value)
        topics = {"notices"}
        if state is State.DAMAGED:
            topics.add(DAMAGE)
            with suppress(OSError):
                mark_of(self._path).touch(0o600)
        self._feed.publish(Change(topics=frozenset(topics), initiator="store"))
