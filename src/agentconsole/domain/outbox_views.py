"""How the outbox is looked through: its views, what they list, and how much of a batch is left."""

from __future__ import annotations

from array import array
from enum import StrEnum
from typing import NamedTuple


class OutboxView(StrEnum):
    """Which changes are listed."""

    WAITING = "waiting"
    NEEDS_YOU = "needs you"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class OutboxListing(NamedTuple):
    """Ids (sequence numbers) of changes with the local ids of their tickets, in the order that they are shown."""

    ids: array[int]
    tickets: array[int]


class OutboxBatch(NamedTuple):
    """How many changes were queued in one go, and how many of them can still be taken back."""

    total: int
    left: int
