"""What the help desk has, as the oracle sees it; who reads it from where is up to each help desk."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

MARK = re.compile(r"\[\[[ab]\d+\]\]")
FILE = re.compile(r"\(\(file ([ab]\d+)\)\)")


class ServerTicket(NamedTuple):
    """One ticket as the help desk has it. ``fields`` are custom fields by ref, those without a value left out."""

    id: int
    subject: str
    status: str
    priority: str | None
    type: str | None
    assignee: str | None
    group: str | None
    requester: str | None
    tags: frozenset[str]
    fields: dict[str, Any]
    deleted: bool
    merged_into: int | None


class Comment(NamedTuple):
    """What somebody said in *ticket*; in *source*, where that has been merged into it and took its words along."""

    id: int
    ticket: int
    author: str | None
    public: bool
    body: str
    source: int | None = None


class Truth:
    """Everything at the help desk that a change can be told by. *comments* are in the order in which they arrived."""

    def __init__(self, tickets: Iterable[ServerTicket], comments: Iterable[Comment]) -> None:
        self.tickets = {ticket.id: ticket for ticket in tickets}
        self.comments = list(comments)
        self.said: dict[str, list[Comment]] = defaultdict(list)
        for comment in self.comments:
            for mark in set(MARK.findall(comment.body)):
                self.said[mark].append(comment)
        self.made: dict[str, list[int]] = defaultdict(list)
        """Tickets by the mark of the subject that they were made with."""
        self.given: dict[tuple[int, str, str], int] = Counter()
        """How often a field of a ticket was given a value: (ticket, field, value)."""
        self.tagged = {(ticket.id, tag) for ticket in self.tickets.values() for tag in ticket.tags}
        """(ticket, tag) that was ever there."""
        self.before: dict[tuple[int, str, str], Any] = {}
        """What a field was before it was given a value."""
        self.merged_by: Counter[tuple[int, str]] = Counter()
        """How often a ticket was merged away by whom."""
        self.keys: Counter[str] = Counter()
        """How often something bears a key of the console's."""
        self.files: Counter[str] = Counter()
        """Files of comments by their names in the plan."""
