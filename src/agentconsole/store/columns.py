"""A projected ticket as the columns of its row: what queues sort, filter and show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import SlaTarget, TicketRecord
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import NO_GOAL
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


def columns_of(
    ticket: TicketRecord,
    names: Names,
    *,
    hidden: bool,
    requester_name: str = "",
    computed: Sequence[TicketTarget] = (),
) -> tuple[Any, ...]:
    """Return the values of :data:`COLUMNS` for the projected *ticket*.

    *computed* are targets that the console counts beside the help desk's. *requester_name* stands in for a requester
    whom the help desk does not know yet.
    """
    requester = names.person(ticket.requester)
    organization = names.organization(ticket.organization)
    group = names.group(ticket.group)
    assignee = names.person(ticket.assignee)
    status = STATUS_CODE[ticket.status]
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
        *sla_columns((*(ticket.targets or ()), *computed)),
    )


def sla_columns(targets: Sequence[SlaTarget]) -> tuple[int | None, Instant | None, str | None, int]:
    """Return ``stage``, ``breach_at``, ``metric`` and ``sla_key`` of a ticket's row.

    They are those of the active target that breaches first, else of a paused one, else of one that was met.
    """
    if not targets:
        return None, None, None, _NO_TARGET
    target = min(targets, key=_sla_key)
    return STAGE_CODE[target.stage], target.breach_at, str(target.metric), _sla_key(target)


_NO_TARGET = NO_BREACH + 2


def _sla_key(target: SlaTarget) -> int:
    if isinstance(target, TicketTarget) and target.goal == NO_GOAL:
        return _NO_TARGET
    if target.stage is Stage.ACTIVE and target.breach_at is not None:
        return target.breach_at
    return NO_BREACH + (target.stage is Stage.ACHIEVED)
