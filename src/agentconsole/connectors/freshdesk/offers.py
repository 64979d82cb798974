"""What Freshdesk offers."""

from __future__ import annotations

from agentconsole.domain.capabilities import Capabilities
from agentconsole.domain.commands import SETTABLE

OFFERS = Capabilities(
    atomic_reply=False,
    delta_feed="updated_since",
    tombstones=True,
    server_sla=True,
    merge=True,
    settable=frozenset(SETTABLE) - {"organization", "due_at"},
    custom_status=True,
    attachments="multipart",
    macros=True,
    articles=True,
    why={
        "history": "Freshdesk does not hand out who changed what.",
        "views": "Freshdesk hands out no views. The console's own, and searches you save, do the same.",
        "closing": "In Freshdesk “Closed” is not final: a ticket that is closed there counts as solved here.",
        "settable:due_at": "In Freshdesk due dates come from its service levels. They are shown as its targets.",
        "settable:organization": "In Freshdesk a ticket belongs to the company of its requester.",
        "push": "Freshdesk announces changes to its own web pages only. The console asks for them now and then.",
        "presence": "Freshdesk tells only its own web pages who has a ticket open.",
    },
)
