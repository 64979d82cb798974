"""What became of targets of tickets that were solved before the console could watch them: counted after the event."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import OrganizationRecord
from agentconsole.domain.reports import Outcome
from agentconsole.domain.service_levels import NO_GOAL, Reckoner, Said, history_of
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.clock_facts import AUTOMATIC, TICKET, TicketRow, circumstances_of
from agentconsole.store.keys import DOCUMENT_BITS, LAST_DOCUMENT, STATUSES
from agentconsole.store.status_history import known_history, likely_history

AT_ONCE = 500
"""Of so many tickets the conversations are held at a time."""


Outcomes = tuple[tuple[str, Outcome], ...]
"""What became of a ticket's targets, by metric."""

Stamp = tuple[Hashable, ...]
"""Differs whenever a ticket's targets may have come to another outcome."""


class PastTargets:
    """Counts each ticket once, until its stamp is another or somebody else counts."""

    def __init__(self) -> None:
        self._counted: dict[TicketId, tuple[Stamp, Outcomes]] = {}
        self._by: Reckoner | None = None

    def outcomes(
        self, db: driver.Connection, tickets: Mapping[TicketId, Stamp], staff: Collection[Ref], reckoner: Reckoner
    ) -> dict[TicketId, Outcomes]:
        """Return what became of the targets that *reckoner* has for *tickets*, all of them solved.

        *staff* are the refs of all who work or worked at the desk. Targets that say that there is none are left out.
        """
        if reckoner is not self._by:
            self._counted, self._by = {}, reckoner
        counted = self._counted
        new = [ticket for ticket, stamp in tickets.items() if ticket not in counted or counted[ticket][0] != stamp]
        found = _count(db, new, staff, reckoner)
        counted.update((ticket, (tickets[ticket], found.get(ticket, ()))) for ticket in new)
        return {ticket: counted[ticket][1] for ticket in tickets if counted[ticket][1]}


def _count(
    db: driver.Connection, tickets: Sequence[TicketId], staff: Collection[Ref], reckoner: Reckoner
) -> dict[TicketId, Outcomes]:
    found: dict[TicketId, Outcomes] = {}
    organizations: dict[Ref, OrganizationRecord | None] = {}
    for start in range(0, len(tickets), AT_ONCE):
        some = tickets[start : start + AT_ONCE]
        conversations = _conversations(db, some, staff)
        for ticket in some:
            row = TicketRow(*db.execute(f"{TICKET}= ?", (ticket,)).fetchone())
            circumstances = circumstances_of(db, row, organizations)
            if not reckoner.metrics(circumstances):
                continue
            statuses = known_history(db, ticket)
            if statuses is None:
                statuses = likely_history(row.created_at, row.updated_at, STATUSES[row.status])
            history = history_of(row.created_at, conversations.get(ticket, ()), statuses)
            outcomes: list[tuple[str, Outcome]] = []
            for target in reckoner.reckon(circumstances, history):
                if target.goal != NO_GOAL and target.breach_at is not None and target.fulfilled_at is not None:
                    is_met = target.fulfilled_at <= target.breach_at
                    outcomes.append((str(target.metric), "met" if is_met else "breached"))
            if outcomes:
                found[ticket] = tuple(outcomes)
    return found


def _conversations(
    db: driver.Connection, tickets: Sequence[TicketId], staff: Collection[Ref]
) -> dict[TicketId, list[Said]]:
    found: dict[TicketId, list[Said]] = {}
    rows = db.execute(
        f"SELECT t.value, c.created_at, c.public, c.author, c.channel FROM json_each(?) t CROSS JOIN comment c "
        f"ON c.id BETWEEN (t.value << {DOCUMENT_BITS}) + 1 AND (t.value << {DOCUMENT_BITS}) + {LAST_DOCUMENT}",
        (msgspec.json.encode(tickets).decode(),),
    )
    at: Instant
    for ticket, at, public, author, channel in rows:
        found.setdefault(ticket, []).append(Said(at, bool(public), author in staff, channel in AUTOMATIC))
    return found
