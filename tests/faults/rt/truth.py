"""What RT has, read from its own tables with nothing of the console's code, nor of RT's."""

from __future__ import annotations

import base64
import quopri
import re
from collections import defaultdict
from typing import Any, LiteralString

import psycopg
from psycopg.rows import namedtuple_row

from tests.faults.rt.crew import Crew
from tests.faults.truth import FILE, MARK, Comment, ServerTicket, Truth
from tests.support import postgres
from tests.support.rt.server import RequestTracker

STATUSES = {
    "new": "new",
    "open": "open",
    "escalated": "open",
    "stalled": "pending",
    "waiting for vendor": "hold",
    "resolved": "solved",
    "rejected": "solved",
    "deleted": "closed",
}
PRIORITIES = {0: "low", 50: "normal", 75: "high", 100: "urgent"}
NOBODY, SYSTEM = 6, 1
KEY = re.compile(r"x-agentconsole=\"?([0-9a-zA-Z-]+)", re.I)


class Tables:
    """The rows of one queue, as RT's database has them."""

    def __init__(self, server: RequestTracker, crew: Crew) -> None:
        self._crew = crew
        with psycopg.connect(
            host="127.0.0.1",
            port=server.cluster.port,
            user=postgres.OWNER,
            dbname=server.database,
            row_factory=namedtuple_row,
        ) as connection:

            def ask(statement: LiteralString, values: tuple[Any, ...]) -> list[Any]:
                return connection.execute(statement, values).fetchall()

            self.tickets = ask("SELECT * FROM tickets WHERE queue = %s ORDER BY id", (crew.queue,))
            ids = [row.id for row in self.tickets]
            self.values = ask(
                "SELECT objectid, customfield, content FROM objectcustomfieldvalues "
                "WHERE objecttype = 'RT::Ticket' AND disabled = 0 AND objectid = ANY(%s) ORDER BY id",
                (ids,),
            )
            self.requestors = ask(
                "SELECT g.instance, m.memberid FROM groups g JOIN groupmembers m ON m.groupid = g.id "
                "WHERE g.domain = 'RT::Ticket-Role' AND g.name = 'Requestor' AND g.instance = ANY(%s) ORDER BY m.id",
                (ids,),
            )
            self.transactions = ask(
                "SELECT t.id, t.objectid, t.type, t.field, t.creator, coalesce(o.content, t.oldvalue) AS oldvalue, "
                "coalesce(n.content, t.newvalue) AS newvalue FROM transactions t "
                "LEFT JOIN objectcustomfieldvalues o ON t.type = 'CustomField' AND o.id = t.oldreference "
                "LEFT JOIN objectcustomfieldvalues n ON t.type = 'CustomField' AND n.id = t.newreference "
                "WHERE t.objecttype = 'RT::Ticket' AND t.objectid = ANY(%s) ORDER BY t.id",
                (ids,),
            )
            self.parts = ask(
                "SELECT transactionid, filename, contenttype, contentencoding, headers, content FROM attachments "
                "WHERE transactionid = ANY(%s) ORDER BY id",
                ([row.id for row in self.transactions],),
            )

    def truth(self) -> Truth:
        """What of it a change can be told by."""
        parts: dict[int, list[Any]] = defaultdict(list)
        for part in self.parts:
            parts[part.transactionid].append(part)
        # a ticket that was deleted is read by nobody, wherever it was merged into afterwards
        into = {row.id: row.id if row.status == "deleted" else row.effectiveid for row in self.tickets}
        spoken = [row for row in self.transactions if row.type in ("Create", "Correspond", "Comment")]
        truth = Truth(
            self._tickets(),
            [
                Comment(
                    id=row.id,
                    ticket=into[row.objectid],
                    source=row.objectid,
                    author=None if row.creator in (NOBODY, SYSTEM) else str(row.creator),
                    public=row.type != "Comment",
                    body="\n".join(_text(part) for part in parts[row.id] if _is_words(part)),
                )
                for row in spoken
            ],
        )
        for row in spoken:
            truth.keys.update({key for part in parts[row.id] for key in KEY.findall(part.headers or "")})
            truth.files.update(name for part in parts[row.id] if part.filename for name in FILE.findall(_text(part)))
        for row in self.transactions:
            self._note(truth, row)
        subjects = {row.id: row.subject or "" for row in self.tickets}
        changed = {row.objectid: row.oldvalue or "" for row in reversed(self.transactions) if _is_subject(row)}
        for ticket, subject in (subjects | changed).items():
            for mark in MARK.findall(subject):
                truth.made[mark].append(ticket)
        return truth

    def _tickets(self) -> list[ServerTicket]:
        tags: dict[int, set[str]] = defaultdict(set)
        fields: dict[int, dict[str, Any]] = defaultdict(dict)
        for ticket, field, content in self.values:
            if field == self._crew.tags:
                tags[ticket].add(content)
            else:
                fields[ticket][str(field)] = content
        requestor = {row.instance: str(row.memberid) for row in reversed(self.requestors)}
        return [
            ServerTicket(
                id=row.id,
                subject=row.subject,
                status="closed" if row.effectiveid != row.id else STATUSES[row.status],
                priority=PRIORITIES[row.priority],
                type=None,
                assignee=None if row.owner == NOBODY else str(row.owner),
                group=str(row.queue),
                requester=requestor.get(row.id),
                tags=frozenset(tags[row.id]),
                fields=fields[row.id],
                deleted=row.status == "deleted",
                merged_into=row.effectiveid if row.effectiveid != row.id else None,
            )
            for row in self.tickets
        ]

    def _note(self, truth: Truth, row: Any) -> None:
        if row.type == "CustomField" and int(row.field) == self._crew.tags:
            truth.tagged |= {(row.objectid, value) for value in (row.newvalue, row.oldvalue) if value}
        elif row.type == "AddLink" and row.field == "MergedInto" and not row.newvalue.endswith(f"/{row.objectid}"):
            truth.merged_by[row.objectid, str(row.creator)] += 1
        elif row.type == "CustomField" or _is_subject(row):
            field = "subject" if _is_subject(row) else str(row.field)
            truth.given[row.objectid, field, str(row.newvalue)] += 1
            truth.before[row.objectid, field, str(row.newvalue)] = row.oldvalue


def _is_subject(row: Any) -> bool:
    return bool(row.type == "Set" and row.field == "Subject")


def _is_words(part: Any) -> bool:
    return not part.filename and part.contenttype.startswith("text/")


def _text(part: Any) -> str:
    data = part.content if isinstance(part.content, bytes) else (part.content or "").encode()
    match part.contentencoding:
        case "base64":
            data = base64.b64decode(data)
        case "quoted-printable":
            data = quopri.decodestring(data)
    return data.decode("utf-8", "replace")
