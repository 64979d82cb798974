"""Unsent work comes back from a file, into a store that may have work of its own: nothing of that is written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentconsole.domain.instant import Instant
from agentconsole.store.journal_file import Copy
from agentconsole.store.restoring import Restored, restore
from agentconsole.store.writer import Transaction

_WHY = "brought back"


def bring_back(tx: Transaction, copies: Iterable[Copy], now: Instant) -> Restored:
    """Put back what *copies* tell of; a draft that meets another becomes one of its versions, kept at *now*.

    Local numbers of rows mean nothing here, and a form that is begun stays what it is.
    """
    return restore(tx, list(_fitting(tx, copies, now)), everything=False)


def _fitting(tx: Transaction, copies: Iterable[Copy], now: Instant) -> Iterator[Copy]:
    for copy in copies:
        row = dict(copy.row or {})
        match copy.table:
            case "outbox" | "kept_file":
                yield copy
            case "draft" if _has_draft(tx, copy):
                row = {name: row[name] for name in ("ticket", "public", "body", "caret", "saved_at")} | {
                    "along": row.get("along", ""),
                    "kept_at": now,
                    "why": _WHY,
                }
                yield Copy(table="draft_version", key=(0,), row=row, ref=copy.ref, subject=copy.subject)
            case "draft":
                yield copy
            case "draft_version" | "saved_search":
                row.pop("id", None)
                if copy.table == "draft_version" or not _has_search(tx, row):
                    yield Copy(table=copy.table, key=copy.key, row=row, ref=copy.ref, subject=copy.subject)
            case "form_draft" if not _has_form(tx, copy):
                yield copy


def _has_draft(tx: Transaction, copy: Copy) -> bool:
    if copy.ref is None:
        # of a ticket that was made there: it becomes another one here
        return False
    found = tx.db.execute(
        "SELECT 1 FROM draft d JOIN ticket t ON t.id = d.ticket WHERE t.ref = ? AND d.public = ?",
        (copy.ref, copy.key[1]),
    )
    return found.fetchone() is not None


def _has_search(tx: Transaction, row: dict[str, object]) -> bool:
    found = tx.db.execute("SELECT 1 FROM saved_search WHERE title = ? AND text = ?", (row["title"], row["text"]))
    return found.fetchone() is not None


def _has_form(tx: Transaction, copy: Copy) -> bool:
    return tx.db.execute("SELECT 1 FROM form_draft WHERE name = ?", copy.key).fetchone() is not None
