"""The words of the ticket pane: what states mean to the agent."""

from __future__ import annotations

from agentconsole.domain.rows import CommentRow
from agentconsole.domain.values import Metric, OutboxState, Priority, Status

STATUS_WORDS: dict[Status, str] = {
    Status.NEW: "New",
    Status.OPEN: "Open",
    Status.PENDING: "Pending",
    Status.HOLD: "On hold",
    Status.SOLVED: "Solved",
    Status.CLOSED: "Closed",
}

STATUS_HINTS: dict[Status, str] = {
    Status.NEW: "Nobody has taken it yet",
    Status.OPEN: "We have the next step",
    Status.PENDING: "Waits on the requester",
    Status.HOLD: "Waits on a third party",
    Status.SOLVED: "Done, reopens when the requester answers",
    Status.CLOSED: "Final, can no longer be changed",
}

PRIORITY_WORDS: dict[Priority, str] = {
    Priority.URGENT: "Urgent",
    Priority.HIGH: "High",
    Priority.NORMAL: "Normal",
    Priority.LOW: "Low",
}

METRIC_WORDS: dict[Metric, str] = {
    Metric.FIRST_REPLY: "First reply",
    Metric.NEXT_REPLY: "Next reply",
    Metric.RESOLUTION: "Resolution",
    Metric.REQUESTER_WAIT: "Requester wait",
    Metric.AGENT_WORK: "Agent work",
    Metric.PERIODIC_UPDATE: "Periodic update",
    Metric.PAUSABLE_UPDATE: "Pausable update",
}

CHANNEL_WORDS: dict[str, str] = {
    "email": "mail",
    "web": "web form",
    "api": "the API",
    "chat": "chat",
    "voice": "phone",
    "phone": "phone",
    "mobile": "mobile app",
    "merge": "a merge",
}

_STATE_WORDS: dict[OutboxState, str] = {
    OutboxState.QUEUED: "Waiting to be sent",
    OutboxState.SENDING: "Sending now",
    OutboxState.UNKNOWN: "Sent, but the answer was lost: asking the help desk whether it arrived",
    OutboxState.SENT: "Sent",
    OutboxState.HELD: "Not sent: somebody wrote since you did. Read what is new, then send or edit it",
    OutboxState.CONFLICT: "Not sent: it contradicts a change made elsewhere",
    OutboxState.REFUSED: "The help desk refused it",
    OutboxState.WITHDRAWN: "Withdrawn",
}

NEEDS_AGENT = frozenset({OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED})
"""States that don't go on without the agent."""


def state_words(state: OutboxState, reason: str = "") -> str:
    """Return what *state* means, with the help desk's *reason* when there is one."""
    return f"{_STATE_WORDS[state]}: {reason}" if reason else _STATE_WORDS[state]


def kind_words(comment: CommentRow) -> str:
    """Return what a comment is, for eyes and screen readers alike."""
    if not comment.public:
        return "Internal note"
    if comment.by_requester:
        return "Requester"
    return "Agent" if comment.by_agent else "Public comment"


def author_of(comment: CommentRow) -> str:
    """Return who wrote *comment*. What waits to be sent was written here and has no name yet."""
    return comment.author or ("You" if comment.key else "Unknown sender")


def size_words(size: int) -> str:
    """Return a file's *size* in bytes as people say it: "340 B", "12 kB", "3.4 MB"."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def initials(name: str) -> str:
    """Return up to two letters that stand for *name*."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def titled(word: str) -> str:
    """Return a help desk's own key as a name: "gold" → "Gold", "premium_plus" → "Premium plus"; names stay."""
    spaced = word.replace("_", " ")
    return spaced.capitalize() if spaced.islower() else word
