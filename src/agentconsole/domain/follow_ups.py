"""An answer to a closed ticket is a new one that follows it: a closed ticket takes no change any more."""

from __future__ import annotations

from agentconsole.domain.commands import CreateTicket, FieldValue
from agentconsole.domain.rows import TicketDetail


def follow_up_of(ticket: TicketDetail, body: str = "", *, public: bool = True) -> CreateTicket:
    """Return the creation of a ticket that goes on from *ticket*: its requester, group, type and priority are kept."""
    values: dict[str, FieldValue] = {
        "group": ticket.group_ref,
        "type": ticket.type,
        "priority": None if ticket.priority is None else str(ticket.priority),
    }
    return CreateTicket(
        subject=ticket.subject,
        body=body,
        public=public,
        requester=ticket.requester.ref if ticket.requester is not None else None,
        requester_name=ticket.requester.name if ticket.requester is not None else "",
        values={name: value for name, value in values.items() if value},
        follows=ticket.ref or None,
    )
