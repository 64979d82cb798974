"""Changes on their way: what waits, what may go now, and what became of the rest.

Every write here is on the disk (synchronous FULL) when its future resolves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from agentconsole.domain.commands import (
    AddComment,
    Command,
    CreateTicket,
    MergeTickets,
    Outgoing,
    SetFields,
    decode_command,
    encode_command,
)
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.projection import value_of
from agentconsole.domain.records import Page
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState, Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.binding import bind
from agentconsole.store.confirming import insert_unknown
from agentconsole.store.creating import created_record
from agentconsole.store.drafts import remove_draft
from agentconsole.store.dueness import due_commands, next_due
from agentconsole.store.entries import OUTGOING_COLUMNS, entries_of, outgoing
from agentconsole.store.noticing import Unread
from agentconsole.store.pages import confirm, finish
from agentconsole.store.projecting import WAITING_SQL, decode_record, encode_record, reproject, store_record
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.telling import Teller
from agentconsole.store.withdrawing import withdraw
from agentconsole.store.writer import Transaction, Urgency, Writer

_SENT_KEPT_FOR = 30 * DAY
_WITHDRAWN_KEPT_FOR = 90 * DAY  # it may be the only copy of somebody's words
_FINAL = (OutboxState.SENT, OutboxState.WITHDRAWN)
_SENDABLE = (OutboxState.QUEUED, OutboxState.UNKNOWN)
_RETRIABLE = (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)


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

    # reads

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]:
        """What waits, oldest first; or everything that is remembered, newest first."""
        where = f"WHERE o.state IN ({WAITING_SQL}) ORDER BY o.seq" if waiting_only else "ORDER BY o.seq DESC"
        with self._readers.snapshot() as db:
            teller = Teller(db)
            found = db.execute(
                "SELECT o.key, o.ticket, coalesce(t.ref, ''), t.subject, o.command, o.state, o.queued_at, o.attempts, "
                f"o.not_before, o.reason, o.batch FROM outbox o JOIN ticket t ON t.id = o.ticket {where} LIMIT ?",
                (limit,),
            ).fetchall()
            return tuple(_outbox_row(row, teller) for row in found)

    def get(self, key: str) -> Outgoing | None:
        """Return the change *key*, whatever has become of it."""
        with self._readers.read() as db:
            row = db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE key = ?", (key,)).fetchone()
        return outgoing(row) if row else None

    def due(self, now: Instant, limit: int = 50) -> list[Outgoing]:
        """Return what may be sent at *now*: per ticket in order, nothing before what it depends on."""
        with self._readers.snapshot() as db:
            return [outgoing(row) for row in due_commands(db, now, limit)]

    def next_due_at(self) -> Instant | None:
        """When the next change may be sent, None when none will by itself."""
        with self._readers.snapshot() as db:
            return next_due(db)

    def unsettled(self) -> list[Outgoing]:
        """Return changes that may or may not have arrived, oldest first."""
        with self._readers.read() as db:
            rows = db.execute(f"SELECT {OUTGOING_COLUMNS} FROM outbox WHERE state = 'unknown' ORDER BY seq").fetchall()
        return [outgoing(row) for row in rows]

    def under_way(self) -> int:
        """How many changes are being sent, by this process or another, or were when one ended."""
        with self._readers.read() as db:
            return int(db.execute("SELECT count(*) FROM outbox WHERE state = 'sending'").fetchone()[0])

    def summary(self) -> OutboxSummary:
        """Count what waits."""
        with self._readers.read() as db:
            rows = db.execute(
                f"SELECT state, count(*) FROM outbox WHERE state IN ({WAITING_SQL}) GROUP BY state"
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
            keys = [_insert(tx, ticket, command, batch, not_before, now) for ticket, command in standing]
            for (ticket, _), (standing_ticket, command) in zip(items, standing, strict=True):
                if ticket == drop_draft_of and isinstance(command, AddComment):
                    remove_draft(tx, standing_ticket, command.body, public=command.public)
            touched = list(dict.fromkeys(ticket for ticket, _ in standing))
            reproject(tx.db, tx.names, touched)
            tx.touch("outbox", tickets=touched)
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
            ticket = insert_unknown(tx, None)
            store_record(tx.db, ticket, 0, encode_record(created_record(command, now)))
            tx.db.execute("UPDATE ticket SET seen_at = ?, whole = 1 WHERE id = ?", (now, ticket))
            _insert(tx, ticket, command, batch, not_before, now)
            reproject(tx.db, tx.names, [ticket])
            tx.touch("outbox", tickets=(ticket,))
            return ticket

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def mark(
        self,
        key: str,
        state: OutboxState,
        *,
        reason: str = "",
        not_before: Instant = 0,
        attempted: bool = False,
        initiator: str = "push",
    ) -> Future[bool]:
        """Say what has become of *key*; returns whether that could be so.

        What was sent or withdrawn stays so, and only what is queued or unknown can be under way: the agent may have
        withdrawn it, or another process may be sending it.
        """

        def work(tx: Transaction) -> bool:
            row = tx.db.execute("SELECT ticket, state FROM outbox WHERE key = ?", (key,)).fetchone()
            if row is None or row[1] in _FINAL or (state is OutboxState.SENDING and row[1] not in _SENDABLE):
                return False
            tx.db.execute(
                "UPDATE outbox SET state = ?, reason = ?, not_before = ?, attempts = attempts + ?, ended_at = ? "
                "WHERE key = ?",
                (str(state), reason, not_before, int(attempted), self._clock() if state in _FINAL else None, key),
            )
            self._changed(tx, [row[0]])
            return True

        return self._writer.submit(Urgency.PUSH, work, initiator)

    def accept(self, key: str, ref: Ref, page: Page, *, initiator: str = "push") -> Future[None]:
        """The help desk has *key*: mark it sent and confirm what it answered, in one transaction.

        *ref* is the ticket's number, which a created ticket gets now.
        """

        def work(tx: Transaction) -> None:
            row = tx.db.execute("SELECT ticket, kind FROM outbox WHERE key = ?", (key,)).fetchone()
            if row is not None:
                ticket, kind = row
                unread = Unread(tx.db, ticket)
                tx.db.execute(
                    "UPDATE outbox SET state = 'sent', reason = '', not_before = 0, ended_at = ? WHERE key = ?",
                    (self._clock(), key),
                )
                if kind == "create":
                    bind(tx, ticket, ref)
            confirm(tx, page, seen_at=self._clock())
            finish(tx, page)
            if row is not None:
                self._changed(tx, [ticket])
                # what the agent did themselves is no news to them, and neither are the words that opened their ticket
                answered_at = next((told.updated_at for told in page.tickets if told.ref == ref), None)
                unread.settle(answered_at, created=kind == "create")

        return self._writer.submit(Urgency.PUSH, work, initiator)

    def recover(self) -> Future[int]:
        """What was being sent by a console that ended may have arrived; forget what is long done.

        Only for whoever knows that no process sends from this store just now.
        """

        def work(tx: Transaction) -> int:
            tx.db.execute(
                "DELETE FROM outbox WHERE (state = 'sent' AND ended_at < ?) OR (state = 'withdrawn' AND ended_at < ?)",
                (self._clock() - _SENT_KEPT_FOR, self._clock() - _WITHDRAWN_KEPT_FOR),
            )
            rows = tx.db.execute(
                "UPDATE outbox SET state = 'unknown' WHERE state = 'sending' RETURNING ticket"
            ).fetchall()
            if rows:
                self._changed(tx, {row[0] for row in rows})
            return len(rows)

        return self._writer.submit(Urgency.PUSH, work, "push")

    def withdraw(self, *, keys: Sequence[str] = (), batch: str = "", initiator: str = "agent") -> Future[int]:
        """Take back what of *keys* or *batch* is not under way; returns how many changes that were.

        The text of a withdrawn comment joins the ticket's draft, after what is there; what was withdrawn stays among
        the rows as it was said. Withdrawing a creation withdraws everything that was queued for the ticket, which
        leaves every queue.
        """

        def work(tx: Transaction) -> int:
            entries = withdraw(tx, keys, batch, self._clock())
            self._changed(tx, {entry.ticket for entry in entries})
            return len(entries)

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def retry(self, keys: Sequence[str], *, initiator: str = "agent") -> Future[int]:
        """Queue refused, held or conflicting changes again; returns how many.

        The agent has seen what stands in the way: a held reply is sent anyway, and a conflicting change is now made
        against what the help desk has.
        """

        def work(tx: Transaction) -> int:
            entries = [
                entry
                for entry in entries_of(tx.db, keys)
                if entry.state in _RETRIABLE and not _hopeless(tx.db, entry.command)
            ]
            for entry in entries:
                tx.db.execute(
                    "UPDATE outbox SET state = 'queued', reason = '', not_before = 0, command = ? WHERE key = ?",
                    (encode_command(_insisting(tx.db, entry)), entry.key),
                )
            self._changed(tx, {entry.ticket for entry in entries})
            return len(entries)

        return self._writer.submit(Urgency.AGENT, work, initiator)

    def _changed(self, tx: Transaction, tickets: Iterable[TicketId]) -> None:
        touched = list(tickets)
        reproject(tx.db, tx.names, touched)
        tx.touch("outbox", tickets=touched)


def _insert(tx: Transaction, ticket: TicketId, command: Command, batch: str, not_before: Instant, now: Instant) -> str:
    key = uuid4().hex
    if isinstance(command, MergeTickets):
        command = msgspec.structs.replace(command, into=standing_for(tx.db, command.into))
    reason = _hopeless(tx.db, command)
    state = OutboxState.REFUSED if reason else OutboxState.QUEUED
    tx.db.execute(
        "INSERT INTO outbox (key, ticket, kind, command, state, queued_at, not_before, batch, reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, ticket, command.__struct_config__.tag, encode_command(command), state, now, not_before, batch, reason),
    )
    return key


def _hopeless(db: driver.Connection, command: Command) -> str:
    """Return why *command* can never be sent, empty when it can: it would hold up the ticket's later changes."""
    if isinstance(command, MergeTickets):
        row = db.execute("SELECT ref, deleted FROM ticket WHERE id = ?", (command.into,)).fetchone()
        if row is None or (row[0] is None and row[1]):
            return "The ticket to merge into was withdrawn before it was sent"
    return ""


def _outbox_row(row: Sequence[Any], teller: Teller) -> OutboxRow:
    key, ticket, ref, subject, data, state, queued_at, attempts, not_before, reason, batch = row
    command = decode_command(data)
    return OutboxRow(
        key=key,
        ticket=ticket,
        ref=ref,
        subject=subject,
        text=teller.text(command),
        state=OutboxState(state),
        queued_at=queued_at,
        attempts=attempts,
        not_before=not_before,
        reason=reason,
        batch=batch,
        command=command,
    )


def _insisting(db: driver.Connection, entry: Outgoing) -> Command:
    """Return the command of *entry* so that what stopped it does not stop it again."""
    command = entry.command
    if isinstance(command, AddComment) and entry.state is OutboxState.HELD:
        command = msgspec.structs.replace(command, send_anyway=True)
    if entry.state is OutboxState.CONFLICT and isinstance(command, SetFields | AddComment):
        row = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (entry.ticket,)).fetchone()
        if row is not None:
            confirmed = decode_record(row[0])
            theirs = {name: value_of(confirmed, name) for name in command.values}
            command = msgspec.structs.replace(command, base=theirs)
    return command
