"""The directory of contacts, people and organizations as the window and the command line see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from agentconsole.domain.directory import (
    DirectoryCard,
    DirectoryContact,
    EscalationPath,
    EscalationStepRow,
    Kind,
    ReviewState,
)
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import DirectoryRow, QueueRow
from agentconsole.domain.values import TicketId


class Directory(Protocol):
    """Support contacts of the packs and the help desk, chapters of the handbook, people and organizations."""

    async def prepare(self) -> None:
        """Read the packs' contacts and calendars, so that the first search does not wait for them."""
        ...

    def search(
        self,
        text: str,
        at: Instant | None = None,
        limit: int = 500,
        *,
        ticket: TicketId | None = None,
        kinds: Collection[Kind] = ...,
    ) -> tuple[DirectoryRow, ...]:
        """Everything of *kinds* that holds every word of *text*, as it stands at *at*; contacts come first.

        *ticket* says whose customer asks: regional hours are then theirs, and ``allowed`` is told by their level.
        """
        ...

    def who_handles(
        self, text: str = "", ticket: TicketId | None = None, at: Instant | None = None, limit: int = 12
    ) -> tuple[DirectoryRow, ...]:
        """The contacts that *text* asks for, the best first, with the words that told; by default *ticket*'s words."""
        ...

    def about(self, row: DirectoryRow, at: Instant | None = None) -> DirectoryCard:
        """What packs and records say of a person or an organization: level, open channels, reviews."""
        ...

    def escalation(self, row: DirectoryRow, ticket: TicketId | None = None) -> EscalationPath | None:
        """The steps that stand before an executive; None for contacts that may be asked at once."""
        ...

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]: ...

    async def escalate(
        self, contact: DirectoryContact, ticket: TicketId, steps: Sequence[EscalationStepRow], words: str
    ) -> str:
        """Note on *ticket* that it goes to *contact*, after *steps*, and set the group. Returns the batch key."""
        ...

    async def record_review(
        self, row: DirectoryRow, review: ReviewState, points: Sequence[str], words: str
    ) -> TicketId:
        """Record that an organization's profile was reviewed; returns the internal ticket that says so."""
        ...

    async def request_privacy(
        self,
        row: DirectoryRow,
        wish: Literal["delete", "change"],
        words: str,
        contact: DirectoryContact | None,
        ticket: TicketId | None = None,
    ) -> TicketId:
        """Record a request to delete or change contact data, on *ticket* or a new internal one, which is returned."""
        ...

    async def suggest_correction(self, row: DirectoryRow, words: str) -> TicketId:
        """Open an internal ticket that says what of *row* is wrong in the directory."""
        ...
