"""Reads everything confirmed, in order and row by row: what an export of the store is made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import (
    AnnouncementRecord,
    AttachmentRecord,
    CommentRecord,
    ContactRecord,
    FieldRecord,
    GroupRecord,
    MacroRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    TicketRecord,
    ViewRecord,
)
from agentconsole.domain.values import Ref, Status
from agentconsole.store import driver
from agentconsole.store.conversing import decode_files
from agentconsole.store.keys import DOCUMENT_BITS
from agentconsole.store.reading import Readers
from agentconsole.store.reference import STATUS_SUMMARY

_SETS: dict[type[Record], str] = {
    PersonRecord: "SELECT record FROM person ORDER BY length(ref), ref",
    OrganizationRecord: "SELECT record FROM organization ORDER BY length(ref), ref",
    **{
        record: f"SELECT record FROM reference WHERE kind = '{kind}' ORDER BY position, title"
        for record, kind in (
            (GroupRecord, "group"),
            (FieldRecord, "field"),
            (MacroRecord, "macro"),
            (ViewRecord, "view"),
            (ContactRecord, "contact"),
            (AnnouncementRecord, "announcement"),
        )
    },
}

_KNOWN = "t.deleted = 0 AND t.ref IS NOT NULL"
"""Tickets that the help desk knows and has not deleted."""

_FILES_AT_ONCE = 500

_decode_history = msgspec.json.Decoder(tuple[tuple[Instant, Status], ...]).decode
_decode_ticket = msgspec.json.Decoder(TicketRecord).decode


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment and where it hangs."""

    ticket: Ref
    comment: Ref
    file: AttachmentRecord


class ExportReads:
    """Walks the store; each walk sees one moment of it, however long it takes."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Yield the store as it is now, for the thread that asks; writers go on meanwhile."""
        with self._readers.snapshot() as db:
            yield Moment(db)

    def attached(self) -> Iterator[Attached]:
        """Yield the attachments of all conversations, ticket by ticket; what comes meanwhile may be among them."""
        after = 0
        while True:
            with self._readers.read() as db:
                rows = db.execute(
                    "SELECT c.id, t.ref, c.ref, c.files FROM comment c "
                    f"CROSS JOIN ticket t ON t.id = c.id >> {DOCUMENT_BITS} "
                    f"WHERE c.id > ? AND c.files IS NOT NULL AND {_KNOWN} "
                    "ORDER BY c.id LIMIT ?",
                    (after, _FILES_AT_ONCE),
                ).fetchall()
            for number, ticket, comment, files in rows:
                after = number
                for file in decode_files(files):
                    yield Attached(ticket=ticket, comment=comment, file=file)
            if len(rows) < _FILES_AT_ONCE:
                return


class Moment:
    """The store at one moment."""

    def __init__(self, db: driver.Connection) -> None:
        self._db = db

    def count(self) -> int:
        """Return how many tickets :meth:`stories` yields."""
        return int(
            self._db.execute(
                f"SELECT count(*) FROM ticket t JOIN ticket_record r ON r.ticket = t.id WHERE {_KNOWN}"
            ).fetchone()[0]
        )

    def comment_count(self) -> int:
        """Return how many comments :meth:`comments` yields, about: those of deleted tickets are counted, too."""
        return int(self._db.execute("SELECT coalesce(sum(comments), 0) FROM ticket").fetchone()[0])

    def all_of(self, record: type[Record]) -> Iterator[Record]:
        """Yield each *record* of a set: people, organizations, groups, fields, macros, views, contacts, news."""
        decode = msgspec.json.Decoder(record).decode
        for (data,) in self._db.execute(_SETS[record]):
            yield decode(data)

    def status_summary(self) -> bytes | None:
        """Return the state of the desk's systems as JSON, None while it is unknown."""
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (STATUS_SUMMARY,)).fetchone()
        return None if row is None else str(row[0]).encode()

    def tickets(self) -> Iterator[tuple[TicketRecord, tuple[tuple[Instant, Status], ...]]]:
        """Yield each ticket with the statuses that it has had, as far as they are known."""
        rows = self._db.execute(
            "SELECT r.record, h.changes FROM ticket t CROSS JOIN ticket_record r ON r.ticket = t.id "
            f"LEFT JOIN status_history h ON h.ticket = t.id WHERE {_KNOWN} ORDER BY t.id"
        )
        for record, changes in rows:
            yield _decode_ticket(record), () if changes is None else _decode_history(changes)

    def comments(self) -> Iterator[CommentRecord]:
        """Yield all comments, by ticket in the order of :meth:`tickets`, each conversation as it was said."""
        rows = self._db.execute(
            "SELECT t.id, t.ref, c.ref, c.author, c.created_at, c.public, c.channel, c.files, c.body, c.html "
            f"FROM comment c CROSS JOIN ticket t ON t.id = c.id >> {DOCUMENT_BITS} "
            f"CROSS JOIN ticket_record r ON r.ticket = t.id WHERE {_KNOWN} ORDER BY c.id"
        )
        for _ticket, conversation in groupby(rows, key=itemgetter(0)):
            yield from sorted((_comment(row) for row in conversation), key=_as_said)

    def unsent(self) -> int:
        """Return how many changes are not at the help desk."""
        row = self._db.execute("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'withdrawn')").fetchone()
        return int(row[0])


def _comment(row: tuple[Any, ...]) -> CommentRecord:
    _ticket, ticket, ref, author, created_at, public, channel, files, body, html = row
    return CommentRecord(
        ref=ref,
        ticket=ticket,
        author=author,
        created_at=created_at,
        public=bool(public),
        body=body,
        html=html,
        channel=channel,
        attachments=() if files is None else decode_files(files),
    )


def _as_said(comment: CommentRecord) -> tuple[Instant, int, Ref]:
    return comment.created_at, len(comment.ref), comment.ref
