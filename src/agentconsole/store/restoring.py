"""Puts unsent work back into a store that lost it: into the old one, or into a new one made in its place.

Nothing that comes back is sent before it has been looked for: it may have arrived after the copy was made. Tickets are
found by the number that the help desk gave them. One that this store has not got stands there with its subject, and
with the work that waits for it, until a pull brings it; one that was made here is made again from its own command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from agentconsole.domain.commands import CreateTicket, MergeTickets, decode_command, encode_command
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import OutboxState, Ref, Status, TicketId
from agentconsole.store.columns import COLUMNS, columns_of
from agentconsole.store.confirming import insert_unknown
from agentconsole.store.creating import created_record
from agentconsole.store.facts import put_fact
from agentconsole.store.journal_file import Copy
from agentconsole.store.notices import RESTORED
from agentconsole.store.projecting import encode_record, reindex_subject, reproject, store_record
from agentconsole.store.writer import Transaction

_FINAL = (OutboxState.SENT, OutboxState.WITHDRAWN)
_TO_LOOK_FOR = (OutboxState.QUEUED, OutboxState.SENDING)
_NOBODYS = "Saved from a damaged file, in which the number of its ticket could not be read any more."
_REASON = "Put back from the copy of unsent work. It is looked for before it is sent."


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was put back: waiting changes, drafts, and rows that say nothing this console understands."""

    changes: int = 0
    drafts: int = 0
    unreadable: int = 0


def restore(tx: Transaction, copies: Iterable[Copy], *, everything: bool) -> Restored:
    """Make the rows that *copies* tell of what they were, in the running transaction.

    *everything*: *copies* are all that there is. A change that waits here and is not among them has been sent, so it is
    looked for too.
    """
    return _Restoring(tx).run(list(copies), everything=everything)


