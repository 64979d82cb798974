"""What Zammad offers."""

from __future__ import annotations

from agentconsole.domain.capabilities import Capabilities
from agentconsole.domain.commands import SETTABLE

OFFERS = Capabilities(
    delta_feed="updated_since",
    server_sla=True,
    merge=True,
    settable=frozenset(SETTABLE) - {"type", "organization", "due_at"},
    custom_status=True,
    attachments="inline",
    history=True,
    articles=True,
    macros=True,
    views=True,
    why={
        "tombstones": (
            "Zammad does not tell of deleted tickets. The console compares the numbers of all tickets now and then."
        ),
        "settable:due_at": (
            "Zammad's tickets have a reminder only while they are pending. It is shown as the due date."
        ),
        "settable:organization": "In Zammad a ticket belongs to the organization of its customer.",
        "push": "Zammad announces changes to its own web pages only. The console asks for them every few seconds.",
        "presence": "Zammad tells only its own web pages who has a ticket open.",
    },
)
