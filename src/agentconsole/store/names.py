"""The names that a ticket's row shows for its refs, as the writer's thread knows them."""

from __future__ import annotations

from typing import NamedTuple

from agentconsole.domain.values import Ref
from agentconsole.store import driver
from agentconsole.store.keys import sort_key

_REMEMBERED_AT_MOST = 50_000


class Named(NamedTuple):
    """A name and its sort key; of an organization also tier and plan."""

    name: str = ""
    key: str = ""
    tier: str = ""
    plan: str = ""


_NOBODY = Named()


class Names:
    """Looks names up once and remembers them until told to forget."""

    def __init__(self, db: driver.Connection) -> None:
        self._db = db
        self._people: dict[Ref, Named] = {}
        self._organizations: dict[Ref, Named] = {}
        self._groups: dict[Ref, Named] = {}

    def forget(self) -> None:
        """Look everything up again: the database may differ from what was seen."""
        self._people.clear()
        self._organizations.clear()
        self._groups.clear()

    def person(self, ref: Ref | None) -> Named:
        """The name of the person *ref*, empty while they are unknown."""
        if ref is None:
            return _NOBODY
        found = self._people.get(ref)
        if found is None:
            row = self._db.execute("SELECT name FROM person WHERE ref = ?", (ref,)).fetchone()
            found = self.learn_person(ref, row[0] if row else "")
        return found

    def organization(self, ref: Ref | None) -> Named:
        """Name, tier and plan of the organization *ref*."""
        if ref is None:
            return _NOBODY
        found = self._organizations.get(ref)
        if found is None:
            row = self._db.execute("SELECT name, tier, plan FROM organization WHERE ref = ?", (ref,)).fetchone()
            found = self.learn_organization(ref, *(row or ("", "", "")))
        return found

    def group(self, ref: Ref | None) -> Named:
        """The name of the group *ref*."""
        if ref is None:
            return _NOBODY
        found = self._groups.get(ref)
        if found is None:
            row = self._db.execute("SELECT title FROM reference WHERE kind = 'group' AND ref = ?", (ref,)).fetchone()
            name = row[0] if row else ""
            found = self._groups[ref] = Named(name, sort_key(name))
        return found

    def learn_person(self, ref: Ref, name: str) -> Named:
        """Remember *name* for *ref* without looking."""
        if len(self._people) >= _REMEMBERED_AT_MOST:
            self._people.clear()
        named = self._people[ref] = Named(name, sort_key(name))
        return named

    def learn_organization(self, ref: Ref, name: str, tier: str, plan: str) -> Named:
        """Remember *name*, *tier* and *plan* for *ref* without looking."""
        named = self._organizations[ref] = Named(name, sort_key(name), tier, plan)
        return named

    def forget_groups(self) -> None:
        """The groups changed."""
        self._groups.clear()
