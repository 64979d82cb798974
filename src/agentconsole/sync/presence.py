"""Who has which ticket open: what colleagues tell us, and what we tell them.

Kept in memory: that somebody is there is stale within a minute. That they were there is said with its age.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

import msgspec

from agentconsole.connectors.api import Connector, ConnectorError
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.records import Presence
from agentconsole.domain.values import Ref

_log = logging.getLogger(__name__)

REFRESH_EVERY = 25.0
"""Seconds; a help desk forgets presence after a minute."""


MOST_TICKETS = 1000

REMEMBERED_FOR = 60 * MINUTE
"""How long it is worth knowing that somebody had a ticket open."""


class PresenceBoard:
    """Colleagues by ticket, and the one ticket that the agent has open. *clock* is the help desk's time."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self._colleagues: dict[Ref, tuple[Presence, ...]] = {}
        self._left: dict[Ref, dict[Ref, Presence]] = {}
        self._wanted: tuple[Ref, str] | None = None
        self._told: tuple[Ref, str] | None = None
        self.changed = asyncio.Event()

    def of(self, ticket: Ref) -> tuple[Presence, ...]:
        """Colleagues who have *ticket* open, then those who had it within the hour, the latest first."""
        worth = self._clock() - REMEMBERED_FOR
        left = [each for each in self._left.get(ticket, {}).values() if (each.seen_at or 0) > worth]
        left.sort(key=lambda each: -(each.seen_at or 0))
        return (*self._colleagues.get(ticket, ()), *left)

    def note(self, ticket: Ref, colleagues: tuple[Presence, ...]) -> bool:
        """Take over who has *ticket* open; False when that is nothing new."""
        before = self._colleagues.get(ticket, ())
        if before == colleagues:
            return False
        here = {each.person for each in colleagues}
        self._leave(ticket, [each for each in before if each.person not in here])
        for person in here:
            self._left.get(ticket, {}).pop(person, None)
        if colleagues:
            self._colleagues[ticket] = colleagues
        else:
            del self._colleagues[ticket]
        return True

    def forget(self) -> frozenset[Ref]:
        """Nobody tells us any more: who was there was last seen now. Returns the tickets of which that is news."""
        known = frozenset(self._colleagues)
        for ticket, colleagues in self._colleagues.items():
            self._leave(ticket, colleagues)
        self._colleagues = {}
        self._told = None
        return known

    def _leave(self, ticket: Ref, gone: Iterable[Presence]) -> None:
        now = self._clock()
        worth = now - REMEMBERED_FOR
        if len(self._left) > MOST_TICKETS:
            self._left = {
                ref: people
                for ref, people in self._left.items()
                if any((each.seen_at or 0) > worth for each in people.values())
            }
        for each in gone:
            self._left.setdefault(ticket, {})[each.person] = msgspec.structs.replace(each, seen_at=now)

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
