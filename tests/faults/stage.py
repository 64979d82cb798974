"""What a campaign needs of the help desk that it is about: the reference server, or the real Request Tracker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from agentconsole.connectors.api import Connector
from agentconsole.domain.instant import Instant
from tests.faults.plan import Plan
from tests.faults.truth import Truth
from tests.faults.world import Time


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the help desk calls what plans speak of.

    ``people`` are the refs of the agents, ``requester`` one of whoever asks for help, ``field`` the name of a custom
    field of free text (``field:REF``), and ``tickets`` the refs of the run's tickets, the first of them number 1.
    """

    people: dict[str, str]
    requester: str
    field: str
    tickets: tuple[str, ...]


class Kill(msgspec.Struct):
    """Kill process *pid* at request *number*: before the help desk heard it, after, or amid the answer."""

    pid: int
    number: int
    where: str


class Request(NamedTuple):
    """One request, read whole."""

    method: str
    target: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Answer(NamedTuple):
    """What came back to it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Access(Protocol):
    """How the consoles of one run reach the help desk. ``patience``: seconds that they wait for an answer."""

    @property
    def time(self) -> Time: ...

    @property
    def names(self) -> Names: ...

    @property
    def patience(self) -> float: ...

    def connector(
        self,
        who: str,
        clock: Callable[[], Instant],
        sleep: Callable[[float], Awaitable[None]],
        *,
        online: bool = True,
    ) -> Connector:
        """The real connector as *who*. *clock* is the console's own, which may be wrong; offline nobody answers."""
        ...


class Desk(Protocol):
    """The process with the front, through which all requests of consoles go."""

    def begin(self, faults: dict[int, str], dialect: str, kill: Kill | None) -> None:
        """A console process begins: count its requests, spoil them, and kill it where *kill* says."""
        ...

    def settle(self) -> tuple[dict[str, int], bool, list[str]]:
        """Wait until nothing is on its way; returns which faults were met, whether the kill was, and all requests."""
        ...

    def act(self, steps: list[list[Any]]) -> None:
        """Have a third party do *steps*."""
        ...


class World(Protocol):
    """A help desk for one run after the other."""

    @property
    def time(self) -> Time: ...

    @property
    def desk(self) -> Desk: ...

    def begin(self, plan: Plan, stores: Mapping[str, Path]) -> tuple[Plan, Access]:
        """Be as every run finds it, and put the stores of agents, as of a good sync, at *stores*.

        Returns *plan* as this help desk knows its tickets and people, and the way there.
        """
        ...

    def truth(self, access: Access) -> Truth:
        """Everything that there is of the run, read with nothing of the console's code."""
        ...

    def keep(self, target: Path) -> None:
        """Copy what there is of the run to *target*."""
        ...

    def close(self) -> None:
        """End its processes."""
        ...


class Stage(Protocol):
    """What all worlds of a campaign share."""

    def world(self, number: int, folder: Path) -> World:
        """The world of the worker *number*, in its own process; *folder* is its own, too."""
        ...


class Setting(Protocol):
    """Makes a stage in a folder, for so many workers, and takes it down at the end."""

    def __call__(self, folder: Path, jobs: int) -> AbstractContextManager[Stage]: ...
