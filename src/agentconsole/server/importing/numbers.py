"""The numbers of what is brought in: its own where that is free here, else a new one, and always the same."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, insert, select

from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import imports, tickets

HIGHEST_KEPT = 2**53 - 1
"""What clients in any language read without rounding; a higher number becomes a new one."""

LONGEST_REF = 255
_AT_ONCE = 500


class Numbers:
    """The numbers of things from one *source*, within one transaction; new ones are written by :meth:`flush`."""

    def __init__(self, tx: WriteTransaction, source: str) -> None:
        self._tx = tx
        self._source = source
        self._known: dict[tuple[str, str], int | None] = {}
        self._taken: dict[str, set[int]] = {}
        self._asked: dict[str, set[int]] = {}
        self._new: list[dict[str, object]] = []

    def look_up(self, kind: str, refs: Iterable[str | None]) -> None:
        """Learn many at once what :meth:`of` answers for each."""
        wanted = sorted({ref for ref in refs if ref is not None and (kind, ref) not in self._known})
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            self._known.update(((kind, ref), None) for ref in part)
            rows = self._tx.db.execute(
                select(imports.c.ref, imports.c.id).where(
                    imports.c.source == self._source, imports.c.kind == kind, imports.c.ref.in_(part)
                )
            )
            self._known.update(((kind, row.ref), row.id) for row in rows)

    def look_up_free(self, table: Table, refs: Iterable[str]) -> None:
        """Learn many at once which of *refs*, as numbers, are taken in *table* already."""
        asked = self._asked.setdefault(table.name, set())
        wanted = sorted({number for ref in refs if (number := _number(ref)) is not None} - asked)
        taken = self._taken.setdefault(table.name, set())
        asked.update(wanted)
        for start in range(0, len(wanted), _AT_ONCE):
            found = select(table.c.id).where(table.c.id.in_(wanted[start : start + _AT_ONCE]))
            taken.update(self._tx.db.scalars(found))

    def of(self, kind: str, ref: str | None) -> int | None:
        """Return the number of *ref* here; None for one that never came."""
        if ref is None:
            return None
        if (kind, ref) not in self._known:
            self.look_up(kind, (ref,))
        return self._known[kind, ref]

    def give(self, kind: str, ref: str, table: Table) -> int:
        """Give *ref*, which has none, a number in *table*."""
        self.look_up_free(table, (ref,))
        taken, own = self._taken[table.name], _number(ref)
        if own is not None and own not in taken:
            number = own
            if table is tickets:
                self._tx.reserve_above(ticket_id=own)
            else:
                self._tx.reserve_above(other_id=own)
        else:
            number = self._tx.new_ticket_id() if table is tickets else self._tx.new_id()
        taken.add(number)
        self.bind(kind, ref, number)
        return number

    def bind(self, kind: str, ref: str, number: int) -> None:
        """Note that *ref* is *number* here."""
        self._known[kind, ref] = number
        self._new.append({"source": self._source, "kind": kind, "ref": ref, "id": number})

    def flush(self) -> None:
        """Write what is new."""
        if self._new:
            self._tx.db.execute(insert(imports), self._new)
            self._new.clear()


def _number(ref: str) -> int | None:
    """Return *ref* as a number that can be kept."""
    if not ref.isascii() or not ref.isdecimal() or len(ref) > 16:
        return None
    number = int(ref)
    return number if 0 < number <= HIGHEST_KEPT and str(number) == ref else None
