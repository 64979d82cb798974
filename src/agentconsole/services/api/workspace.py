"""One open profile as the window and the command line see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from agentconsole.domain.capabilities import Capabilities
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant
from agentconsole.domain.pictures import FetchedPictures
from agentconsole.domain.rows import Me, Notice, SyncStatus
from agentconsole.services.api.directory import Directory
from agentconsole.services.api.guidance import Guidance, Packs
from agentconsole.services.api.offline import Cache, Trips
from agentconsole.services.api.overview import Away, Countdown, Reports, Sla
from agentconsole.services.api.tickets import Drafts, Outbox, Queue, Tickets

if TYPE_CHECKING:
    from agentconsole.services.api.archives import Exports


class Sync(Protocol):
    """The exchange with the help desk."""

    def status(self) -> SyncStatus: ...

    def start(self) -> None:
        """Begin to exchange in the background; returns at once."""
        ...

    def nudge(self) -> None:
        """Exchange now rather than at the next interval."""
        ...

    async def stop(self) -> None: ...

    async def once(self) -> dict[str, Any]:
        """One full exchange, push then pull, as ``agentconsole sync`` reports it."""
        ...


class Settings(Protocol):
    """Small values that are remembered between starts, as JSON."""

    def get(self, name: str, default: Any = None) -> Any: ...

    def set(self, name: str, value: Any) -> None:
        """Remember *value*; written behind, atomically."""
        ...


class Connection(Protocol):
    """Which help desk a profile belongs to."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def email(self) -> str:
        """Who signs in: an e-mail address, a user name, or "" where the secret says it."""
        ...

    @property
    def way(self) -> str:
        """How they sign in: one of the kind's ways."""
        ...

    @property
    def client_id(self) -> str: ...

    @property
    def authority(self) -> str:
        """Certificates (PEM) that are trusted beside the system's."""
        ...


class Pictures(Protocol):
    """Pictures that mails only point to."""

    async def fetch(self, addresses: Sequence[str]) -> FetchedPictures:
        """Fetch *addresses* from the web, as a stranger; what could not be had is told, not raised."""
        ...


class Workspace(Protocol):
    """One open profile."""

    @property
    def profile(self) -> Connection: ...

    @property
    def queue(self) -> Queue: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def away(self) -> Away: ...

    @property
    def countdown(self) -> Countdown: ...

    @property
    def sla(self) -> Sla: ...

    @property
    def guidance(self) -> Guidance: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def packs(self) -> Packs: ...

    @property
    def pictures(self) -> Pictures: ...

    @property
    def cache(self) -> Cache: ...

    @property
    def trips(self) -> Trips: ...

    @property
    def exports(self) -> Exports: ...

    @property
    def sync(self) -> Sync: ...

    @property
    def settings(self) -> Settings: ...

    def me(self) -> Me | None:
        """Who is signed in, once the help desk has said so (remembered for offline)."""
        ...

    def capabilities(self) -> Capabilities:
        """What the help desk offers: as it said when it was last reached, else as its kind does."""
        ...

    def notices(self) -> tuple[Notice, ...]: ...

    async def totals(self) -> dict[str, int]:
        """How many "tickets" and "comments" the cache holds."""
        ...

    def now(self) -> Instant:
        """The help desk's time: our clock plus the offset measured from its answers."""
        ...

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call *listener* from any thread on every change; returns what ends that."""
        ...

    def frame_begins(self) -> None:
        """What is on the screen is being brought up to date: the exchange gives way for some milliseconds."""
        ...

    def frame_ends(self) -> None:
        """It is painted."""
        ...

    async def sign_in(self, token: str, *, way: str | None = None, client_id: str = "") -> None:
        """Keep *token* as this profile's, and exchange with the help desk by it from now on.

        *way* is another way to sign in than the profile's, with its *client_id*; None: as before.
        """
        ...

    async def close(self) -> None: ...
