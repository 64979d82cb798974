"""Is somebody shouting? Text that is mostly capitals, in any script that has them."""

from __future__ import annotations

import re

from agentconsole.triage.base import Evidence
from agentconsole.triage.reading import Message

_FEWEST_WORDS = 5
_FEWEST_LETTERS = 24
_SHARE = 0.8
_CASED = 0.6
_LONGEST_CLAUSE = 3
_CLAUSE = re.compile(r"[^.!?,;:\n。！？，；、]+[.!?,;:。！？，；、]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NOT_SPEECH = re.compile(r"\S*(?:://|@)\S*|\S*\d\S*|\S*_\S*")
"""Addresses, numbers and identifiers: SKU-1234, ERR_CONNECTION_REFUSED."""


def shouted(message: Message) -> Evidence | None:
    """Return the first passage of *message* that is shouted, None when nothing is.

    A passage is shouted when clauses in a row with at least five words and 24 letters are four fifths capitals each.
    In scripts without capitals (Chinese, Arabic, Hebrew) nobody shouts, and neither do lists of abbreviations: one of
    the clauses has three words or more. Names of things, codes and addresses don't count.
    """
    run: tuple[int, int] | None = None
    best: tuple[int, int] | None = None
    for match in _CLAUSE.finditer(message.own):
        if not match[0].strip():
            continue
        if _mostly_capitals(match[0]):
            run = (run[0] if run else match.start(), match.end())
            if _is_enough(message.own[run[0] : run[1]]) and (best is None or best[0] == run[0]):
                best = run
        elif _words(match[0]):
            run = None
    if best is None:
        return None
    lead = len(message.own[best[0] : best[1]]) - len(message.own[best[0] : best[1]].lstrip())
    return Evidence(
        comment=message.ref, start=best[0] + lead, end=best[1], text=message.body[best[0] + lead : best[1]].rstrip()
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(_NOT_SPEECH.sub(" ", text))


def _mostly_capitals(text: str) -> bool:
    letters = "".join(_words(text))
    upper = sum(map(str.isupper, letters))
    lower = sum(map(str.islower, letters))
    cased = upper + lower
    return cased > 0 and upper >= _SHARE * cased and cased >= _CASED * len(letters)


def _is_enough(text: str) -> bool:
    words = _words(text)
    longest = max((len(_words(clause[0])) for clause in _CLAUSE.finditer(text)), default=0)
    return len(words) >= _FEWEST_WORDS and sum(map(len, words)) >= _FEWEST_LETTERS and longest >= _LONGEST_CLAUSE
