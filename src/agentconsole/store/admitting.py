"""Lets in of what a help desk tells only what the chosen scope of the cache keeps; the rest is noted as left there.

Runs in the writer's transactions, before anything of a page is confirmed. A ticket that is here already is always
confirmed: whether it is to go is decided when room is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agentconsole.domain.cache_scope import CacheScope, Cut, cut_of
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.values import UNSOLVED, Ref
from agentconsole.store import driver
from agentconsole.store.writer import Transaction

SCOPE = "cache_scope"
"""The fact that holds the chosen scope, as JSON."""

SQUEEZED = "cache_squeezed"
"""The fact that says up to which last change solved tickets had to go for the limit of the size."""

_decode_scope = msgspec.json.Decoder(CacheScope).decode


class _Signed(msgspec.Struct):
    """The part of the remembered identity that the scope needs."""

    ref: Ref = ""


_decode_me = msgspec.json.Decoder(_Signed).decode


def stored_scope(db: driver.Connection) -> CacheScope:
    """Return the chosen scope; everything while nobody chose."""
    known = fact_of(db, SCOPE)
    return CacheScope() if known is None else _decode_scope(known)


def stored_cut(db: driver.Connection, scope: CacheScope, now: Instant) -> Cut:
    """Return what *scope* means at *now* for whoever is signed in.

    Nothing grows older than it was when the help desk was last heard: neither while nobody is online nor by a clock
    that was set forward.
    """
    heard = fact_of(db, "data_as_of")
    if heard is not None:
        now = min(now, int(heard))
    return cut_of(scope, now, stored_me(fact_of(db, "identity")), int(fact_of(db, SQUEEZED) or 0))


def stored_me(identity: str | None) -> Ref | None:
    """Return who signed in, of what the fact ``identity`` remembers."""
    return (_decode_me(identity).ref or None) if identity else None


def fact_of(db: driver.Connection, name: str) -> str | None:
    """Return the fact *name* as the running transaction sees it."""
    row = db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


class Admission:
    """Decides at the door. *clock* tells how old a ticket is."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock

    def admitted(self, tx: Transaction, page: Page, seen_at: Instant) -> Page:
        """Return *page* without the tickets and comments that stay at the help desk; they are noted in ``left_out``.

        *seen_at* is how far a ticket that is left out counts as read should it come here later.
        """
        db = tx.db
        scope = stored_scope(db)
        if scope.is_everything and db.execute("SELECT 1 FROM left_out LIMIT 1").fetchone() is None:
            return page
        cut = stored_cut(db, scope, self._clock())
        # what a view holds can be asked only of what is here: then everything comes in, and goes when room is made
        asks_views = bool(scope.views)
        tickets = tuple(record for record in page.tickets if self._lets_in(db, record, cut, asks_views, seen_at))
        left: dict[Ref, bool] = {}
        comments = tuple(comment for comment in page.comments if not _is_left(db, comment, left))
        if len(tickets) == len(page.tickets) and len(comments) == len(page.comments):
            return page
        return msgspec.structs.replace(page, tickets=tickets, comments=comments)

    def _lets_in(self, db: driver.Connection, record: TicketRecord, cut: Cut, asks_views: bool, seen_at: int) -> bool:
        if db.execute("SELECT 1 FROM ticket WHERE ref = ?", (record.ref,)).fetchone() is not None:
            # one that was made here may have got its number only now
            db.execute("DELETE FROM left_out WHERE ref = ? AND wanted = 0", (record.ref,))
            return True
        done = record.status not in UNSOLVED
        known = db.execute("SELECT updated_at, wanted FROM left_out WHERE ref = ?", (record.ref,)).fetchone()
        if known is not None and known[1]:
            return True
        kept = cut.keeps(done=done, updated_at=record.updated_at, group=record.group, assignee=record.assignee)
        if kept or (asks_views and known is None):
            if known is not None:
                # its conversation was never taken in, or has gone: the part that comes now is not all of it
                db.execute("UPDATE left_out SET wanted = 1, tries = 0, reason = '' WHERE ref = ?", (record.ref,))
            return True
        if known is None or known[0] < record.updated_at:
            db.execute(
                "INSERT INTO left_out (ref, updated_at, done, group_ref, assignee, comments, seen_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET updated_at = excluded.updated_at, "
                "done = excluded.done, group_ref = excluded.group_ref, assignee = excluded.assignee, "
                "comments = excluded.comments",
                (
                    record.ref,
                    record.updated_at,
                    done,
                    record.group,
                    record.assignee,
                    record.comment_count or 0,
                    seen_at,
                ),
            )
        return False


def _is_left(db: driver.Connection, comment: CommentRecord, left: dict[Ref, bool]) -> bool:
    if comment.key is not None and db.execute("SELECT 1 FROM outbox WHERE key = ?", (comment.key,)).fetchone():
        return False  # the answer to what was sent from here
    known = left.get(comment.ticket)
    if known is None:
        row = db.execute(
            "SELECT 1 FROM left_out WHERE ref = ?1 AND wanted = 0 AND NOT EXISTS (SELECT 1 FROM ticket WHERE ref = ?1)",
            (comment.ticket,),
        ).fetchone()
        known = left[comment.ticket] = row is not None
    return known


def settle_left_out(tx: Transaction, page: Page) -> None:
    """Forget of what was left out that the help desk has it no more, or that *page* has brought it whole."""
    for ref in (*page.deleted, *page.whole_comments_of):
        if tx.db.execute("DELETE FROM left_out WHERE ref = ?", (ref,)).rowcount:
            tx.touch("cache")


def seen_before(db: driver.Connection, tickets: Sequence[TicketRecord]) -> dict[Ref, Instant]:
    """Return how far those of *tickets* were read that were here before, or were left out."""
    if db.execute("SELECT 1 FROM left_out LIMIT 1").fetchone() is None:
        return {}
    found = {}
    for record in tickets:
        row = db.execute("SELECT seen_at FROM left_out WHERE ref = ?", (record.ref,)).fetchone()
        if row is not None:
            found[record.ref] = int(row[0])
    return found
