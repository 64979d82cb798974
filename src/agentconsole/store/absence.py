"""What is asked of the store to tell what happened while nobody was here."""

from __future__ import annotations

from agentconsole.domain.digest import Absence, ChangedTicket
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.conversing import span
from agentconsole.store.keys import ACTIVE, DONE, STATUSES, UNSOLVED
from agentconsole.store.reading import Readers

MOST = 5000
"""So many changed tickets are looked at, the latest; after a longer absence the queue tells better."""

_COLUMNS = "id, status, assignee, created_at, updated_at, deleted OR moved_to IS NOT NULL, requester, seen_at"


class AbsenceReads:
    """Reads for any thread; :meth:`changed` walks all that changed and belongs off the main one."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def mine(self, me: Ref | None) -> dict[TicketId, Status]:
        """Unsolved tickets of *me*, with their status."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT id, status FROM ticket INDEXED BY ticket_of_assignee "
                f"WHERE assignee = ? AND place = {UNSOLVED}",
                (me,),
            ).fetchall()
        return {ticket: STATUSES[status] for ticket, status in rows}

    def changed(self, absence: Absence, me: Ref | None) -> list[ChangedTicket]:
        """Tickets that changed since *absence*, and those that were the agent's then and are out of every queue."""
        with self._readers.snapshot() as db:
            rows = []
            for index, place in (("ticket_by_updated", UNSOLVED), ("ticket_done", DONE)):
                rows += db.execute(
                    f"SELECT {_COLUMNS} FROM ticket INDEXED BY {index} WHERE place = {place} AND updated_at > ? "
                    "ORDER BY updated_at DESC LIMIT ?",
                    (absence.since, MOST),
                ).fetchall()
            known = {row[0] for row in rows}
            for ticket in absence.mine:
                if ticket not in known:
                    found = db.execute(
                        f"SELECT {_COLUMNS} FROM ticket WHERE id = ? AND place NOT IN ({UNSOLVED}, {DONE})", (ticket,)
                    ).fetchone()
                    rows += [found] if found else []
            return [
                ChangedTicket(
                    ticket=ticket,
                    status=STATUSES[status],
                    assignee=assignee,
                    created_at=created_at,
                    updated_at=updated_at,
                    gone=bool(gone),
                    read=updated_at <= seen_at,
                    **_who_wrote(db, ticket, absence.since, requester, me),
                )
                for ticket, status, assignee, created_at, updated_at, gone, requester, seen_at in rows
            ]

    def breached(self, since: Instant, until: Instant) -> list[TicketId]:
        """Tickets with a running target that was missed between the two."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT DISTINCT ticket FROM target INDEXED BY target_clock "
                f"WHERE stage = {ACTIVE} AND breach_at > ? AND breach_at <= ?",
                (since, until),
            ).fetchall()
        return [row[0] for row in rows]

    def own(self, since: Instant) -> list[TicketId]:
        """Tickets that the agent changed here since then."""
        with self._readers.read() as db:
            rows = db.execute("SELECT DISTINCT ticket FROM outbox WHERE queued_at > ?", (since,)).fetchall()
        return [row[0] for row in rows]

    def sent(self, since: Instant) -> int:
        """How many changes the help desk has taken since then."""
        with self._readers.read() as db:
            row = db.execute("SELECT count(*) FROM outbox WHERE state = 'sent' AND ended_at > ?", (since,)).fetchone()
        return int(row[0])


def _who_wrote(
    db: driver.Connection, ticket: TicketId, since: Instant, requester: Ref | None, me: Ref | None
) -> dict[str, bool]:
    rows = db.execute(
        "SELECT DISTINCT author FROM comment WHERE id BETWEEN ? AND ? AND created_at > ? AND author IS NOT NULL",
        (*span(ticket), since),
    ).fetchall()
    authors = {row[0] for row in rows} - {me}
    return {"by_requester": requester in authors, "by_colleague": bool(authors - {requester})}
