"""The desk's promises and the hours they are counted in."""

from datetime import datetime

from agentconsole.demo.targets import FIRST_REPLY, NEXT_REPLY, PRIORITIES, RESOLUTION, TIER_TITLES
from agentconsole.demo.timing import REGIONS, holidays
from agentconsole.demo.wire import Row, condition, stamped


def policy_rows(opened: str) -> list[Row]:
    """Return one policy a tier, told apart by the tickets' tags."""
    policies = []
    for place, (tier, title) in enumerate(TIER_TITLES.items()):
        business = tier != "platinum"
        metrics: list[Row] = []
        for rank, priority in enumerate(PRIORITIES):
            resolution = "total_resolution_time" if rank < 2 else "agent_work_time"
            for metric, table in (
                ("first_reply_time", FIRST_REPLY),
                ("next_reply_time", NEXT_REPLY),
                (resolution, RESOLUTION),
            ):
                target = table[tier][rank]
                metrics.append(
                    {
                        "priority": priority,
                        "metric": metric,
                        "target": target,
                        "target_in_seconds": target * 60,
                        "business_hours": business,
                    }
                )
        policies.append(
            stamped(
                {
                    "id": 8001 + place,
                    "title": f"{title} partners",
                    "description": {
                        "platinum": "One hour, day and night",
                        "gold": "Four business hours",
                        "standard": "Next business day",
                    }[tier],
                    "position": place + 1,
                    "filter": {"all": [condition("current_tags", "includes", f"tier_{tier}")], "any": []},
                    "policy_metrics": metrics,
                },
                opened,
            )
        )
    return policies


def schedule_rows(opened: str) -> list[Row]:
    """Return the opening hours of each region's support centre; the first region's is the account's own.

    The region's key in the name is what an organization of the region finds its centre by.
    """
    return [
        stamped(
            {
                "id": 9001 + index,
                "name": f"{region.title} support centre ({region.key.upper()})",
                "time_zone": region.time_zone,
                "intervals": [
                    {"start_time": day * 1440 + region.opens * 60, "end_time": day * 1440 + region.closes * 60}
                    for day in range(1, 6)
                ],
            },
            opened,
        )
        for index, region in enumerate(REGIONS)
    ]


def holiday_rows(now: datetime) -> list[Row]:
    """Return the holidays of this year and the next, by schedule."""
    found: list[Row] = []
    for index, region in enumerate(REGIONS):
        for year in (now.year, now.year + 1):
            for name, day in holidays(region.key, year):
                found.append(
                    {
                        "id": 9101 + len(found),
                        "schedule_id": 9001 + index,
                        "name": name,
                        "start_date": day.isoformat(),
                        "end_date": day.isoformat(),
                    }
                )
    return found
