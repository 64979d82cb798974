"""Puts changes into the outbox, in the running transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

import msgspec

from agentconsole.domain.commands import Command, CreateTicket, MergeTickets, encode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import OutboxState, TicketId
from agentconsole.store import driver
from agentconsole.store.confirming import insert_unknown
from agentconsole.store.creating import created_record
from agentconsole.store.errors import ArchivedStore
from agentconsole.store.facts import ARCHIVE
from agentconsole.store.projecting import encode_record, reproject, store_record
from agentconsole.store.standing import standing_for
from agentconsole.store.writer import Transaction


def insert_change(
    tx: Transaction, ticket: TicketId, command: Command, *, batch: str, not_before: Instant, now: Instant
) -> str:
    """Queue *command* for *ticket*; returns its key. What can never be sent is refused at once.

    Raises ArchivedStore where nothing can be sent.
    """
    if tx.db.execute("SELECT 1 FROM fact WHERE name = ?", (ARCHIVE,)).fetchone() is not None:
        raise ArchivedStore
    key = uuid4().hex
    command = with_standing_target(tx.db, command)
    reason = hopeless(tx.db, command)
    state = OutboxState.REFUSED if reason else OutboxState.QUEUED
    tx.db.execute(
        "INSERT INTO outbox (key, ticket, kind, command, state, queued_at, not_before, batch, reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, ticket, command.__struct_config__.tag, encode_command(command), state, now, not_before, batch, reason),
    )
    return key


def make_ticket(
    tx: Transaction, command: CreateTicket, *, batch: str, not_before: Instant, now: Instant
) -> tuple[TicketId, str]:
    """Make the ticket of *command*, which exists here from now on, and queue it; returns its id and the key."""
    ticket = insert_unknown(tx, None)
    remake_ticket(tx, ticket, command, now)
    tx.db.execute("UPDATE ticket SET seen_at = ?, whole = 1 WHERE id = ?", (now, ticket))
    key = insert_change(tx, ticket, command, batch=batch, not_before=not_before, now=now)
    told(tx, [ticket])
    return ticket, key


def remake_ticket(tx: Transaction, ticket: TicketId, command: CreateTicket, made_at: Instant) -> None:
    """Describe *ticket*, which the help desk does not know yet, by *command*."""
    store_record(tx.db, ticket, 0, encode_record(created_record(command, made_at)))


def with_standing_target(db: driver.Connection, command: Command) -> Command:
    """Return *command* with the ticket that stands for the one it merges into."""
    if isinstance(command, MergeTickets):
        return msgspec.structs.replace(command, into=standing_for(db, command.into))
    return command


def hopeless(db: driver.Connection, command: Command) -> str:
    """Return why *command* can never be sent, empty when it can: it would hold up the ticket's later changes."""
    if isinstance(command, MergeTickets):
        row = db.execute("SELECT ref, deleted FROM ticket WHERE id = ?", (command.into,)).fetchone()
        if row is None or (row[0] is None and row[1]):
            return "The ticket to merge into was withdrawn before it was sent"
    return ""


def told(tx: Transaction, tickets: Iterable[TicketId]) -> None:
    """Bring the rows of *tickets* up to date, and tell the feed of them."""
    touched = list(dict.fromkeys(tickets))
    reproject(tx.db, tx.names, touched)
    tx.touch("outbox", tickets=touched)
