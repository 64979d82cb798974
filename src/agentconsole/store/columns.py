"""A projected ticket as the columns of its row: what queues sort, filter and show."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.records import SlaTarget, TicketRecord
from agentconsole.domain.values import UNSOLVED as UNSOLVED_STATUSES
from agentconsole.domain.values import Stage
from agentconsole.store.keys import (
    DONE,
    HIDDEN,
    NO_BREACH,
    PRIORITY_CODE,
    STAGE_CODE,
    STATUS_CODE,
    UNSOLVED,
    sort_key,
    ticket_number,
)
from agentconsole.store.names import Names

COLUMNS = (
    "number",
    "subject",
    "subject_key",
    "status",
    "priority",
    "type",
    "channel",
    "requester",
    "requester_name",
    "requester_key",
    "organization",
    "organization_name",
    "organization_key",
    "tier",
    "plan",
    "group_ref",
    "group_name",
    "group_key",
    "assignee",
    "assignee_name",
    "assignee_key",
    "created_at",
    "updated_at",
    "due_at",
    "place",
    "stage",
    "breach_at",
    "metric",
    "sla_key",
)
"""Columns of ``ticket`` that follow from its projected record; the others belong to this console alone."""

_UNSOLVED_CODES = frozenset(STATUS_CODE[status] for status in UNSOLVED_STATUSES)


def columns_of(ticket: TicketRecord, names: Names, *, hidden: bool, requester_name: str = "") -> tuple[Any, ...]:
    """Return the values of :data:`COLUMNS` for the projected *ticket*.

    *requester_name* stands in for a requester whom the help desk does not know yet.
    """
    requester = names.person(ticket.requester)
    organization = names.organization(ticket.organization)
    group = names.group(ticket.group)
    assignee = names.person(ticket.assignee)
    status = STATUS_CODE[ticket.status]
    target = running_target(ticket.targets)
    name, name_key = requester.name, requester.key
    if not name and requester_name:
        name, name_key = requester_name, sort_key(requester_name)
    return (
        ticket_number(ticket.ref),
        ticket.subject,
        sort_key(ticket.subject),
        status,
        PRIORITY_CODE[ticket.priority],
        ticket.type,
        ticket.channel,
        ticket.requester,
        name,
        name_key,
        ticket.organization,
        organization.name,
        organization.key,
        organization.tier,
        organization.plan,
        ticket.group,
        group.name,
        group.key,
        ticket.assignee,
        assignee.name,
        assignee.key,
        ticket.created_at,
        ticket.updated_at,
        ticket.due_at,
        HIDDEN if hidden else UNSOLVED if status in _UNSOLVED_CODES else DONE,
        None if target is None else STAGE_CODE[target.stage],
        None if target is None else target.breach_at,
        None if target is None else str(target.metric),
        _sla_key(target),
    )


def running_target(targets: tuple[SlaTarget, ...] | None) -> SlaTarget | None:
    """Return the active target that breaches first, else a paused one, else one that was met."""
    return min(targets, key=_sla_key) if targets else None


def _sla_key(target: SlaTarget | None) -> int:
    if target is None:
        return NO_BREACH + 2
    if target.stage is Stage.ACTIVE and target.breach_at is not None:
        return target.breach_at
    return NO_BREACH + (target.stage is Stage.ACHIEVED)
