"""Unfinished replies. They are on the disk when saved, and go only when sent or emptied; then their versions stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from agentconsole.domain.draft_words import caret_after, with_words_of
from agentconsole.domain.drafts import (
    NOTHING_ALONG,
    Along,
    DraftItem,
    DraftVersion,
    decode_along,
    encode_along,
    together,
    why_to_keep,
)
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import Draft
from agentconsole.domain.values import TicketId
from agentconsole.store import draft_versions as kept
from agentconsole.store.keys import storable
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.writer import Transaction, Urgency, Writer

_SELECT = "SELECT ticket, body, public, caret, saved_at, along FROM draft"
_STORED = "SELECT body, caret, along, saved_at, begun_at FROM draft WHERE ticket = ? AND public = ?"


class Drafts:
    """The table ``draft``: at most one reply and one note a ticket, never mixed; and their versions."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock

    # reads

    def draft(self, ticket: TicketId, public: bool | None = None) -> Draft | None:
        """Return the begun reply (*public*) or note of *ticket*; by default the one that was worked on last."""
        with self._readers.read() as db:
            row = db.execute(
                f"{_SELECT} WHERE ticket = ?1 AND (?2 IS NULL OR public = ?2) "
                "ORDER BY max(saved_at, held_at) DESC, rowid DESC LIMIT 1",
                (standing_for(db, ticket), None if public is None else int(public)),
            ).fetchone()
        return _draft(row) if row else None

    def all_drafts(self) -> tuple[Draft, ...]:
        """Return every draft, the newest first."""
        with self._readers.read() as db:
            rows = db.execute(f"{_SELECT} ORDER BY saved_at DESC").fetchall()
        return tuple(_draft(row) for row in rows)

    def items(self) -> tuple[DraftItem, ...]:
        """Return every draft with its ticket, the newest first."""
        with self._readers.snapshot() as db:
            return kept.items(db)

    def discarded(self) -> tuple[DraftItem, ...]:
        """Return the last text of each draft that went without being sent, the newest first."""
        with self._readers.snapshot() as db:
            return kept.discarded(db)

    def versions(self, ticket: TicketId, public: bool) -> tuple[DraftVersion, ...]:
        """Return the earlier texts of a draft, the newest first."""
        with self._readers.read() as db:
            return kept.versions(db, standing_for(db, ticket), public)

    def merged_here(self, ticket: TicketId) -> tuple[DraftItem, ...]:
        """Return the drafts of tickets that were merged into *ticket*, the newest first."""
        with self._readers.snapshot() as db:
            return kept.merged_here(db, standing_for(db, ticket))

    def form(self, name: str) -> str:
        """Return what the form *name* kept, "" when that is nothing."""
        with self._readers.read() as db:
            row = db.execute("SELECT content FROM form_draft WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    # writes

    def save(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool,
        cursor: int,
        over: str | None = None,
        along: Along | None = None,
        why: str = "",
        initiator: str = "agent",
    ) -> Future[None]:
        """Keep *body* as the begun reply (*public*) or note of *ticket*; one without anything removes it.

        *cursor* is the caret's offset. *over* is the draft that *body* grew from: words that came to the draft
        otherwise since then (a withdrawn reply gives its own back) are kept behind it. None: whatever is there is
        replaced. *along* is what goes with it (None: what is stored stays). *why* (a key of ``REASONS``) makes a
        version of what is stored now. The draft of the other kind stays as it is.
        """
        now = self._clock()

        def work(tx: Transaction) -> None:
            standing = standing_for(tx.db, ticket)
            row = tx.db.execute(_STORED, (standing, int(public))).fetchone()
            words = body if over is None or row is None else with_words_of(row[0], storable(body), storable(over))
            stored = decode_along(row[2]) if row else NOTHING_ALONG
            goes = stored if along is None else along if words == body else together(stored, along)
            if words.strip() or goes:
                keep_draft(tx, standing, words, public=public, caret=cursor, now=now, along=goes, why=why)
            else:
                remove_draft(tx, standing, public=public, why="emptied", now=now)

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def place_caret(self, ticket: TicketId, *, public: bool, cursor: int) -> Future[None]:
        """The composer holds this draft, its caret at *cursor*: after a crash it is the one that is shown."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "UPDATE draft SET caret = ?, held_at = ? WHERE ticket = ? AND public = ?",
                (cursor, now, standing_for(tx.db, ticket), int(public)),
            )

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def discard(self, drafts: Sequence[tuple[TicketId, bool]], *, initiator: str = "agent") -> Future[list[int]]:
        """Remove *drafts* (ticket, public); returns the versions that bring them back."""
        now = self._clock()

        def work(tx: Transaction) -> list[int]:
            made = []
            for ticket, public in drafts:
                standing = standing_for(tx.db, ticket)
                version = remove_draft(tx, standing, public=public, why="discarded", now=now)
                if version is not None:
                    made.append(version)
            return made

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def restore(self, versions: Sequence[int], *, initiator: str = "agent") -> Future[int]:
        """Bring *versions* back as drafts; what stands there now is kept as a version. Returns how many came back."""
        now = self._clock()

        def work(tx: Transaction) -> int:
            count = 0
            for each in versions:
                found = kept.version(tx.db, each)
                if found is None:
                    continue
                ticket, public, version = found
                kept.spend(tx.db, ticket, public, spent=False)
                keep_draft(
                    tx,
                    ticket,
                    version.body,
                    public=public,
                    caret=version.cursor,
                    now=now,
                    along=version.along,
                    why="restored",
                )
                count += 1
            return count

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def take_over(self, source: TicketId, target: TicketId, *, public: bool, initiator: str = "agent") -> Future[str]:
        """Put the draft of *source* behind that of *target*, whose words it was merged into; returns those words.

        The draft of *source* goes, with a version that brings it back. "" when there is none.
        """
        now = self._clock()

        def work(tx: Transaction) -> str:
            home, place = standing_for(tx.db, source), standing_for(tx.db, target)
            row = tx.db.execute(_STORED, (home, int(public))).fetchone()
            if row is None or home == place:
                return ""
            join_draft(
                tx, place, row[0], public=public, now=now, along=decode_along(row[2]), why="taken over", at=row[1]
            )
            remove_draft(tx, home, public=public, why="discarded", now=now)
            return str(row[0])

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def keep_form(self, name: str, content: str) -> Future[None]:
        """Keep what is written in the form *name*; "" forgets it."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            if content:
                tx.db.execute(
                    "INSERT OR REPLACE INTO form_draft (name, content, saved_at) VALUES (?, ?, ?)",
                    (name, storable(content), now),
                )
            else:
                tx.db.execute("DELETE FROM form_draft WHERE name = ?", (name,))
            tx.touch("drafts")

        return self._writer.submit(Urgency.AGENT, work, "agent")


def keep_draft(
    tx: Transaction,
    ticket: TicketId,
    body: str,
    *,
    public: bool,
    caret: int,
    now: Instant,
    along: Along | None = None,
    why: str = "",
) -> None:
    """Save a draft in the running transaction, over one of the same kind, which becomes a version when it is worth it.

    *along* None leaves what goes with it as it is.
    """
    body = storable(body)
    row = tx.db.execute(_STORED, (ticket, int(public))).fetchone()
    begun = now
    goes = encode_along(along) if along is not None else row[2] if row else ""
    if row is not None:
        begun = row[4] or row[3]
        since = max(begun, kept.last_kept_at(tx.db, ticket, public) or 0)
        reason = why_to_keep(row[0], body, since, now)
        if row[0] != body and row[0].strip() and (why or reason is not None):
            kept.keep_version(tx.db, ticket, public, row[:4], why=why or reason or "", now=now)
    # replaced, not updated: of two that were saved in the same instant, the later row is the later draft
    tx.db.execute(
        "INSERT OR REPLACE INTO draft (ticket, public, body, caret, saved_at, along, held_at, begun_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (ticket, int(public), body, caret, now, goes, now, begun),
    )
    _mark(tx, ticket)


def join_draft(
    tx: Transaction,
    ticket: TicketId,
    body: str,
    *,
    public: bool,
    now: Instant,
    along: Along | None = None,
    why: str = "withdrawn",
    at: int | None = None,
) -> None:
    """Add *body* to the draft of *ticket* in the running transaction, after a blank line; no words are lost or doubled.

    Only to one of its kind: what is written for the team and what the requester will read are never one text. What
    goes *along* with either goes with both. *at*: the caret's offset in *body*, its end by default.
    """
    row = tx.db.execute(_STORED, (ticket, int(public))).fetchone()
    caret = caret_after(body) if at is None else at
    before = 0
    if row is not None and row[0].strip() and row[0].strip() != storable(body).strip():
        lead = f"{row[0].rstrip()}\n\n"
        body, before = f"{lead}{body}", caret_after(lead)
    if along is not None and row is not None:
        along = together(decode_along(row[2]), along)
    kept.spend(tx.db, ticket, public, spent=False)
    keep_draft(tx, ticket, body, public=public, caret=before + caret, now=now, along=along, why=why)


def remove_draft(
    tx: Transaction,
    ticket: TicketId,
    said: str | None = None,
    *,
    public: bool,
    why: str = "",
    now: Instant = 0,
) -> int | None:
    """Remove the begun reply or note of *ticket* in the running transaction; with *said*, only one of those words.

    *said*: it is sent, and needs no version any more. With *why* (and *now*) its text is kept as a version, whose id
    is returned.
    """
    row = tx.db.execute(_STORED, (ticket, int(public))).fetchone()
    if row is None or (said is not None and row[0].strip() != storable(said).strip()):
        return None
    version = None
    if why and (row[0].strip() or (row[2] and why == "discarded")):
        version = kept.keep_version(tx.db, ticket, public, row[:4], why=why, now=now)
    if said is not None:
        kept.spend(tx.db, ticket, public, spent=True)
    tx.db.execute("DELETE FROM draft WHERE ticket = ? AND public = ?", (ticket, int(public)))
    _mark(tx, ticket)
    return version


def _mark(tx: Transaction, ticket: TicketId) -> None:
    changed = tx.db.execute(
        "UPDATE ticket SET draft = NOT draft WHERE id = ?1 "
        "AND draft <> EXISTS (SELECT 1 FROM draft WHERE ticket = ?1) RETURNING id",
        (ticket,),
    ).fetchall()
    # a draft that grows changes nothing that a queue shows
    tx.touch("drafts", tickets=(row[0] for row in changed))


def _draft(row: tuple[Any, ...]) -> Draft:
    ticket, body, public, caret, saved_at, along = row
    return Draft(
        ticket=ticket, body=body, public=bool(public), cursor=caret, saved_at=saved_at, along=decode_along(along)
    )
