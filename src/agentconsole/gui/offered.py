"""What the help desk lacks, at the actions that would need it."""

from __future__ import annotations

from agentconsole.gui.context import WindowContext

NEEDS = {
    "window.new_ticket": "create",
    "ticket.merge": "merge",
    "ticket.status": "settable:status",
    "ticket.priority": "settable:priority",
    "ticket.assign": "settable:assignee",
    "ticket.group": "settable:group",
    "ticket.tags": "tags",
    "ticket.solve": "statuses:solved",
    "queue.status": "settable:status",
    "queue.priority": "settable:priority",
    "queue.assign": "settable:assignee",
    "queue.take": "settable:assignee",
    "queue.group": "settable:group",
    "queue.tags": "tags",
    "queue.solve": "statuses:solved",
    "queue.merge": "merge",
    "composer.send_solve": "statuses:solved",
    "composer.send_open": "statuses:open",
    "composer.send_pending": "statuses:pending",
    "composer.send_hold": "statuses:hold",
    "composer.attach": "attachments",
}
"""Action to what it needs, by the names of ``domain.capabilities.WORDS``. Closing says for itself why it can't be."""


def refuse_what_is_lacking(context: WindowContext) -> None:
    """Disable the actions that this help desk can't carry out, each with the reason; the others are let be."""
    lack = context.workspace.tickets.lack
    for entry in context.actions.entries():
        if entry.id in NEEDS:
            context.actions.refuse(entry.id, lack(NEEDS[entry.id]))
