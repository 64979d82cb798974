"""Changes on their way: what waits, what may go now, and what became of the rest.

Every write here is on the disk (synchronous FULL) when its future resolves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from agentconsole.domain.commands import AddComment, Command, CreateTicket, Outgoing
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.merging import FieldConflict, encode_conflicts
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState, Ref, TicketId
from agentconsole.store.binding import bind
from agentconsole.store.chaining import accepted, step_out
from agentconsole.store.drafts import remove_draft
from agentconsole.store.dueness import head_of, heads, next_due
from agentconsole.store.entries import OUTGOING_COLUMNS, outgoing
from agentconsole.store.noticing import Unread
from agentconsole.store.outbox_acts import OutboxActs
from agentconsole.store.outbox_events import forget_events, note
from agentconsole.store.outbox_looks import OutboxLooks
from agentconsole.store.outbox_rows import outbox_rows
from agentconsole.store.pages import confirm, finish
from agentconsole.store.projecting import PROJECTED, WAITING_SQL, decode_record
from agentconsole.store.queueing import insert_change, make_ticket, told
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.withdrawing import withdraw
from agentconsole.store.writer import Transaction, Urgency, Writer

_SENT_KEPT_FOR = 30 * DAY
_WITHDRAWN_KEPT_FOR = 90 * DAY  # it may be the only copy of somebody's words
_FINAL = (OutboxState.SENT, OutboxState.WITHDRAWN)
_SENDABLE = (OutboxState.QUEUED, OutboxState.UNKNOWN)
_STOPPED = (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)


class OutboxSummary(NamedTuple):
    """How many changes wait (all that are not on the server yet), and how many of those need the agent."""

    waiting: int
    conflicts: int
    refused: int
    held: int


class OutboxStore:
    """The table ``outbox``. ``clock`` dates what is queued."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock
        self.acts = OutboxActs(writer, clock)
        self.looks = OutboxLooks(readers)

    # reads

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]:
        """What waits, oldest first; or everything that is remembered, newest first."""
        where = f"WHERE o.state IN ({WAITING_SQL}) ORDER BY o.seq" if waiting_only else "ORDER BY o.seq DESC"
        with self._readers.snapshot() as db:
            return tuple(outbox_rows(db, f"{where} LIMIT ?", limit))

    def get(self, key: str) -> Outgoing | None:
        """Return the change *key*, whatever has become of it."""
        with self._readers.read() as db:
            row = db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE key = ?", (key,)).fetchone()
        return outgoing(row) if row else None

    def due(self, now: Instant, limit: int = 50) -> list[Outgoing]:
        """Return what may be sent at *now*: per ticket in order, nothing before what it depends on."""
        return [item for item in self.heads(now, limit) if item.state is OutboxState.QUEUED]

    def heads(self, now: Instant, limit: int) -> list[Outgoing]:
        """Return what may be sent, or looked for because it was never answered, at *now*: one change a ticket."""
        with self._readers.snapshot() as db:
            return heads(db, now, limit)

    def head_of(self, ticket: TicketId, now: Instant) -> Outgoing | None:
        """Return the change of *ticket* that goes next, if it may at *now*."""
        with self._readers.snapshot() as db:
            return head_of(db, ticket, now)

    def next_due_at(self) -> Instant | None:
        """When the next change may be sent or looked for, None when none will by itself."""
        with self._readers.snapshot() as db:
            return next_due(db)

    def unsettled(self) -> list[Outgoing]:
        """Return changes that may or may not have arrived, oldest first."""
        with self._readers.read() as db:
            rows = db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE state = 'unknown' ORDER BY seq").fetchall()
        return [outgoing(row) for row in rows]

    def claimed(self, ticket: TicketId, but: str) -> frozenset[Ref]:
        """Return the comments that changes of *ticket*, other than *but*, are known to have become."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT comment FROM outbox WHERE ticket = ? AND comment IS NOT NULL AND key <> ?", (ticket, but)
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def under_way(self) -> int:
        """How many changes are being sent, by this process or another, or were when one ended."""
        with self._readers.read() as db:
            return int(db.execute("SELECT count(*) FROM outbox WHERE state = 'sending'").fetchone()[0])

    def summary(self) -> OutboxSummary:
        """Count what waits."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT state, count(*) FROM outbox INDEXED BY outbox_waiting WHERE ended_at IS NULL GROUP BY state"
            ).fetchall()
        counts: dict[str, int] = dict(rows)
        return OutboxSummary(
            waiting=sum(counts.values()),
            conflicts=counts.get(OutboxState.CONFLICT, 0),
            refused=counts.get(OutboxState.REFUSED, 0),
            held=counts.get(OutboxState.HELD, 0),
        )

    # writes

    def queue(
        self,
        items: Sequence[tuple[TicketId, Command]],
        *,
        batch: str,
        not_before: Instant = 0,
        initiator: str = "agent",
        drop_draft_of: TicketId | None = None,
    ) -> Future[list[str]]:
        """Queue all *items* or none; returns their keys.

        The draft of *drop_draft_of* goes in the same transaction, when its words are those of a comment among them.
        """
        now = self._clock()

        def work(tx: Transaction) -> list[str]:
            standing = [(standing_for(tx.db, ticket), command) for ticket, command in items]
            keys = [
                insert_change(tx, ticket, command, batch=batch, not_before=not_before, now=now)
                for ticket, command in standing
            ]
            for (ticket, _), (standing_ticket, command) in zip(items, standing, strict=True):
                if ticket == drop_draft_of and isinstance(command, AddComment):
                    remove_draft(tx, standing_ticket, command.body, public=command.public)
            told(tx, (ticket for ticket, _ in standing))
            return keys

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def create(
        self,
        command: CreateTicket,
        *,
        batch: str,
        not_before: Instant = 0,
        initiator: str = "agent",
    ) -> Future[TicketId]:
        """Make a ticket that exists here from now on and is created at the help desk when it can be reached."""
        now = self._clock()

        def work(tx: Transaction) -> TicketId:
            return make_ticket(tx, command, batch=batch, not_before=not_before, now=now)[0]

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def mark(
        self,
        key: str,
        state: OutboxState,
        *,
        reason: str = "",
        cause: str = "",
        why: str = "",
        conflicts: Sequence[FieldConflict] = (),
        not_before: Instant = 0,
        attempted: bool = False,
        initiator: str = "push",
    ) -> Future[bool]:
        """Say what has become of *key*; returns whether that could be so.

        What was sent or withdrawn stays so, and only what is queued or unknown can be under way: the agent may have
        withdrawn it, or another process may be sending it. *why* is for the change's history only: what kept an attempt
        from anything.
        """
        now = self._clock()

        def work(tx: Transaction) -> bool:
            row = tx.db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE key = ?", (key,)).fetchone()
            if row is None:
                return False
            entry = outgoing(row)
            if entry.state in _FINAL or (state is OutboxState.SENDING and entry.state not in _SENDABLE):
                return False
            tx.db.execute(
                "UPDATE outbox SET state = ?, reason = ?, cause = ?, conflicts = ?, not_before = ?, "
                "attempts = attempts + ?, ended_at = ? WHERE key = ?",
                (
                    str(state),
                    reason,
                    cause,
                    encode_conflicts(conflicts) if conflicts else None,
                    not_before,
                    int(attempted),
                    now if state in _FINAL else None,
                    key,
                ),
            )
            if state in _STOPPED or state is OutboxState.UNKNOWN:
                note(tx.db, key, state, now, reason)
            elif why or not_before:
                note(tx.db, key, "delayed" if not_before else state, now, why)
            if (entry.state in PROJECTED) == (state in PROJECTED):
                # the ticket looks as before: only what shows the outbox itself has something to show
                tx.touch("outbox", tickets=() if state is OutboxState.SENDING else (entry.ticket,))
                return True
            if entry.state in PROJECTED:
                step_out(tx.db, entry)
            told(tx, [entry.ticket])
            return True

        return self._writer.submit(Urgency.PUSH, work, initiator)

    def accept(
        self,
        key: str,
        ref: Ref,
        page: Page,
        *,
        comment: Ref | None = None,
        after: TicketRecord | None = None,
        touched: Iterable[str] = (),
        initiator: str = "push",
    ) -> Future[None]:
        """The help desk has *key*: mark it sent and confirm what it answered, in one transaction.

        *ref* is the ticket's number, which a created ticket gets now; *comment* the one that the change became, where
        that is known. *after* is the ticket as this very change has left it, and *touched* are the fields that the help
        desk says it has changed: its own rules may have changed others than were asked for.
        """

        def work(tx: Transaction) -> None:
            row = tx.db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE key = ?", (key,)).fetchone()
            if row is None:
                confirm(tx, page, seen_at=self._clock())
                finish(tx, page)
                return
            entry = outgoing(row)
            is_new = isinstance(entry.command, CreateTicket)
            unread = Unread(tx.db, entry.ticket)
            known = tx.db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (entry.ticket,)).fetchone()
            tx.db.execute(
                "UPDATE outbox SET state = 'sent', reason = '', cause = '', conflicts = NULL, not_before = 0, "
                "comment = ?, ended_at = ? WHERE key = ?",
                (comment, self._clock(), key),
            )
            tx.db.execute("DELETE FROM upload WHERE key = ?", (key,))
            if is_new:
                bind(tx, entry.ticket, ref)
            confirm(tx, page, seen_at=self._clock())
            finish(tx, page)
            if after is not None:
                accepted(tx.db, entry, decode_record(known[0]) if known and not is_new else None, after, touched)
            now = next((record for record in page.tickets if record.ref == ref), None)
            told(tx, [entry.ticket])
            # what the agent did themselves is no news to them, and neither are the words that opened their ticket
            unread.settle(now.updated_at if now is not None else None, created=is_new)

        return self._writer.submit(Urgency.PUSH, work, initiator)

    def recover(self) -> Future[int]:
        """What was being sent by a console that ended may have arrived; forget what is long done.

        Only for whoever knows that no process sends from this store just now.
        """

        def work(tx: Transaction) -> int:
            rows = tx.db.execute(
                "UPDATE outbox SET state = 'unknown' WHERE state = 'sending' RETURNING ticket, key"
            ).fetchall()
            now = self._clock()
            for _, key in rows:
                note(tx.db, key, OutboxState.UNKNOWN, now, "The console ended while it was sending this.")
            if rows:
                told(tx, {row[0] for row in rows})
            self._forget(tx, now)
            return len(rows)

        return self._writer.submit(Urgency.PUSH, work, "push")

    def _forget(self, tx: Transaction, now: Instant) -> None:
        """Remove what was sent or withdrawn long ago, by the last time that a help desk agreed with."""
        row = tx.db.execute("SELECT value FROM fact WHERE name = 'last_sync_at'").fetchone()
        if row is None or not row[0].lstrip("-").isdigit():
            return
        # a clock that jumped ahead must not make yesterday's words old
        upto = min(now, int(row[0]))
        forgotten = tx.db.execute(
            "DELETE FROM outbox WHERE (state = 'sent' AND ended_at < ?) OR (state = 'withdrawn' AND ended_at < ?)",
            (upto - _SENT_KEPT_FOR, upto - _WITHDRAWN_KEPT_FOR),
        )
        if forgotten.rowcount:
            forget_events(tx.db)

    def withdraw(self, *, keys: Sequence[str] = (), batch: str = "", initiator: str = "agent") -> Future[int]:
        """Take back what of *keys* or *batch* is not under way; returns how many changes that were.

        The text of a withdrawn comment joins the ticket's draft, after what is there; what was withdrawn stays among
        the rows as it was said. Withdrawing a creation withdraws everything that was queued for the ticket, which
        leaves every queue.
        """

        def work(tx: Transaction) -> int:
            entries = withdraw(tx, keys, batch, self._clock())
            told(tx, (entry.ticket for entry in entries))
            return len(entries)

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def retry(self, keys: Sequence[str]) -> Future[int]:
        """Queue refused, held or conflicting changes again; returns how many.

        The agent has seen what stands in the way: a held reply is sent anyway, and a conflicting change is now made
        against what the help desk has.
        """
        return self.acts.retry(keys)
