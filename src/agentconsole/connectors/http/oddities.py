"""What help desks sent that could not be read, or not as it stands: counted, and told once in the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

_log = logging.getLogger(__name__)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")

MOST_KINDS = 200
"""Beyond so many kinds one number stands for all others: a hostile server must not fill the memory."""

OTHERS = "others"


class Oddities:
    """How often each thing could not be read since the connector was made. No text of a ticket is in it.

    Written by the connector's own thread, read by any.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._lacks: set[str] = set()
        self._left_out = 0

    @property
    def left_out(self) -> int:
        """How many rows were left out because nothing could be made of them."""
        return self._left_out

    def __bool__(self) -> bool:
        return bool(self._counts)

    def note(self, what: str, times: int = 1) -> None:
        """Count *what*, such as "tickets[].due_at: expected a time, got a list"; the first one goes to the log."""
        known = self._counts.get(what)
        if known is None:
            if len(self._counts) >= MOST_KINDS:
                self._counts[OTHERS] = self._counts.get(OTHERS, 0) + times
                return
            _log.warning("the help desk sent something unforeseen: %s", what)
        self._counts[what] = (known or 0) + times

    def note_word(self, where: str, word: object) -> None:
        """Count *word*, of a closed set that does not have it; told as it is only where it can't be about a person."""
        told = word if isinstance(word, str) and _WORD.fullmatch(word) else f"a {type(word).__name__}"
        self.note(f"{where}: the word {told} is not known")

    def note_left_out(self, what: str) -> None:
        """Count a row that nothing could be made of."""
        self._left_out += 1
        self.note(f"{what} was left out")

    def lack(self, what: str, error: Exception) -> None:
        """Log, once, that *what* can't be had of this help desk with this sign-in: its plan or a right is too small."""
        told = f"{what} ({type(error).__name__})"
        if told not in self._lacks:
            self._lacks.add(told)
            _log.info("the help desk does not give us %s", told)

    def counts(self) -> Mapping[str, int]:
        """Return how often each was met, the most frequent first."""
        return dict(sorted(self._counts.items(), key=lambda each: -each[1]))
