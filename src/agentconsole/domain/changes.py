"""How the rest of the program learns that something is different now."""

from __future__ import annotations

import msgspec

from agentconsole.domain.values import TicketId


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the store changed. ``tickets`` are local ids; ``everything`` means that too many changed to name.

    ``topics``: "tickets", "people", "reference" (groups, macros, views, fields), "contacts", "notices", "outbox",
    "drafts", "presence", "sync", "settings". ``initiator`` is what caused it: "agent", "sync", "push", "other process",
    or a caller's own token, so that a pane can tell its own doing.
    """

    tickets: frozenset[TicketId] = frozenset()
    topics: frozenset[str] = frozenset()
    initiator: str = ""
    everything: bool = False

    def joined(self, later: Change) -> Change:
        """Return what this and a *later* change of the same initiator say together."""
        return Change(
            tickets=self.tickets | later.tickets,
            topics=self.topics | later.topics,
            initiator=self.initiator,
            everything=self.everything or later.everything,
        )
