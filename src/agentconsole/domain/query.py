"""Which tickets an agent asks for, and the language they ask in."""

from __future__ import annotations

import msgspec


class QueueQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets, in which order. ``view`` is a ViewItem's key; ``text`` narrows it further.

    ``sort``: one of "sla", "priority", "id", "subject", "requester", "organization", "group", "assignee", "status",
    "channel", "updated", "created". None: the view's own order, or relevance while there are free words.
    """

    view: str = "all-open"
    text: str = ""
    sort: str | None = None
    descending: bool = False


class QueryProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a query and where: ``start`` and ``end`` are offsets in the text."""

    message: str
    start: int
    end: int
