"""Earlier texts of drafts: the table ``draft_version``. Functions of a running transaction, and what lists show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentconsole.domain.drafts import DraftItem, DraftVersion, decode_along
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.values import TicketId
from agentconsole.store import driver

KEPT_FOR = 90 * DAY
MOST_OF_ONE = 40
"""So many versions of one draft are kept; the oldest give way."""

_VERSION = "SELECT id, body, caret, saved_at, why, along FROM draft_version"

_MERGED = "coalesce(json_extract(CAST(r.record AS TEXT), '$.merged_into'), '')"
_PLACED = f"t.id, coalesce(t.ref, ''), t.subject, t.deleted, {_MERGED}"


def keep_version(
    db: driver.Connection,
    ticket: TicketId,
    public: bool,
    row: Sequence[Any],
    *,
    why: str,
    now: Instant,
) -> int:
    """Keep *row* (body, caret, along, saved_at) as a version; returns its id. What is too old or too much goes."""
    body, caret, along, saved_at = row
    made = db.execute(
        "INSERT INTO draft_version (ticket, public, body, caret, along, saved_at, kept_at, why) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (ticket, int(public), body, caret, along, saved_at, now, why),
    ).fetchone()[0]
    db.execute(
        "DELETE FROM draft_version WHERE ticket = ?1 AND public = ?2 AND id <= ("
        "SELECT id FROM draft_version WHERE ticket = ?1 AND public = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
        (ticket, int(public), MOST_OF_ONE),
    )
    # by the help desk's time: a leap of this computer's clock must not make an hour look like a quarter of a year
    db.execute(
        "DELETE FROM draft_version WHERE kept_at < "
        "(SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'last_sync_at') - ?",
        (KEPT_FOR,),
    )
    return int(made)


def last_kept_at(db: driver.Connection, ticket: TicketId, public: bool) -> Instant | None:
    """Return when the newest version of a draft that is not sent was kept."""
    row = db.execute(
        "SELECT kept_at FROM draft_version WHERE ticket = ? AND public = ? AND NOT spent ORDER BY id DESC LIMIT 1",
        (ticket, int(public)),
    ).fetchone()
    return row[0] if row else None


def spend(db: driver.Connection, ticket: TicketId, public: bool, *, spent: bool) -> None:
    """The draft was sent, so that its versions are of nothing that is begun; or it came back."""
    if spent:
        db.execute("UPDATE draft_version SET spent = 1 WHERE ticket = ? AND public = ?", (ticket, int(public)))
    else:
        db.execute("UPDATE draft_version SET spent = 0 WHERE ticket = ? AND public = ?", (ticket, int(public)))


def move_versions(db: driver.Connection, source: TicketId, target: TicketId) -> None:
    """The ticket *source* turned out to be *target*."""
    db.execute("UPDATE draft_version SET ticket = ? WHERE ticket = ?", (target, source))


def version(db: driver.Connection, number: int) -> tuple[TicketId, bool, DraftVersion] | None:
    """Return the version *number* with its ticket and whether it is of a public reply."""
    row = db.execute(
        "SELECT id, body, caret, saved_at, why, along, ticket, public FROM draft_version WHERE id = ?", (number,)
    ).fetchone()
    return None if row is None else (row[6], bool(row[7]), _version(row))


def versions(db: driver.Connection, ticket: TicketId, public: bool) -> tuple[DraftVersion, ...]:
    """Return the versions of a draft, the newest first."""
    rows = db.execute(
        f"{_VERSION} WHERE ticket = ? AND public = ? AND NOT spent ORDER BY id DESC", (ticket, int(public))
    )
    return tuple(map(_version, rows.fetchall()))


def items(db: driver.Connection) -> tuple[DraftItem, ...]:
    """Return every draft with the ticket that it is for, the newest first."""
    rows = db.execute(
        f"SELECT {_PLACED}, d.body, d.public, d.caret, d.saved_at, d.along, (SELECT count(*) FROM draft_version v "
        "WHERE v.ticket = d.ticket AND v.public = d.public AND NOT v.spent), 0 "
        "FROM draft d JOIN ticket t ON t.id = d.ticket LEFT JOIN ticket_record r ON r.ticket = t.id "
        "ORDER BY d.saved_at DESC, d.rowid DESC"
    )
    return tuple(map(_item, rows.fetchall()))


def discarded(db: driver.Connection) -> tuple[DraftItem, ...]:
    """Return the last text of each draft that was discarded or emptied and not begun anew, the newest first."""
    rows = db.execute(
        f"SELECT {_PLACED}, v.body, v.public, v.caret, v.kept_at, v.along, count(*), max(v.id) "
        "FROM draft_version v JOIN ticket t ON t.id = v.ticket LEFT JOIN ticket_record r ON r.ticket = t.id "
        "WHERE NOT v.spent AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.ticket = v.ticket AND d.public = v.public) "
        "GROUP BY v.ticket, v.public ORDER BY max(v.id) DESC"
    )
    return tuple(map(_item, rows.fetchall()))


def merged_here(db: driver.Connection, ticket: TicketId) -> tuple[DraftItem, ...]:
    """Return the drafts of tickets that were merged into *ticket*, the newest first."""
    row = db.execute("SELECT ref FROM ticket WHERE id = ?", (ticket,)).fetchone()
    if row is None or row[0] is None:
        return ()
    rows = db.execute(
        f"SELECT {_PLACED}, d.body, d.public, d.caret, d.saved_at, d.along, 0, 0 "
        "FROM draft d JOIN ticket t ON t.id = d.ticket JOIN ticket_record r ON r.ticket = t.id "
        f"WHERE d.ticket <> ? AND {_MERGED} = ? ORDER BY d.saved_at DESC",
        (ticket, row[0]),
    )
    return tuple(map(_item, rows.fetchall()))


def _version(row: Sequence[Any]) -> DraftVersion:
    return DraftVersion(id=row[0], body=row[1], cursor=row[2], saved_at=row[3], why=row[4], along=decode_along(row[5]))


def _item(row: Sequence[Any]) -> DraftItem:
    ticket, ref, subject, deleted, merged_into, body, public, caret, saved_at, along, count, newest = row
    return DraftItem(
        ticket=ticket,
        ref=ref,
        subject=subject,
        deleted=bool(deleted),
        merged_into=merged_into,
        body=body,
        public=bool(public),
        cursor=caret,
        saved_at=saved_at,
        along=decode_along(along),
        versions=count,
        version=newest,
    )
