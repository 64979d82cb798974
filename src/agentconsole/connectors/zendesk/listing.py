"""Follow tickets as an agent may: by the list of tickets, newest change first, down to what is already known.

The list has no cursor that survives. What is kept between pulls is the newest change seen (the watermark); a pull
walks from the top of the list down to a little below it. A walk that is interrupted goes on where it stood, and the
watermark moves only when a walk has reached it.
"""

from __future__ import annotations

import msgspec

from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.instant import MINUTE, Instant

OVERLAP = MINUTE
"""How far below the watermark a walk goes: changes of one second may be listed in any order, and late."""


class Walk(msgspec.Struct, frozen=True):
    """Where a walk stands. ``known_to`` is the watermark, ``top`` the next one, ``after`` the list's own cursor.

    ``pages`` counts the pages that brought anything: so no two of them leave the same cursor behind.
    """

    known_to: Instant = 0
    top: Instant = 0
    after: str | None = None
    pages: int = 0

    def step(self, rows: list[wire.Ticket], after: str | None) -> tuple[list[wire.Ticket], Walk, bool]:
        """Take a page of the list; returns the rows that may be new, where to go on, and whether there is more."""
        changed_at = [(row, instant(row.updated_at) or 0) for row in rows]
        floor = self.known_to - OVERLAP
        fresh = [row for row, at in changed_at if at >= floor]
        top = max([self.top, *(at for _, at in changed_at)])
        if after is None or len(fresh) < len(rows):
            return fresh, Walk(known_to=max(top, self.known_to), pages=self.pages), False
        return fresh, Walk(known_to=self.known_to, top=top, after=after, pages=self.pages), True


def read_walk(cursor: str | None) -> Walk:
    """The walk that *cursor* stands for; a new one for None, or for the cursor of another time."""
    if cursor is None:
        return Walk()
    try:
        return msgspec.json.decode(cursor, type=Walk)
    except msgspec.DecodeError:
        return Walk()


def write_walk(walk: Walk) -> str:
    """*walk* as a cursor."""
    return msgspec.json.encode(walk).decode()
