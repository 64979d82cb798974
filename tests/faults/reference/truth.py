"""What the reference server has, read from its own tables with nothing of the console's code."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.faults.truth import FILE, MARK, Comment, ServerTicket, Truth


def read_truth(path: Path) -> Truth:
    """Return all that is in the server's database at *path*."""
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    truth = Truth(
        [_ticket(row) for row in db.execute("SELECT * FROM tickets")],
        [
            Comment(row["id"], row["ticket_id"], str(row["author_id"]), bool(row["public"]), row["body"])
            for row in db.execute("SELECT * FROM comments ORDER BY id")
        ],
    )
    _read_audits(db, truth)
    for row in db.execute(
        "SELECT b.content, a.size FROM attachments a JOIN blobs b ON b.digest = a.digest WHERE a.comment_id IS NOT NULL"
    ):
        for name in FILE.findall(row["content"][:40].decode("utf-8", "replace")):
            assert len(row["content"]) == row["size"]
            truth.files[name] += 1
    db.close()
    return truth


def _read_audits(db: sqlite3.Connection, truth: Truth) -> None:
    for row in db.execute("SELECT ticket_id, author_id, via, events, metadata FROM audits ORDER BY id"):
        ticket = row["ticket_id"]
        custom = json.loads(row["metadata"] or "{}").get("custom") or {}
        for value in custom.values():
            if isinstance(value, str):
                truth.keys[value] += 1
        source = json.loads(row["via"]).get("source") or {}
        if source.get("rel") == "merge":
            truth.merged_by[ticket, str(row["author_id"])] += 1
        for event in json.loads(row["events"]):
            if event.get("type") not in ("Change", "Create"):
                continue
            name, value = event.get("field_name"), event.get("value")
            if name == "tags":
                tags = value if isinstance(value, list) else str(value or "").split()
                truth.tagged |= {(ticket, tag) for tag in tags}
            elif event["type"] == "Create" and name == "subject":
                for mark in MARK.findall(str(value)):
                    truth.made[mark].append(ticket)
            if name != "tags" and value is not None:
                truth.given[ticket, str(name), str(value)] += 1
                truth.before[ticket, str(name), str(value)] = event.get("previous_value")


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
