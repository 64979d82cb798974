"""Unfinished replies. They are on the disk when saved, and go only when sent or emptied."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from agentconsole.domain.draft_words import with_words_of
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import Draft
from agentconsole.domain.values import TicketId
from agentconsole.store.keys import storable
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.writer import Transaction, Urgency, Writer

_SELECT = "SELECT ticket, body, public, caret, saved_at FROM draft"


class Drafts:
    """The table ``draft``: at most one reply and one note a ticket, never mixed."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock

    def draft(self, ticket: TicketId, public: bool | None = None) -> Draft | None:
        """Return the begun reply (*public*) or note of *ticket*; by default the one that was saved last."""
        with self._readers.read() as db:
            row = db.execute(
                f"{_SELECT} WHERE ticket = ?1 AND (?2 IS NULL OR public = ?2) "
                "ORDER BY saved_at DESC, rowid DESC LIMIT 1",
                (standing_for(db, ticket), None if public is None else int(public)),
            ).fetchone()
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
        over: str | None = None,
        initiator: str = "agent",
    ) -> Future[None]:
        """Keep *body* as the begun reply (*public*) or note of *ticket*; one without any text removes it.

        *cursor* is the caret's offset. *over* is the draft that *body* grew from: words that came to the draft
        otherwise since then (a withdrawn reply gives its own back) are kept behind it. None: whatever is there is
        replaced. The draft of the other kind stays as it is.
        """
        now = self._clock()

        def work(tx: Transaction) -> None:
            standing = standing_for(tx.db, ticket)
            kept = body if over is None else _joined(tx, standing, body, public=public, over=over)
            if kept.strip():
                keep_draft(tx, standing, kept, public=public, caret=cursor, now=now)
            else:
                remove_draft(tx, standing, public=public)

        return self._writer.submit(Urgency.AGENT, work, initiator)


def _joined(tx: Transaction, ticket: TicketId, body: str, *, public: bool, over: str) -> str:
    row = tx.db.execute("SELECT body FROM draft WHERE ticket = ? AND public = ?", (ticket, int(public))).fetchone()
    return body if row is None else with_words_of(row[0], storable(body), storable(over))


def keep_draft(tx: Transaction, ticket: TicketId, body: str, *, public: bool, caret: int, now: Instant) -> None:
    """Save a draft in the running transaction, over one of the same kind."""
    # replaced, not updated: of two that were saved in the same instant, the later row is the later draft
    tx.db.execute(
        "INSERT OR REPLACE INTO draft (ticket, public, body, caret, saved_at) VALUES (?, ?, ?, ?, ?)",
        (ticket, int(public), storable(body), caret, now),
    )
    _mark(tx, ticket)


def join_draft(tx: Transaction, ticket: TicketId, body: str, *, public: bool, now: Instant) -> None:
    """Add *body* to the draft of *ticket* in the running transaction, after a blank line; no words are lost or doubled.

    Only to one of its kind: what is written for the team and what the requester will read are never one text.
    """
    row = tx.db.execute("SELECT body FROM draft WHERE ticket = ? AND public = ?", (ticket, int(public))).fetchone()
    if row is not None and row[0].strip() != storable(body).strip():
        body = f"{row[0].rstrip()}\n\n{body}"
    keep_draft(tx, ticket, body, public=public, caret=len(body), now=now)


def remove_draft(tx: Transaction, ticket: TicketId, said: str | None = None, *, public: bool) -> None:
    """Remove the begun reply or note of *ticket* in the running transaction; with *said*, only one of those words."""
    if said is not None:
        row = tx.db.execute("SELECT body FROM draft WHERE ticket = ? AND public = ?", (ticket, int(public))).fetchone()
        if row is None or row[0].strip() != storable(said).strip():
            return
    tx.db.execute("DELETE FROM draft WHERE ticket = ? AND public = ?", (ticket, int(public)))
    _mark(tx, ticket)


def _mark(tx: Transaction, ticket: TicketId) -> None:
    changed = tx.db.execute(
        "UPDATE ticket SET draft = NOT draft WHERE id = ?1 "
        "AND draft <> EXISTS (SELECT 1 FROM draft WHERE ticket = ?1) RETURNING id",
        (ticket,),
    ).fetchall()
    # a draft that grows changes nothing that a queue shows
    tx.touch("drafts", tickets=(row[0] for row in changed))


def _draft(row: tuple[Any, ...]) -> Draft:
    ticket, body, public, caret, saved_at = row
    return Draft(ticket=ticket, body=body, public=bool(public), cursor=caret, saved_at=saved_at)
