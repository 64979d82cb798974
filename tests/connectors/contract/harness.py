"""What a help desk under test does for the contract suite: everything that happens behind the console's back.

Each kind has a module in ``desks/`` with one :class:`ContractDesk`, listed in ``desks/__init__.py``. The suite itself
knows no vendor: what a desk lacks it reads from the connector's capabilities, and holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

import httpx

from agentconsole.connectors.api import Connector
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref, Status
from tests.connectors.contract.wire import FaultyWire


class Said(NamedTuple):
    """One comment as the desk has it. ``files`` are names and contents."""

    public: bool
    body: str
    files: Mapping[str, bytes] = {}


class Standing(NamedTuple):
    """A ticket as the desk has it, in the console's words. ``comments`` begin with what the customer asked."""

    subject: str
    status: Status
    priority: str | None
    assignee: Ref | None
    group: Ref | None
    tags: frozenset[str]
    custom: Any
    comments: tuple[Said, ...]
    requester_email: str = ""


class Cast(NamedTuple):
    """Who and what is there when a test begins; refs as the connector gives them.

    ``me`` signs in. ``field`` is a custom field of tickets that takes ``values``, one after the other; "" for a desk
    without.
    """

    me: Ref
    colleague: Ref
    customer: Ref
    group: Ref
    other_group: Ref
    field: Ref = ""
    values: tuple[str, str | None] = ("", None)


class ContractDesk(Protocol):
    """One help desk with an agent, a colleague, a customer, two groups, and what tickets it likes to begin with.

    An asynchronous context manager, entered by each test. What its methods do goes round ``wire``: the console learns
    of it by asking only. Times are the desk's own; ``pass_time`` is free where the clock is made up, and does nothing
    where it is the real one.
    """

    kind: str
    wire: FaultyWire

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def cast(self) -> Cast: ...

    def now(self) -> Instant: ...

    async def pass_time(self, seconds: float) -> None: ...

    def connector(self, *, secret: str | None = None, transport: httpx.AsyncBaseTransport | None = None) -> Connector:
        """A new connector of the agent's, over ``wire``. *secret* is one that is not theirs."""
        ...

    async def open_ticket(self, subject: str, body: str, *, tags: tuple[str, ...] = ()) -> Ref:
        """The customer asks; the ticket is in ``cast.group`` and open or new, nobody's."""
        ...

    async def customer_writes(self, ticket: Ref, body: str, files: Mapping[str, bytes] | None = None) -> None: ...

    async def colleague_writes(self, ticket: Ref, body: str, *, public: bool) -> None: ...

    async def colleague_sets(self, ticket: Ref, values: Mapping[str, Any]) -> None:
        """Fields by our names with our words; ``field`` is the custom one."""
        ...

    async def colleague_tags(self, ticket: Ref, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None: ...

    async def delete(self, ticket: Ref) -> None: ...

    async def merge(self, source: Ref, into: Ref) -> None: ...

    async def standing(self, ticket: Ref) -> Standing: ...

    async def newest(self) -> Ref:
        """The ticket that was opened last."""
        ...

    def estrange(self, body: Any) -> Any:
        """*body*, a decoded JSON answer, as a later version of the vendor might send it.

        Tickets have a status called "Sent to the moon" that nobody has heard of, and custom fields with values of
        shapes that nobody expects; there are keys beside those of the documentation, and nulls wherever the
        documentation does not exclude them.
        """
        ...

    def crowd(self, count: int) -> httpx.AsyncBaseTransport:
        """A network that answers as this vendor would with *count* tickets, made up as they are asked for."""
        ...
