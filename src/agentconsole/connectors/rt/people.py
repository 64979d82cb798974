"""Who is who: agents are told from customers, and customers belong to organizations that have no page of their own.

RT tells an agent of other people only what they are called and whether they have an account for staff, and the latter
one by one. So staff are found among the accounts whose name is no address, among owners, and among those who write
without having asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from agentconsole.connectors.api import Forbidden, Missing
from agentconsole.connectors.rt import asking, records, wire
from agentconsole.connectors.rt.reading import Reading
from agentconsole.domain.records import OrganizationRecord, PersonRecord
from agentconsole.domain.values import PersonRole, Ref

MOST_STAFF = 500
"""Accounts that are looked at one by one to know whether they are staff."""

LEVELS = ("tier", "plan")
"""What a custom field of a ticket says about its requester's organization."""


class People:
    """What is known of people and their organizations, read with *reading*.

    ``have_levels`` says whether tickets have a field for any of :data:`LEVELS`.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._staff: dict[Ref, bool] = {}
        self._levels: dict[Ref, dict[str, str]] = {}
        self.names: dict[Ref, str] = {}
        self.have_levels = False

    async def staff(self) -> tuple[PersonRecord, ...]:
        """The accounts of staff."""
        found: list[PersonRecord] = []
        looked = 0
        query = asking.conditions(("Name", "NOT LIKE", "@"))
        fields = {"query": query, "fields": "id,Name,RealName,EmailAddress,Organization,Timezone"}
        async for users in self._reading.pages("/users", fields, wire.Named):
            some = users[: max(0, MOST_STAFF - looked)]
            looked += len(some)
            are_staff = await asyncio.gather(*map(self._is_staff, some))
            found += self.met(user for user, is_staff in zip(some, are_staff, strict=True) if is_staff)
        return tuple(found)

    async def know(self, users: Iterable[wire.Named | None]) -> None:
        """Find out of each of *users* whether they are staff."""
        for user in users:
            if user is not None:
                await self._is_staff(user)

    def are_staff(self, users: Iterable[wire.Named | None]) -> None:
        """Remember that *users* are staff: they did what only staff can."""
        for user in users:
            if user is not None and user.Name not in (records.NOBODY, records.SYSTEM):
                self._staff[records.ref(user.id)] = True

    def is_known(self, user: wire.Named | None) -> bool:
        """Say whether somebody has already been found out about, or is nobody."""
        return user is None or user.Name in (records.NOBODY, records.SYSTEM) or records.ref(user.id) in self._staff

    def met(self, users: Iterable[wire.Named | None]) -> tuple[PersonRecord, ...]:
        """The records of *users*, each once."""
        found: dict[Ref, PersonRecord] = {}
        for user in users:
            role = PersonRole.AGENT if user is not None and self._staff.get(records.ref(user.id)) else None
            person = records.person_of(user, role or PersonRole.END_USER)
            if person is not None:
                # whoever wrote is told without their organization, whoever asked with it
                known = found.get(person.ref)
                found[person.ref] = person if known is None or person.organization else known
                self.names[person.ref] = person.name
        return tuple(found.values())

    async def organizations(self, rows: Iterable[wire.Ticket], *, is_first: bool) -> tuple[OrganizationRecord, ...]:
        """The organizations of whoever asked in *rows*, with the levels that the newest of their tickets tell.

        RT is asked for a level that *rows* do not tell, once for each organization; not by the walk that *is_first*,
        which meets all tickets anyway, nor where no queue has such a field: RT takes long to say so.
        """
        named: dict[Ref, None] = {}
        for row in rows:
            for user in (row.Requestor or ())[:1]:
                name = (user.Organization or "").strip()
                if name:
                    named[name] = None
                    told = {level: value for level in LEVELS if (value := records.level_of(row, level))}
                    if told:
                        self._levels[name] = self._levels.get(name, {}) | told
        if self.have_levels and not is_first:
            for name in named:
                if name not in self._levels:
                    self._levels[name] = await self._levels_of(name)
        return tuple(OrganizationRecord(ref=name, name=name, fields=dict(self._levels.get(name, {}))) for name in named)

    async def _levels_of(self, organization: str) -> dict[str, str]:
        """What the newest ticket of an organization that has a tier or a plan says of it."""
        asked = asking.quoted(organization)
        params = {
            "query": f"Requestor.Organization = {asked} AND (CF.{{Tier}} IS NOT NULL OR CF.{{Plan}} IS NOT NULL)",
            "fields": "CustomFields",
            "orderby": "LastUpdated",
            "order": "DESC",
            "per_page": 1,
        }
        rows = await self._reading.rows("/tickets", params, wire.Ticket)
        return {level: value for row in rows for level in LEVELS if (value := records.level_of(row, level))}

    async def _is_staff(self, user: wire.Named) -> bool:
        ref = records.ref(user.id)
        known = self._staff.get(ref)
        if known is None and user.Name not in (records.NOBODY, records.SYSTEM) and ref:
            try:
                found, _ = await self._reading.object(f"/user/{ref}", wire.Named)
            except (Missing, Forbidden):
                return False
            known = self._staff[ref] = bool(records.number(found.Privileged))
        return bool(known)
