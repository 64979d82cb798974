"""Unfinished replies. They are on the disk when saved, and go only when sent or emptied."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import Draft
from agentconsole.domain.values import TicketId
from agentconsole.store.keys import storable
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.writer import Transaction, Urgency, Writer

_SELECT = "SELECT ticket, body, public, caret, saved_at FROM draft"


class Drafts:
    """The table ``draft``: at most one a ticket."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock

    def draft(self, ticket: TicketId) -> Draft | None:
        """Return the draft of *ticket*."""
        with self._readers.read() as db:
            row = db.execute(f"{_SELECT} WHERE ticket = ?", (standing_for(db, ticket),)).fetchone()
        return _draft(row) if row else None

    def all_drafts(self) -> tuple[Draft, ...]:
        """Return every draft, the newest first."""
        with self._readers.read() as db:
            rows = db.execute(f"{_SELECT} ORDER BY saved_at DESC").fetchall()
        return tuple(_draft(row) for row in rows)

    def save(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool,
        cursor: int,
        initiator: str = "agent",
    ) -> Future[None]:
        """Keep *body* as the draft of *ticket*; one without any text removes it. *cursor* is the caret's offset."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            standing = standing_for(tx.db, ticket)
            if body.strip():
                keep_draft(tx, standing, body, public=public, caret=cursor, now=now)
            else:
                remove_draft(tx, standing)

        return self._writer.submit(Urgency.AGENT, work, initiator)


def keep_draft(tx: Transaction, ticket: TicketId, body: str, *, public: bool, caret: int, now: Instant) -> None:
    """Save a draft in the running transaction, over one that is there."""
    tx.db.execute(
        "INSERT INTO draft (ticket, body, public, caret, saved_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (ticket) "
        "DO UPDATE SET body = excluded.body, public = excluded.public, caret = excluded.caret, "
        "saved_at = excluded.saved_at",
        (ticket, storable(body), int(public), caret, now),
    )
    _mark(tx, ticket, 1)


def join_draft(tx: Transaction, ticket: TicketId, body: str, *, public: bool, now: Instant) -> None:
    """Add *body* to the draft of *ticket* in the running transaction, after a blank line; no words are lost or doubled.

    What was written for the team in one of the two stays with the team.
    """
    row = tx.db.execute("SELECT body, public FROM draft WHERE ticket = ?", (ticket,)).fetchone()
    if row is not None:
        before, was_public = row
        if before.strip() != body.strip():
            body = f"{before.rstrip()}\n\n{body}"
        public = public and bool(was_public)
    keep_draft(tx, ticket, body, public=public, caret=len(body), now=now)


def remove_draft(tx: Transaction, ticket: TicketId, said: str | None = None) -> None:
    """Remove the draft of *ticket* in the running transaction; with *said*, only one that holds just those words."""
    if said is not None:
        row = tx.db.execute("SELECT body FROM draft WHERE ticket = ?", (ticket,)).fetchone()
        if row is None or row[0].strip() != storable(said).strip():
            return
    tx.db.execute("DELETE FROM draft WHERE ticket = ?", (ticket,))
    _mark(tx, ticket, 0)


def _mark(tx: Transaction, ticket: TicketId, has_draft: int) -> None:
    changed = tx.db.execute(
        "UPDATE ticket SET draft = ?1 WHERE id = ?2 AND draft <> ?1 RETURNING id", (has_draft, ticket)
    ).fetchall()
    # a draft that grows changes nothing that a queue shows
    tx.touch("drafts", tickets=(row[0] for row in changed))


def _draft(row: tuple[Any, ...]) -> Draft:
    ticket, body, public, caret, saved_at = row
    return Draft(ticket=ticket, body=body, public=bool(public), cursor=caret, saved_at=saved_at)
