"""Keeps each ticket's row equal to the fold of what was confirmed and what is still on its way.

Runs in the writer's transactions only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from agentconsole.domain.commands import Command, CreateTicket, decode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.projection import project
from agentconsole.domain.records import SlaTarget, TicketRecord
from agentconsole.domain.values import WAITING, OutboxState, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.columns import COLUMNS, columns_of
from agentconsole.store.keys import ACHIEVED, DOCUMENT_BITS, STAGE_CODE, UNSOLVED, indexable
from agentconsole.store.names import Names
from agentconsole.store.target_rows import computed_targets

PROJECTED = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)
"""States of a change that the row shows as done. One that was refused, held or that conflicts is not: a ticket must not
leave the queue because of a "solved" that the help desk has not taken."""

PROJECTED_SQL = ", ".join(f"'{state}'" for state in PROJECTED)
WAITING_SQL = ", ".join(f"'{state}'" for state in WAITING)

encode_record = msgspec.json.Encoder().encode
decode_record = msgspec.json.Decoder(TicketRecord).decode

_PLACE = COLUMNS.index("place")
_SUBJECT = COLUMNS.index("subject")
_UPDATE = f"UPDATE ticket SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE id = ?"


def store_record(db: driver.Connection, ticket: TicketId, updated_at: Instant, data: bytes) -> None:
    """Keep the confirmed record of *ticket*, encoded."""
    db.execute(
        "INSERT INTO ticket_record (ticket, updated_at, record) VALUES (?, ?, ?) "
        "ON CONFLICT (ticket) DO UPDATE SET updated_at = excluded.updated_at, record = excluded.record",
        (ticket, updated_at, data),
    )


def pending_commands(db: driver.Connection, ticket: TicketId) -> list[Command]:
    """Return the commands of *ticket* that its row shows as done, oldest first."""
    return [
        decode_command(row[0])
        for row in db.execute(
            "SELECT command FROM outbox INDEXED BY outbox_waiting "
            f"WHERE ticket = ? AND ended_at IS NULL AND state IN ({PROJECTED_SQL}) ORDER BY seq",
            (ticket,),
        )
    ]


def projected_record(db: driver.Connection, ticket: TicketId) -> TicketRecord | None:
    """Return *ticket* as its row shows it, or None while nothing is known of it."""
    row = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (ticket,)).fetchone()
    record = _awaited(db, ticket) if row is None else decode_record(row[0])
    return None if record is None else project(record, pending_commands(db, ticket))


def _awaited(db: driver.Connection, ticket: TicketId) -> TicketRecord | None:
    """Return what is known of a ticket whose unsent work was put back before a pull has brought it again."""
    row = db.execute(
        f"SELECT ref, subject, created_at, updated_at FROM ticket WHERE id = ? AND place = {UNSOLVED}", (ticket,)
    ).fetchone()
    if row is None:
        return None
    ref, subject, created_at, updated_at = row
    return TicketRecord(
        ref=ref or "", subject=subject, status=Status.OPEN, created_at=created_at, updated_at=updated_at
    )


def projected_records(db: driver.Connection, tickets: Collection[TicketId]) -> dict[TicketId, TicketRecord]:
    """Return those of *tickets* that are known as their rows show them."""
    wanted = (msgspec.json.encode(list(tickets)).decode(),)
    chosen = "FROM ticket t JOIN {} ON {}.ticket = coalesce(t.moved_to, t.id) "
    pending: dict[TicketId, list[Command]] = {}
    for ticket, command in db.execute(
        f"SELECT t.id, o.command {chosen.format('outbox o', 'o')} WHERE t.id IN (SELECT value FROM json_each(?)) "
        f"AND o.state IN ({PROJECTED_SQL}) ORDER BY o.seq",
        wanted,
    ):
        pending.setdefault(ticket, []).append(decode_command(command))
    records = db.execute(
        f"SELECT t.id, r.record {chosen.format('ticket_record r', 'r')} WHERE t.id IN (SELECT value FROM json_each(?))",
        wanted,
    )
    return {ticket: project(decode_record(data), pending.get(ticket, ())) for ticket, data in records}


def reproject(db: driver.Connection, names: Names, tickets: Collection[TicketId]) -> None:
    """Bring the rows of *tickets* up to date after their record or their commands changed."""
    for ticket in tickets:
        state = db.execute(
            "SELECT t.subject, t.deleted, t.ref, r.record FROM ticket t "
            "LEFT JOIN ticket_record r ON r.ticket = t.id WHERE t.id = ?",
            (ticket,),
        ).fetchone()
        if state is None or state[3] is None:
            continue
        subject, deleted, ref, data = state
        commands = pending_commands(db, ticket)
        record = project(decode_record(data), commands)
        requester_name = ""
        if ref is None:
            requester_name = next((c.requester_name for c in _creations(db, ticket)), "")
        asked = {target.metric for target in record.targets or ()}
        columns = columns_of(
            record,
            names,
            hidden=bool(deleted),
            requester_name=requester_name,
            computed=[target for target in computed_targets(db, ticket) if target.metric not in asked],
        )
        db.execute(_UPDATE, (*columns, ticket))
        reindex_subject(db, ticket, subject, columns[_SUBJECT])
        set_tags(db, ticket, record.tags)
        set_targets(db, ticket, record.targets if columns[_PLACE] == UNSOLVED else None)
    count_waiting(db, tickets)


def _creations(db: driver.Connection, ticket: TicketId) -> Iterable[CreateTicket]:
    rows = db.execute("SELECT command FROM outbox WHERE ticket = ? AND kind = 'create' ORDER BY seq", (ticket,))
    return [command for row in rows if isinstance(command := decode_command(row[0]), CreateTicket)]


def count_waiting(db: driver.Connection, tickets: Collection[TicketId]) -> None:
    """Count the unsent changes of *tickets* into their rows."""
    db.executemany(
        "UPDATE ticket SET waiting = "
        "(SELECT count(*) FROM outbox INDEXED BY outbox_waiting WHERE ticket = ?1 AND ended_at IS NULL) WHERE id = ?1",
        [(ticket,) for ticket in tickets],
    )


def reindex_subject(db: driver.Connection, ticket: TicketId, old: str, new: str) -> None:
    """Replace the subject of *ticket* in the index of words; *old* is what stands there."""
    if old == new:
        return
    document = ticket << DOCUMENT_BITS
    if old:
        unindex(db, [(document, old)])
    if new:
        index(db, [(document, new)])


def index(db: driver.Connection, documents: Iterable[tuple[int, str]]) -> None:
    """Add (number, text) to the index of words; in ascending order of numbers it is several times faster."""
    db.executemany(
        "INSERT INTO words (rowid, body) VALUES (?, ?)", [(number, indexable(text)) for number, text in documents]
    )


def unindex(db: driver.Connection, documents: Iterable[tuple[int, str]]) -> None:
    """Take (number, text) out of the index of words; the text must be the one that was put in."""
    db.executemany(
        "INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)",
        [(number, indexable(text)) for number, text in documents],
    )


def set_tags(db: driver.Connection, ticket: TicketId, tags: tuple[str, ...]) -> None:
    """Make *tags* the tags of *ticket*."""
    had = {row[0] for row in db.execute("SELECT tag FROM ticket_tag WHERE ticket = ?", (ticket,))}
    wanted = set(tags)
    if had == wanted:
        return
    db.executemany("DELETE FROM ticket_tag WHERE tag = ? AND ticket = ?", [(tag, ticket) for tag in had - wanted])
    db.executemany("INSERT INTO ticket_tag (tag, ticket) VALUES (?, ?)", [(tag, ticket) for tag in wanted - had])


def set_targets(db: driver.Connection, ticket: TicketId, targets: tuple[SlaTarget, ...] | None) -> None:
    """Make *targets* the help desk's own of *ticket*; a metric that is named twice counts once.

    They take the place of what the console counted for the same metric.
    """
    theirs = "FROM target WHERE ticket = ? AND source = ''"
    had = db.execute(f"SELECT metric, stage, breach_at {theirs}", (ticket,)).fetchall()
    wanted = target_rows(ticket, targets)
    if sorted(had, key=_metric) == sorted((row[1:] for row in wanted), key=_metric):
        return
    if had:
        db.execute(f"DELETE {theirs}", (ticket,))
    db.executemany("INSERT OR REPLACE INTO target (ticket, metric, stage, breach_at) VALUES (?, ?, ?, ?)", wanted)


def target_rows(ticket: TicketId, targets: tuple[SlaTarget, ...] | None) -> list[tuple[TicketId, str, int, int | None]]:
    """Return the rows of ``target`` for *targets*: a running one wins over one of the same metric that was met."""
    rows: dict[str, tuple[TicketId, str, int, int | None]] = {}
    for target in targets or ():
        row = (ticket, str(target.metric), STAGE_CODE[target.stage], target.breach_at)
        known = rows.get(row[1])
        if known is None or known[2] == ACHIEVED:
            rows[row[1]] = row
    return list(rows.values())


def _metric(row: tuple[Any, ...]) -> str:
    return str(row[0])
