"""What the composer says: why it refuses, what it sent."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.instant import SECOND
from agentconsole.domain.rows import TicketDetail
from agentconsole.domain.values import Status
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS

LONGEST_DELAY = 600
"""Seconds; who needs longer to think writes a draft."""


def refusal_words(context: WindowContext, ticket: TicketDetail | None) -> str:
    """Return why nothing can be written to *ticket*, "" when it can."""
    me = context.workspace.me()
    if me is not None and me.reads_only:
        return me.reads_only
    if ticket is None:
        return ""
    if ticket.deleted:
        return "This ticket was deleted at the help desk. Nothing can be sent to it any more."
    if ticket.status is Status.CLOSED:
        return "Closed tickets can't be changed; a new reply needs a follow-up ticket."
    return ""


def can_follow_up(context: WindowContext, ticket: TicketDetail | None) -> bool:
    """Say whether a new ticket that follows *ticket* can be opened: it is closed, and nothing else is in the way."""
    me = context.workspace.me()
    if ticket is None or ticket.status is not Status.CLOSED or ticket.deleted or (me is not None and me.reads_only):
        return False
    return not context.workspace.tickets.lack("create")


def undo_seconds(value: object) -> int:
    """Return the undo-send delay in seconds from the setting; what makes no sense counts as five."""
    return min(max(int(value), 0), LONGEST_DELAY) if isinstance(value, int | float) else 5


def undo_delay(context: WindowContext, tickets: int, status: str | None = None) -> int:
    """Return for how long a change of so many *tickets* waits before it is sent, microseconds.

    What can't be set back with one keystroke waits as a reply does: many tickets at once, and closing, which is final.
    A field of one ticket goes at once: that somebody has taken it should be seen.
    """
    if tickets < 2 and status != Status.CLOSED:
        return 0
    return undo_seconds(context.workspace.settings.get("undo_send_seconds", 5)) * SECOND


def sent_words(ticket: TicketDetail, values: dict[str, Any], *, public: bool) -> str:
    """Return what was sent, for the toast that offers to undo it."""
    to = f" to {ticket.requester.name}" if public and ticket.requester else ""
    what = f"Reply{to}" if public else "Internal note"
    status = f", {STATUS_WORDS[Status(values['status'])].lower()}" if "status" in values else ""
    return f"{what}{status}"


def changed_words(ticket: TicketDetail, values: dict[str, Any]) -> str:
    """Return what was changed without a word, for the toast that offers to undo it."""
    number = f"#{ticket.ref}" if ticket.ref else "Ticket"
    return f"{number}: {STATUS_WORDS[Status(values['status'])].lower()}" if "status" in values else f"{number} changed"
