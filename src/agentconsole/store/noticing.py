"""Tells whether a ticket holds news for the agent once their own change has arrived."""

from __future__ import annotations

import json

from agentconsole.domain.instant import Instant
from agentconsole.domain.values import TicketId
from agentconsole.store import driver
from agentconsole.store.conversing import span

IDENTITY = "identity"
"""The fact that says who is signed in, as JSON with their ``ref``."""


class Unread:
    """How far *ticket* was read before the answer to the agent's own change is confirmed."""

    def __init__(self, db: driver.Connection, ticket: TicketId) -> None:
        self._db = db
        self._ticket = ticket
        self._seen_at, self._updated_at = db.execute(
            "SELECT seen_at, updated_at FROM ticket WHERE id = ?", (ticket,)
        ).fetchone()

    def settle(self, answered_at: Instant | None, *, created: bool = False) -> None:
        """Count the ticket as read up to its answer of *answered_at*, unless somebody else has done something since.

        That is so when it was unread already, but for a pull that was quicker than this very answer, and when another
        person's comment has come along; what opens a ticket that the agent *created* may be in the requester's name.
        """
        was_unread = self._updated_at > self._seen_at and self._updated_at != answered_at
        if not was_unread and (created or not self._others_wrote()):
            self._db.execute("UPDATE ticket SET seen_at = max(seen_at, updated_at) WHERE id = ?", (self._ticket,))

    def _others_wrote(self) -> bool:
        known = self._db.execute("SELECT value FROM fact WHERE name = ?", (IDENTITY,)).fetchone()
        me = json.loads(known[0]).get("ref") if known else None
        first, last = span(self._ticket)
        found = self._db.execute(
            "SELECT 1 FROM comment c WHERE c.id BETWEEN ?1 AND ?2 AND c.created_at > ?3 AND c.author IS NOT ?4 "
            "AND c.author IS NOT NULL AND (c.key IS NULL OR c.key NOT IN (SELECT key FROM outbox WHERE ticket = ?5))",
            (first, last, self._seen_at, me, self._ticket),
        ).fetchone()
        return found is not None
