"""What tickets refer to: people, organizations, groups, fields; and what the desk tells its agents."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Table, func, select

from agentconsole.server.database import WriteTransaction
from agentconsole.server.importing.lines import (
    AnnouncementLine,
    ContactLine,
    FieldLine,
    GroupLine,
    Line,
    MacroLine,
    OrganizationLine,
    PersonLine,
    stored,
)
from agentconsole.server.importing.numbers import Numbers
from agentconsole.server.importing.report import Report
from agentconsole.server.schema import (
    announcements,
    contacts,
    group_memberships,
    groups,
    macros,
    organizations,
    ticket_fields,
    users,
)

_REFERRING = {"group_id": "groups", "assignee_id": "people", "organization_id": "organizations"}
"""Actions of macros whose value is an id, and of what."""

_OWN_FIELD = "custom_fields_"
_SHORT = 16
"""Characters that the tables have for words of the dialect."""


class ReferenceTaker:
    """Takes lines of reference within one transaction."""

    def __init__(self, tx: WriteTransaction, numbers: Numbers, report: Report) -> None:
        self._tx = tx
        self._numbers = numbers
        self._report = report

    def organization(self, line: OrganizationLine) -> None:
        self._add(
            "organizations",
            line,
            organizations,
            name=line.name,
            notes=line.notes,
            domain_names=_json(line.domains),
            tags=_json(line.tags),
            organization_fields=_json(line.fields),
        )

    def person(self, line: PersonLine) -> None:
        """Take a person; who has the address of somebody here is that somebody, and stays as they are."""
        email = (line.email or "").strip().lower() or None
        if email is not None:
            here = self._tx.db.scalar(select(users.c.id).where(func.lower(users.c.email) == email).limit(1))
            if here is not None:
                self._numbers.bind("people", line.id, here)
                self._report.known["people"] += 1
                return
        organization = self._numbers.of("organizations", line.organization)
        if line.organization is not None and organization is None:
            self._report.lose("people", line.id, "their organization is not in the archive")
        self._add(
            "people",
            line,
            users,
            name=line.name or email or f"Person {line.id}",
            email=email,
            role=line.role,
            organization_id=organization,
            phone=line.phone,
            notes=line.notes,
            locale=(line.locale or "en-US")[:_SHORT],
            iana_time_zone=line.time_zone,
            tags=_json(line.tags),
            suspended=line.suspended,
            active=line.active,
        )

    def group(self, line: GroupLine) -> None:
        group = self._add("groups", line, groups, name=line.name, deleted=not line.active)
        self._numbers.look_up("people", line.members or ())
        for member in line.members or ():
            person = self._numbers.of("people", member)
            if person is None:
                self._report.lose("groups", line.id, "a member is not in the archive")
            elif self._is_no_member(person, group):
                self._tx.add(group_memberships, user_id=person, group_id=group)

    def field(self, line: FieldLine) -> None:
        options = [
            {"id": self._tx.new_id(), "name": option.name, "raw_name": option.name, "value": option.value}
            for option in line.options
        ]
        self._add(
            "ticket_fields",
            line,
            ticket_fields,
            title=line.title,
            type=line.type[:32],
            required=line.required,
            active=line.active,
            position=line.position,
            custom_field_options=_json(options or None),
        )

    def macro(self, line: MacroLine) -> None:
        actions = []
        for field, value in line.actions:
            known = self._action(field, value)
            if known is None:
                self._report.lose("macros", line.id, f"its action {field} names what is not in the archive")
            else:
                actions.append(known)
        self._add(
            "macros",
            line,
            macros,
            title=line.title,
            description=line.description or None,
            active=line.active,
            position=line.position,
            actions=_json(actions),
        )

    def contact(self, line: ContactLine) -> None:
        values = {name: getattr(line, name) for name in line.__struct_fields__ if name not in {"id", "hours", "tiers"}}
        optional = ("department", "address", "availability", "region", "when", "notes")
        values |= {name: values[name] or None for name in optional}
        values["method"] = values["method"][:_SHORT]
        self._add("contacts", line, contacts, **values, hours=_json(line.hours), tiers=_json(line.tiers))

    def announcement(self, line: AnnouncementLine) -> None:
        self._add(
            "announcements",
            line,
            announcements,
            title=line.title,
            body=line.body,
            kind=line.kind[:_SHORT],
            starts_at=None if line.starts_at is None else stored(line.starts_at),
            ends_at=None if line.ends_at is None else stored(line.ends_at),
            url=line.url or None,
        )

    def person_unknown(self, ref: str) -> int:
        """Return the number of somebody whom the archive names and does not describe; they get a name of their own."""
        known = self._numbers.of("people", ref)
        if known is not None:
            return known
        self._report.lose("people", ref, "the archive names them and does not describe them")
        return self._add("people", PersonLine(id=ref, name=""), users, name=f"Person {ref}", tags="[]")

    def _add(self, what: str, line: Line, table: Table, /, **values: Any) -> int:
        number = self._numbers.give(what, line.id, table)
        self._tx.add(table, id=number, **values)
        self._report.taken[what] += 1
        return number

    def _is_no_member(self, person: int, group: int) -> bool:
        pair = (group_memberships.c.user_id == person) & (group_memberships.c.group_id == group)
        return self._tx.db.execute(select(group_memberships.c.id).where(pair)).first() is None

    def _action(self, field: str, value: Any) -> dict[str, Any] | None:
        """Return an action with the numbers that count here; None when it names something unknown."""
        if field.startswith(_OWN_FIELD):
            number = self._numbers.of("ticket_fields", field.removeprefix(_OWN_FIELD))
            return None if number is None else {"field": f"{_OWN_FIELD}{number}", "value": value}
        kind = _REFERRING.get(field)
        if kind is not None and str(value).isdecimal():
            number = self._numbers.of(kind, str(value))
            return None if number is None else {"field": field, "value": str(number)}
        return {"field": field, "value": value}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
