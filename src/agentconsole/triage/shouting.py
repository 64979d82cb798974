"""Is somebody shouting? Text that is mostly capitals, in any script that has them."""

from __future__ import annotations

import re

from agentconsole.triage.base import Evidence
from agentconsole.triage.reading import Message

_FEWEST_WORDS = 5
_FEWEST_LETTERS = 18
_SHARE = 0.8
_CASED = 0.6
_LONGEST_CLAUSE = 3
_CLAUSE = re.compile(r"(?:[^.!?,;:\n。！？，；、]|[.,:](?=\w))+[.!?,;:。！？，；、]*")
"""Up to a sign that parts; the dots of shop.example don't."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NOT_SPEECH = re.compile(r"://|@|_|\d|\w\.\w")
"""What addresses, numbers and identifiers have in them: SKU-1234, ERR_CONNECTION_REFUSED."""


def shouted(message: Message) -> Evidence | None:
    """Return the first passage of *message* that is shouted, None when nothing is.

    A passage is shouted when clauses in a row with at least five words and 18 letters are four fifths capitals each.
    In scripts without capitals (Chinese, Arabic, Hebrew) nobody shouts, and neither do lists of abbreviations: one of
    the clauses has three words or more. Names of things, codes and addresses don't count.
    """
    start = end = words = letters = longest = 0
    for match in _CLAUSE.finditer(message.own):
        said = _words(match[0])
        if not said:
            continue
        if not _mostly_capitals(said):
            if _is_enough(words, letters, longest):
                break
            words = letters = longest = 0
            continue
        if not words:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
        end = match.start() + len(match[0].rstrip())
        loud = [word for word in said if any(map(str.isupper, word))]
        words += len(loud)
        letters += sum(map(len, loud))
        longest = max(longest, len(loud))
    if not _is_enough(words, letters, longest):
        return None
    return Evidence(comment=message.ref, start=start, end=end, text=message.body[start:end])


def _words(text: str) -> list[str]:
    return _WORD.findall(" ".join(part for part in text.split() if not _NOT_SPEECH.search(part)))


def _mostly_capitals(words: list[str]) -> bool:
    letters = "".join(words)
    upper = sum(map(str.isupper, letters))
    lower = sum(map(str.islower, letters))
    cased = upper + lower
    return cased > 0 and upper >= _SHARE * cased and cased >= _CASED * len(letters)


def _is_enough(words: int, letters: int, longest: int) -> bool:
    return words >= _FEWEST_WORDS and letters >= _FEWEST_LETTERS and longest >= _LONGEST_CLAUSE
