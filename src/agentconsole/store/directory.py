"""Support contacts, people and organizations in one search."""

from __future__ import annotations

import msgspec

from agentconsole.domain.records import ContactRecord
from agentconsole.domain.rows import DirectoryRow, QueueRow
from agentconsole.domain.values import PersonRole
from agentconsole.store import driver
from agentconsole.store.keys import folded, storable
from agentconsole.store.queue import rows_of
from agentconsole.store.reading import Readers
from agentconsole.store.tickets import decode_organization, decode_person

_decode_contact = msgspec.json.Decoder(ContactRecord).decode


class Directory:
    """Searches names, addresses and purposes; whether a contact is open now is for who knows the time."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def search(self, text: str, limit: int = 500) -> tuple[DirectoryRow, ...]:
        """Return what holds every word of *text* anywhere: contacts first, then organizations, then people.

        Names that begin with the text come first among their kind. An empty text lists from the beginning.
        """
        words = folded(storable(text)).split()
        with self._readers.snapshot() as db:
            rows = [_contact_row(contact) for contact in _contacts(db) if _fits(contact, words)]
            rows += _organizations(db, words, limit - len(rows))
            rows += _people(db, words, limit - len(rows))
        return tuple(rows[:limit])

    def contacts(self) -> tuple[ContactRecord, ...]:
        """Every support contact, in the directory's own order."""
        with self._readers.read() as db:
            return tuple(_contacts(db))

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]:
        """The latest tickets of a person or an organization; none of a contact."""
        if row.person is not None:
            column, ref = "requester", row.person.ref
        elif row.organization is not None:
            column, ref = "organization", row.organization.ref
        else:
            return ()
        with self._readers.snapshot() as db:
            ids = db.execute(
                f"SELECT id FROM ticket INDEXED BY ticket_of_{column} WHERE {column} = ? AND place > 0 "
                "ORDER BY updated_at DESC, id DESC LIMIT ?",
                (ref, limit),
            ).fetchall()
            return tuple(rows_of(db, [ticket for (ticket,) in ids]))


def _contacts(db: driver.Connection) -> list[ContactRecord]:
    rows = db.execute("SELECT record FROM reference WHERE kind = 'contact' ORDER BY position, title").fetchall()
    return [_decode_contact(data) for (data,) in rows]


def _fits(contact: ContactRecord, words: list[str]) -> bool:
    if not words:
        return True
    searched = folded(
        " ".join(
            (
                contact.purpose,
                contact.department,
                contact.section,
                contact.region,
                contact.method,
                contact.details,
                contact.address,
                contact.availability,
                contact.when,
                contact.notes,
                " ".join(contact.tiers),
            )
        )
    )
    return all(word in searched for word in words)


def _contact_row(contact: ContactRecord) -> DirectoryRow:
    return DirectoryRow(
        title=contact.purpose,
        subtitle=" · ".join(part for part in (contact.details or contact.address, contact.availability) if part),
        section=contact.section,
        contact=contact,
    )


def _organizations(db: driver.Connection, words: list[str], limit: int) -> list[DirectoryRow]:
    if limit <= 0:
        return []
    where, values = _holding("o.search_key", words)
    rows = db.execute(
        f"SELECT o.record, o.tier, o.plan FROM organization o WHERE {where} "
        "ORDER BY NOT (o.name_key >= ? AND o.name_key < ? || char(1114111)), o.name_key, o.ref LIMIT ?",
        (*values, *_beginning(words), limit),
    ).fetchall()
    found = []
    for data, tier, plan in rows:
        organization = decode_organization(data)
        details = (tier, plan, ", ".join(organization.domains))
        found.append(
            DirectoryRow(
                title=organization.name,
                subtitle=" · ".join(part for part in details if part),
                section="Organizations",
                organization=organization,
            )
        )
    return found


def _people(db: driver.Connection, words: list[str], limit: int) -> list[DirectoryRow]:
    if limit <= 0:
        return []
    where, values = _holding("search_key", words)
    # the search key begins with the name, so the covering index both finds and orders
    rows = db.execute(
        f"SELECT ref FROM person INDEXED BY person_search WHERE search_key <> '' AND {where} "
        "ORDER BY NOT (search_key >= ? AND search_key < ? || char(1114111)), search_key LIMIT ?",
        (*values, *_beginning(words), limit),
    ).fetchall()
    found = []
    for (ref,) in rows:
        data, organization = db.execute(
            "SELECT p.record, o.name FROM person p LEFT JOIN organization o "
            "ON o.ref = json_extract(CAST(p.record AS TEXT), '$.organization') WHERE p.ref = ?",
            (ref,),
        ).fetchone()
        person = decode_person(data)
        found.append(
            DirectoryRow(
                title=person.name,
                subtitle=" · ".join(part for part in (person.email, organization, person.phone) if part),
                section="People" if person.role is PersonRole.END_USER else "Agents",
                person=person,
            )
        )
    return found


def _holding(column: str, words: list[str]) -> tuple[str, tuple[str, ...]]:
    if not words:
        return "1", ()
    return " AND ".join(f"instr({column}, ?)" for _ in words), tuple(words)


def _beginning(words: list[str]) -> tuple[str, str]:
    text = " ".join(words)
    return text, text
