"""What is wrong with a pack's file, told to the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

import msgspec

KeyPath = tuple[str | int, ...]
"""Where something stands in a file: keys, and positions in lists, from the outermost in."""


class Fault(NamedTuple):
    """Something wrong at *path*. ``at_key`` when it is the key, not its value, that is wrong.

    ``within`` is what is wrong in a text of several lines, as it is written there.
    """

    path: KeyPath
    message: str
    remedy: str
    at_key: bool = False
    within: str = ""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake. ``line`` and ``column`` count from 1; a line of 0 means the file as a whole.

    ``message`` is a sentence without its full stop, ``remedy`` one with it.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}. {self.remedy}"


class PackProblem(Exception):
    """A file that is no good pack; ``mistakes`` are all that were found, in the order of their lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda one: (one.line, one.column)))
        super().__init__("\n".join(str(one) for one in self.mistakes))


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a remedy for *word*: the most alike of *known*, or *otherwise* followed by all of them."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    alike = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if alike:
        return f'Did you mean "{folded[alike[0]]}"?'
    return f"{otherwise} {listed(names)}." if names else "There is none yet."


def listed(names: Iterable[str]) -> str:
    """Return *names* in quotes, with commas; a long list is cut."""
    quoted = [f'"{name}"' for name in names]
    rest = len(quoted) - 24
    return ", ".join(quoted[:24]) + (f" and {rest} more" if rest > 0 else "")


def shown(value: object) -> str:
    """Return *value* as a message can quote it: on one line and not longer than a line."""
    text = "".join(char if char.isprintable() else " " for char in str(value)[:400])
    return f'"{text[:57]}…"' if len(text) > 58 else f'"{text}"'
