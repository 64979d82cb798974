"""Audits: for each write to a ticket, the list of exactly what happened."""

from typing import Any

import msgspec
from sqlalchemy import insert

from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import audits

Event = dict[str, Any]

NO_SOURCE: dict[str, Any] = {"from": {}, "to": {}, "rel": None}


def via_of(channel: str) -> dict[str, Any]:
    """How something came, in the dialect's shape."""
    return {"channel": channel, "source": NO_SOURCE}


def json_text(value: Any) -> str:
    """*value* as a JSON column keeps it."""
    return msgspec.json.encode(value).decode()


class Trail:
    """Collects what one write does to one ticket. *author_id* is who asked for it, in whoever's name."""

    def __init__(self, tx: WriteTransaction, ticket_id: int, author_id: int, channel: str, custom: Any = None) -> None:
        self._tx = tx
        self.ticket_id = ticket_id
        self.author_id = author_id
        self.audit_id = tx.new_id()
        self.via = via_of(channel)
        self.metadata: dict[str, Any] = {"system": {}, "custom": custom or {}}
        self.events: list[Event] = []

    def created(self, field: str, value: Any) -> None:
        """A field had *value* from the start."""
        self._note(type="Create", field_name=field, value=shown(value))

    def changed(self, field: str, value: Any, previous: Any) -> None:
        """A field went from *previous* to *value*."""
        self._note(type="Change", field_name=field, value=shown(value), previous_value=shown(previous))

    def commented(self, comment_id: int) -> None:
        """A comment was added; its text is kept with the comment."""
        self.events.append({"id": comment_id, "type": "Comment"})

    def noted(self, kind: str, **values: Any) -> None:
        """Anything else, under a type of the dialect."""
        self._note(type=kind, **values)

    def _note(self, **event: Any) -> None:
        self.events.append({"id": self._tx.new_id(), **event})

    def store(self) -> None:
        """Write the audit down."""
        self._tx.db.execute(
            insert(audits).values(
                id=self.audit_id,
                ticket_id=self.ticket_id,
                author_id=self.author_id,
                via=json_text(self.via),
                metadata=json_text(self.metadata),
                events=json_text(self.events),
                created_at=self._tx.at,
            )
        )


def shown(value: Any) -> Any:
    """A value as audits show it: ids and flags as text, lists as they are."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, int | float) else value
