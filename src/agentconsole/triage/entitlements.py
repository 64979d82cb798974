"""What a customer is entitled to at this minute: channel by channel, in the document's words."""

from __future__ import annotations

from agentconsole.domain.instant import Instant
from agentconsole.packs.hours import Hours
from agentconsole.packs.standing import Standing
from agentconsole.triage.values import EntitlementNow


def entitlements(standing: Standing, moment: Instant, hours: Hours) -> tuple[EntitlementNow, ...]:
    """Return what the customer's level gets of each entitlement of the pack, and whether that is open at *moment*.

    Nothing is returned for a customer whose level is not known. *hours* are the clocks of the standing's pack.
    """
    level = standing.level
    if level is None:
        return ()
    found = []
    for entry in standing.pack.entitlements:
        entitled = level.id not in entry.closed_to
        schedule = entry.schedule.get(level.id, "") if entitled else ""
        told = hours.at(schedule, standing.region, moment)
        found.append(
            EntitlementNow(
                pack=standing.pack.pack.id,
                id=entry.id,
                title=entry.title,
                channel=entry.channel,
                words=entry.levels.get(level.id, ""),
                entitled=entitled,
                open_now=told.open_now,
                changes_at=told.changes_at,
            )
        )
    return tuple(found)
