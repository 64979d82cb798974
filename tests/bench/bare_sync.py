"""The floor of the initial sync: fetch the same pages, decode them, insert what came into equal tables. No more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from agentconsole.connectors.agentconsole.connector import EXTRAS, PAGE_SIZE
from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.store import driver
from agentconsole.store.keys import DOCUMENT_BITS
from tests.bench.bare_sql import empty_copy

_BODY = msgspec.json.Decoder(wire.Body)
_ENCODE = msgspec.json.Encoder().encode


def copy_everything(url: str, token: str, model: Path, target: Path, key: bytes | None) -> dict[str, float]:
    """Copy the server at *url* into a new database at *target* with the tables of the console's at *model*.

    Returns seconds ("fetch", "decode", "write" and all of it) and the number of rows.
    """
    spent = {"fetch": 0.0, "decode": 0.0, "write": 0.0}
    rows = 0
    db = empty_copy(model, target, key)
    insert = _Inserting(db)
    cursor: str | None = None
    ended = False
    began, used = time.perf_counter(), time.process_time()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=120) as client:
        while not ended:
            asked: dict[str, Any] = {"limit": PAGE_SIZE, **({"cursor": cursor} if cursor else {})}
            start = time.perf_counter()
            content = client.get(f"{EXTRAS}/export", params=asked).raise_for_status().content
            fetched = time.perf_counter()
            body = _BODY.decode(content)
            decoded = time.perf_counter()
            rows += insert.page(body)
            spent["fetch"] += fetched - start
            spent["decode"] += decoded - fetched
            spent["write"] += time.perf_counter() - decoded
            cursor, ended = body.cursor, body.end_of_stream is not False
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - used
    tickets = db.execute("SELECT count(*) FROM ticket").fetchone()[0]
    db.close()
    return {**spent, "seconds": seconds, "cpu_seconds": cpu_seconds, "rows": float(rows), "tickets": float(tickets)}


class _Inserting:
    """One transaction a page; columns that the store derives get what stands in the answer, or nothing."""

    def __init__(self, db: driver.Connection) -> None:
        self._db = db
        self._columns = [row[1] for row in db.execute("PRAGMA table_info(ticket)")]
        marks = ", ".join("?" * len(self._columns))
        self._ticket = f"INSERT OR IGNORE INTO ticket ({', '.join(self._columns)}) VALUES ({marks})"
        self._documents: dict[wire.Id, int] = {}

    def page(self, body: wire.Body) -> int:
        """Insert a page; returns how many rows it had."""
        db = self._db
        tickets, comments = body.tickets or [], body.comments or []
        users, organizations = body.users or [], body.organizations or []
        db.execute("BEGIN")
        db.executemany(
            "INSERT OR REPLACE INTO person (ref, name, name_key, search_key, email, staff, record) "
            "VALUES (?, ?, ?, ?, ?, 0, ?)",
            [(str(row.id), row.name or "", row.name, row.name, row.email, _ENCODE(row)) for row in users],
        )
        db.executemany(
            "INSERT OR REPLACE INTO organization (ref, name, name_key, search_key, tier, plan, record) "
            "VALUES (?, ?, ?, ?, '', '', ?)",
            [(str(row.id), row.name or "", row.name, row.name, _ENCODE(row)) for row in organizations],
        )
        db.executemany(self._ticket, [self._values(row) for row in tickets])
        db.executemany(
            "INSERT OR IGNORE INTO ticket_record (ticket, updated_at, record) VALUES (?, 0, ?)",
            [(row.id, _ENCODE(row)) for row in tickets],
        )
        db.executemany(
            "INSERT OR IGNORE INTO ticket_tag (tag, ticket) VALUES (?, ?)",
            [(tag, row.id) for row in tickets for tag in row.tags or ()],
        )
        numbered = [(self._document(row.ticket_id), row) for row in comments]
        db.executemany(
            "INSERT OR IGNORE INTO comment (id, ref, author, created_at, public, channel, key, files, body, html) "
            "VALUES (?, ?, ?, ?, ?, '', NULL, NULL, ?, ?)",
            [
                (
                    number,
                    str(row.id),
                    str(row.author_id),
                    row.created_at,
                    1,
                    row.plain_body or row.body or "",
                    row.html_body,
                )
                for number, row in numbered
            ],
        )
        words: Sequence[tuple[int, str]] = [
            *((int(str(row.id)) << DOCUMENT_BITS, row.subject or "") for row in tickets),
            *((number, row.plain_body or row.body or "") for number, row in numbered),
        ]
        db.executemany("INSERT INTO words (rowid, body) VALUES (?, ?)", sorted(words))
        db.execute("COMMIT")
        return len(tickets) + len(comments) + len(users) + len(organizations)

    def _document(self, ticket: wire.Id) -> int:
        number = self._documents.get(ticket, int(str(ticket)) << DOCUMENT_BITS) + 1
        self._documents[ticket] = number
        return number

    def _values(self, row: wire.Ticket) -> list[Any]:
        known = {
            "id": row.id,
            "ref": str(row.id),
            "number": row.id,
            "subject": row.subject,
            "subject_key": row.subject,
            "type": row.type,
            "requester": str(row.requester_id),
            "requester_key": str(row.requester_id),
            "organization": str(row.organization_id),
            "organization_key": str(row.organization_id),
            "group_ref": str(row.group_id),
            "group_key": str(row.group_id),
            "assignee": str(row.assignee_id),
            "assignee_key": str(row.assignee_id),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "channel": "",
        }
        return [known.get(column, "" if column.endswith(("_name", "_key")) else 0) for column in self._columns]