class _Restoring:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._db = tx.db
        self._known: dict[tuple[TicketId, Ref | None], TicketId] = {}
        self._touched: set[TicketId] = set()
        self._counts = {"changes": 0, "drafts": 0, "unreadable": 0}

    def run(self, copies: list[Copy], *, everything: bool) -> Restored:
        of_tables: dict[str, list[Copy]] = {}
        for copy in copies:
            of_tables.setdefault(copy.table, []).append(copy)
        changes = of_tables.pop("outbox", [])
        # a ticket that was made here must be there before what was written on it
        changes.sort(key=lambda copy: (copy.row or {}).get("seq", 0))
        drafts = [copy for table in ("draft", "draft_version") for copy in of_tables.pop(table, [])]
        for copy in changes:
            self._change(copy)
        if everything:
            self._doubt_others({str(copy.key[0]) for copy in changes})
        for copy in drafts:
            self._of_ticket(copy)
        for copies_of_table in of_tables.values():
            for copy in copies_of_table:
                self._plain(copy)
        self._mark_drafts()
        reproject(self._db, self._tx.names, self._touched)
        self._tx.touch("outbox", "drafts", "searches", tickets=self._touched)
        self._tx.everything = True
        restored = Restored(**self._counts)
        if restored.changes or restored.drafts or restored.unreadable:
            put_fact(self._tx, RESTORED, msgspec.json.encode(restored).decode())
            self._tx.touch("notices")
        return restored

    def _change(self, copy: Copy) -> None:
        key = str(copy.key[0])
        known = self._db.execute("SELECT ticket, state FROM outbox WHERE key = ?", (key,)).fetchone()
        if copy.row is None:
            # the journal heard that it had arrived; what the help desk answered comes again with the next pull
            if known is not None and known[1] not in _FINAL:
                self._db.execute(
                    "UPDATE outbox SET state = 'sent', reason = '', ended_at = queued_at WHERE key = ?", (key,)
                )
                self._touched.add(known[0])
            return
        try:
            command = decode_command(copy.row["command"])
            state = OutboxState(copy.row["state"])
        except (msgspec.ValidationError, msgspec.DecodeError, ValueError, KeyError):
            self._counts["unreadable"] += 1
            return
        ticket = self._ticket(copy, command if isinstance(command, CreateTicket) else None)
        if isinstance(command, MergeTickets) and copy.into:
            into = self._numbered(copy.into, "")
            copy.row["command"] = encode_command(msgspec.structs.replace(command, into=into))
        row = {**copy.row, "ticket": ticket}
        if state in _TO_LOOK_FOR and self._is_nobodys(copy, ticket):
            row |= {"state": str(OutboxState.REFUSED), "reason": _NOBODYS}
        elif state in _TO_LOOK_FOR:
            row |= {"state": str(OutboxState.UNKNOWN), "reason": _REASON}
        if known is None:
            del row["seq"]
            self._put("outbox", row, ("key",))
            self._counts["changes"] += state is not OutboxState.WITHDRAWN
        elif known[1] not in _FINAL:
            del row["seq"]
            self._put("outbox", row, ("key",))
        self._touched.add(ticket)

    def _is_nobodys(self, copy: Copy, ticket: TicketId) -> bool:
        """Whether nobody can say any more which ticket of the help desk the change is of."""
        assert copy.row is not None
        if copy.ref is not None or copy.row["kind"] == "create":
            return False
        return not self._db.execute(
            "SELECT 1 FROM ticket WHERE id = ?1 AND ref IS NOT NULL "
            "UNION ALL SELECT 1 FROM outbox WHERE ticket = ?1 AND kind = 'create'",
            (ticket,),
        ).fetchone()

    def _doubt(self, key: str, ticket: TicketId) -> None:
        self._db.execute("UPDATE outbox SET state = 'unknown', reason = ? WHERE key = ?", (_REASON, key))
        self._touched.add(ticket)

    def _doubt_others(self, keys: set[str]) -> None:
        rows = self._db.execute("SELECT key, ticket FROM outbox WHERE state IN ('queued', 'sending')").fetchall()
        for key, ticket in rows:
            if key not in keys:
                self._doubt(key, ticket)

    def _of_ticket(self, copy: Copy) -> None:
        """Put back a draft, or a version of one."""
        if copy.row is None:
            if copy.table == "draft":
                ticket = self._known.get((int(copy.key[0]), copy.ref), int(copy.key[0]))
                self._db.execute("DELETE FROM draft WHERE ticket = ? AND public = ?", (ticket, copy.key[1]))
                self._touched.add(ticket)
            else:
                self._db.execute("DELETE FROM draft_version WHERE id = ?", copy.key)
            return
        row = {**copy.row, "ticket": self._ticket(copy, None)}
        self._put(copy.table, row, ("ticket", "public") if copy.table == "draft" else ("id",))
        self._counts["drafts"] += copy.table == "draft"
        self._touched.add(row["ticket"])

    def _plain(self, copy: Copy) -> None:
        names = _KEYS.get(copy.table)
        if names is None:
            return
        if copy.row is None:
            where = " AND ".join(f"{name} = ?" for name in names)
            self._db.execute(f"DELETE FROM {copy.table} WHERE {where}", copy.key)
        else:
            self._put(copy.table, copy.row, names)

    def _put(self, table: str, row: dict[str, Any], key: Sequence[str]) -> None:
        """Insert *row*, or make the one with its *key* so; of its columns those that this schema has."""
        columns = {each[1] for each in self._db.execute(f"PRAGMA table_info({table})")}
        names = [name for name in row if name in columns]
        changed = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
        self._db.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT ({', '.join(key)}) DO {'UPDATE SET ' + changed if changed else 'NOTHING'}",
            [row[name] for name in names],
        )

    def _ticket(self, copy: Copy, creation: CreateTicket | None) -> TicketId:
        """Return the ticket that *copy* belongs to, made if this store has not got it."""
        assert copy.row is not None
        here = int(copy.row["ticket"])
        found = self._known.get((here, copy.ref))
        if found is None:
            found = self._known[here, copy.ref] = self._found(here, copy, creation)
        return found

    def _found(self, here: TicketId, copy: Copy, creation: CreateTicket | None) -> TicketId:
        if copy.ref is not None:
            return self._numbered(copy.ref, copy.subject)
        row = self._db.execute("SELECT id FROM ticket WHERE id = ? AND ref IS NULL", (here,)).fetchone()
        mine = self._db.execute("SELECT 1 FROM outbox WHERE ticket = ? AND kind = 'create'", (here,)).fetchone()
        if row is not None and mine is not None:
            return here
        assert copy.row is not None
        ticket = insert_unknown(self._tx, None)
        if creation is not None:
            at = int(copy.row["queued_at"])
            store_record(self._db, ticket, 0, encode_record(created_record(creation, at)))
            self._db.execute("UPDATE ticket SET seen_at = ?, whole = 1 WHERE id = ?", (at, ticket))
            if copy.row["state"] == OutboxState.WITHDRAWN:
                self._db.execute("UPDATE ticket SET deleted = 1 WHERE id = ?", (ticket,))
        else:
            self._show(ticket, None, copy)
        return ticket

    def _numbered(self, ref: Ref, subject: str) -> TicketId:
        row = self._db.execute("SELECT id FROM ticket WHERE ref = ?", (ref,)).fetchone()
        if row is not None:
            return int(row[0])
        ticket = insert_unknown(self._tx, ref)
        self._show(ticket, ref, Copy(table="", key=(), row=None, subject=subject))
        return ticket

    def _show(self, ticket: TicketId, ref: Ref | None, copy: Copy) -> None:
        """List *ticket*, of which only the subject is known: nobody has confirmed anything of it."""
        at = int((copy.row or {}).get("queued_at") or (copy.row or {}).get("saved_at") or 0)
        known = TicketRecord(ref=ref or "", subject=copy.subject, status=Status.OPEN, created_at=at, updated_at=at)
        columns = columns_of(known, self._tx.names, hidden=False)
        assigned = ", ".join(f"{name} = ?" for name in COLUMNS)
        self._db.execute(f"UPDATE ticket SET {assigned}, seen_at = ? WHERE id = ?", (*columns, at, ticket))
        reindex_subject(self._db, ticket, "", copy.subject)
        self._touched.add(ticket)

    def _mark_drafts(self) -> None:
        self._db.executemany(
            "UPDATE ticket SET draft = EXISTS (SELECT 1 FROM draft WHERE ticket = ?1) WHERE id = ?1",
            [(ticket,) for ticket in self._touched],
        )


_KEYS: dict[str, tuple[str, ...]] = {
    "kept_file": ("key",),
    "saved_search": ("id",),
    "trip": ("id",),
    "form_draft": ("name",),
    "fact": ("name",),
}
