"""What Request Tracker offers."""

from __future__ import annotations

from agentconsole.domain.capabilities import Capabilities
from agentconsole.domain.commands import SETTABLE

OFFERS = Capabilities(
    safe_update=True,
    atomic_reply=False,
    delta_feed="updated_since",
    tombstones=True,
    server_sla=True,
    merge=True,
    settable=frozenset(SETTABLE) - {"type", "organization"},
    custom_status=True,
    attachments="inline",
    history=True,
    why={
        "safe_update": (
            "Request Tracker refuses a change that was made against an older state, but takes two that come at "
            "the same moment. The console reads each ticket back and compares."
        ),
        "tags": "Tags need a custom field called “Tags” that takes several values; your queues have none.",
        "settable:type": "Request Tracker has no types of tickets.",
        "settable:organization": "In Request Tracker a ticket belongs to the organization of its requestor.",
        "closing": "Request Tracker has nothing that is more final than resolved.",
        "idempotent_writes": (
            "Request Tracker does not recognise a reply that is sent again. After a lost answer the console reads the "
            "ticket's history before it sends anything of that ticket."
        ),
    },
)
