"""Tickets that are taken along: chosen by views and searches, kept whole until the trip ends."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.values import Ref, TicketId

MOST_FILE = 50 * 1024**2
"""Bytes: a larger attachment is left out unless the agent wants it."""

MOST_TRIES = 4
"""How often something is asked for that the help desk fails to give, before it waits for the agent."""


class TripChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken along. ``views`` are keys of views, ``searches`` are queries; attachments above ``most_file`` bytes
    stay behind (0: none are too large).
    """

    views: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    most_file: int = MOST_FILE


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """What fetching was measured to take: seconds a conversation, and bytes a second of attachments; 0: not known."""

    conversation: float = 0.0
    rate: float = 0.0

    def with_conversation(self, seconds: float) -> Pace:
        """The pace after one more conversation took *seconds*."""
        return msgspec.structs.replace(self, conversation=_drift(self.conversation, max(seconds, 0.001)))

    def with_file(self, size: int, seconds: float) -> Pace:
        """The pace after one more attachment of *size* bytes took *seconds*."""
        return msgspec.structs.replace(self, rate=_drift(self.rate, size / max(seconds, 0.001)))

    def seconds(self, conversations: int, files: int, size: int) -> float | None:
        """How long so much takes, one after the other; None while too little is known."""
        if (conversations and not self.conversation) or (size and not self.rate):
            return None
        # an attachment costs a request besides its bytes
        return conversations * self.conversation + files * self.conversation + (size / self.rate if size else 0.0)


def _drift(known: float, measured: float) -> float:
    return measured if not known else known * 0.8 + measured * 0.2


class TripPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a choice would mean, before anything is fetched.

    ``tickets`` are chosen; of them ``conversations`` are not here whole (about ``conversation_bytes``); of ``files``
    known attachments ``missing_files`` with ``missing_bytes`` are to be fetched, ``large_files`` are larger than the
    choice allows. ``here_bytes`` of attachments are here already. ``seconds`` is None while nobody has measured.
    ``incomplete``: conversations that are not here whole may bring attachments that nobody knows of yet.
    ``elsewhere`` tickets are left at the help desk by the scope of the cache: no view can find them. ``sample`` is a
    conversation that is to be fetched, by which to measure.
    """

    tickets: int = 0
    conversations: int = 0
    conversation_bytes: int = 0
    files: int = 0
    missing_files: int = 0
    missing_bytes: int = 0
    here_bytes: int = 0
    large_files: int = 0
    large_bytes: int = 0
    seconds: float | None = None
    elsewhere: int = 0
    sample: Ref = ""

    def timed(self, seconds: float | None) -> TripPlan:
        """This plan with how long it takes."""
        return msgspec.structs.replace(self, seconds=seconds)

    @property
    def incomplete(self) -> bool:
        return self.conversations > 0

    @property
    def to_fetch(self) -> int:
        """Bytes."""
        return self.conversation_bytes + self.missing_bytes


class TripPhase(StrEnum):
    """Where a trip stands."""

    FETCHING = "fetching"
    PAUSED = "paused"
    OFFLINE = "offline"  # something is to be fetched, and nobody to be asked
    READY = "ready"
    PARTLY = "partly"  # all is here but what could not be fetched


class TripProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be taken along, and why. ``file_name`` is empty for a conversation."""

    ticket: TicketId
    ref: Ref
    subject: str
    file_name: str = ""
    size: int = 0
    reason: str = ""


class TripStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a trip gets on. ``tickets`` and ``files`` are to be here whole, ``*_here`` of them are; sizes are in bytes.

    ``as_of`` is when the help desk was last asked what is new, ``seconds`` how long the rest takes.
    """

    id: int
    choice: TripChoice
    phase: TripPhase
    begun_at: Instant
    ends_at: Instant | None = None
    tickets: int = 0
    tickets_here: int = 0
    files: int = 0
    files_here: int = 0
    bytes: int = 0
    bytes_here: int = 0
    failed: int = 0
    as_of: Instant | None = None
    seconds: float | None = None

    @property
    def is_complete(self) -> bool:
        return self.phase in (TripPhase.READY, TripPhase.PARTLY)


class KnownFile(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment of a ticket on a trip, and what became of it: waiting, here or failed."""

    ref: Ref
    ticket: TicketId
    file_name: str
    url: str
    size: int


def is_over(ends_at: Instant | None, now: Instant) -> bool:
    """Whether a trip with that end is to end by itself."""
    return ends_at is not None and now >= ends_at


def too_large(size: int, most: int) -> bool:
    """Whether an attachment of *size* bytes stays behind."""
    return bool(most) and size > most


def retry_wait(tries: int) -> int:
    """Microseconds to wait before something is asked for again that failed *tries* times."""
    return int(min(15.0 * 4.0 ** max(0, tries - 1), 900.0) * SECOND)
