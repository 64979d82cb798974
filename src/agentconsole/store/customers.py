"""Whose a ticket is: what of it and of its organization tells which rules apply."""

from __future__ import annotations

from typing import Any, NamedTuple

from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.tickets import decode_organization


class CustomerRow(NamedTuple):
    """``fields`` are the organization's, by the help desk's own keys; ``group`` is the name of the ticket's group."""

    organization: str
    organization_tags: tuple[str, ...]
    fields: dict[str, Any]
    ticket_tags: tuple[str, ...] = ()
    group: str = ""


class Customers:
    """Keyed reads for any thread."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of_ticket(self, ticket: TicketId) -> CustomerRow | None:
        """Whose *ticket* is, with unsent changes; None for one that is not there."""
        with self._readers.snapshot() as db:
            ticket = standing_for(db, ticket)
            row = db.execute(
                "SELECT organization, organization_name, group_name FROM ticket WHERE id = ?", (ticket,)
            ).fetchone()
            if row is None:
                return None
            tags = db.execute("SELECT tag FROM ticket_tag WHERE ticket = ? ORDER BY tag", (ticket,)).fetchall()
            found = None if row[0] is None else _organization(db, row[0])
        known = found or CustomerRow(row[1], (), {})
        return known._replace(ticket_tags=tuple(tag for (tag,) in tags), group=row[2])

    def of_organization(self, ref: Ref) -> CustomerRow | None:
        """The organization *ref* for itself, whatever its tickets."""
        with self._readers.read() as db:
            return _organization(db, ref)


def _organization(db: driver.Connection, ref: Ref) -> CustomerRow | None:
    row = db.execute("SELECT record FROM organization WHERE ref = ?", (ref,)).fetchone()
    if row is None:
        return None
    found = decode_organization(row[0])
    return CustomerRow(found.name, found.tags, found.fields)
