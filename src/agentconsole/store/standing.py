"""Which ticket stands for one that turned out to be the same.

A window may have had a pulled ticket open while it was found to be one that was made here: its id goes on to name the
ticket that took everything over.
"""

from __future__ import annotations

from agentconsole.domain.values import TicketId
from agentconsole.store import driver


def standing_for(db: driver.Connection, ticket: TicketId) -> TicketId:
    """Return the ticket that *ticket* was joined with, or itself."""
    row = db.execute("SELECT moved_to FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return ticket if row is None or row[0] is None else int(row[0])
