"""Regular expressions of packs, by RE2: the time they take grows with the text they search and with nothing else.

With Python's own engine one careless ``(a+)+$`` in a pack would stop the console for hours.
"""

from __future__ import annotations

import re2

LONGEST = 500
"""Characters that a pattern may have."""


class Pattern:
    """A pattern that ignores case. Raises ValueError, with the reason in words, for one that can't be used."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"it has more than {LONGEST} characters")
        options = re2.Options()
        options.log_errors = False
        options.case_sensitive = False
        options.max_mem = 1 << 20
        try:
            self._compiled = re2.compile(text, options)
        except re2.error as error:
            said = error.args[0] if error.args else ""
            raise ValueError(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from error
        if self.span(""):
            raise ValueError("it fits a text without a single letter, and therefore every text")

    def span(self, text: str) -> tuple[int, int] | None:
        """Return where the pattern first fits in *text*, in characters; None where it doesn't."""
        found = self._compiled.search(text)
        return None if found is None else (found.start(), found.end())
