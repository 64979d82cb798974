"""What became of the lines of a batch."""

from __future__ import annotations

from collections import Counter
from typing import Any

EXAMPLES = 5
"""Ids that are named of those that share a reason."""


class Report:
    """Counts what was taken, what was there already, and, by reason, what was not taken or only in part."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.known: Counter[str] = Counter()
        self.renewed: Counter[str] = Counter()
        self._troubles: dict[tuple[str, str, bool], list[str]] = {}
        self._counts: Counter[tuple[str, str, bool]] = Counter()

    def refuse(self, kind: str, ref: str, reason: str) -> None:
        """The line *ref* was not taken."""
        self._note((kind, reason, True), ref)

    def lose(self, kind: str, ref: str, what: str) -> None:
        """The line *ref* was taken, but for *what*."""
        self._note((kind, what, False), ref)

    def shape(self) -> dict[str, Any]:
        """The report as it goes out."""
        return {
            "taken": dict(self.taken),
            "known": dict(self.known),
            "renewed": dict(self.renewed),
            "troubles": [
                {"kind": kind, "reason": reason, "refused": refused, "count": self._counts[key], "ids": ids}
                for key, ids in self._troubles.items()
                for kind, reason, refused in (key,)
            ],
        }

    def _note(self, key: tuple[str, str, bool], ref: str) -> None:
        self._counts[key] += 1
        ids = self._troubles.setdefault(key, [])
        if len(ids) < EXAMPLES:
            ids.append(ref)
