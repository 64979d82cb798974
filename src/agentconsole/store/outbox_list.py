"""The outbox as a list to look through: ids in the order that they are shown, and the rows of a page of them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import msgspec

from agentconsole.domain.outbox_views import OutboxBatch, OutboxListing, OutboxView
from agentconsole.domain.rows import OutboxRow
from agentconsole.store.outbox_rows import outbox_rows
from agentconsole.store.reading import Readers

_NEEDS_YOU = "('conflict', 'refused', 'held')"
_GOING = "('queued', 'sending', 'unknown')"
_DONE = "('sent', 'withdrawn')"

# the tickets that need somebody come first, then the oldest; within a ticket the order of sending
_IN_ORDER = (
    "SELECT o.seq, o.ticket FROM outbox o JOIN ("
    f"SELECT ticket, min(state NOT IN {_NEEDS_YOU}) AS later, min(seq) AS first "
    "FROM outbox WHERE state IN {states} GROUP BY ticket"
    ") g ON g.ticket = o.ticket WHERE o.state IN {states} ORDER BY g.later, g.first, o.seq"
)
_LATEST = "SELECT seq, ticket FROM outbox WHERE state = '{state}' ORDER BY ended_at DESC, seq DESC LIMIT 20000"

_LISTINGS = {
    OutboxView.WAITING: _IN_ORDER.format(states=f"({_NEEDS_YOU[1:-1]}, {_GOING[1:-1]})"),
    OutboxView.NEEDS_YOU: _IN_ORDER.format(states=_NEEDS_YOU),
    OutboxView.SENT: _LATEST.format(state="sent"),
    OutboxView.WITHDRAWN: _LATEST.format(state="withdrawn"),
}


class OutboxList:
    """Reads for the window of the outbox. Ids are sequence numbers: they are never used twice."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def listing(self, view: OutboxView) -> OutboxListing:
        """Return all ids of *view* with their tickets, in the order that they are shown."""
        with self._readers.read() as db:
            found = db.execute(_LISTINGS[view]).fetchall()
        return OutboxListing(ids=array("q", [row[0] for row in found]), tickets=array("q", [row[1] for row in found]))

    def page(self, ids: Sequence[int]) -> list[OutboxRow]:
        """Return the rows of *ids* in that order; those that are gone are left out."""
        with self._readers.snapshot() as db:
            rows = {
                row.seq: row for row in outbox_rows(db, "WHERE o.seq IN (SELECT value FROM json_each(?))", _json(ids))
            }
        return [rows[each] for each in ids if each in rows]

    def tally(self) -> dict[OutboxView, int]:
        """Count the rows of each view."""
        with self._readers.read() as db:
            states: dict[str, int] = dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
        needs = sum(states.get(state, 0) for state in ("conflict", "refused", "held"))
        going = sum(states.get(state, 0) for state in ("queued", "sending", "unknown"))
        return {
            OutboxView.WAITING: needs + going,
            OutboxView.NEEDS_YOU: needs,
            OutboxView.SENT: states.get("sent", 0),
            OutboxView.WITHDRAWN: states.get("withdrawn", 0),
        }

    def keys_of(self, ids: Sequence[int]) -> list[str]:
        """Return the keys of the changes *ids*, in that order."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT seq, key FROM outbox WHERE seq IN (SELECT value FROM json_each(?))", (_json(ids),)
            ).fetchall()
        keys: dict[int, str] = dict(rows)
        return [keys[each] for each in ids if each in keys]

    def batch(self, batch: str) -> OutboxBatch:
        """Say how much was queued in one go as *batch*, and how much of that can still be taken back."""
        with self._readers.read() as db:
            total, left = db.execute(
                "SELECT count(*), coalesce(sum(state IN ('queued', 'held', 'conflict', 'refused')), 0) "
                "FROM outbox WHERE batch = ?",
                (batch,),
            ).fetchone()
        return OutboxBatch(total=total, left=left)

    def id_of(self, key: str) -> int:
        """Return the id of the change *key*, 0 when there is none."""
        with self._readers.read() as db:
            row = db.execute("SELECT seq FROM outbox WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else 0

    def latest_batch(self) -> str:
        """Return the batch that was queued last of those that can be taken back whole, "" when there is none."""
        with self._readers.read() as db:
            row = db.execute(
                "SELECT batch FROM outbox WHERE state = 'queued' AND batch <> '' ORDER BY seq DESC LIMIT 1"
            ).fetchone()
        return str(row[0]) if row else ""


def _json(ids: Sequence[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()
