"""What an agent does about changes that wait: decide, edit, send elsewhere, take back and put back.

Each is one transaction: the change is either still here, and what was asked for happens to it, or it is under way or
sent, and nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from uuid import uuid4

import msgspec

from agentconsole.domain.chains import bases_of, is_empty, settings_of
from agentconsole.domain.commands import AddComment, Command, CreateTicket, Outgoing, SetFields, encode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.projection import value_of
from agentconsole.domain.unsent import Decision, Instead, Reopened, Side
from agentconsole.domain.values import OutboxState, Ref, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.chaining import give_way, step_in, step_out
from agentconsole.store.conversing import AS_SAID_BACKWARDS, span
from agentconsole.store.entries import entries_of
from agentconsole.store.outbox_events import note
from agentconsole.store.projecting import decode_record
from agentconsole.store.queueing import hopeless, insert_change, make_ticket, remake_ticket, told, with_standing_target
from agentconsole.store.standing import standing_for
from agentconsole.store.withdrawing import WITHDRAWABLE, along_of, end, put_back, withdraw
from agentconsole.store.writer import Transaction, Urgency, Writer

SUPERSEDED = "You have set this again since."
SETTLED = "You decided for what the help desk has."


class Undecided(ValueError):
    """A field in conflict was left without a decision."""


class OutboxActs:
    """Acts on the table ``outbox``. ``clock`` dates them."""

    def __init__(self, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._writer = writer
        self._clock = clock

    def decide(self, key: str, decisions: Mapping[str, Decision]) -> Future[OutboxState | None]:
        """Decide the conflict of *key*; returns its state afterwards, None when it is in no conflict (any more).

        The future holds Undecided when a field is left out.
        """
        now = self._clock()

        def work(tx: Transaction) -> OutboxState | None:
            entry = _entry(tx.db, key)
            if entry is None or entry.state is not OutboxState.CONFLICT:
                return None
            missing = [conflict.name for conflict in entry.conflicts if conflict.name not in decisions]
            if missing:
                raise Undecided(", ".join(missing))
            state = _decided(tx, entry, decisions, now)
            told(tx, [entry.ticket])
            return state

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def amend(self, key: str, command: Command) -> Future[bool]:
        """Put *command*, of the same kind, in the place of the change *key* and queue it again; False: too late."""
        now = self._clock()

        def work(tx: Transaction) -> bool:
            entry = _entry(tx.db, key)
            if entry is None or entry.state not in WITHDRAWABLE or type(entry.command) is not type(command):
                return False
            new = _rebased_edit(tx.db, entry, with_standing_target(tx.db, command))
            if entry.state is OutboxState.QUEUED:
                step_out(tx.db, entry)
            if isinstance(new, CreateTicket):
                remake_ticket(tx, entry.ticket, new, entry.queued_at)
            requeue(tx, entry, new, "edited", now)
            told(tx, [entry.ticket])
            return True

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def retry(self, keys: Sequence[str]) -> Future[int]:
        """Queue refused, held or conflicting changes again; returns how many. See ``OutboxStore.retry``."""
        now = self._clock()

        def work(tx: Transaction) -> int:
            again = [
                entry
                for entry in entries_of(tx.db, keys)
                if entry.state in (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)
                and not hopeless(tx.db, entry.command)
            ]
            for key in [entry.key for entry in again]:
                # read anew: the one before may have moved what this one stands on
                entry = entries_of(tx.db, [key])[0]
                requeue(tx, entry, _insisting(tx.db, entry), "retried", now)
            told(tx, (entry.ticket for entry in again))
            return len(again)

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def reopen(self, key: str) -> Future[Reopened | None]:
        """Take the unsent reply or note *key* back into the draft of its ticket; None: too late, or no comment."""
        now = self._clock()

        def work(tx: Transaction) -> Reopened | None:
            entry = _entry(tx.db, key)
            if entry is None or not isinstance(entry.command, AddComment) or entry.state not in WITHDRAWABLE:
                return None
            command = entry.command
            withdraw(tx, [key], "", now)
            told(tx, [entry.ticket])
            return Reopened(
                ticket=entry.ticket, body=command.body, public=command.public, along=along_of(tx.db, command)
            )

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def readdress(self, key: str, into: TicketId) -> Future[str | None]:
        """Queue the words of *key* for the ticket *into*, in place of its own; returns the new key, None: too late."""
        now = self._clock()

        def work(tx: Transaction) -> str | None:
            entry = _entry(tx.db, key)
            if entry is None or not isinstance(entry.command, AddComment) or entry.state not in WITHDRAWABLE:
                return None
            target = standing_for(tx.db, into)
            command = entry.command
            moved = AddComment(
                body=command.body,
                public=command.public,
                last_seen=_newest_comment(tx.db, target),
                attachments=command.attachments,
                add_tags=command.add_tags,
                remove_tags=command.remove_tags,
                record=command.record,
            )
            new = insert_change(tx, target, moved, batch=uuid4().hex[:16], not_before=0, now=now)
            row = tx.db.execute("SELECT ref FROM ticket WHERE id = ?", (target,)).fetchone()
            end(tx, entry, now, f"Sent to #{row[0]} instead." if row and row[0] else "Sent to another ticket instead.")
            told(tx, [entry.ticket, target])
            return new

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def create_instead(self, key: str) -> Future[TicketId | None]:
        """Open a new ticket with the words of *key*, for the requester of its ticket; None: too late."""
        now = self._clock()

        def work(tx: Transaction) -> TicketId | None:
            entry = _entry(tx.db, key)
            if entry is None or not isinstance(entry.command, AddComment) or entry.state not in WITHDRAWABLE:
                return None
            row = tx.db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (entry.ticket,)).fetchone()
            known = decode_record(row[0]) if row is not None else None
            creation = CreateTicket(
                subject=known.subject if known is not None else "",
                body=entry.command.body,
                public=entry.command.public,
                requester=known.requester if known is not None else None,
                tags=entry.command.add_tags,
                attachments=entry.command.attachments,
                follows=known.ref if known is not None and known.status is Status.CLOSED else None,
            )
            ticket, _ = make_ticket(tx, creation, batch=uuid4().hex[:16], not_before=0, now=now)
            end(tx, entry, now, "Sent as a new ticket instead.")
            told(tx, [entry.ticket])
            return ticket

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def put_back(self, keys: Sequence[str]) -> Future[int]:
        """Make withdrawn changes what they were before; returns how many."""
        now = self._clock()

        def work(tx: Transaction) -> int:
            back = put_back(tx, keys, now)
            told(tx, (entry.ticket for entry in back))
            return len(back)

        return self._writer.submit(Urgency.AGENT, work, "agent")


def requeue(tx: Transaction, entry: Outgoing, command: Command, what: str, now: Instant) -> OutboxState:
    """Queue *entry* again as *command*, because the agent did *what*; returns the state, for nothing may be left."""
    left = step_in(tx.db, entry, command)
    reason = hopeless(tx.db, left)
    if is_empty(left):
        end(tx, entry, now, SUPERSEDED if settings_of(command) else SETTLED)
        return OutboxState.WITHDRAWN
    state = OutboxState.REFUSED if reason else OutboxState.QUEUED
    tx.db.execute(
        "UPDATE outbox SET state = ?, reason = ?, cause = '', conflicts = NULL, command = ?, "
        "not_before = CASE WHEN state = 'queued' THEN not_before ELSE 0 END WHERE key = ?",
        (str(state), reason, encode_command(left), entry.key),
    )
    note(tx.db, entry.key, what, now)
    return state


def _decided(tx: Transaction, entry: Outgoing, decisions: Mapping[str, Decision], now: Instant) -> OutboxState:
    values, base = dict(settings_of(entry.command)), dict(bases_of(entry.command))
    final: set[str] = set()
    for conflict in entry.conflicts:
        match decisions[conflict.name]:
            case Side.MINE:
                pass
            case Instead(value=value):
                values[conflict.name] = value
                final.add(conflict.name)
            case Side.THEIRS:
                values.pop(conflict.name, None)
                final.add(conflict.name)
        # what the agent saw: if it has changed again since, there is another conflict to decide
        base[conflict.name] = conflict.theirs
    base = {name: value for name, value in base.items() if name in values}
    assert isinstance(entry.command, SetFields | AddComment)
    give_way(tx.db, entry, final, now)
    return requeue(tx, entry, msgspec.structs.replace(entry.command, values=values, base=base), "decided", now)


def _rebased_edit(db: driver.Connection, entry: Outgoing, command: Command) -> Command:
    """Return the edited *command* as made against what the agent had before them."""
    if isinstance(command, SetFields | AddComment):
        seen = {**bases_of(entry.command), **{each.name: each.theirs for each in entry.conflicts}}
        base = {name: seen.get(name, command.base.get(name)) for name in command.values}
        command = msgspec.structs.replace(command, base=base)
    if isinstance(command, AddComment) and entry.state is OutboxState.HELD:
        # it was edited beside what has been written since
        command = msgspec.structs.replace(command, last_seen=_newest_comment(db, entry.ticket))
    return command


def _insisting(db: driver.Connection, entry: Outgoing) -> Command:
    """Return the command of *entry* so that what stopped it does not stop it again."""
    command = entry.command
    if isinstance(command, AddComment) and entry.state is OutboxState.HELD:
        command = msgspec.structs.replace(command, send_anyway=True)
    if entry.state is OutboxState.CONFLICT and isinstance(command, SetFields | AddComment):
        seen = {conflict.name: conflict.theirs for conflict in entry.conflicts}
        row = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (entry.ticket,)).fetchone()
        if not seen and row is not None:
            confirmed = decode_record(row[0])
            seen = {name: value_of(confirmed, name) for name in command.values}
        command = msgspec.structs.replace(command, base={**command.base, **seen})
    return command


def _entry(db: driver.Connection, key: str) -> Outgoing | None:
    return next(iter(entries_of(db, [key])), None)


def _newest_comment(db: driver.Connection, ticket: TicketId) -> Ref | None:
    row = db.execute(
        f"SELECT c.ref FROM comment c WHERE c.id BETWEEN ? AND ? ORDER BY {AS_SAID_BACKWARDS} LIMIT 1", span(ticket)
    ).fetchone()
    return None if row is None else str(row[0])
