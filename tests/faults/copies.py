"""What a console has kept, read from its file with SQL of the campaign's own."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from agentconsole.domain.commands import decode_command
from agentconsole.domain.projection import project
from agentconsole.store import driver
from agentconsole.store.keys import DOCUMENT_BITS, PRIORITY_CODE, STATUS_CODE
from agentconsole.store.projecting import PROJECTED, decode_record
from tests.faults.truth import Truth
from tests.faults.world import KEY

WAITING = ("queued", "sending", "unknown", "held", "conflict", "refused")
STOPPED = ("held", "conflict", "refused")


class Row(NamedTuple):
    """One row of the outbox."""

    key: str
    seq: int
    ticket: int
    kind: str
    command: str
    state: str
    batch: str
    reason: str


class Copy:
    """A console's store, read whole while nobody has it open."""

    def __init__(self, who: str, path: Path) -> None:
        self.who = who
        with closing(driver.connect(path, key=KEY)) as db:
            self.damage = _damage(db)
            self.outbox = [
                Row(*row)
                for row in db.execute(
                    "SELECT key, seq, ticket, kind, CAST(command AS TEXT), state, batch, reason FROM outbox "
                    "ORDER BY seq"
                )
            ]
            self.refs: dict[int, str | None] = {}
            self.moved: dict[int, int] = {}
            for ticket, ref, moved in db.execute("SELECT id, ref, moved_to FROM ticket"):
                self.refs[ticket] = ref
                if moved is not None:
                    self.moved[ticket] = moved
            self.drafts = {
                (ticket, bool(public)): body
                for ticket, public, body in db.execute("SELECT ticket, public, body FROM draft")
            }
            self.versions = [row[0] for row in db.execute("SELECT body FROM draft_version")]
            self._records = dict(db.execute("SELECT ticket, record FROM ticket_record").fetchall())
            self._rows = {
                row[0]: row[1:]
                for row in db.execute(
                    "SELECT id, subject, status, priority, assignee, waiting, draft, deleted FROM ticket"
                )
            }
            self._tags: dict[int, set[str]] = {}
            for ticket, tag in db.execute("SELECT ticket, tag FROM ticket_tag"):
                self._tags.setdefault(ticket, set()).add(tag)
            self._comments = db.execute("SELECT id, ref, author, public, body FROM comment").fetchall()
            self.damage += self._words(db)

    def standing(self, ticket: int) -> int:
        """The ticket that *ticket* turned out to be."""
        return self.moved.get(ticket, ticket)

    def ref(self, ticket: int) -> str | None:
        return self.refs.get(self.standing(ticket))

    def differences(self, truth: Truth) -> list[str]:
        """Where this copy is not what the help desk has."""
        found: list[str] = []
        mine = {ref: ticket for ticket, ref in self.refs.items() if ref is not None}
        for ticket in truth.tickets.values():
            here = mine.get(str(ticket.id))
            if here is None:
                if not ticket.deleted:
                    found.append(f"ticket {ticket.id} is not known")
                continue
            deleted = bool(self._rows[here][6])
            if ticket.deleted or deleted:
                if ticket.deleted != deleted:
                    found.append(f"ticket {ticket.id}: deleted {deleted}, at the help desk {ticket.deleted}")
                continue
            record = json.loads(self._records[here])
            pairs = {
                "subject": (record["subject"], ticket.subject),
                "status": (record["status"], ticket.status),
                "priority": (record.get("priority"), ticket.priority),
                "type": (record.get("type"), ticket.type),
                "assignee": (record.get("assignee"), ticket.assignee),
                "group": (record.get("group"), ticket.group),
                "requester": (record.get("requester"), ticket.requester),
                "tags": (frozenset(record.get("tags", ())), ticket.tags),
                "fields": (
                    {name: value for name, value in record.get("fields", {}).items() if value is not None},
                    ticket.fields,
                ),
            }
            found += [
                f"ticket {ticket.id}: {name} is {ours!r}, at the help desk {theirs!r}"
                for name, (ours, theirs) in pairs.items()
                if ours != theirs
            ]
            found += self._conversation(here, ticket.id, truth)
        return found

    def _conversation(self, here: int, ref: int, truth: Truth) -> list[str]:
        ours = {row[1]: (row[2], bool(row[3]), row[4]) for row in self._comments if row[0] >> DOCUMENT_BITS == here}
        theirs = {str(each.id): (each.author, each.public, each.body) for each in truth.comments if each.ticket == ref}
        # where a ticket's words go with it when it is merged, what was said there before may still be shown in it, too
        into = truth.tickets[ref].merged_into
        before = {
            str(each.id): (each.author, each.public, each.body)
            for each in truth.comments
            if each.source is not None and each.ticket == into
        }
        return [
            f"ticket {ref}: comment {number} is {ours.get(number)}, at the help desk {theirs.get(number)}"
            for number in ours.keys() | theirs.keys()
            if ours.get(number) != theirs.get(number, before.get(number))
        ]

    def folds(self) -> list[str]:
        """Rows that are not what was confirmed with unsent work laid over it."""
        found: list[str] = []
        for ticket, data in self._records.items():
            pending = [
                decode_command(row.command) for row in self.outbox if row.ticket == ticket and row.state in PROJECTED
            ]
            record = project(decode_record(data), pending)
            subject, status, priority, assignee, waiting, draft, _ = self._rows[ticket]
            waits = sum(row.ticket == ticket and row.state in WAITING for row in self.outbox)
            has_draft = any(each == ticket for each, _ in self.drafts)
            expected = (record.subject, STATUS_CODE[record.status], PRIORITY_CODE[record.priority], record.assignee)
            if (subject, status, priority, assignee) != expected or waiting != waits or bool(draft) != has_draft:
                found.append(f"row of ticket {ticket} is not its fold: {self._rows[ticket]}, {expected}, {waits}")
            if self._tags.get(ticket, set()) != set(record.tags):
                found.append(f"tags of ticket {ticket} are {self._tags.get(ticket)}, not {record.tags}")
        return found

    def _words(self, db: Any) -> list[str]:
        """Where the index of words is not about what is there."""
        db.execute("PRAGMA query_only = OFF")
        db.execute("CREATE VIRTUAL TABLE temp.said USING fts5vocab(main, 'words', 'instance')")
        indexed = {row[0] for row in db.execute("SELECT DISTINCT doc FROM temp.said")}
        there = {ticket << DOCUMENT_BITS for ticket, row in self._rows.items() if row[0]}
        there |= {row[0] for row in self._comments if any(letter.isalnum() for letter in row[4])}
        hidden = {ticket for ticket, row in self._rows.items() if row[6]}
        missing = {number for number in there - indexed if number >> DOCUMENT_BITS not in hidden}
        found = [f"the index of words lacks {len(missing)} texts"] if missing else []
        return found + ([f"the index of words has {len(indexed - there)} too many"] if indexed - there else [])


def _damage(db: Any) -> list[str]:
    found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"cipher: {row[0]}" for row in db.execute("PRAGMA cipher_integrity_check")]
    found += [f"foreign key of {row[0]}" for row in db.execute("PRAGMA foreign_key_check")]
    return found
