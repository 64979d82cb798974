"""What a ticket is that was made here, until the help desk says more of it."""

from __future__ import annotations

from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.instant import Instant
from agentconsole.domain.projection import with_tags, with_values
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import Status


def created_record(command: CreateTicket, now: Instant) -> TicketRecord:
    """Return the ticket that *command*, given at *now*, makes: what its row is projected from."""
    base = TicketRecord(
        ref="",
        subject=command.subject,
        status=Status.NEW,
        created_at=now,
        updated_at=now,
        requester=command.requester,
    )
    return with_tags(with_values(base, command.values), command.tags, ())
