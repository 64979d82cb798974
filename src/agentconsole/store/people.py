"""People, organizations, and the small sets that an agent picks from."""

from __future__ import annotations

import msgspec

from agentconsole.domain.records import FieldRecord, GroupRecord, MacroRecord, OrganizationRecord, PersonRecord
from agentconsole.domain.rows import Choice
from agentconsole.domain.values import Ref
from agentconsole.store.reading import Readers
from agentconsole.store.tickets import decode_organization, decode_person

_decode_group = msgspec.json.Decoder(GroupRecord).decode
_decode_field = msgspec.json.Decoder(FieldRecord).decode
_decode_macro = msgspec.json.Decoder(MacroRecord).decode


class People:
    """Reads people by ref, and lists to choose from."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def agents(self) -> tuple[Choice, ...]:
        """Active agents and administrators by name, with their addresses."""
        with self._readers.read() as db:
            rows = db.execute("SELECT ref, name, email FROM person WHERE staff ORDER BY name_key, ref").fetchall()
        return tuple(Choice(ref=ref, title=name, detail=email or "") for ref, name, email in rows)

    def groups(self) -> tuple[Choice, ...]:
        """Active groups by name."""
        groups = sorted((_decode_group(data) for data in self._records("group")), key=lambda group: group.name.lower())
        return tuple(Choice(ref=group.ref, title=group.name) for group in groups if group.active)

    def fields(self) -> tuple[FieldRecord, ...]:
        """Definitions of the active custom fields, in the desk's order."""
        fields = (_decode_field(data) for data in self._records("field"))
        return tuple(field for field in fields if field.active)

    def macros(self) -> tuple[Choice, ...]:
        """Active macros, in the desk's order."""
        macros = (_decode_macro(data) for data in self._records("macro"))
        return tuple(
            Choice(ref=macro.ref, title=macro.title, detail=macro.description) for macro in macros if macro.active
        )

    def macro(self, ref: Ref) -> MacroRecord | None:
        """The macro *ref*, active or not."""
        with self._readers.read() as db:
            row = db.execute("SELECT record FROM reference WHERE kind = 'macro' AND ref = ?", (ref,)).fetchone()
        return None if row is None else _decode_macro(row[0])

    def person(self, ref: Ref) -> PersonRecord | None:
        """The person *ref*."""
        with self._readers.read() as db:
            row = db.execute("SELECT record FROM person WHERE ref = ?", (ref,)).fetchone()
        return None if row is None else decode_person(row[0])

    def person_by_email(self, email: str) -> PersonRecord | None:
        """The person with the address *email*, in any case."""
        with self._readers.read() as db:
            row = db.execute("SELECT record FROM person WHERE email = ? LIMIT 1", (email.lower(),)).fetchone()
        return None if row is None else decode_person(row[0])

    def organization(self, ref: Ref) -> OrganizationRecord | None:
        """The organization *ref*."""
        with self._readers.read() as db:
            row = db.execute("SELECT record FROM organization WHERE ref = ?", (ref,)).fetchone()
        return None if row is None else decode_organization(row[0])

    def _records(self, kind: str) -> list[bytes]:
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT record FROM reference WHERE kind = ? ORDER BY position, title", (kind,)
            ).fetchall()
        return [data for (data,) in rows]
