"""A ticket's service levels, computed anew after each write and stored with it, so that reading only formats."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from agentconsole.server.instants import epoch, from_epoch
from agentconsole.server.schema import comments, organizations
from agentconsole.server.sla_clock import Moment, TicketFacts, compute
from agentconsole.server.sla_rules import Rules


def sla_columns(db: Connection, ticket: Row[Any], rules: Rules) -> dict[str, Any]:
    """Return the SLA columns of *ticket* (as now stored, its comments stored too)."""
    history: list[tuple[int, str]] = msgspec.json.decode(ticket.status_history)
    moments = [Moment(at, "status", status) for at, status in history]
    moments.extend(
        Moment(epoch(row.created_at), "agent_reply" if row.by_agent else "requester_comment")
        for row in db.execute(
            select(comments.c.created_at, comments.c.by_agent).where(
                comments.c.ticket_id == ticket.id, comments.c.public
            )
        )
    )
    # A reply and the status it sets share a second; the reply comes first.
    moments[1:] = sorted(moments[1:], key=lambda moment: (moment.at, moment.kind == "status"))
    fields, tags = _organization(db, ticket.organization_id)
    facts = TicketFacts(
        created_at=epoch(ticket.created_at),
        status="deleted" if ticket.deleted_at is not None else ticket.status,
        priority=ticket.priority,
        type=ticket.type,
        channel=ticket.channel,
        group_id=ticket.group_id,
        organization_id=ticket.organization_id,
        tags=frozenset(msgspec.json.decode(ticket.tags)),
        organization_fields=fields,
        organization_tags=tags,
        schedule_id=rules.schedule_of(fields),
    )
    state = compute(facts, moments, rules.policies, rules.clocks)
    return {
        "sla_policy_id": state.policy_id,
        "slas": msgspec.json.encode([list(each) for each in state.metrics]).decode(),
        "sla_next_breach_at": None if state.next_breach_at is None else from_epoch(state.next_breach_at),
    }


def _organization(db: Connection, organization_id: int | None) -> tuple[Mapping[str, Any], frozenset[str]]:
    if organization_id is None:
        return {}, frozenset()
    row = db.execute(
        select(organizations.c.organization_fields, organizations.c.tags).where(organizations.c.id == organization_id)
    ).one_or_none()
    if row is None:
        return {}, frozenset()
    return msgspec.json.decode(row.organization_fields), frozenset(msgspec.json.decode(row.tags))
