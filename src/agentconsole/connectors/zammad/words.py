"""Zammad's statuses and priorities, which are rows that every desk names as it likes, and ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agentconsole.connectors.api import Refused
from agentconsole.connectors.zammad import wire
from agentconsole.domain.values import Priority, Ref, Status

STATE_TYPES = {1: "new", 2: "open", 3: "pending reminder", 4: "pending action", 5: "closed", 6: "merged", 7: "removed"}
"""Types by the id that every installation gives them; only those who ask for names are told them."""

_CATEGORIES = {
    "new": Status.NEW,
    "open": Status.OPEN,
    "pending reminder": Status.PENDING,
    "pending action": Status.PENDING,
    "closed": Status.SOLVED,
    "merged": Status.CLOSED,
}
_HOLDING = ("hold", "third party", "vendor", "supplier")
_PRIORITY_WORDS = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "medium": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
    "critical": Priority.URGENT,
    "emergency": Priority.URGENT,
}


class NativeState(NamedTuple):
    """A status of the desk: its name, its type, where it stands with us, and whether it is the one for that."""

    name: str
    type: str
    category: Status
    is_default: bool

    @property
    def needs_time(self) -> bool:
        """Whether it wants to be told until when."""
        return self.type.startswith("pending")


class Words:
    """What a desk calls its statuses and priorities. Empty until the desk was asked."""

    def __init__(self) -> None:
        self._states: dict[Ref, NativeState] = {}
        self._priorities: dict[Ref, Priority] = {}
        self.is_known = False

    def learn(self, states: Iterable[wire.State], priorities: Iterable[wire.Priority]) -> None:
        """Take over what the desk has."""
        defaults: dict[Status, int] = {}
        found: dict[Ref, NativeState] = {}
        rows = [row for row in states if row.id is not None]
        # the usual statuses come first; of those that count down to another one, none is what an agent means by pending
        for row in sorted(
            rows, key=lambda row: (row.active is False, _type_of(row) == "pending action", _number(row.id))
        ):
            name, kind = row.name or f"#{row.id}", _type_of(row)
            category = _CATEGORIES.get(kind, Status.OPEN)
            if kind in ("open", "pending reminder", "pending action") and any(
                word in name.lower() for word in _HOLDING
            ):
                category = Status.HOLD
            is_default = category not in defaults
            defaults.setdefault(category, 1)
            found[str(row.id)] = NativeState(name, kind, category, is_default)
        self._states = found
        self._priorities = {
            str(row.id): priority for row in priorities if (priority := _priority_of(row.name or "")) is not None
        }
        self.is_known = True

    def state(self, ref: wire.Id) -> NativeState:
        """The status *ref*; an unknown one counts as open, so that nobody overlooks the ticket."""
        return self._states.get(str(ref)) or NativeState(f"#{ref}", "open", Status.OPEN, False)

    def state_for(self, category: Status, current: str, *, at: Status | None) -> Ref:
        """The status to send for *category*; the ticket is in *current* (its native name) and in *at* now.

        Refused when the desk has none that fits.
        """
        if at is category and current:
            kept = next((ref for ref, state in self._states.items() if state.name == current), None)
            if kept is not None:
                return kept
        fitting = (ref for ref, state in self._states.items() if state.category is category and state.is_default)
        found = next(fitting, None)
        if found is None:
            raise Refused(f"This Zammad has no status for “{category}”. An administrator can add one.")
        return found

    def categories(self) -> frozenset[Status]:
        """Where a ticket of this desk can stand."""
        return frozenset(state.category for state in self._states.values())

    def open_states(self) -> list[Ref]:
        """The statuses of tickets that are not done."""
        done = (Status.SOLVED, Status.CLOSED)
        return [ref for ref, state in self._states.items() if state.category not in done and state.type != "removed"]

    def priority(self, ref: wire.Id) -> Priority | None:
        """The priority *ref*; None for one that says nothing to us."""
        return self._priorities.get(str(ref))

    def priority_for(self, priority: str | None) -> Ref:
        """The priority to send; Refused when the desk has none that fits."""
        found = next((ref for ref, known in self._priorities.items() if known == priority), None)
        if found is None:
            wanted = "no priority at all" if priority is None else f"the priority “{priority}”"
            raise Refused(f"This Zammad does not have {wanted}.")
        return found

    def names(self) -> dict[str, str]:
        """Statuses by name of their category, for the words of a history."""
        return {state.name: str(state.category) for state in self._states.values()}


def _type_of(row: wire.State) -> str:
    if row.state_type:
        return row.state_type
    return STATE_TYPES.get(_number(row.state_type_id), "open")


def _priority_of(name: str) -> Priority | None:
    return next((priority for word, priority in _PRIORITY_WORDS.items() if word in name.lower()), None)


def _number(value: wire.Id) -> int:
    return int(value) if value is not None and str(value).isdigit() else 0
