"""Writes what a help desk said: tickets, comments, people and organizations.

Runs in the writer's transactions. Confirmed rows change here and nowhere else; whatever depends on them (the index of
words, names in ticket rows, projections) is brought along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import (
    OrganizationRecord,
    PersonRecord,
    TicketRecord,
)
from agentconsole.domain.values import PersonRole, Ref, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.columns import COLUMNS, columns_of
from agentconsole.store.keys import DOCUMENT_BITS, UNSOLVED, folded, sort_key, text_field
from agentconsole.store.projecting import (
    decode_record,
    encode_record,
    index,
    reproject,
    store_record,
    target_rows,
)
from agentconsole.store.status_history import likely_history, note_change
from agentconsole.store.writer import Transaction

_encode = msgspec.json.Encoder().encode

_INSERT_TICKET = (
    f"INSERT INTO ticket (id, ref, seen_at, {', '.join(COLUMNS)}) VALUES (?, ?, ?, {', '.join('?' * len(COLUMNS))})"
)
_PLACE = COLUMNS.index("place")


def confirm_people(tx: Transaction, people: Sequence[PersonRecord]) -> None:
    """Keep *people* and show new names in the rows of their tickets."""
    db = tx.db
    rows: list[tuple[Any, ...]] = []
    for person in people:
        data = _encode(person)
        known = db.execute("SELECT name, record FROM person WHERE ref = ?", (person.ref,)).fetchone()
        if known is not None and known[1] == data:
            continue
        rows.append(
            (
                person.ref,
                person.name,
                sort_key(person.name),
                folded(f"{person.name} {person.email or ''} {person.phone or ''}") if person.active else "",
                person.email.lower() if person.email else None,
                person.role is not PersonRole.END_USER and person.active,
                data,
            )
        )
        named = tx.names.learn_person(person.ref, person.name)
        if known is not None and known[0] == person.name:
            continue
        for side in ("requester", "assignee"):
            changed = db.execute(
                f"UPDATE ticket SET {side}_name = ?, {side}_key = ? WHERE {side} = ? AND {side}_name <> ? RETURNING id",
                (named.name, named.key, person.ref, named.name),
            ).fetchall()
            tx.touch(tickets=(row[0] for row in changed))
    if rows:
        db.executemany(
            "INSERT INTO person (ref, name, name_key, search_key, email, staff, record) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (ref) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, "
            "search_key = excluded.search_key, email = excluded.email, staff = excluded.staff, "
            "record = excluded.record",
            rows,
        )
        tx.touch("people")


def confirm_organizations(tx: Transaction, organizations: Sequence[OrganizationRecord]) -> None:
    """Keep *organizations* and show new names, tiers and plans in the rows of their tickets."""
    for organization in organizations:
        data = _encode(organization)
        known = tx.db.execute("SELECT record FROM organization WHERE ref = ?", (organization.ref,)).fetchone()
        if known is not None and known[0] == data:
            continue
        if known is not None:
            # its fields and tags may tell another rule for its tickets
            tx.db.execute(
                "INSERT OR IGNORE INTO to_reckon (ticket) "
                f"SELECT id FROM ticket WHERE organization = ? AND place = {UNSOLVED}",
                (organization.ref,),
            )
            tx.touch("sla")
        tier = text_field(organization.fields, organization.tags, "tier")
        plan = text_field(organization.fields, organization.tags, "plan")
        named = tx.names.learn_organization(organization.ref, organization.name, tier, plan)
        searched = folded(" ".join((organization.name, *organization.domains)))
        tx.db.execute(
            "INSERT INTO organization (ref, name, name_key, search_key, tier, plan, record) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET name = excluded.name, "
            "name_key = excluded.name_key, search_key = excluded.search_key, tier = excluded.tier, "
            "plan = excluded.plan, record = excluded.record",
            (organization.ref, organization.name, named.key, searched, tier, plan, data),
        )
        changed = tx.db.execute(
            "UPDATE ticket SET organization_name = ?1, organization_key = ?2, tier = ?3, plan = ?4 "
            "WHERE organization = ?5 AND (organization_name <> ?1 OR tier <> ?3 OR plan <> ?4) RETURNING id",
            (*named, organization.ref),
        ).fetchall()
        tx.touch("people", tickets=(row[0] for row in changed))


def confirm_tickets(
    tx: Transaction, tickets: Sequence[TicketRecord], *, seen_at: Instant, seen: Mapping[Ref, Instant] | None = None
) -> int:
    """Keep what is not older than what is known of each ticket; returns how many changed.

    *seen_at* is how far a ticket that is new here counts as read; *seen* says so of those that were here before.
    """
    newest: dict[Ref, TicketRecord] = {}
    for record in tickets:
        other = newest.get(record.ref)
        if other is None or record.updated_at >= other.updated_at:
            newest[record.ref] = record
    db = tx.db
    fresh: list[tuple[TicketId, TicketRecord]] = []
    changed: list[TicketId] = []
    next_id = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM ticket").fetchone()[0])
    for record in newest.values():
        row = db.execute(
            "SELECT t.id, t.deleted, r.updated_at, r.record FROM ticket t "
            "LEFT JOIN ticket_record r ON r.ticket = t.id WHERE t.ref = ?",
            (record.ref,),
        ).fetchone()
        if row is None:
            fresh.append((next_id, record))
            next_id += 1
        elif _replace(db, record, *row):
            changed.append(row[0])
    if fresh:
        _insert(tx, fresh, seen_at, seen or {})
    if changed:
        reproject(db, tx.names, changed)
    tx.touch(tickets=changed)
    tx.touch(tickets=(ticket for ticket, _ in fresh))
    return len(fresh) + len(changed)


def _replace(
    db: driver.Connection,
    record: TicketRecord,
    ticket: TicketId,
    deleted: int,
    known_at: Instant | None,
    known: bytes | None,
) -> bool:
    """Store *record* over the confirmed one; False when that is as new, or newer."""
    if known is not None and known_at is not None:
        if record.updated_at < known_at or (deleted and record.updated_at <= known_at):
            return False
        old = decode_record(known)
        if old.status is not record.status:
            likely = likely_history(old.created_at, old.updated_at, old.status)
            note_change(db, ticket, likely, record.updated_at, record.status)
        if record.merged_into is None and old.merged_into is not None and record.status is Status.CLOSED:
            # not every answer says where a ticket has gone, and no merge is undone
            record = msgspec.structs.replace(record, merged_into=old.merged_into)
        if record.targets is None or record.comment_count is None:
            record = msgspec.structs.replace(
                record,
                targets=old.targets if record.targets is None else record.targets,
                comment_count=old.comment_count if record.comment_count is None else record.comment_count,
            )
    data = encode_record(record)
    if data == known and not deleted:
        return False
    store_record(db, ticket, record.updated_at, data)
    if deleted:
        db.execute("UPDATE ticket SET deleted = 0 WHERE id = ?", (ticket,))
    return True


def _insert(
    tx: Transaction, fresh: list[tuple[TicketId, TicketRecord]], seen_at: Instant, seen: Mapping[Ref, Instant]
) -> None:
    """The fast path of an initial sync: nothing can be pending on a ticket that was never seen."""
    rows: list[tuple[Any, ...]] = []
    records: list[tuple[TicketId, Instant, bytes]] = []
    tags: list[tuple[str, TicketId]] = []
    targets: list[tuple[TicketId, str, int, Instant | None]] = []
    documents: list[tuple[int, str]] = []
    for ticket, record in fresh:
        columns = columns_of(record, tx.names, hidden=False)
        rows.append((ticket, record.ref, seen.get(record.ref, seen_at), *columns))
        records.append((ticket, record.updated_at, encode_record(record)))
        tags.extend((tag, ticket) for tag in set(record.tags))
        if columns[_PLACE] == UNSOLVED:
            targets.extend(target_rows(ticket, record.targets))
        if record.subject:
            documents.append((ticket << DOCUMENT_BITS, record.subject))
    db = tx.db
    db.executemany(_INSERT_TICKET, rows)
    db.executemany("INSERT INTO ticket_record (ticket, updated_at, record) VALUES (?, ?, ?)", records)
    db.executemany("INSERT INTO ticket_tag (tag, ticket) VALUES (?, ?)", tags)
    db.executemany("INSERT INTO target (ticket, metric, stage, breach_at) VALUES (?, ?, ?, ?)", targets)
    index(db, documents)


def insert_unknown(tx: Transaction, ref: Ref | None) -> TicketId:
    """Make a hidden row for a ticket of which only the number, or not even that, is known yet; returns its id."""
    ticket = int(tx.db.execute("SELECT coalesce(max(id), 0) + 1 FROM ticket").fetchone()[0])
    empty = TicketRecord(ref=ref or "", subject="", status=Status.NEW, created_at=0, updated_at=0)
    columns = columns_of(empty, tx.names, hidden=True)
    tx.db.execute(_INSERT_TICKET, (ticket, ref, 0, *columns))
    return ticket
