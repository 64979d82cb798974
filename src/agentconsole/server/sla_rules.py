"""The account's policies and schedules as stored, ready to compute with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from agentconsole.server.business_hours import BusinessClock
from agentconsole.server.schema import holidays, schedules, sla_policies
from agentconsole.server.sla_clock import Policy


class Rules(NamedTuple):
    """Policies in order of position, clocks by schedule id with the account's first schedule first."""

    policies: tuple[Policy, ...]
    clocks: Mapping[int, BusinessClock]


def load_rules(connection: Connection) -> Rules:
    """Reads them all. Rules are few; callers that compute often keep the answer until a policy or schedule changes."""
    policies = tuple(
        Policy.from_wire(
            {
                "id": row.id,
                "position": row.position,
                "filter": msgspec.json.decode(row.filter),
                "policy_metrics": msgspec.json.decode(row.policy_metrics),
            }
        )
        for row in connection.execute(select(sla_policies).order_by(sla_policies.c.position, sla_policies.c.id))
    )
    closed: dict[int, list[dict[str, str]]] = {}
    for row in connection.execute(select(holidays)):
        closed.setdefault(row.schedule_id, []).append({"start_date": row.start_date, "end_date": row.end_date})
    clocks = {
        row.id: BusinessClock.from_wire(
            {"time_zone": row.time_zone, "intervals": msgspec.json.decode(row.intervals)}, closed.get(row.id, ())
        )
        for row in connection.execute(select(schedules).order_by(schedules.c.id))
    }
    return Rules(policies, clocks)
