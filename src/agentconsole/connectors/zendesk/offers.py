"""What Zendesk to an agent offers."""

from __future__ import annotations

from agentconsole.domain.capabilities import Capabilities

OFFERS = Capabilities(
    safe_update=True,
    delta_feed="sorted_scan",
    tombstones=True,
    server_sla=True,
    merge=True,
    follow_up=True,
    closing=True,
    custom_status=True,
    attachments="upload",
    history=True,
    macros=True,
    views=True,
    articles=True,
    why={
        "idempotent_writes": (
            "Zendesk recognises a new ticket that is sent again, a reply not: the console marks each, and looks for "
            "the mark before it sends one again."
        ),
        "push": "Zendesk announces changes to its own web pages only. The console asks for them every few seconds.",
        "presence": "Zendesk tells only its own web pages who has a ticket open.",
    },
)
