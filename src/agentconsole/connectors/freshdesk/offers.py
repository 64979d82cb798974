"""What Freshdesk offers."""

from __future__ import annotations

from agentconsole.domain.capabilities import Capabilities

OFFERS = Capabilities(
    atomic_reply=False,
    delta_feed="updated_since",
    tombstones=True,
    server_sla=True,
    custom_status=True,
    attachments="multipart",
    articles=True,
    why={
        "history": "Freshdesk does not hand out who changed what.",
        "macros": "Freshdesk's scenarios can't be run from outside. Templates of your policy pack are offered.",
    },
)
