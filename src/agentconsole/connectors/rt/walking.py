"""Where the walk over RT's tickets stands between pulls.

A pull asks for every ticket that was updated since the last pull began, in the order of their ids. That order does not
change under the walk: a ticket that is updated meanwhile is met where it was, or by the next pull. The first walk is
over all tickets.
"""

from __future__ import annotations

import msgspec

from agentconsole.domain.instant import MINUTE, SECOND, Instant

OVERLAP = MINUTE
"""How much further back than the beginning of the last pull the next one asks: what takes long to be written is dated
before it can be seen, and two clocks are compared to the second."""

UNDER_WAY = 5 * SECOND
"""How long a second is not trusted to be over."""


class Walk(msgspec.Struct, frozen=True, omit_defaults=True):
    """``known_to`` is when the last finished walk began (0: none has finished), by RT's clock.

    ``began`` is when the running one did (0: none is running), and ``after`` the id of the last ticket that it met.
    ``pages`` counts its pages, so that no two of them leave the same cursor behind.
    """

    known_to: Instant = 0
    began: Instant = 0
    after: int = 0
    pages: int = 0

    def begun(self, now: Instant) -> Walk:
        """The walk that is to go on *now*."""
        return self if self.began else msgspec.structs.replace(self, began=now, after=0)

    def seconds_back(self, now: Instant) -> int:
        """How many seconds before *now* a ticket may have been updated to be asked for."""
        return (now - self.known_to + OVERLAP) // SECOND + 1

    def step(self, last: int | None, pages: int) -> Walk:
        """Where the walk stands after a page that ended with the ticket *last*; None: there was no more."""
        if last is None:
            return Walk(known_to=self.began, pages=self.pages)
        return msgspec.structs.replace(self, after=last, pages=self.pages + pages)


_DECODER = msgspec.json.Decoder(Walk)


def read_walk(cursor: str | None) -> Walk:
    """The walk that *cursor* stands for; from the beginning for one that can't be read."""
    try:
        return _DECODER.decode(cursor) if cursor else Walk()
    except msgspec.DecodeError:
        return Walk()


def write_walk(walk: Walk) -> str:
    """*walk* as a cursor."""
    return msgspec.json.encode(walk).decode()
