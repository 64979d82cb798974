"""The account's policies and schedules as stored, ready to compute with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from agentconsole.server.business_hours import BusinessClock
from agentconsole.server.schema import holidays, schedules, sla_policies
from agentconsole.server.sla_clock import Policy

_WORD = re.compile(r"\w+")


class Rules(NamedTuple):
    """Policies in order of position, clocks by schedule id with the account's first schedule first."""

    policies: tuple[Policy, ...]
    clocks: Mapping[int, BusinessClock]
    schedule_names: Mapping[int, frozenset[str]] = {}
    """The words of each schedule's name, lower case, by schedule id."""

    def schedule_of(self, organization_fields: Mapping[str, Any]) -> int | None:
        """The schedule of an organization: the first that has the organization's ``region`` as a word of its name.

        None without a region, or for one that no schedule is named after; then the account's first schedule counts.
        """
        region = organization_fields.get("region")
        if not isinstance(region, str) or not region:
            return None
        return next((id_ for id_, words in self.schedule_names.items() if region.lower() in words), None)


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
    rows = connection.execute(select(schedules).order_by(schedules.c.id)).all()
    clocks = {
        row.id: BusinessClock.from_wire(
            {"time_zone": row.time_zone, "intervals": msgspec.json.decode(row.intervals)}, closed.get(row.id, ())
        )
        for row in rows
    }
    names = {row.id: frozenset(_WORD.findall(row.name.lower())) for row in rows}
    return Rules(policies, clocks, names)
