"""Says in words what a change does."""

from __future__ import annotations

from typing import Any

import msgspec

from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import to_datetime
from agentconsole.domain.records import FieldRecord
from agentconsole.store import driver

_decode_field = msgspec.json.Decoder(FieldRecord).decode
_TABLES = {
    "requester": "SELECT name FROM person WHERE ref = ?",
    "assignee": "SELECT name FROM person WHERE ref = ?",
    "organization": "SELECT name FROM organization WHERE ref = ?",
    "group": "SELECT title FROM reference WHERE kind = 'group' AND ref = ?",
}


class Teller:
    """Puts commands into words, with the names that the store knows; good for one read."""

    def __init__(self, db: driver.Connection) -> None:
        self._db = db
        self._fields: dict[str, FieldRecord] | None = None

    def text(self, command: Command) -> str:
        """Return *command* in one line, such as ``status: open → solved``."""
        match command:
            case SetFields():
                return self.changes(command.values, command.base)
            case ChangeTags():
                return tags_text(command.add, command.remove)
            case AddComment():
                parts = ["public reply" if command.public else "internal note"]
                if command.values:
                    parts.append(self.changes(command.values, command.base))
                if command.add_tags or command.remove_tags:
                    parts.append(tags_text(command.add_tags, command.remove_tags))
                return ", ".join(parts)
            case CreateTicket():
                return "new ticket"
            case MergeTickets():
                row = self._db.execute("SELECT ref, subject FROM ticket WHERE id = ?", (command.into,)).fetchone()
                return f"merge into {_ticket(row)}"

    def changes(self, values: dict[str, Any], base: dict[str, Any]) -> str:
        """Return what becomes of each field in *values*, which was as *base* has it."""
        return ", ".join(
            f"{self.label(name)}: {self.value(name, base.get(name))} → {self.value(name, value)}"
            for name, value in values.items()
        )

    def label(self, name: str) -> str:
        """Return what the field *name* is called."""
        field = self._field(name)
        return field.title if field is not None else name.removeprefix("field:").replace("_at", "")

    def value(self, name: str, value: Any) -> str:
        """Return what *value* of the field *name* is called."""
        if value is None or value == "":
            return "none"
        if name == "due_at" and isinstance(value, int):
            return f"{to_datetime(value):%Y-%m-%d %H:%M} UTC"
        if name in _TABLES:
            row = self._db.execute(_TABLES[name], (str(value),)).fetchone()
            return str(row[0]) if row and row[0] else str(value)
        field = self._field(name)
        if field is not None:
            titles = {option.value: option.name for option in field.options}
            listed = value if isinstance(value, list) else [value]
            return ", ".join(titles.get(str(one), str(one)) for one in listed)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def _field(self, name: str) -> FieldRecord | None:
        if not name.startswith("field:"):
            return None
        if self._fields is None:
            rows = self._db.execute("SELECT record FROM reference WHERE kind = 'field'").fetchall()
            self._fields = {field.ref: field for field in (_decode_field(data) for (data,) in rows)}
        return self._fields.get(name.removeprefix("field:"))


def tags_text(add: tuple[str, ...], remove: tuple[str, ...]) -> str:
    """Return what becomes of the tags."""
    return "tags: " + " ".join((*(f"+{tag}" for tag in add), *(f"−{tag}" for tag in remove)))


def _ticket(row: tuple[str | None, str] | None) -> str:
    if row is None:
        return "a ticket that is gone"
    return f"#{row[0]}" if row[0] else f"“{row[1]}”"
