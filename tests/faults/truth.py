"""What the help desk has, read from its own tables with nothing of the console's code."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

_MARK = re.compile(r"\[\[[ab]\d+\]\]")
_FILE = re.compile(r"\(\(file ([ab]\d+)\)\)")
OUR_KEY = "agentconsole"


class ServerTicket(NamedTuple):
    """One ticket as its row has it. ``fields`` are custom fields by id, those without a value left out."""

    id: int
    subject: str
    status: str
    priority: str | None
    type: str | None
    assignee: str | None
    group: str | None
    requester: str | None
    tags: frozenset[str]
    fields: dict[str, Any]
    deleted: bool
    merged_into: int | None


class Comment(NamedTuple):
    id: int
    ticket: int
    author: str
    public: bool
    body: str


class Truth:
    """Everything at the help desk that a change can be told by."""

    def __init__(self, path: Path) -> None:
        db = sqlite3.connect(path)
        db.row_factory = sqlite3.Row
        self.tickets = {row["id"]: _ticket(row) for row in db.execute("SELECT * FROM tickets")}
        self.comments = [
            Comment(row["id"], row["ticket_id"], str(row["author_id"]), bool(row["public"]), row["body"])
            for row in db.execute("SELECT * FROM comments ORDER BY id")
        ]
        self.said: dict[str, list[Comment]] = defaultdict(list)
        for comment in self.comments:
            for mark in set(_MARK.findall(comment.body)):
                self.said[mark].append(comment)
        self.made: dict[str, list[int]] = defaultdict(list)
        self.given: dict[tuple[int, str, str], int] = Counter()
        """How often a field of a ticket was given a value: (ticket, field, value)."""
        self.tagged: set[tuple[int, str]] = set()
        """(ticket, tag) that was ever there."""
        self.before: dict[tuple[int, str, str], Any] = {}
        """What a field was before it was given a value."""
        self.merged_by: Counter[tuple[int, str]] = Counter()
        """How often a ticket was merged away by whom."""
        self.keys: Counter[str] = Counter()
        self._read_audits(db)
        self.files: Counter[str] = Counter()
        for row in db.execute(
            "SELECT b.content, a.size FROM attachments a JOIN blobs b ON b.digest = a.digest "
            "WHERE a.comment_id IS NOT NULL"
        ):
            for name in _FILE.findall(row["content"][:40].decode("utf-8", "replace")):
                assert len(row["content"]) == row["size"]
                self.files[name] += 1
        db.close()

    def _read_audits(self, db: sqlite3.Connection) -> None:
        for ticket in self.tickets.values():
            self.tagged |= {(ticket.id, tag) for tag in ticket.tags}
        for row in db.execute("SELECT ticket_id, author_id, via, events, metadata FROM audits ORDER BY id"):
            ticket = row["ticket_id"]
            custom = json.loads(row["metadata"] or "{}").get("custom") or {}
            for value in custom.values():
                if isinstance(value, str):
                    self.keys[value] += 1
            source = json.loads(row["via"]).get("source") or {}
            if source.get("rel") == "merge":
                self.merged_by[ticket, str(row["author_id"])] += 1
            for event in json.loads(row["events"]):
                if event.get("type") not in ("Change", "Create"):
                    continue
                name, value = event.get("field_name"), event.get("value")
                if name == "tags":
                    tags = value if isinstance(value, list) else str(value or "").split()
                    self.tagged |= {(ticket, tag) for tag in tags}
                elif event["type"] == "Create" and name == "subject":
                    for mark in _MARK.findall(str(value)):
                        self.made[mark].append(ticket)
                if name != "tags" and value is not None:
                    self.given[ticket, str(name), str(value)] += 1
                    self.before[ticket, str(name), str(value)] = event.get("previous_value")


def _ticket(row: sqlite3.Row) -> ServerTicket:
    fields = {str(each["id"]): each["value"] for each in json.loads(row["custom_fields"]) if each["value"] is not None}
    return ServerTicket(
        id=row["id"],
        subject=row["subject"],
        status=row["status"],
        priority=row["priority"],
        type=row["type"],
        assignee=_text(row["assignee_id"]),
        group=_text(row["group_id"]),
        requester=_text(row["requester_id"]),
        tags=frozenset(json.loads(row["tags"])),
        fields=fields,
        deleted=row["deleted_at"] is not None,
        merged_into=row["merged_into_id"],
    )


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
