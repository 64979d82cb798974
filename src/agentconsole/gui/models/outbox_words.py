"""What the outbox says of a change: its state, what it is, where, and what happens to it next."""

from __future__ import annotations

from agentconsole.domain.commands import AddComment, CreateTicket
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.outbox_views import OutboxView
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.unsent import OutboxEvent, Standing
from agentconsole.domain.values import OutboxState
from agentconsole.gui.spoken_time import ago, span

DECIDE = (OutboxState.CONFLICT, OutboxState.REFUSED, OutboxState.HELD)
"""States that wait for the agent, not for the network."""

DONE = (OutboxState.SENT, OutboxState.WITHDRAWN)

STATE_WORDS = {
    OutboxState.CONFLICT: "Conflict",
    OutboxState.REFUSED: "Refused",
    OutboxState.HELD: "Held back",
    OutboxState.UNKNOWN: "Checking whether it arrived",
    OutboxState.SENDING: "Sending",
    OutboxState.QUEUED: "Waiting",
    OutboxState.SENT: "Sent",
    OutboxState.WITHDRAWN: "Withdrawn",
}
STATE_ICONS = {
    OutboxState.CONFLICT: ("git-merge", "danger_ink"),
    OutboxState.REFUSED: ("circle-x", "danger_ink"),
    OutboxState.HELD: ("hand", "note_ink"),
    OutboxState.UNKNOWN: ("hourglass", "note_ink"),
    OutboxState.SENDING: ("cloud-upload", "link"),
    OutboxState.QUEUED: ("clock", "muted"),
    OutboxState.SENT: ("circle-check", "muted"),
    OutboxState.WITHDRAWN: ("undo-2", "muted"),
}
VIEW_WORDS = {
    OutboxView.WAITING: "Waiting",
    OutboxView.NEEDS_YOU: "Needs you",
    OutboxView.SENT: "Sent",
    OutboxView.WITHDRAWN: "Withdrawn",
}

_EVENT_WORDS = {
    OutboxState.QUEUED: "made",
    OutboxState.SENDING: "sent off",
    OutboxState.UNKNOWN: "no answer came",
    OutboxState.SENT: "taken by the help desk",
    OutboxState.HELD: "held back",
    OutboxState.CONFLICT: "contradicted",
    OutboxState.REFUSED: "refused",
    OutboxState.WITHDRAWN: "withdrawn",
    "delayed": "put off",
    "retried": "tried again by you",
    "edited": "edited by you",
    "decided": "decided by you",
    "put back": "put back by you",
}
_MOST_WORDS = 120


def what(row: OutboxRow) -> str:
    """Return what a change is, with the first words of a text: "Public reply: “Dear Ana, …”"."""
    said = row.text[:1].upper() + row.text[1:]
    body = ""
    if isinstance(row.command, AddComment):
        body = row.command.body
    elif isinstance(row.command, CreateTicket):
        return f"New ticket: “{row.command.subject}”"
    line = " ".join(body.split())
    if not line:
        return said
    return f"{said}: “{line if len(line) <= _MOST_WORDS else line[:_MOST_WORDS] + '…'}”"


def where(row: OutboxRow) -> str:
    """Return which ticket a change belongs to: "#48213 Refund …"."""
    return f"#{row.ref} {row.subject}" if row.ref else f"New ticket: {row.subject}"


def next_step(row: OutboxRow, now: Instant, standing: Standing | None = None) -> str:
    """Return what happens to a change next, in words; *standing* knows what it waits for."""
    if standing is not None and standing.gone is not None and standing.can_rescue:
        return f"Its ticket is {standing.gone}: choose where the words go."
    match row.state:
        case OutboxState.CONFLICT:
            return "You decide, field by field: yours or theirs."
        case OutboxState.REFUSED:
            if isinstance(row.command, AddComment):
                return "Edit it, try again, or discard it."
            return "Open the ticket to set it otherwise, try again, or discard it."
        case OutboxState.HELD:
            return "Read what was written since, then send anyway or edit."
        case OutboxState.SENDING:
            return "On its way now."
        case OutboxState.SENT:
            return f"The help desk has had it since {ago(row.ended_at, now)}." if row.ended_at else "It has arrived."
        case OutboxState.WITHDRAWN:
            return "It was not sent. It is kept for 90 days and can be put back."
    attempts = f" after {row.attempts} attempt{'' if row.attempts == 1 else 's'}" if row.attempts else ""
    if standing is not None and standing.waits_for:
        return f"Waits for {standing.waits_for}{attempts}."
    next_at = row.not_before if standing is None or standing.next_at is None else standing.next_at
    left = next_at - now
    if left > 0:
        return f"Next attempt in {span(max(left, SECOND))}{attempts}."
    if row.state is OutboxState.UNKNOWN:
        return f"It may have arrived: the help desk is asked before it is sent again{attempts}."
    return f"Goes out as soon as the help desk can be reached{attempts}."


def history(events: tuple[OutboxEvent, ...], now: Instant, most: int = 6) -> str:
    """Return what happened to a change, the latest last: "made 3 min ago → sent off → no answer came: timed out"."""
    told = events[-most:]
    parts = []
    for number, event in enumerate(told):
        words = str(_EVENT_WORDS.get(event.what, event.what))
        when = f" {ago(event.at, now)}" if number in (0, len(told) - 1) else ""
        parts.append(f"{words}{when}")
    left_out = len(events) - len(told)
    return (f"{left_out} earlier → " if left_out > 0 else "") + " → ".join(parts)
