"""What is kept on this computer, and what is taken along on a trip, as the window and the command line see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from agentconsole.domain.instant import Instant
from agentconsole.domain.values import TicketId

if TYPE_CHECKING:
    from agentconsole.domain.cache_scope import CacheCovers, CacheScope, CacheUse, ScopeEffect, SweepReport
    from agentconsole.domain.trips import TripChoice, TripPlan, TripProblem, TripStatus


class Cache(Protocol):
    """Which tickets of the help desk are kept here. Change topic: "cache".

    In an archive all of them are: what asks for less, or would, raises an error with ``title`` and ``advice``.
    """

    def scope(self) -> CacheScope:
        """What the agent chose; everything while nobody did."""
        ...

    def leaves_out(self) -> bool:
        """Whether the help desk has tickets that are not kept here."""
        ...

    async def effect(self, scope: CacheScope) -> ScopeEffect:
        """What choosing *scope* would remove and fetch; nothing is done."""
        ...

    async def choose(self, scope: CacheScope) -> None:
        """Keep what *scope* says from now on: what is missing is fetched and what is outside goes, in the background.

        Unsent work, drafts, open tickets and what is taken along stay in any case.
        """
        ...

    async def covers(self) -> CacheCovers:
        """How far the copy here reaches."""
        ...

    async def use(self) -> CacheUse:
        """What is on the disk."""
        ...

    async def sweep(self, got_on: Callable[[int], object] | None = None) -> SweepReport:
        """Make room now; *got_on* hears on the caller's loop how many tickets have gone. Cancelling it stops it."""
        ...

    def most_attachments(self) -> int:
        """How many bytes of fetched attachments are kept."""
        ...

    async def limit_attachments(self, most: int) -> int:
        """Keep *most* bytes of fetched attachments from now on; returns how many files went."""
        ...


class Trips(Protocol):
    """Tickets that are kept whole for the time without a connection. One trip at a time. Change topic: "trip"."""

    def lasts(self) -> bool:
        """Whether there is a trip; one look at a small table."""
        ...

    def views(self) -> tuple[str, ...]:
        """The keys of the views that are taken along."""
        ...

    def taken(self, tickets: Iterable[TicketId]) -> frozenset[TicketId]:
        """Which of *tickets* are taken along; keyed, for what is on the screen."""
        ...

    async def plan(self, choice: TripChoice) -> TripPlan:
        """How much *choice* is and how long it takes; when nobody has measured yet, a sample of it is fetched."""
        ...

    async def start(self, choice: TripChoice, ends_at: Instant | None = None) -> None:
        """Take *choice* along, until *ends_at* or :meth:`end`; it is fetched in the background, after a restart too."""
        ...

    async def status(self) -> TripStatus | None:
        """How the trip gets on, None at home."""
        ...

    async def problems(self) -> tuple[TripProblem, ...]:
        """What could not be taken along, and why."""
        ...

    async def pause(self, *, paused: bool) -> None: ...

    async def retry(self, *, large: bool = False) -> int:
        """Ask again for what could not be had, with *large* also for what was too large; returns for how much."""
        ...

    async def set_end(self, ends_at: Instant | None) -> None: ...

    async def end(self) -> None:
        """Come home: what was taken along is kept no longer than other tickets."""
        ...

    async def fetch(self) -> None:
        """Fetch until nothing is left that can be had, for a program without a running exchange.

        Raises ConnectorError when the help desk can't be reached.
        """
        ...
