"""Who has which ticket open: what colleagues tell us, and what we tell them.

Kept in memory: it is stale within a minute.
"""

from __future__ import annotations

import asyncio
import logging

from agentconsole.connectors.api import Connector, ConnectorError
from agentconsole.domain.records import Presence
from agentconsole.domain.values import Ref

_log = logging.getLogger(__name__)

REFRESH_EVERY = 25.0
"""Seconds; a help desk forgets presence after a minute."""


class PresenceBoard:
    """Colleagues by ticket, and the one ticket that the agent has open."""

    def __init__(self) -> None:
        self._colleagues: dict[Ref, tuple[Presence, ...]] = {}
        self._wanted: tuple[Ref, str] | None = None
        self._told: tuple[Ref, str] | None = None
        self.changed = asyncio.Event()

    def of(self, ticket: Ref) -> tuple[Presence, ...]:
        """Colleagues who have *ticket* open, as far as is known."""
        return self._colleagues.get(ticket, ())

    def note(self, ticket: Ref, colleagues: tuple[Presence, ...]) -> bool:
        """Take over who has *ticket* open; False when that is nothing new."""
        if self._colleagues.get(ticket, ()) == colleagues:
            return False
        if colleagues:
            self._colleagues[ticket] = colleagues
        else:
            del self._colleagues[ticket]
        return True

    def forget(self) -> frozenset[Ref]:
        """Nobody tells us any more; returns the tickets of which that changes something."""
        known = frozenset(self._colleagues)
        self._colleagues = {}
        self._told = None
        return known

    def want(self, ticket: Ref | None, mode: str) -> None:
        """What is to be told of the agent from now on."""
        self._wanted = None if ticket is None else (ticket, mode)

    async def tell(self, connector: Connector) -> float | None:
        """Tell the help desk what is wanted; returns in how many seconds to do so again.

        A failure is only logged: presence is a courtesy.
        """
        wanted, told = self._wanted, self._told
        try:
            if told is not None and (wanted is None or wanted[0] != told[0]):
                await connector.announce_presence(told[0], None)
                self._told = None
            if wanted is not None:
                await connector.announce_presence(*wanted)
                self._told = wanted
        except ConnectorError as error:
            _log.debug("presence was not told: %s", type(error).__name__)
        return REFRESH_EVERY if wanted is not None else None
