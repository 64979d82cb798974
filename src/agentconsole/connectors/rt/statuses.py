"""RT's statuses and ours. Each queue has a lifecycle with statuses of its own naming, which no page of REST2 lists.

A status is known by its word where the word is common, else by its kind: RT finds a ticket by ``__Inactive__`` or it
does not. The word itself is kept with the ticket, and sent back as long as the agent does not change the category.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentconsole.domain.values import Status

DELETED = "deleted"

_WORDS = {
    "new": Status.NEW,
    "open": Status.OPEN,
    "stalled": Status.PENDING,
    "pending": Status.PENDING,
    "hold": Status.HOLD,
    "on hold": Status.HOLD,
    "resolved": Status.SOLVED,
    "solved": Status.SOLVED,
    "closed": Status.SOLVED,
    "rejected": Status.SOLVED,
}
"""A closed or rejected ticket of RT can be opened again: it is solved, not closed for good."""

_PARTS = (
    ("hold", Status.HOLD),
    ("vendor", Status.HOLD),
    ("third", Status.HOLD),
    ("supplier", Status.HOLD),
    ("block", Status.HOLD),
    ("wait", Status.PENDING),
    ("pend", Status.PENDING),
    ("stall", Status.PENDING),
    ("customer", Status.PENDING),
)

_PREFERRED = {
    Status.NEW: ("new",),
    Status.OPEN: ("open",),
    Status.PENDING: ("stalled", "pending"),
    Status.HOLD: ("on hold", "hold"),
    Status.SOLVED: ("resolved", "solved", "closed"),
}

_PLAIN = {"new": Status.NEW, "open": Status.OPEN}
"""Words that say no more than the category does."""


class Statuses:
    """What is known of this RT's statuses."""

    def __init__(self) -> None:
        self._known: dict[str, Status] = {}

    def words(self) -> tuple[str, ...]:
        """All words that are known."""
        return (*_WORDS, DELETED, *self._known)

    def unknown(self, words: Iterable[str | None]) -> frozenset[str]:
        """Those of *words* of which only RT can say whether they are active."""
        return frozenset(word for word in words if word and word.lower() not in _WORDS and word not in self._known)

    def learn(self, word: str, *, inactive: bool) -> None:
        """Remember what kind of status *word* is."""
        if inactive:
            self._known[word] = Status.SOLVED
        else:
            self._known[word] = next((status for part, status in _PARTS if part in word.lower()), Status.OPEN)

    def category(self, word: str) -> Status:
        """What *word* is to us; one that nobody knows is open, so that the ticket is not overlooked."""
        return self._known.get(word) or _WORDS.get(word.lower(), Status.OPEN)

    def native(self, word: str) -> str:
        """The word to show beside the category; "" where it says nothing more."""
        return "" if _PLAIN.get(word) is self.category(word) else word

    def words_for(self, wanted: Status, current: str, offered: Iterable[str]) -> tuple[str, ...]:
        """What to ask RT for so that a ticket that is *current* becomes *wanted*, the best first.

        *offered* are the statuses that RT itself proposes for the ticket. None at all when it is there already.
        """
        if current and self.category(current) is wanted:
            return ()
        known = {word.lower() for word in offered} | {word.lower() for word in self._known}
        fitting = [word for word in (*offered, *self._known) if word != DELETED and self.category(word) is wanted]
        preferred = [word for word in _PREFERRED.get(wanted, ()) if word in known]
        # RT proposes a few steps only, and takes others that a lifecycle has all the same
        return tuple(dict.fromkeys((*preferred, *fitting, *_PREFERRED.get(wanted, ()))))
