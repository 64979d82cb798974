"""What the clocks of service levels look at, read from the store: whose a ticket is, and what has happened to it."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from agentconsole.domain.commands import AddComment, changed_values, decode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import OrganizationRecord
from agentconsole.domain.service_levels import Circumstances, History, Said, history_of
from agentconsole.domain.values import Ref, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.conversing import span
from agentconsole.store.keys import PRIORITIES, STATUSES
from agentconsole.store.projecting import PROJECTED_SQL, decode_record
from agentconsole.store.status_history import known_history, likely_history

AUTOMATIC: Final = ("rule", "system", "automation", "trigger", "merge")
"""Channels of comments that nobody wrote: acknowledgments, notes of merges."""

_decode_organization = msgspec.json.Decoder(OrganizationRecord).decode

_BY_AGENT = (
    "CASE WHEN p.staff THEN 1 WHEN p.record IS NULL THEN 0 ELSE json_extract(p.record, '$.role') <> 'end-user' END"
)
"""Whoever was an agent once has answered, though they have left since."""

TICKET = (
    "SELECT id, created_at, updated_at, status, priority, group_name, organization, organization_name, place, "
    "waiting, stage, breach_at, metric, sla_key FROM ticket WHERE id "
)


class TicketRow(NamedTuple):
    """What clocks mind of a ticket's row. Status and priority are as projected, in the store's codes."""

    id: TicketId
    created_at: Instant
    updated_at: Instant
    status: int
    priority: int
    group_name: str
    organization: Ref | None
    organization_name: str
    place: int
    waiting: int
    stage: int | None
    breach_at: Instant | None
    metric: str | None
    sla_key: int


def circumstances_of(
    db: driver.Connection, row: TicketRow, organizations: dict[Ref, OrganizationRecord | None]
) -> Circumstances:
    organization = None
    if row.organization is not None:
        if row.organization not in organizations:
            found = db.execute("SELECT record FROM organization WHERE ref = ?", (row.organization,)).fetchone()
            organizations[row.organization] = None if found is None else _decode_organization(found[0])
        organization = organizations[row.organization]
    tags = db.execute("SELECT tag FROM ticket_tag WHERE ticket = ? ORDER BY tag", (row.id,)).fetchall()
    return Circumstances(
        organization_ref=row.organization,
        organization=row.organization_name if organization is None else organization.name,
        organization_tags=() if organization is None else organization.tags,
        fields={} if organization is None else organization.fields,
        ticket_tags=tuple(tag for (tag,) in tags),
        group=row.group_name,
        priority=PRIORITIES[row.priority],
    )


def ticket_history(db: driver.Connection, row: TicketRow) -> History:
    comments = [
        Said(at, bool(public), bool(by_agent), channel in AUTOMATIC)
        for at, public, by_agent, channel in db.execute(
            f"SELECT c.created_at, c.public, {_BY_AGENT}, c.channel FROM comment c "
            "LEFT JOIN person p ON p.ref = c.author WHERE c.id BETWEEN ? AND ?",
            span(row.id),
        )
    ]
    statuses = known_history(db, row.id)
    if row.waiting:
        if statuses is None:
            record = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (row.id,)).fetchone()
            confirmed = decode_record(record[0])
            statuses = likely_history(confirmed.created_at, confirmed.updated_at, confirmed.status)
        _lay_over(db, row.id, comments, statuses)
    elif statuses is None:
        statuses = likely_history(row.created_at, row.updated_at, STATUSES[row.status])
    return history_of(row.created_at, comments, statuses)


def _lay_over(
    db: driver.Connection, ticket: TicketId, comments: list[Said], statuses: list[tuple[Instant, Status]]
) -> None:
    """Add what the agent has written and set and is on its way, at the time at which they did."""
    for data, queued_at in db.execute(
        f"SELECT command, queued_at FROM outbox WHERE ticket = ? AND state IN ({PROJECTED_SQL}) ORDER BY seq",
        (ticket,),
    ):
        command = decode_command(data)
        if isinstance(command, AddComment) and (command.body or command.attachments):
            comments.append(Said(queued_at, command.public, by_agent=True))
        status = changed_values(command).get("status")
        if status in tuple(Status):
            statuses.append((queued_at, Status(status)))
