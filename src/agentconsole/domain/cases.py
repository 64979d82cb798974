"""What of a ticket is counted, and the words and queries by which people find again what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.reports import Outcome, Scope
from agentconsole.domain.values import Priority, Ref

NO_PRIORITY = "none"
PRIORITIES = (*(str(priority) for priority in Priority), NO_PRIORITY)
"""In the order of a report: the most urgent first, then tickets without one."""


class CaseTarget(msgspec.Struct, frozen=True, gc=False):
    """A target as a record has it, its words left as they are: there are hundreds of thousands of them."""

    metric: str
    stage: str
    breach_at: Instant | None = None


class Case(NamedTuple):
    """A ticket as far as it is counted.

    ``status`` and ``priority`` are words, "none" without a priority: they are hashed a hundred thousand times.
    ``level`` is the tier, else the plan; ``by_plan`` says which of the two. ``solved_at`` is None while it is unsolved.
    ``first_reply_at`` is the desk's; ``answered_at`` is when the desk answered what others wrote last, or in a
    conversation that was met in time anyway, its last reply. ``told``: some of the conversation is cached.

    ``targets`` are the help desk's, and those that the console counts and that still run; None: nobody has said.
    ``decided`` is what was seen to become of targets, and stays; a cycle of replies each may bring one.
    """

    status: str
    priority: str
    by_plan: bool
    level: str
    channel: str
    group: Ref | None
    assignee: Ref | None
    created_at: Instant
    solved_at: Instant | None
    first_reply_at: Instant | None
    answered_at: Instant | None
    told: bool
    merged: bool = False
    satisfaction: str | None = None
    targets: tuple[CaseTarget, ...] | None = None
    decided: tuple[tuple[str, Outcome], ...] = ()


class Replies(NamedTuple):
    """How many public replies somebody wrote in the scope's days, in how many tickets."""

    author: Ref
    replies: int
    tickets: int


class Names(NamedTuple):
    """Names of groups and of people of the desk by ref, and the word for the scope's organization in queries."""

    groups: Mapping[Ref, str]
    people: Mapping[Ref, str]
    organization: str = ""


def quoted(text: str) -> str:
    """Return *text* as a value of the query language. It has no word for the quotation mark itself."""
    plain = text.replace('"', " ")
    return f'"{plain}"' if not plain or any(sign.isspace() or sign == "," for sign in plain) else plain


def narrowing(scope: Scope, names: Names, *, by_plan: bool = False) -> str:
    """Return the query for the tickets that *scope* is narrowed to, whatever the days; empty for all of them.

    *by_plan*: the scope's level is a plan, not a tier.
    """
    parts = []
    if scope.group is not None:
        parts.append(group_query(scope.group, names))
    if scope.level is not None:
        parts.append(level_query(scope.level, by_plan=by_plan))
    if scope.organization is not None:
        word = names.organization or scope.organization
        parts.append(f"org:{quoted(word)}" if word else "org:none")
    return " ".join(parts)


def group_query(ref: Ref | None, names: Names) -> str:
    """Return the query for the tickets of a group."""
    return f"group:{quoted(names.groups.get(ref, ref))}" if ref else "group:none"


def level_query(level: str, *, by_plan: bool) -> str:
    """Return the query for the tickets of a tier, or of a plan where there is no tier."""
    if not level:
        return "tier:none plan:none"
    return f"tier:none plan:{quoted(level)}" if by_plan else f"tier:{quoted(level)}"


def joined(*parts: str) -> str:
    """Return the query for what fits all of *parts*, of which some may be empty."""
    return " ".join(part for part in parts if part)


def channel_title(channel: str) -> str:
    """Return the name of *channel* for a person."""
    words = {"api": "API", "sms": "SMS", "": "No channel", "email": "E-mail"}
    return words.get(channel.lower(), channel.replace("_", " ").capitalize())


def priority_title(priority: str) -> str:
    """Return the name of *priority*, one of :data:`PRIORITIES`, for a person."""
    return "No priority" if priority == NO_PRIORITY else priority.capitalize()


def level_title(level: str) -> str:
    """Return the name of a tier or plan for a person."""
    return level.replace("_", " ").capitalize() if level else "No tier or plan"
