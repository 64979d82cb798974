"""People and organizations in one search, the help desk's own contacts, and what is on record about a company."""

from __future__ import annotations

import msgspec

from agentconsole.domain.records import ContactRecord
from agentconsole.domain.rows import DirectoryRow, QueueRow
from agentconsole.domain.values import PersonRole, Ref
from agentconsole.store import driver
from agentconsole.store.keys import folded, storable
from agentconsole.store.queue import rows_of
from agentconsole.store.reading import Readers
from agentconsole.store.tickets import decode_organization, decode_person

_decode_contact = msgspec.json.Decoder(ContactRecord).decode


def search_words(text: str) -> list[str]:
    """Return the words of *text* as they are searched: without case and accents."""
    return folded(storable(text)).split()


class Directory:
    """Searches names and addresses. What of the help desk's contacts a pack has too is for who knows the packs."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def organizations(self, text: str, limit: int = 500) -> list[DirectoryRow]:
        """Return the organizations that hold every word of *text*; names that begin with it come first."""
        with self._readers.read() as db:
            return _organizations(db, search_words(text), limit)

    def people(self, text: str, limit: int = 500) -> list[DirectoryRow]:
        """Return the people that hold every word of *text*; names that begin with it come first."""
        with self._readers.read() as db:
            return _people(db, search_words(text), limit)

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

    def last_tag_of(self, organization: Ref, beginning: str) -> str | None:
        """Return the greatest tag that begins with *beginning* among the tickets of *organization*."""
        with self._readers.read() as db:
            row = db.execute(
                "SELECT max(g.tag) FROM ticket_tag g JOIN ticket t ON t.id = g.ticket "
                "WHERE g.tag >= ?1 AND g.tag < ?1 || char(1114111) AND t.organization = ?2 AND t.deleted = 0",
                (beginning, organization),
            ).fetchone()
        return None if row is None else row[0]

    def somebody_of(self, organization: Ref) -> Ref | None:
        """Return who of *organization* wrote last, else anybody of it; None when nobody is known."""
        with self._readers.read() as db:
            row = db.execute(
                "SELECT requester FROM ticket INDEXED BY ticket_of_organization "
                "WHERE organization = ? AND requester IS NOT NULL ORDER BY updated_at DESC, id DESC LIMIT 1",
                (organization,),
            ).fetchone()
            if row is None:
                # a company without tickets has people all the same; read one by one, but seldom
                row = db.execute(
                    "SELECT ref FROM person WHERE NOT staff "
                    "AND json_extract(CAST(record AS TEXT), '$.organization') = ? ORDER BY name_key, ref LIMIT 1",
                    (organization,),
                ).fetchone()
        return None if row is None else row[0]


def _contacts(db: driver.Connection) -> list[ContactRecord]:
    rows = db.execute("SELECT record FROM reference WHERE kind = 'contact' ORDER BY position, title").fetchall()
    return [_decode_contact(data) for (data,) in rows]


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
                level=" · ".join(part for part in (tier, plan) if part),
            )
        )
    return found


def _people(db: driver.Connection, words: list[str], limit: int) -> list[DirectoryRow]:
    found = []
    for ref in _refs_of_people(db, words, limit):
        data, organization, tier, plan = db.execute(
            "SELECT p.record, o.name, o.tier, o.plan FROM person p LEFT JOIN organization o "
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
                level=" · ".join(part for part in (tier, plan) if part),
                company=organization or "",
            )
        )
    return found


def _refs_of_people(db: driver.Connection, words: list[str], limit: int) -> list[Ref]:
    """Who begins with the words, then who holds them: both walk the index in its order and end at *limit*.

    One statement for both would have to look at everybody before it could sort.
    """
    if limit <= 0:
        return []
    where, values = _holding("search_key", words)
    begins = "(search_key >= ? AND search_key < ? || char(1114111))"
    refs: list[Ref] = []
    for place in (begins, f"NOT {begins}") if words else ("1",):
        rows = db.execute(
            f"SELECT ref FROM person INDEXED BY person_search WHERE search_key <> '' AND {place} AND {where} "
            "ORDER BY search_key, ref LIMIT ?",
            (*(_beginning(words) if words else ()), *values, limit - len(refs)),
        ).fetchall()
        refs += [ref for (ref,) in rows]
        if len(refs) >= limit:
            break
    return refs


def _holding(column: str, words: list[str]) -> tuple[str, tuple[str, ...]]:
    if not words:
        return "1", ()
    return " AND ".join(f"instr({column}, ?)" for _ in words), tuple(words)


def _beginning(words: list[str]) -> tuple[str, str]:
    text = " ".join(words)
    return text, text
