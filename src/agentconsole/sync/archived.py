"""The exchange of a store that holds an archive: there is none, and everybody who asks is told so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from agentconsole.connectors.api import Capabilities, Connector, Unsupported
from agentconsole.domain.capabilities import WORDS
from agentconsole.domain.values import Ref
from agentconsole.sync.engine import SyncEngine

T = TypeVar("T")

_WHY = "This is an archive: it can be read and searched, and nothing in it can be changed."


class NotInArchive(Unsupported):
    """Something was asked of a help desk that an archive does not have."""

    title = "This is an archive"
    advice = "It holds what was exported, and is never online. What is not in it can't be fetched."


class ArchivedEngine(SyncEngine):
    """Exchanges with nobody. Its status is what the archive says of itself."""

    def start(self) -> None:
        """Do nothing: there is nobody to exchange with."""

    def nudge(self) -> None:
        """Do nothing."""

    def keep(self) -> None:
        """Do nothing: what is here stays."""

    def announce(self, ticket: Ref | None, mode: str = "viewing") -> None:
        """Tell nobody."""

    def capabilities(self) -> Capabilities:
        """Nothing can be changed."""
        return Capabilities(
            create=False,
            tags=False,
            custom_fields=False,
            settable=frozenset(),
            statuses=frozenset(),
            why=dict.fromkeys(WORDS, _WHY),
        )

    def call(self, function: Callable[[Connector], Awaitable[T]]) -> Future[T]:  # noqa: ARG002  nobody to call
        """Return what says that there is nobody to ask."""
        refused: Future[T] = Future()
        refused.set_exception(NotInArchive())
        return refused

    async def ask(self, function: Callable[[Connector], Awaitable[T]]) -> T:  # noqa: ARG002  nobody to ask
        """Raise NotInArchive."""
        raise NotInArchive

    async def once(self) -> dict[str, Any]:
        """Say that nothing was exchanged."""
        return {
            "pulled": {},
            "pushed": 0,
            "pending": 0,
            "conflicts": 0,
            "online": False,
            "problem": NotInArchive.title,
            "advice": NotInArchive.advice,
        }

    async def keep_once(self, stopped: Callable[[], bool] = lambda: False) -> None:  # noqa: ARG002  nothing to stop
        """Raise NotInArchive."""
        raise NotInArchive
