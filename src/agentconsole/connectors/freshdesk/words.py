"""Freshdesk's numbers for statuses, priorities and sources, and ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from agentconsole.connectors.api import Refused
from agentconsole.connectors.freshdesk import wire
from agentconsole.domain.values import Priority, Status

OPEN, PENDING, RESOLVED, CLOSED = 2, 3, 4, 5
PRIORITIES = {1: Priority.LOW, 2: Priority.NORMAL, 3: Priority.HIGH, 4: Priority.URGENT}
SOURCES = {
    1: "email",
    2: "portal",
    3: "phone",
    5: "twitter",
    6: "facebook",
    7: "chat",
    9: "feedback widget",
    10: "outbound email",
    11: "ecommerce",
    12: "bot",
    13: "whatsapp",
}
CONVERSATION_SOURCES = {
    0: "email",
    2: "note",
    5: "twitter",
    6: "survey",
    7: "facebook",
    8: "forwarded email",
    9: "phone",
}
OUTBOUND = 10
"""Source of tickets that an agent began by writing to somebody."""

_USUAL = {
    OPEN: ("Open", Status.OPEN),
    PENDING: ("Pending", Status.PENDING),
    RESOLVED: ("Resolved", Status.SOLVED),
    # a customer's reply opens it again, and agents may change it: there is nothing final about it
    CLOSED: ("Closed", Status.SOLVED),
}
_WORDS = (
    ("third part", Status.HOLD),
    ("vendor", Status.HOLD),
    ("supplier", Status.HOLD),
    ("hold", Status.HOLD),
    ("customer", Status.PENDING),
    ("wait", Status.PENDING),
    ("pend", Status.PENDING),
    ("resolv", Status.SOLVED),
    ("clos", Status.SOLVED),
    ("solv", Status.SOLVED),
    ("done", Status.SOLVED),
)


class NativeStatus(NamedTuple):
    """A status of the desk: what agents call it, where it stands with us, and whether it is the one for that."""

    name: str
    category: Status
    is_default: bool


class Words:
    """What a desk calls its statuses; the four that all have are known without asking."""

    def __init__(self) -> None:
        self._statuses = _native({})
        self.is_known = False

    def learn(self, fields: Iterable[wire.Field]) -> None:
        """Take over the statuses that the definition of the field "status" names."""
        self.is_known = True
        field = next((each for each in fields if each.type == "default_status" or each.name == "status"), None)
        if field is not None:
            self._statuses = _native(_names(field.choices))

    def status(self, number: int | None) -> NativeStatus:
        """The status *number*; an unknown one counts as open, so that nobody overlooks the ticket."""
        return self._statuses.get(number or OPEN) or NativeStatus(f"#{number}", Status.OPEN, False)

    def status_for(self, category: Status, current: str, *, at: Status | None) -> int:
        """The number to send for *category*; the ticket is in *current* (its native name) and in *at* now.

        Refused when the desk has none that fits.
        """
        wanted = {Status.NEW: Status.OPEN, Status.CLOSED: Status.SOLVED}.get(category, category)
        if category is Status.CLOSED:
            return CLOSED
        if at is wanted and current:
            kept = next((number for number, status in self._statuses.items() if status.name == current), None)
            if kept is not None:
                return kept
        fitting = (number for number, each in self._statuses.items() if each.category is wanted and each.is_default)
        found = next(fitting, None)
        if found is None:
            raise Refused(f"This Freshdesk has no status for “{category}”. An administrator can add one.")
        return found

    def categories(self) -> frozenset[Status]:
        """Where a ticket of this desk can stand."""
        return frozenset(each.category for each in self._statuses.values())


def priority_number(priority: str | None) -> int:
    """The number of a priority; Refused for none, which a ticket here always has."""
    found = next((number for number, known in PRIORITIES.items() if known == priority), None)
    if found is None:
        raise Refused("A ticket of Freshdesk always has a priority: choose one.", {"priority": "must be chosen"})
    return found


def _native(names: dict[int, str]) -> dict[int, NativeStatus]:
    known = {number: name for number, (name, _) in _USUAL.items()} | names
    found: dict[int, NativeStatus] = {}
    taken: set[Status] = set()
    for number, name in sorted(known.items()):
        category = _USUAL[number][1] if number in _USUAL else _guessed(name)
        found[number] = NativeStatus(name, category, category not in taken)
        taken.add(category)
    return found


def _guessed(name: str) -> Status:
    return next((status for word, status in _WORDS if word in name.lower()), Status.OPEN)


def _names(choices: Any) -> dict[int, str]:
    """Names for agents by number, of ``{"6": ["Waiting on Customer", "Awaiting your Reply"]}``."""
    found: dict[int, str] = {}
    for number, said in choices.items() if isinstance(choices, dict) else ():
        name = said[0] if isinstance(said, list) and said else said
        if str(number).isdigit() and isinstance(name, str):
            found[int(number)] = name
    return found
