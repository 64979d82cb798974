"""What triage needs of other tickets, and what an agent decided about its proposals."""

from __future__ import annotations

from concurrent.futures import Future
from typing import NamedTuple

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import CommentRow, Neighbour, TicketDetail
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.conversing import span
from agentconsole.store.keys import HIDDEN, STATUSES
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.writer import Transaction, Urgency, Writer

_OF_REQUESTER = 60
_OF_ORGANIZATION = 120


class PinCheck(NamedTuple):
    """The last check of a requester's PIN from here; the PIN itself is nowhere."""

    result: str
    at: Instant
    by: str
    attempts_left: int | None
    locked_until: Instant | None
    valid_until: Instant | None


class GuidanceStore:
    """Reads for any thread; writes are on the disk when their future resolves."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    # other tickets

    def neighbours(self, ticket: TicketDetail, days: int, letters: int) -> list[Neighbour]:
        """Return tickets opened within *days* of *ticket* by its requester, or for its organization, newest first.

        *letters* is how much of the first message is read. Deleted tickets and those merged into another are left out.
        """
        span_of_time = days * 86_400_000_000
        since, until = ticket.created_at - span_of_time, ticket.created_at + span_of_time
        found: dict[TicketId, Neighbour] = {}
        with self._readers.snapshot() as db:
            for column, person, most in (
                ("requester", ticket.requester.ref if ticket.requester else None, _OF_REQUESTER),
                ("organization", ticket.organization.ref if ticket.organization else None, _OF_ORGANIZATION),
            ):
                if not person:
                    continue
                # what was opened within the time has changed within it or later: the index bounds the search
                rows = db.execute(
                    "SELECT id, coalesce(ref, ''), subject, status, created_at, requester, requester_name, "
                    f"organization, assignee_name FROM ticket INDEXED BY ticket_of_{column} "
                    f"WHERE {column} = ? AND updated_at >= ? AND created_at BETWEEN ? AND ? AND id <> ? "
                    f"AND place <> {HIDDEN} ORDER BY updated_at DESC LIMIT ?",
                    (person, since, since, until, ticket.id, most),
                ).fetchall()
                for id_, ref, subject, status, created_at, requester, name, organization, assignee in rows:
                    if id_ not in found:
                        found[id_] = Neighbour(
                            ticket=id_,
                            ref=ref,
                            subject=subject,
                            body=_opening(db, id_, letters),
                            status=STATUSES[status],
                            created_at=created_at,
                            requester_ref=requester,
                            requester=name,
                            organization_ref=organization,
                            assignee=assignee,
                        )
        return list(found.values())

    def tagged_of(self, requester: Ref, tag: str, limit: int = 50) -> list[TicketId]:
        """Return the newest tickets of *requester* that carry *tag*."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT t.id FROM ticket t INDEXED BY ticket_of_requester JOIN ticket_tag g "
                "ON g.tag = ? AND g.ticket = t.id WHERE t.requester = ? AND t.deleted = 0 "
                "ORDER BY t.updated_at DESC LIMIT ?",
                (tag, requester, limit),
            ).fetchall()
        return [row[0] for row in rows]

    def administrators(self, comments: list[CommentRow]) -> frozenset[Ref]:
        """Return those authors of *comments* who are administrators of the help desk."""
        refs = {comment.author_ref for comment in comments if comment.author_ref}
        found = set()
        with self._readers.read() as db:
            for ref in refs:
                row = db.execute("SELECT json_extract(record, '$.role') FROM person WHERE ref = ?", (ref,)).fetchone()
                if row is not None and row[0] == "admin":
                    found.add(ref)
        return frozenset(found)

    # decisions

    def dismissed(self, ticket: TicketId) -> dict[str, str]:
        """Return the grounds of dismissed proposals of *ticket*, by their keys."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT key, ground FROM dismissal WHERE ticket = ?", (standing_for(db, ticket),)
            ).fetchall()
        return dict(rows)

    def dismiss(self, ticket: TicketId, key: str, ground: str, who: Ref, at: Instant) -> Future[None]:
        """Remember that *who* dismissed the proposal *key* as it stood on *ground*."""

        def work(tx: Transaction) -> None:
            standing = standing_for(tx.db, ticket)
            tx.db.execute(
                "INSERT INTO dismissal (ticket, key, ground, who, at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (ticket, key) DO UPDATE SET ground = excluded.ground, who = excluded.who, "
                "at = excluded.at",
                (standing, key, ground, who, at),
            )
            tx.touch(tickets=(standing,))

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def restore(self, ticket: TicketId) -> Future[int]:
        """Forget the dismissals of *ticket*; returns how many there were."""

        def work(tx: Transaction) -> int:
            standing = standing_for(tx.db, ticket)
            count = tx.db.execute("DELETE FROM dismissal WHERE ticket = ?", (standing,)).rowcount
            if count:
                tx.touch(tickets=(standing,))
            return count

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def ticks(self, ticket: TicketId) -> dict[str, tuple[str, Instant]]:
        """Return who ticked which demand of *ticket* here, and when, by the demands' keys."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT demand, who, at FROM demand_tick WHERE ticket = ?", (standing_for(db, ticket),)
            ).fetchall()
        return {demand: (who, at) for demand, who, at in rows}

    def tick(self, ticket: TicketId, demand: str, who: str, at: Instant) -> Future[None]:
        """Remember that *who* (a name) ticked *demand*."""

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "INSERT INTO demand_tick (ticket, demand, who, at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (ticket, demand) DO UPDATE SET who = excluded.who, at = excluded.at",
                (standing_for(tx.db, ticket), demand, who, at),
            )

        return self._writer.submit(Urgency.AGENT, work, "agent")

    # PINs

    def pin_check(self, person: Ref) -> PinCheck | None:
        """The last check of the PIN of *person* from here."""
        with self._readers.read() as db:
            row = db.execute(
                "SELECT result, at, who, attempts_left, locked_until, valid_until FROM pin_check WHERE person = ?",
                (person,),
            ).fetchone()
        return None if row is None else PinCheck(*row)

    def keep_pin_check(self, person: Ref, ticket: TicketId, check: PinCheck) -> Future[None]:
        """Remember how a check of the PIN of *person* on *ticket* ended."""

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "INSERT INTO pin_check (person, result, at, who, attempts_left, locked_until, valid_until) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET result = excluded.result, "
                "at = excluded.at, who = excluded.who, attempts_left = excluded.attempts_left, "
                "locked_until = excluded.locked_until, valid_until = excluded.valid_until",
                (person, *check),
            )
            tx.touch(tickets=(standing_for(tx.db, ticket),))

        return self._writer.submit(Urgency.AGENT, work, "agent")


def _opening(db: driver.Connection, ticket: TicketId, letters: int) -> str:
    row = db.execute("SELECT substr(body, 1, ?) FROM comment WHERE id = ?", (letters, span(ticket)[0])).fetchone()
    return "" if row is None else str(row[0])
